import AWSClient
package import Provider
package import Model
package import Schema
package import Records

extension AWSOperation {
    static let describeUserPoolClient = AWSOperation(
        .cognitoIdentityProvider, "DescribeUserPoolClient", .read,
        answers: "UserPoolClient.ClientId", "UserPoolClient.UserPoolId", secrets: ["UserPoolClient.ClientSecret"])
    static let listUserPoolClients = AWSOperation(
        .cognitoIdentityProvider, "ListUserPoolClients", .read, answers: "UserPoolClients[].ClientId")
    static let listUserPoolClientSecrets = AWSOperation(
        .cognitoIdentityProvider, "ListUserPoolClientSecrets", .read, answers: "ClientSecrets[].ClientSecretId")
    static let createUserPoolClient = AWSOperation(
        .cognitoIdentityProvider, "CreateUserPoolClient", .create,
        answers: "UserPoolClient.ClientId", "UserPoolClient.UserPoolId", secrets: ["UserPoolClient.ClientSecret"])
    static let updateUserPoolClient = AWSOperation(
        .cognitoIdentityProvider, "UpdateUserPoolClient", .repeatable, answers: "UserPoolClient.ClientId",
        secrets: ["UserPoolClient.ClientSecret"])
    static let deleteUserPoolClient = AWSOperation(.cognitoIdentityProvider, "DeleteUserPoolClient", .repeatable)
}

/// App clients. The physical id is `<pool id>/<client id>`.
package struct AppClientProvider: Provider {
    package let type = ResourceType.appClient
    package let locatedBy = ["userPool", "name"]

    package init() {}

    package func read(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        let answer = try await calls.readIfPresent(
            .describeUserPoolClient, try key(physicalId), missing: "ResourceNotFoundException")
        guard let client = answer?["UserPoolClient"] else { return nil }
        var attributes = type.attributes(fromWire: client)
        attributes["generateSecret"] = .boolean(try await hasSecret(client, physicalId, calls))
        return Live(physicalId, attributes: attributes, outputs: outputs(client))
    }

    /// With a list taken beforehand, since neither a name nor a tag tells a client: what is new in the pool afterwards is what
    /// the call made.
    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        guard let pool = desired["userPool"].string else { throw .noPool }
        let before = try await clients(of: pool, calls) ?? []
        let answer = try await calls.write(
            .createUserPoolClient, type.wireForm(desired), baseline: before.compactMap { $0["ClientId"].string })
        let client = answer["UserPoolClient"]
        guard let id = client["ClientId"].string else { throw .noId(.createUserPoolClient) }
        let outputs = outputs(client)
        try await calls.recordCreated("\(pool)/\(id)", outputs: outputs)
        return outputs
    }

    package func update(
        _ physicalId: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        let key = try key(physicalId)
        let live = try await calls.readEventually(physicalId) { () async throws(ProviderError) -> Value? in
            try await calls.readIfPresent(.describeUserPoolClient, key, missing: "ResourceNotFoundException")
        }["UserPoolClient"]
        var merged = type.overlay(live, with: desired, changed: changed)
        for kind in TokenKind.allCases { kind.settle(&merged, live: live, desired: desired, changed: changed) }
        try await calls.write(
            .updateUserPoolClient, merged.members(type.updatedMembers).overlaid(by: key), on: physicalId,
            retrying: .cognito)
        return [:]
    }

    package func delete(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await calls.remove(
            .deleteUserPoolClient, try key(physicalId), on: physicalId, missing: "ResourceNotFoundException",
            retrying: .cognito)
    }

    /// After a create call whose answer was lost: the client of the wanted name that no list taken before had. Without
    /// one, the only client of that name, if its pool is this stack's.
    package func locate(_ desired: Value, intents: [Intent], _ calls: ProviderContext) async throws(ProviderError)
        -> Located
    {
        guard let pool = ResourceType.userPoolId(desired["userPool"]).string else { return .none }
        let all = try await calls.shared.value("ListUserPoolClients \(pool)") { () async throws(ProviderError) in
            .list(try await clients(of: pool, calls) ?? [])
        }
        let known = Set(intents.flatMap(\.baseline))
        let found = all.elements.filter { $0["ClientName"] == desired["name"] }.compactMap { $0["ClientId"].string }
            .filter { !known.contains($0) }.map { "\(pool)/\($0)" }
        if found.count > 1 { return .ambiguous(found) }
        guard let id = found.first else { return .none }
        if !intents.isEmpty { return .ours(id) }
        return try await calls.ownsPool(.string(pool)) ? .ours(id) : .unowned(id)
    }

    // MARK: Parts

    /// Whether a client has a secret. Of one whose first secret was deleted after it got a second one, AWS shows none (floci#345); to take
    /// it for a client without a secret would replace it.
    private func hasSecret(
        _ client: Value, _ physicalId: String, _ calls: ProviderContext
    ) async throws(ProviderError) -> Bool {
        if !client["ClientSecret"].isNull { return true }
        guard calls.recorded["generateSecret"] == true else { return false }
        let secrets = try await calls.readIfPresent(
            .listUserPoolClientSecrets, try key(physicalId), missing: "ResourceNotFoundException")
        return secrets?["ClientSecrets"].elements.isEmpty == false
    }

    private func key(_ physicalId: String) throws(ProviderError) -> Value {
        let parts = physicalId.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw .refused(
                message: "\(physicalId) is no id of an app client.", help: "It is written `<user pool id>/<client id>`."
            )
        }
        return ["UserPoolId": .string(parts[0]), "ClientId": .string(parts[1])]
    }

    /// The clients of a pool, ids and names; nil where there is no such pool.
    private func clients(of pool: String, _ calls: ProviderContext) async throws(ProviderError) -> [Value]? {
        do {
            return try await calls.readAll(
                .listUserPoolClients, ["UserPoolId": .string(pool), "MaxResults": 60], items: "UserPoolClients",
                inputToken: "NextToken", outputToken: "NextToken")
        } catch {
            guard error.code == "ResourceNotFoundException" else { throw error }
            return nil
        }
    }

    private func outputs(_ client: Value) -> [String: Value] {
        guard let pool = client["UserPoolId"].string, let id = client["ClientId"].string else { return [:] }
        let providerName = UserPoolMessages.providerName(pool)
        var outputs: [String: Value] = [
            "id": .string(id), "key": .string("\(pool)/\(id)"), "providerName": .string(providerName),
            "identityProvider": .string("\(providerName):\(id)"),
        ]
        if case .secret = client["ClientSecret"] { outputs["secret"] = client["ClientSecret"] }
        return outputs
    }
}

extension ProviderError {
    fileprivate static let noPool = ProviderError.refused(
        message: "an app client needs the id of its user pool.", help: "This is a defect of cogstack: please report it."
    )
}
