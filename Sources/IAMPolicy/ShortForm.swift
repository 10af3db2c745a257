import Model
package import Schema

/// A short form of the stack file beside the policy statements that it stands for, so each is declared once.
struct ShortForm: Sendable {
    /// What the checker, the JSON Schema and the reference know of it.
    let form: Form
    /// The statements of one entry, whose references are already ARNs or templates. Paths in errors start below the entry.
    let statements: @Sendable (_ entry: Value, _ context: GrantContext) throws(CompileError) -> [Value]

    /// The document that a list of entries stands for.
    ///
    /// - Parameter noun: what an entry is called in errors.
    static func document(
        of entries: Value, among forms: [ShortForm], noun: String, context: GrantContext
    ) throws(CompileError) -> Value {
        var statements: [Value] = []
        for (index, entry) in PolicyDocument.elements(entries).enumerated() {
            let members = entry.map ?? [:]
            guard let form = forms.first(where: { members[$0.form.key] != nil }) else {
                throw CompileError(
                    path: .root[index], message: "not a valid \(noun) entry",
                    help: "begin it with one of \(forms.map(\.form.key).joined(separator: ", "))")
            }
            do {
                statements += try form.statements(entry, context)
            } catch {
                throw CompileError(path: .root[index] + error.path, message: error.message, help: error.help)
            }
        }
        return ["Version": .string(PolicyDocument.currentVersion), "Statement": .list(statements)]
    }

    static func allow(_ actions: [String], on resources: [Value], where condition: Value = [:]) -> Value {
        var statement: Value = [
            "Effect": "Allow", "Action": .list(actions.map(Value.string)), "Resource": .list(resources),
        ]
        if condition != [:] { statement["Condition"] = condition }
        return statement
    }

    static func trust(_ principal: Value, _ actions: [String], where condition: Value = [:]) -> Value {
        var statement: Value = ["Effect": "Allow", "Principal": principal, "Action": .list(actions.map(Value.string))]
        if condition != [:] { statement["Condition"] = condition }
        return statement
    }
}

/// What a short form needs to know beside its own fields.
package struct GrantContext: Sendable, Equatable {
    package let stack: StackContext
    /// What tells one user's sessions of this role from another's; nil where nothing does, as for an IAM user.
    package let identityVariable: IdentityVariable?

    package init(_ stack: StackContext, identityVariable: IdentityVariable? = nil) {
        self.stack = stack
        self.identityVariable = identityVariable
    }

    /// The name under which the identity pools of the region issue their tokens.
    var tokenIssuer: String { IdentityVariable.tokenIssuer(region: stack.region, partition: stack.partition) }

    /// `arn:partition:service:region:account:resource` in the stack's region and account.
    func arn(_ service: String, _ resource: Value) -> Value {
        .joined([.string(stack.arn(service, "")), resource])
    }
}

/// The policy variable that holds the user's identity id in a role's sessions. It is the same id in both, so one
/// user keeps one prefix.
package enum IdentityVariable: Sendable, Equatable, CaseIterable {
    /// The identity pool assumes the role: the id is the token's subject.
    case tokenSubject
    /// The credential proxy assumes the role and tags the session with the id.
    case sessionTag

    /// The session tag that the credential proxy sets.
    package static let sessionTagKey = "CognitoIdentityId"

    /// The variable as policies spell it.
    package func text(region: String, partition: String) -> String {
        switch self {
        case .tokenSubject: "${\(Self.tokenIssuer(region: region, partition: partition)):sub}"
        case .sessionTag: "${aws:PrincipalTag/\(Self.sessionTagKey)}"
        }
    }

    func text(_ context: GrantContext) -> String {
        text(region: context.stack.region, partition: context.stack.partition)
    }

    /// The name under which the identity pools of a region issue their tokens.
    ///
    /// GovCloud: AWS GovCloud (US) User Guide, "Amazon Cognito". China: the AWS SDKs for mobile, which log in under this name;
    /// AWS's documentation shows no trust policy for it. Elsewhere: Amazon Cognito Developer Guide, "Role trust and permissions".
    static func tokenIssuer(region: String, partition: String) -> String {
        switch region {
        case "us-gov-west-1": "cognito-identity-us-gov.amazonaws.com"
        case "us-gov-east-1": "cognito-identity.us-gov-east-1.amazonaws.com"
        case let region where partition == "aws-cn": "cognito-identity.\(region).amazonaws.com.cn"
        default: "cognito-identity.amazonaws.com"
        }
    }
}
