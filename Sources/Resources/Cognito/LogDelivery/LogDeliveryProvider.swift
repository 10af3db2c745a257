import AWSClient
package import Model
package import Provider
package import Schema

/// Where user pools send their logs. The physical id is the pool's.
package struct LogDeliveryProvider: UserPoolPart {
    package let type = ResourceType.logDelivery
    package let calls = PartCalls(
        read: AWSOperation(
            .cognitoIdentityProvider, "GetLogDeliveryConfiguration", .read,
            answers: "LogDeliveryConfiguration.LogConfigurations[].EventSource"),
        in: "LogDeliveryConfiguration", create: operation(.create), update: set, delete: set)

    package init() {}

    /// A pool that sends none has an empty list.
    package func object(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        let answer = try await calls.readIfPresent(self.calls.read, key(physicalId), missing: self.calls.missing)
        guard let found = answer?[self.calls.object], !found["LogConfigurations"].elements.isEmpty else { return nil }
        return found
    }

    package func delete(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await calls.remove(
            Self.set, key(physicalId).overlaid(by: ["LogConfigurations": []]), on: physicalId,
            missing: self.calls.missing, retrying: .cognito)
    }

    // MARK: Parts

    private static let set = operation(.repeatable)

    private static func operation(_ effect: AWSOperation.Effect) -> AWSOperation {
        AWSOperation(
            .cognitoIdentityProvider, "SetLogDeliveryConfiguration", effect, answers: "LogDeliveryConfiguration")
    }
}
