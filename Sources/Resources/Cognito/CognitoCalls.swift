import AWSClient
import Provider
import Model
import Schema

extension TransientErrors {
    /// Another change of the same object is under way ("Only one request to update user pool client can be processed at a time"), or
    /// IAM has not yet spread the pool's SMS role. The last is what SetIdentityPoolRoles and UpdateIdentityPool may say of another change
    /// under way (Cognito API).
    static let cognito = TransientErrors(
        of: "Cognito", codes: "ConcurrentModificationException", "InvalidSmsRoleTrustRelationshipException",
        "InvalidSmsRoleAccessPolicyException", "ResourceConflictException")
}

extension ProviderContext {
    /// Writes tags, which user pools and identity pools have the same calls for.
    func write(
        _ tags: TagChanges, to arn: String, of physicalId: String, tag: AWSOperation, untag: AWSOperation
    ) async throws(ProviderError) {
        let object: Value = ["ResourceArn": .string(arn)]
        try await tags.write { (tags) async throws(ProviderError) in
            try await write(tag, object.overlaid(by: ["Tags": tags]), on: physicalId)
        } removing: { (keys) async throws(ProviderError) in
            try await write(untag, object.overlaid(by: ["TagKeys": keys]), on: physicalId)
        }
    }

    /// Two reads of one object at once; nil where either says that there is none.
    func readBoth(
        _ first: AWSOperation, _ second: AWSOperation, _ input: Value
    ) async throws(ProviderError) -> (Value, Value)? {
        async let other = answer(second, input)
        let one = await answer(first, input)
        guard let one = try one.get(), let other = try await other.get() else { return nil }
        return (one, other)
    }

    private func answer(_ operation: AWSOperation, _ input: Value) async -> Result<Value?, ProviderError> {
        do {
            return .success(try await readIfPresent(operation, input, missing: "ResourceNotFoundException"))
        } catch {
            return .failure(error)
        }
    }
}

extension ProviderError {
    /// A create call succeeded and did not say what it made.
    static func noId(_ operation: AWSOperation) -> ProviderError {
        .aws(AWSError(.garbled, message: "the answer has no id of what was made", operation: operation))
    }
}
