import AWSClient
import Model
import Provider

/// The tags that an identity pool puts on credentials, by provider. Those of a provider are asked for only where a file sets them, or did.
struct PrincipalTags: Sendable {
    /// The table's row for them.
    static let row = "principalTags"
    private let poolId: String
    private let calls: ProviderContext

    init(poolId: String, _ calls: ProviderContext) {
        self.poolId = poolId
        self.calls = calls
    }

    /// - Parameter recorded: the pool's properties as they were applied last.
    func read(_ recorded: Value) async throws(ProviderError) -> Value {
        guard !recorded[Self.row].isNull else { return .null }
        let found = try await all(Self.providers(recorded)) { (provider) async throws(ProviderError) -> Value? in
            try await calls.readIfPresent(Self.get, key(provider), missing: "ResourceNotFoundException")
        }
        return .list(
            found.sorted { $0.key < $1.key }.map { provider, answer in
                [
                    "identityProviderName": .string(provider), "useDefaults": answer["UseDefaults"],
                    "principalTags": answer["PrincipalTags"].isNull ? [:] : answer["PrincipalTags"],
                ]
            })
    }

    /// Writes what `desired` says; a provider that it names no more, and `recorded` does, goes back to AWS's default.
    func write(_ desired: Value, recorded: Value = [:]) async throws(ProviderError) {
        for entry in desired[Self.row].elements {
            guard let provider = entry["identityProviderName"].string else { continue }
            try await set(
                provider, useDefaults: entry["useDefaults"].isNull ? true : entry["useDefaults"],
                entry["principalTags"].isNull ? [:] : entry["principalTags"])
        }
        for provider in Set(Self.providers(recorded)).subtracting(Self.providers(desired)).sorted() {
            try await set(provider, useDefaults: true, [:])
        }
    }

    private func set(_ provider: String, useDefaults: Value, _ tags: Value) async throws(ProviderError) {
        try await calls.write(
            Self.set, key(provider).overlaid(by: ["UseDefaults": useDefaults, "PrincipalTags": tags]), on: poolId,
            retrying: .cognito)
    }

    private func key(_ provider: String) -> Value {
        ["IdentityPoolId": .string(poolId), "IdentityProviderName": .string(provider)]
    }

    private static func providers(_ properties: Value) -> [String] {
        properties[row].elements.compactMap { $0["identityProviderName"].string }
    }

    private static let get = AWSOperation(
        .cognitoIdentity, "GetPrincipalTagAttributeMap", .read, answers: "IdentityProviderName")
    private static let set = AWSOperation(
        .cognitoIdentity, "SetPrincipalTagAttributeMap", .repeatable, answers: "IdentityProviderName")
}
