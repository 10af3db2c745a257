import AWSClient
package import Model
package import Provider
package import Records
package import Schema

/// People who are invited into a user pool if they are absent. The physical id is `<pool id>/<user name>`.
package struct FirstUserProvider: Provider {
    package let type = ResourceType.firstUser

    package init() {}

    /// Somebody who was invited once and is gone was taken out by somebody else, who is not gainsaid.
    package func read(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        let key = type.keyProperties(physicalId)
        if try await isThere(physicalId, calls) { return Live(physicalId, attributes: key, outputs: [:]) }
        guard !calls.recorded["username"].isNull else { return nil }
        return Live(
            physicalId, attributes: key, outputs: [:],
            warnings: [
                "\(key["username"].string ?? physicalId) is in the user pool no more. Nobody is invited twice: take \(calls.address) out of the file, or rename it."
            ])
    }

    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        guard let physicalId = type.key(desired) else { return [:] }
        do {
            try await calls.write(Self.create, invitation(desired), retrying: .cognito)
        } catch {
            // Whoever is there already has got what they need.
            guard error.code == "UsernameExistsException" else { throw error }
            try await calls.recordCreated(physicalId)
            return [:]
        }
        try await calls.recordCreated(physicalId)
        return try await update(physicalId, to: desired, changed: [], calls)
    }

    /// The rest of an invitation: the groups.
    package func update(
        _ physicalId: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        for group in desired["groups"].elements {
            try await calls.write(
                Self.join, key(physicalId).overlaid(by: ["GroupName": group]), on: physicalId, retrying: .cognito)
        }
        return [:]
    }

    /// Nobody's account is deleted.
    package func delete(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {}

    package func locate(
        _ desired: Value, intents: [Intent], _ calls: ProviderContext
    ) async throws(ProviderError) -> Located {
        guard let physicalId = type.key(desired), try await isThere(physicalId, calls) else { return .none }
        return .ours(physicalId)
    }

    // MARK: Parts

    private func isThere(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Bool {
        try await calls.readIfPresent(
            Self.get, key(physicalId), missing: "UserNotFoundException", "ResourceNotFoundException") != nil
    }

    private func invitation(_ desired: Value) -> Value {
        var request = type.wireForm(type.keyProperties(type.key(desired) ?? ""))
        for (name, member) in [
            ("messageAction", "MessageAction"), ("temporaryPassword", "TemporaryPassword"),
            ("forceAliasCreation", "ForceAliasCreation"), ("clientMetadata", "ClientMetadata"),
        ] where !desired[name].isNull { request[member] = desired[name] }
        for (name, member) in [("userAttributes", "UserAttributes"), ("validationData", "ValidationData")] {
            guard let pairs = desired[name].map else { continue }
            request[member] = .list(
                pairs.sorted { $0.key < $1.key }.map { ["Name": .string($0.key), "Value": $0.value] })
        }
        request["DesiredDeliveryMediums"] = mediums(desired)
        return request.withoutNulls
    }

    /// AWS's default is a text message, also to somebody whose number nobody knows.
    private func mediums(_ desired: Value) -> Value {
        if !desired["desiredDeliveryMediums"].isNull { return desired["desiredDeliveryMediums"] }
        let attributes = desired["userAttributes"]
        let hasAddress = !attributes["email"].isNull || desired["username"].string?.contains("@") == true
        return hasAddress && attributes["phone_number"].isNull ? ["EMAIL"] : .null
    }

    private func key(_ physicalId: String) -> Value { type.wireForm(type.keyProperties(physicalId)) }

    private static let get = AWSOperation(.cognitoIdentityProvider, "AdminGetUser", .read, answers: "Username")
    private static let create = AWSOperation(
        .cognitoIdentityProvider, "AdminCreateUser", .create, answers: "User.Username")
    private static let join = AWSOperation(.cognitoIdentityProvider, "AdminAddUserToGroup", .repeatable)
}
