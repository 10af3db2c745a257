package import AWSClient
package import Model
import Schema

/// The errors of a service that time heals: a change of the same object that is under way, or something that was made just now and
/// is not known everywhere yet. A request that is refused with one of them has changed nothing.
package struct TransientErrors: Sendable {
    /// As it is named to a person who waits: `Cognito`.
    package let service: String
    package let contains: @Sendable (AWSError) -> Bool

    package init(of service: String, where contains: @escaping @Sendable (AWSError) -> Bool) {
        self.service = service
        self.contains = contains
    }

    /// - Parameter codes: AWS's error codes.
    package init(of service: String, codes: String...) {
        self.init(of: service) { error in codes.contains(error.code) }
    }
}

extension ProviderContext {
    /// As ``write(_:_:on:baseline:)``, and again for two minutes while AWS answers with a transient error.
    @discardableResult
    package func write(
        _ operation: AWSOperation, _ input: Value, on physicalId: String? = nil, retrying errors: TransientErrors
    ) async throws(ProviderError) -> Value {
        try await retryUntilConsistent("\(errors.service) to take \(operation.name)", isTransient: errors.contains) {
            () async throws(ProviderError) -> Value in
            try await write(operation, input, on: physicalId)
        }
    }

    /// As ``remove(_:_:on:missing:)``, and again for two minutes while AWS answers with a transient error.
    package func remove(
        _ operation: AWSOperation, _ input: Value, on physicalId: String, missing: String,
        retrying errors: TransientErrors
    ) async throws(ProviderError) {
        try await retryUntilConsistent("\(errors.service) to take \(operation.name)", isTransient: errors.contains) {
            () async throws(ProviderError) -> Void in
            try await remove(operation, input, on: physicalId, missing: missing)
        }
    }
}

extension ProviderContext {
    /// Why a name that is unique cannot be had: somebody made an object of that name since the plan.
    ///
    /// - Parameters:
    ///   - kind: `role`.
    ///   - isRegional: whether names are unique in a region, and not in the whole account.
    package func nameTaken(_ name: String, by kind: String, isRegional: Bool) -> ProviderError {
        .refused(
            message:
                "A \(kind) named \(name) exists already in \(isRegional ? "\(context.region) of " : "")account \(context.account).",
            help:
                "Give \(address) another name, or let cogstack take the live one over with `lifecycle: { adopt: true }`."
        )
    }
}
