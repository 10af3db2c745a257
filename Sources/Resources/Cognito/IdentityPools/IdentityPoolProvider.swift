import AWSClient
package import Provider
package import Model
package import Schema
package import Records

extension AWSOperation {
    static let describeIdentityPool = AWSOperation(
        .cognitoIdentity, "DescribeIdentityPool", .read, answers: "IdentityPoolId", "IdentityPoolName")
    static let getIdentityPoolRoles = AWSOperation(
        .cognitoIdentity, "GetIdentityPoolRoles", .read, answers: "IdentityPoolId")
    static let listIdentityPools = AWSOperation(
        .cognitoIdentity, "ListIdentityPools", .read, answers: "IdentityPools[].IdentityPoolId")
    static let createIdentityPool = AWSOperation(
        .cognitoIdentity, "CreateIdentityPool", .create, answers: "IdentityPoolId")
    static let updateIdentityPool = AWSOperation(
        .cognitoIdentity, "UpdateIdentityPool", .repeatable, answers: "IdentityPoolId")
    static let setIdentityPoolRoles = AWSOperation(.cognitoIdentity, "SetIdentityPoolRoles", .repeatable)
    static let deleteIdentityPool = AWSOperation(.cognitoIdentity, "DeleteIdentityPool", .repeatable)
    static let tagIdentityPool = AWSOperation(.cognitoIdentity, "TagResource", .repeatable)
    static let untagIdentityPool = AWSOperation(.cognitoIdentity, "UntagResource", .repeatable)
}

/// Identity pools, with the roles that AWS keeps beside each. The physical id is the pool's id.
package struct IdentityPoolProvider: TagListingProvider {
    package let type = ResourceType.identityPool
    private static let rolesCall = "SetIdentityPoolRoles"

    package init() {}

    package func read(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        guard let (pool, roles) = try await describe(physicalId, calls) else { return nil }
        var attributes = type.attributes(fromWire: pool)
            .overlaid(by: type.attributes(fromWire: Self.tableForm(roles), writtenBy: Self.rolesCall))
        attributes["tags"] = Tags.own(pool["IdentityPoolTags"])
        let principalTags = try await PrincipalTags(poolId: physicalId, calls).read(calls.recorded)
        if !principalTags.isNull { attributes[PrincipalTags.row] = principalTags }
        return Live(physicalId, attributes: attributes, outputs: outputs(physicalId, calls))
    }

    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        var input = type.wireForm(desired)
        input["Tags"] = .null
        input["IdentityPoolTags"] = desired["tags"]
        let answer = try await calls.write(.createIdentityPool, input.withoutNulls)
        guard let id = answer["IdentityPoolId"].string else { throw .noId(.createIdentityPool) }
        let outputs = outputs(id, calls)
        try await calls.recordCreated(id, outputs: outputs)
        let roles = type.wireForm(desired, writtenBy: Self.rolesCall)
        if roles.map?.isEmpty == false { try await set(roles, of: id, calls) }
        try await PrincipalTags(poolId: id, calls).write(desired)
        return outputs
    }

    package func update(
        _ physicalId: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        let (pool, live) = try await calls.readEventually(physicalId) { () async throws(ProviderError) in
            try await describe(physicalId, calls)
        }
        let ownTags = Tags.own(pool["IdentityPoolTags"])
        let tags = TagChanges(from: ownTags, to: changed.contains("tags") ? desired["tags"] : [:])

        // Tags are part of the pool and have calls of their own besides. What each does to the other is written nowhere, so
        // that both say the same.
        if type.rows(writtenBy: nil).contains(where: { changed.contains($0.name) }) {
            var merged = type.overlay(pool, with: desired, changed: changed.subtracting(["tags"]))
            // Left out, it stays as it is.
            if merged["AllowClassicFlow"].isNull { merged["AllowClassicFlow"] = false }
            var request = merged.members(type.updatedMembers.union(["DeveloperProviderName"]))
            request["IdentityPoolId"] = .string(physicalId)
            request["IdentityPoolTags"] = tags.applied(to: ownTags)
            try await calls.write(.updateIdentityPool, request, on: physicalId, retrying: .cognito)
        }
        if type.rows(writtenBy: Self.rolesCall).contains(where: { changed.contains($0.name) }) {
            let live = Self.tableForm(live)
            try await set(
                type.overlay(live, with: desired, changed: changed, writtenBy: Self.rolesCall), of: physicalId, calls)
        }
        if changed.contains(PrincipalTags.row) {
            try await PrincipalTags(poolId: physicalId, calls).write(desired, recorded: calls.recorded)
        }
        try await calls.write(
            tags, to: arn(physicalId, calls), of: physicalId, tag: .tagIdentityPool, untag: .untagIdentityPool)
        return [:]
    }

    package func delete(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await calls.remove(
            .deleteIdentityPool, ["IdentityPoolId": .string(physicalId)], on: physicalId,
            missing: "ResourceNotFoundException", retrying: .cognito)
    }

    package func tagged(_ calls: ProviderContext) async throws(ProviderError) -> [TaggedObject] {
        try await TaggedObjects.of(type, service: "cognito-identity", prefix: "identitypool/", calls)
    }

    package func locate(_ desired: Value, intents: [Intent], _ calls: ProviderContext) async throws(ProviderError)
        -> Located
    {
        let pools = try await calls.shared.value("ListIdentityPools") { () async throws(ProviderError) in
            .list(
                try await calls.readAll(
                    .listIdentityPools, ["MaxResults": 60], items: "IdentityPools", inputToken: "NextToken",
                    outputToken: "NextToken"))
        }
        var found: [(id: String, tags: Value)] = []
        for pool in pools.elements where pool["IdentityPoolName"] == desired["name"] {
            guard let id = pool["IdentityPoolId"].string,
                let answer = try await calls.readIfPresent(
                    .describeIdentityPool, ["IdentityPoolId": .string(id)], missing: "ResourceNotFoundException")
            else { continue }
            found.append((id, answer["IdentityPoolTags"]))
        }
        return Tags.located(found, calls)
    }

    // MARK: Parts

    private func describe(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> (Value, Value)?
    {
        try await calls.readBoth(.describeIdentityPool, .getIdentityPoolRoles, ["IdentityPoolId": .string(physicalId)])
    }

    /// `GetIdentityPoolRoles`' answer with the mappings as a list, each with the provider under whose name AWS keeps it.
    private static func tableForm(_ answer: Value) -> Value {
        var form = answer
        guard let mappings = answer["RoleMappings"].map else { return form }
        form["RoleMappings"] = .list(
            mappings.sorted { $0.key < $1.key }.map { provider, mapping in
                mapping.overlaid(by: ["IdentityProvider": .string(provider)])
            })
        return form
    }

    /// The call replaces the roles, and the mappings that choose among roles by a token's claims with them: it always gets both.
    ///
    /// - Parameter members: the table's wire names.
    private func set(_ members: Value, of physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        var mappings: [String: Value] = [:]
        for mapping in members["RoleMappings"].elements {
            guard let provider = mapping["IdentityProvider"].string else { continue }
            mappings[provider] = .map((mapping.map ?? [:]).filter { $0.key != "IdentityProvider" })
        }
        try await calls.write(
            .setIdentityPoolRoles,
            [
                "IdentityPoolId": .string(physicalId),
                "Roles": members["Roles"].isNull ? [:] : members["Roles"], "RoleMappings": .map(mappings),
            ], on: physicalId, retrying: .cognito)
    }

    private func arn(_ id: String, _ calls: ProviderContext) -> String {
        calls.context.arn("cognito-identity", "identitypool/\(id)")
    }

    private func outputs(_ id: String, _ calls: ProviderContext) -> [String: Value] {
        ["id": .string(id), "arn": .string(arn(id, calls))]
    }
}
