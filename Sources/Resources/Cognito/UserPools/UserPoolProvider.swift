import AWSClient
package import Provider
package import Model
package import Schema
package import Records

/// User pools. The physical id is the pool's id.
package struct UserPoolProvider: TagListingProvider, PeopleHoldingProvider, DeletionGuardingProvider {
    package let type = ResourceType.userPool
    private static let mfaCall = "SetUserPoolMfaConfig"
    private static let permissions = "lambdaPermissions"

    package init() {}

    package func read(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        guard let (answer, mfa) = try await describe(physicalId, calls) else { return nil }
        let pool = UserPoolMessages.tableForm(answer["UserPool"])
        var attributes = type.attributes(fromWire: pool)
            .overlaid(by: type.attributes(fromWire: UserPoolMessages.mfaTableForm(mfa), writtenBy: Self.mfaCall))
        attributes["tags"] = Tags.own(pool["UserPoolTags"])
        let webACL = try await WebACL(pool: arn(physicalId, calls), calls).read(calls.recorded)
        if !webACL.isNull { attributes[WebACL.row] = webACL }
        // Of a trigger that somebody took out the permission may still be there.
        let (permitted, unknown) = try await permitted(
            functions(in: attributes["lambdaConfig"]).union(functions(in: calls.recorded[Self.permissions])),
            physicalId, calls)
        attributes[Self.permissions] = .list(permitted.sorted().map(Value.string))
        return Live(
            physicalId, attributes: attributes, outputs: outputs(physicalId, attributes, calls),
            unreadable: unknown.isEmpty ? [:] : [Self.permissions: TriggerPermission.rightToRead(unknown)],
            warnings: ["SmsConfigurationFailure", "EmailConfigurationFailure"].compactMap { pool[$0].string })
    }

    /// Without MFA first: `CreateUserPool` takes it only together with text messages. Without triggers too, where functions must let the
    /// pool call them before: that takes the pool's ARN.
    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        var input = type.wireForm(desired)
        let mfa = UserPoolMessages.mfa(
            type.wireForm(desired, writtenBy: Self.mfaCall), sms: input["SmsConfiguration"])
        try refuseUselessMfa(mfa, desired: desired)
        input["Tags"] = .null
        input["UserPoolTags"] = desired["tags"]
        let isPermitted = desired[Self.permissions].isNull
        if !isPermitted { input["LambdaConfig"] = .null }
        let answer = try await calls.write(
            .createUserPool, UserPoolMessages.request(input.withoutNulls), retrying: .cognito)
        guard let id = answer["UserPool"]["Id"].string else { throw .noId(.createUserPool) }
        let outputs = outputs(id, desired, calls)
        try await calls.recordCreated(id, outputs: outputs)
        if !mfa["WebAuthnConfiguration"].isNull || UserPoolMessages.isOn(mfa) { try await set(mfa, of: id, calls) }
        if !isPermitted { _ = try await update(id, to: desired, changed: ["lambdaConfig", Self.permissions], calls) }
        let webACL = desired[WebACL.row]
        if !webACL.isNull { try await WebACL(pool: arn(id, calls), calls).write(webACL) }
        return outputs
    }

    /// Permissions before the triggers that need them, and away after those. What AWS would refuse of MFA is refused before either call.
    package func update(
        _ physicalId: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        let (answer, liveMfa) = try await calls.readEventually(physicalId) { () async throws(ProviderError) in
            try await describe(physicalId, calls)
        }
        let pool = answer["UserPool"]
        let permissions = changed.contains(Self.permissions) ? desired[Self.permissions].elements : []
        for function in permissions.compactMap(\.string) { try await permission(function, physicalId, calls).add() }
        try await write(
            UserPoolChanges(type, pool: pool, mfa: liveMfa, desired: desired, changed: changed, call: Self.mfaCall),
            desired, of: physicalId, calls)
        let tags = TagChanges(
            from: Tags.own(pool["UserPoolTags"]), to: changed.contains("tags") ? desired["tags"] : [:])
        try await calls.write(
            tags, to: arn(physicalId, calls), of: physicalId, tag: .tagUserPool, untag: .untagUserPool)
        if changed.contains(WebACL.row) {
            try await WebACL(pool: arn(physicalId, calls), calls).write(desired[WebACL.row])
        }
        for function in permissions.compactMap(\.map).flatMap(\.keys).sorted() {
            try await permission(function, physicalId, calls).remove()
        }
        return changed.contains("issuerConfiguration") ? outputs(physicalId, desired, calls) : [:]
    }

    /// MFA before the rest, since a refused call after it would leave a looser pool; after it where a factor needs what the rest brings.
    private func write(
        _ changes: UserPoolChanges, _ desired: Value, of physicalId: String, _ calls: ProviderContext
    ) async throws(ProviderError) {
        if let mfa = changes.mfa { try refuseUselessMfa(mfa, desired: desired) }
        if let mfa = changes.mfa, !changes.isPoolFirst { try await set(mfa, of: physicalId, calls) }
        if let pool = changes.pool {
            try await calls.write(
                .updateUserPool, UserPoolMessages.update(physicalId, pool), on: physicalId, retrying: .cognito)
        }
        if let mfa = changes.mfa, changes.isPoolFirst { try await set(mfa, of: physicalId, calls) }
        // No more in one call (botocore, `CustomAttributesListType`).
        for start in stride(from: 0, to: changes.newAttributes.count, by: 25) {
            let attributes = Array(changes.newAttributes[start..<min(start + 25, changes.newAttributes.count)])
            try await calls.write(
                .addCustomAttributes,
                ["UserPoolId": .string(physicalId), "CustomAttributes": UserPoolMessages.schema(attributes)],
                on: physicalId, retrying: .cognito)
        }
    }

    package func delete(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        let answer = try await calls.readIfPresent(
            .describeUserPool, ["UserPoolId": .string(physicalId)], missing: "ResourceNotFoundException")
        // One that cannot be read is gone, or was made just now: the delete itself says which.
        let pool = answer?["UserPool"] ?? [:]
        if pool["DeletionProtection"] == "ACTIVE" {
            throw .refused(
                message: "user pool \(physicalId) is protected from deletion.",
                help: "Set its `deletionProtection` to INACTIVE in the stack file, apply that, and try again.")
        }
        if let problem = Self.domainInTheWay(of: physicalId, pool, going: []) {
            throw .refused(message: "\(problem.message).", help: problem.help)
        }
        // While the pool is there, it tells which functions let it call them.
        let triggers = functions(in: type.attributes(fromWire: pool)["lambdaConfig"])
        for function in triggers.union(functions(in: calls.recorded[Self.permissions])).sorted() {
            try await permission(function, physicalId, calls).remove()
        }
        try await calls.remove(
            .deleteUserPool, ["UserPoolId": .string(physicalId)], on: physicalId, missing: "ResourceNotFoundException",
            retrying: .cognito)
    }

    /// A domain that is not the stack's stops the plan, before people can no longer sign in.
    package func obstacle(
        _ physicalId: String, going: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> RuleProblem? {
        let answer = try await calls.readIfPresent(
            .describeUserPool, ["UserPoolId": .string(physicalId)], missing: "ResourceNotFoundException")
        return Self.domainInTheWay(of: physicalId, answer?["UserPool"] ?? [:], going: going)
    }

    /// - Parameter going: physical ids of domains that do not count.
    private static func domainInTheWay(of physicalId: String, _ pool: Value, going: Set<String>) -> RuleProblem? {
        let domains = [pool["CustomDomain"], pool["Domain"]].compactMap(\.string).filter { !$0.isEmpty }
        guard let domain = domains.first(where: { !going.contains("\(physicalId)/\($0)") }) else { return nil }
        return RuleProblem(
            path: .root,
            message: "user pool \(physicalId) has the domain \(domain), and AWS deletes no pool that has one",
            help: "Delete the domain (Cognito console, Branding, Domain), and try again.")
    }

    package func tagged(_ calls: ProviderContext) async throws(ProviderError) -> [TaggedObject] {
        try await TaggedObjects.of(type, service: "cognito-idp", prefix: "userpool/", calls)
    }

    package func locate(_ desired: Value, intents: [Intent], _ calls: ProviderContext) async throws(ProviderError)
        -> Located
    {
        let pools = try await calls.shared.value("ListUserPools") { () async throws(ProviderError) in
            .list(
                try await calls.readAll(
                    .listUserPools, ["MaxResults": 60], items: "UserPools", inputToken: "NextToken",
                    outputToken: "NextToken"))
        }
        var found: [(id: String, tags: Value)] = []
        for pool in pools.elements where pool["Name"] == desired["name"] {
            guard let id = pool["Id"].string,
                let answer = try await calls.readIfPresent(
                    .describeUserPool, ["UserPoolId": .string(id)], missing: "ResourceNotFoundException")
            else { continue }
            found.append((id, answer["UserPool"]["UserPoolTags"]))
        }
        return Tags.located(found, calls)
    }

    /// AWS's own number is an estimate, so a page of users is asked for too.
    package func userAccounts(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Int? {
        let input: Value = ["UserPoolId": .string(physicalId)]
        guard let (answer, users) = try await calls.readBoth(.describeUserPool, .listUsers, input) else { return 0 }
        return max(answer["UserPool"]["EstimatedNumberOfUsers"].wireInteger ?? 0, users["Users"].elements.count)
    }

    // MARK: Parts

    private func permission(_ function: String, _ physicalId: String, _ calls: ProviderContext) -> TriggerPermission {
        TriggerPermission(function: function, poolId: physicalId, poolARN: arn(physicalId, calls), calls: calls)
    }

    /// The ARNs of functions anywhere in a value of `lambdaConfig` or `lambdaPermissions`.
    private func functions(in value: Value) -> Set<String> {
        var functions: Set<String> = []
        value.forEachLeaf { if let text = $0.string, text.contains(":function:") { functions.insert(text) } }
        return functions
    }

    /// Those of the functions that let the pool call them, and those of which whoever asks may not know.
    private func permitted(
        _ functions: Set<String>, _ physicalId: String, _ calls: ProviderContext
    ) async throws(ProviderError) -> (permitted: [String], unknown: [String]) {
        let found = try await all(functions.sorted()) { (function) async throws(ProviderError) -> Bool?? in
            .some(try await permission(function, physicalId, calls).isThere())
        }
        return (found.filter { $0.value == true }.map(\.key), found.filter { $0.value == nil }.map(\.key))
    }

    private func describe(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> (Value, Value)?
    {
        try await calls.readBoth(.describeUserPool, .getUserPoolMfaConfig, ["UserPoolId": .string(physicalId)])
    }

    private func set(_ mfa: Value, of physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        var input = mfa
        input["UserPoolId"] = .string(physicalId)
        try await calls.write(.setUserPoolMfaConfig, input, on: physicalId, retrying: .cognito)
    }

    /// What `SetUserPoolMfaConfig` would refuse, or take and drop: found before the first change, so none is left half
    /// done. The rules see the file alone, and this the live factors too.
    private func refuseUselessMfa(_ mfa: Value, desired: Value) throws(ProviderError) {
        let isOn = UserPoolMessages.isOn(mfa)
        if isOn, !UserPoolMessages.hasFactor(mfa) {
            throw .refused(
                message: "MFA would be on, and the pool would have no second factor.",
                help: "Add `softwareTokenMfaConfiguration: { enabled: true }`, or set `mfaConfiguration: OFF`.")
        }
        if !isOn, let factor = secondFactors.first(where: { desired[$0]["enabled"] == true }) {
            throw .refused(
                message: "a second factor would be enabled, and MFA would be off.",
                help: "Add `mfaConfiguration: OPTIONAL`, or take `\(factor)` out.")
        }
    }

    private func arn(_ id: String, _ calls: ProviderContext) -> String {
        calls.context.arn("cognito-idp", "userpool/\(id)")
    }

    /// - Parameter attributes: the pool's properties, which say what its tokens call the issuer.
    private func outputs(_ id: String, _ attributes: Value, _ calls: ProviderContext) -> [String: Value] {
        let providerName = UserPoolMessages.providerName(id)
        let isUpdated = attributes["issuerConfiguration"]["type"] == "UPDATED"
        return [
            "id": .string(id), "arn": .string(arn(id, calls)), "providerName": .string(providerName),
            "issuer": .string("https://\(isUpdated ? "issuer-" : "")\(providerName)"),
        ]
    }
}
