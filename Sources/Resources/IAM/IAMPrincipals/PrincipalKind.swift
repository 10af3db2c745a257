import AWSClient
import IAMPolicy
import Provider
import Model
import Schema

/// Roles and users: their calls are the same but for this word.
enum PrincipalKind: String, Sendable {
    case role = "Role"
    case user = "User"

    /// In words for people.
    var word: String { rawValue.lowercased() }

    /// The most characters of all its inline policies together.
    var inlineLimit: Int { self == .role ? PolicyDocument.SizeLimit.roleInline : PolicyDocument.SizeLimit.userInline }

    /// The member that holds the name, in requests and answers.
    var nameMember: String { "\(rawValue)Name" }

    /// The member of ``IAM/authorizationDetails`` that lists them, and the one in it that holds the inline policies.
    var detailList: String { "\(rawValue)DetailList" }
    var detailPolicyList: String { "\(rawValue)PolicyList" }

    var create: Operation {
        Operation(.iam, "Create\(rawValue)", .create, answers: "\(rawValue).Arn", "\(rawValue).\(rawValue)Id")
    }
    var get: Operation {
        Operation(
            .iam, "Get\(rawValue)", .read, answers: "\(rawValue).\(nameMember)", "\(rawValue).Arn",
            "\(rawValue).\(rawValue)Id")
    }
    var delete: Operation { Operation(.iam, "Delete\(rawValue)", .repeatable) }

    var listPolicies: Operation { Operation(.iam, "List\(rawValue)Policies", .read, answers: "PolicyNames[]") }
    var getPolicy: Operation { Operation(.iam, "Get\(rawValue)Policy", .read, answers: "PolicyDocument") }
    var putPolicy: Operation { Operation(.iam, "Put\(rawValue)Policy", .repeatable) }
    var deletePolicy: Operation { Operation(.iam, "Delete\(rawValue)Policy", .repeatable) }

    var listAttachedPolicies: Operation {
        Operation(.iam, "ListAttached\(rawValue)Policies", .read, answers: "AttachedPolicies[].PolicyArn")
    }
    var attachPolicy: Operation { Operation(.iam, "Attach\(rawValue)Policy", .repeatable) }
    var detachPolicy: Operation { Operation(.iam, "Detach\(rawValue)Policy", .repeatable) }

    var putBoundary: Operation { Operation(.iam, "Put\(rawValue)PermissionsBoundary", .repeatable) }
    var deleteBoundary: Operation { Operation(.iam, "Delete\(rawValue)PermissionsBoundary", .repeatable) }

    var tag: Operation { Operation(.iam, "Tag\(rawValue)", .repeatable) }
    var untag: Operation { Operation(.iam, "Untag\(rawValue)", .repeatable) }
}

/// What every resource type of IAM needs.
enum IAM {
    /// Inline policies, attached policies, tags and trust of many principals in one answer.
    static let authorizationDetails = Operation(
        .iam, "GetAccountAuthorizationDetails", .read, answers: "RoleDetailList[].RoleName", "UserDetailList[].UserName"
    )

    static let getManagedPolicy = Operation(.iam, "GetPolicy", .read, answers: "Policy.DefaultVersionId")
    static let getManagedPolicyVersion = Operation(.iam, "GetPolicyVersion", .read, answers: "PolicyVersion.Document")

    /// The error code for whatever does not exist.
    static let missing = "NoSuchEntity"

    /// What a delete meets while somebody else changes the same object, or while IAM's lists are behind its objects.
    static let deletesInTurn = TransientErrors(of: "IAM", codes: "ConcurrentModification", "DeleteConflict")

    /// What a name may be, from the service's model.
    static let namePattern = #"[\w+=,.@-]+"#

    /// A principal's ARN, which follows from its name; nil where the name or the path is not known yet.
    static func predictedARN(of kind: PrincipalKind, _ attributes: Value, _ context: StackContext) -> Value? {
        let path = attributes["path"].isNull ? "/" : attributes["path"]
        guard let name = attributes["name"].string, let path = path.string else { return nil }
        return .string(context.globalARN("iam", "\(kind.word)\(path)\(name)"))
    }
}
