import AWSClient
import Foundation
import IAMPolicy
import Provider
import Model
import Schema

/// A role or a user with its policies, as AWS holds it.
struct Principal: Sendable, Equatable {
    /// The object itself, in AWS's names: from `GetRole`, `GetUser` or the account's authorization details.
    var object: Value
    /// The documents of the inline policies, by their names.
    var inlinePolicies: [String: Value] = [:]
    /// The ARNs of the attached managed policies.
    var managedPolicies: [String] = []

    /// The rows that roles and users have in common.
    func attributes(_ kind: PrincipalKind) -> [String: Value] {
        var inline = inlinePolicies
        let grants = inline.removeValue(forKey: PrincipalPolicies.grantsName)
        return [
            "name": object[kind.nameMember], "path": object["Path"],
            "grants": grants ?? .null, "inlinePolicies": .map(inline),
            "managedPolicies": .list(managedPolicies.sorted().map(Value.string)),
            "permissionsBoundary": object["PermissionsBoundary"]["PermissionsBoundaryArn"],
            "tags": Tags.own(in: object["Tags"]),
        ].filter { !$0.value.isNull }
    }

    func outputs(_ kind: PrincipalKind) -> [String: Value] {
        ["arn": object["Arn"], "name": object[kind.nameMember], "uniqueId": object["\(kind.rawValue)Id"]]
            .filter { !$0.value.isNull }
    }

    /// A policy document of an answer: JSON, percent-encoded (RFC 3986). Text that is neither is left as it is, so it
    /// shows as a difference.
    static func document(_ text: Value) -> Value {
        guard let json = text.string?.removingPercentEncoding, let document = try? JSONText.decode(Data(json.utf8))
        else { return text }
        return document
    }
}

extension PrincipalCalls {
    /// The principal for a plan. The policies of all principals are asked for at once, and once in a run; what that one page does
    /// not show is read by calls of its own. So is the object itself: a role's description and session duration are not in the page,
    /// and its boundary is to be believed from one answer, whether there is a page or not.
    func planned() async throws(ProviderError) -> Principal? {
        async let page = outcome { () async throws(ProviderError) in try await authorizationDetails() }
        guard let known = try await object() else { return nil }
        let details = try await page.get()[kind.detailList].elements
        guard let detail = details.first(where: { $0[kind.nameMember].string == name }) else {
            return try await alone(known)
        }
        var inline: [String: Value] = [:]
        for policy in detail[kind.detailPolicyList].elements {
            if let name = policy["PolicyName"].string { inline[name] = Principal.document(policy["PolicyDocument"]) }
        }
        return Principal(
            object: known, inlinePolicies: inline,
            managedPolicies: detail["AttachedManagedPolicies"].elements.compactMap { $0["PolicyArn"].string })
    }

    private func alone(_ object: Value) async throws(ProviderError) -> Principal? {
        async let inline = outcome { () async throws(ProviderError) in try await inlinePolicies() }
        async let managed = outcome { () async throws(ProviderError) in try await managedPolicies() }
        guard let inline = try await inline.get(), let managed = try await managed.get() else { return nil }
        return Principal(object: object, inlinePolicies: inline, managedPolicies: managed)
    }

    /// Those that carry the stack's tag, of the page that a plan reads anyway.
    func tagged(_ type: ResourceType) async throws(ProviderError) -> [TaggedObject] {
        try await authorizationDetails()[kind.detailList].elements.compactMap { detail in
            guard let name = detail[kind.nameMember].string else { return nil }
            return TaggedObject(name, tags: Tags.own(in: detail["Tags"]), of: type.section, calls.context)
        }
    }

    /// The object without its policies; nil where there is none of that name.
    func object() async throws(ProviderError) -> Value? {
        try await calls.readIfPresent(kind.get, input(), missing: IAM.missing)?[kind.rawValue]
    }

    /// The inline policies by their names; nil where the principal is gone. The one that `grants` makes is asked for while the
    /// list is under way, since it is mostly the only one.
    func inlinePolicies() async throws(ProviderError) -> [String: Value]? {
        async let grants = outcome { () async throws(ProviderError) in
            try await inlinePolicy(PrincipalPolicies.grantsName)
        }
        guard let names = try await inlinePolicyNames() else { return nil }
        var documents = try await all(names.filter { $0 != PrincipalPolicies.grantsName }) {
            (policy) async throws(ProviderError) in
            try await inlinePolicy(policy)
        }
        if names.contains(PrincipalPolicies.grantsName) {
            documents[PrincipalPolicies.grantsName] = try await grants.get()
        }
        return documents
    }

    func inlinePolicyNames() async throws(ProviderError) -> [String]? {
        try await list(kind.listPolicies, "PolicyNames")?.compactMap(\.string)
    }

    private func inlinePolicy(_ policy: String) async throws(ProviderError) -> Value? {
        let answer = try await calls.readIfPresent(
            kind.getPolicy, input(["PolicyName": .string(policy)]), missing: IAM.missing)
        return answer.map { Principal.document($0["PolicyDocument"]) }
    }

    /// The ARNs of the attached managed policies; nil where the principal is gone.
    func managedPolicies() async throws(ProviderError) -> [String]? {
        try await list(kind.listAttachedPolicies, "AttachedPolicies")?.compactMap { $0["PolicyArn"].string }
    }

    /// The document of a managed policy that is in force; nil where the caller may not read it, or there is none.
    static func policyDocument(_ arn: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        do {
            let policy = try await calls.read(IAM.getManagedPolicy, ["PolicyArn": .string(arn)])["Policy"]
            let version = try await calls.read(
                IAM.getManagedPolicyVersion, ["PolicyArn": .string(arn), "VersionId": policy["DefaultVersionId"]])
            return Principal.document(version["PolicyVersion"]["Document"])
        } catch {
            if case .aws(let cause) = error, cause.kind == .service { return nil }
            throw error
        }
    }

    /// One page of the account's roles and users, shared by all of a run; empty where the caller may not have it.
    private func authorizationDetails() async throws(ProviderError) -> Value {
        let caller = calls.caller
        return try await calls.shared.value(IAM.authorizationDetails.name) { () async throws(ProviderError) in
            do throws(AWSError) {
                return try await caller.call(IAM.authorizationDetails, ["Filter": ["Role", "User"], "MaxItems": 300])
            } catch {
                if error.kind == .service { return [:] }
                throw .aws(error)
            }
        }
    }
}
