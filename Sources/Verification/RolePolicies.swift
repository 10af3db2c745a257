import AWSClient
import Foundation
import Model
import Schema
import Records

/// A session of a role, as the grants of its role are tried with it.
struct RoleSession {
    let kind: SessionKind
    let credentials: Credentials
    /// The role's name and its account.
    let role: String
    let account: String

    /// - Parameter arn: who the session is, as STS says it. Nil where that is no role's session.
    init?(_ kind: SessionKind, _ session: Login, arn: String) {
        guard let assumed = AssumedRole(arn) else { return nil }
        (self.kind, credentials, role, account) = (kind, session.credentials, assumed.role, assumed.account)
    }
}

/// What STS says of a role's session: `arn:aws:sts::<account>:assumed-role/<role>/<session>`.
struct AssumedRole {
    let role: String
    let name: String
    let account: String

    /// Nil where that is no role's session.
    init?(_ arn: String) {
        guard let arn = ARN(arn) else { return nil }
        let path = arn.resource.split(separator: "/")
        guard path.count == 3, path[0] == "assumed-role" else { return nil }
        (role, name, account) = (String(path[1]), String(path[2]), String(arn.account))
    }
}

/// What a live role's policies are: read with the run's own credentials.
extension Verification {
    /// What can be tried of what the role of a session grants.
    func probes(of session: RoleSession, _ identity: String, _ neighbour: String) async throws(LinkFailure) -> ProbeList
    {
        var facts = GrantReader.Login(
            kind: session.kind, region: signIn.region, partition: Partition(region: signIn.region).name,
            account: session.account,
            identity: identity, neighbour: neighbour, calledFunction: signIn.proxy?.functionName)
        let documents: [Value]
        do throws(LinkFailure) {
            facts.doubt = try await boundary(of: session.role)
            documents = try await policies(of: session.role)
        } catch {
            return ProbeList(unchecked: [
                "the policies of the role \(session.role) cannot be read: \(error.words ?? error.what)"
            ])
        }
        return GrantReader.probes(in: documents, of: facts)
    }

    private func boundary(of role: String) async throws(LinkFailure) -> String? {
        let found = try await ask(Self.getRole, ["RoleName": .string(role)])["Role"]["PermissionsBoundary"][
            "PermissionsBoundaryArn"
        ].string
        return found.map { "the permissions boundary \(ARN.name(in: $0)) may refuse it" }
    }

    private func policies(of name: String) async throws(LinkFailure) -> [Value] {
        let role: Value = ["RoleName": .string(name)]
        var documents: [Value] = []
        for name in try await all(Self.listInline, role, items: "PolicyNames") {
            documents.append(try await ask(Self.getInline, role.with("PolicyName", name))["PolicyDocument"])
        }
        for attached in try await all(Self.listAttached, role, items: "AttachedPolicies") {
            let policy: Value = ["PolicyArn": attached["PolicyArn"]]
            let version = try await ask(Self.getPolicy, policy)["Policy"]["DefaultVersionId"]
            documents.append(
                try await ask(Self.getVersion, policy.with("VersionId", version))["PolicyVersion"]["Document"])
        }
        var read: [Value] = []
        for document in documents {
            guard let text = document.string?.removingPercentEncoding,
                let policy = try? JSONText.decode(Data(text.utf8))
            else {
                throw LinkFailure("a policy of the role \(name) is no JSON")
            }
            read.append(policy)
        }
        return read
    }

    private func all(_ operation: AWSOperation, _ input: Value, items: String) async throws(LinkFailure) -> [Value] {
        do throws(AWSError) {
            return try await administrator.all(
                operation, input, items: items, inputToken: "Marker", outputToken: "Marker", more: "IsTruncated")
        } catch { throw LinkFailure(error, advice: nil) }
    }

    private static let getRole = AWSOperation(
        .iam, "GetRole", .read, answers: "Role.RoleName", "Role.Arn", "Role.RoleId")
    private static let listInline = AWSOperation(.iam, "ListRolePolicies", .read, answers: "PolicyNames[]")
    private static let getInline = AWSOperation(.iam, "GetRolePolicy", .read, answers: "PolicyDocument")
    private static let listAttached = AWSOperation(
        .iam, "ListAttachedRolePolicies", .read, answers: "AttachedPolicies[].PolicyArn")
    private static let getPolicy = AWSOperation(.iam, "GetPolicy", .read, answers: "Policy.DefaultVersionId")
    private static let getVersion = AWSOperation(.iam, "GetPolicyVersion", .read, answers: "PolicyVersion.Document")
}
