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

    /// What `read` finds of an object that is to be changed; one that was made just now may not be shown at once.
    ///
    /// - Throws: `gone` where it is not shown in a while either.
    func readEventually<Found: Sendable>(
        _ physicalId: String, _ read: () async throws(ProviderError) -> Found?
    ) async throws(ProviderError) -> Found {
        do {
            return try await polling("Cognito to show \(physicalId)", seconds: 4) {
                () async throws(ProviderError) -> Poll<Found> in
                try await read().map(Poll.done) ?? .notYet("there is nothing")
            }
        } catch {
            if case .timedOut = error { throw .gone(physicalId) }
            throw error
        }
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

    /// An object went between the plan and its update.
    fileprivate static func gone(_ physicalId: String) -> ProviderError {
        .refused(
            message: "\(physicalId) is gone: it was deleted outside cogstack after the plan.",
            help: "Plan and apply again.")
    }
}
