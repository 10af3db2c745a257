import AWSClient
import IAMPolicy
package import Provider
package import Model
package import Schema
package import Records

package struct RoleProvider: TagListingProvider, PolicyReadingProvider {
    package let type = roleType

    package init() {}

    package func read(_ name: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        guard let role = try await PrincipalCalls(.role, name, calls).planned() else { return nil }
        let trust = Principal.document(role.object["AssumeRolePolicyDocument"])
        var attributes = role.attributes(.role)
        attributes["trust"] = trust
        attributes["description"] = role.object["Description"].string.map(Value.string)
        attributes["maxSessionDuration"] = role.object["MaxSessionDuration"].wireInteger.map(Value.integer)
        return Live(
            name, attributes: .map(attributes), outputs: role.outputs(.role),
            warnings: PolicyDocument.orphanedPrincipals(in: trust).map {
                "its trust names \($0), the id of a user or role that was deleted; one of the same name is not trusted"
            })
    }

    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        let role = PrincipalCalls(.role, desired["name"].string ?? "", calls, isNew: true)
        var members = type.wireForm(desired)
        members["AssumeRolePolicyDocument"] = try role.text(of: desired["trust"])
        members["Tags"] = Tags.list(desired["tags"])
        let outputs = try await role.create(members)
        try await role.update(to: desired, changed: PrincipalPolicies.writtenApart(in: desired))
        return outputs
    }

    package func update(
        _ name: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        let role = PrincipalCalls(.role, name, calls)
        if changed.contains("trust") {
            try await role.write(Self.updateTrust, ["PolicyDocument": try role.text(of: desired["trust"])])
        }
        let settings = changed.intersection(["description", "maxSessionDuration"])
        if !settings.isEmpty {
            // What the request leaves out stays, so AWS's defaults are written out.
            try await role.write(Self.updateRole, type.wireForm(type.withDefaults(desired, for: settings)).map ?? [:])
        }
        try await role.update(to: desired, changed: changed)
        return [:]
    }

    package func delete(_ name: String, _ calls: ProviderContext) async throws(ProviderError) {
        let role = PrincipalCalls(.role, name, calls)
        try await role.delete { () async throws(ProviderError) in
            for profile in try await role.list(Self.listProfiles, "InstanceProfiles") ?? [] {
                try await role.remove(Self.leaveProfile, ["InstanceProfileName": profile["InstanceProfileName"]])
            }
        }
    }

    package func policyDocument(_ arn: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        try await PrincipalCalls.policyDocument(arn, calls)
    }

    package func tagged(_ calls: ProviderContext) async throws(ProviderError) -> [TaggedObject] {
        try await PrincipalCalls(.role, "", calls).tagged(type)
    }

    package func locate(_ desired: Value, intents: [Intent], _ calls: ProviderContext) async throws(ProviderError)
        -> Located
    {
        try await PrincipalCalls(.role, desired["name"].string ?? "", calls).located()
    }

    private static let updateTrust = Operation(.iam, "UpdateAssumeRolePolicy", .repeatable)
    private static let updateRole = Operation(.iam, "UpdateRole", .repeatable)
    private static let listProfiles = Operation(
        .iam, "ListInstanceProfilesForRole", .read, answers: "InstanceProfiles[].InstanceProfileName")
    private static let leaveProfile = Operation(.iam, "RemoveRoleFromInstanceProfile", .repeatable)
}
