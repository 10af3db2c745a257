import AWSClient
import Provider
import Model
import Schema

extension ProviderContext {
    /// A change that Cognito refuses while another one of the same object is under way ("Only one request to update user
    /// pool client can be processed at a time"), or while IAM has not yet spread the pool's SMS role: tried again for two
    /// minutes. A refused request has done nothing.
    @discardableResult
    func writeRetryingConflicts(
        _ operation: AWSOperation, _ input: Value, on physicalId: String? = nil
    ) async throws(ProviderError) -> Value {
        try await retryUntilConsistent(
            "Cognito to take \(operation.name)", seconds: 120, isTransient: { Self.transientCodes.contains($0.code) }
        ) { () async throws(ProviderError) -> Value in
            try await write(operation, input, on: physicalId)
        }
    }

    /// As ``writeRetryingConflicts(_:_:on:)``, for a delete: an object that is gone is deleted.
    func removeInTurn(_ operation: AWSOperation, _ input: Value, on physicalId: String) async throws(ProviderError) {
        try await retryUntilConsistent(
            "Cognito to take \(operation.name)", seconds: 120, isTransient: { Self.transientCodes.contains($0.code) }
        ) { () async throws(ProviderError) -> Void in
            try await remove(operation, input, on: physicalId, missing: "ResourceNotFoundException")
        }
    }

    private static let transientCodes: Set<String> = [
        "ConcurrentModificationException", "InvalidSmsRoleTrustRelationshipException",
        "InvalidSmsRoleAccessPolicyException",
        // What SetIdentityPoolRoles and UpdateIdentityPool may say of another change under way (Cognito API).
        "ResourceConflictException",
    ]

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
