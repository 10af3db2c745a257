import AWSClient
package import Model
package import Provider
package import Schema

/// What threat protection does. The physical id is `<pool id>/<client id>`, or `<pool id>/ALL`.
package struct RiskConfigurationProvider: UserPoolPart {
    /// The word for all app clients of a pool: CloudFormation's. The API leaves the client out then.
    static let all = "ALL"

    package let type = ResourceType.riskConfiguration
    package let calls = PartCalls(
        read: AWSOperation(
            .cognitoIdentityProvider, "DescribeRiskConfiguration", .read, answers: "RiskConfiguration"),
        in: "RiskConfiguration", create: operation(.create), update: set, delete: set)

    package init() {}

    /// Where nothing was set, the answer has ids alone. Of a pool without threat protection AWS does not say.
    package func object(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        let answer = try await calls.readIfPresent(
            self.calls.read, request(key(physicalId)), missing: self.calls.missing, "UserPoolAddOnNotEnabledException")
        guard let found = answer?[self.calls.object],
            // A client that has none may be answered with the pool's.
            (found["ClientId"].string ?? Self.all) == type.keyProperties(physicalId)["appClient"].string,
            type.rows(writtenBy: nil).contains(where: { $0.change.isInPlace && !found[$0.wireName].isNull })
        else { return nil }
        return found
    }

    package func request(_ members: Value) -> Value {
        .map((members.map ?? [:]).filter { $0.key != "ClientId" || $0.value.string != Self.all })
    }

    /// A call with the ids alone brings AWS's defaults back, or for a client what the pool has (SetRiskConfiguration).
    package func delete(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        guard try await object(physicalId, calls) != nil else { return }
        try await calls.remove(
            Self.set, request(key(physicalId)), on: physicalId, missing: self.calls.missing, retrying: .cognito)
    }

    // MARK: Parts

    private static let set = operation(.repeatable)

    private static func operation(_ effect: AWSOperation.Effect) -> AWSOperation {
        AWSOperation(.cognitoIdentityProvider, "SetRiskConfiguration", effect, answers: "RiskConfiguration")
    }
}
