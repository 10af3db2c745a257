import AWSClient
import Model
import Provider
import Schema

/// A statement of a function's resource policy, known by its id. Nothing of one can be changed: it is removed and added again.
struct FunctionStatement: Sendable {
    let policy: FunctionPolicy
    /// Its `Sid`.
    let id: String
    /// The object for which it is written.
    let physicalId: String
    let calls: ProviderContext

    /// As the policy has it; nil where it does not.
    func read() async throws(ProviderError) -> Value? {
        try await policy.read(calls)?["Statement"].elements.first { $0["Sid"].string == id }
    }

    /// Adds the statement, and sees it: changes of one policy at the same time may lose one.
    ///
    /// - Parameters:
    ///   - members: of `AddPermission`, beside those that say whose statement it is.
    ///   - operation: ``add``, or the same as a create call.
    ///   - what: what is waited for, in words for the person who waits.
    ///   - isRight: whether a live statement of the id is the one to be written. One that is not is removed.
    ///   - added: is called each time when it was sent.
    func put(
        _ members: Value, by operation: AWSOperation = Self.add, waitingFor what: String,
        added: () async throws(ProviderError) -> Void = {}, isRight: (Value) -> Bool
    ) async throws(ProviderError) {
        try await calls.polling(what) { () async throws(ProviderError) -> Poll<Void> in
            if let live = try await read() {
                if isRight(live) { return .done(()) }
                try await remove()
            }
            do throws(ProviderError) {
                try await calls.write(
                    operation, input.overlaid(by: members), on: physicalId,
                    retrying: Self.transient(for: members["Principal"]))
                try await added()
            } catch {
                guard case .aws(let cause) = error, LambdaCalls.isNameTaken(cause) else { throw error }
            }
            let isThere = try await read().map(isRight) ?? false
            return isThere ? .done(()) : .notYet("its policy does not have the statement \(id).")
        }
    }

    /// Takes the statement away; where there is none, or no function, nothing is left to do.
    func remove() async throws(ProviderError) {
        try await calls.remove(
            Self.remove, input, on: physicalId, missing: LambdaCalls.missing, retrying: LambdaCalls.inTurn)
    }

    private var input: Value { policy.input.overlaid(by: ["StatementId": .string(id)]) }

    /// Lambda does not know a principal of IAM's that was created just now. One that will never be there is refused in the same words, so the
    /// wait is bounded.
    private static func transient(for principal: Value) -> TransientErrors {
        guard principal.string?.hasPrefix("arn:") == true else { return LambdaCalls.inTurn }
        return TransientErrors(of: "Lambda") { error in
            LambdaCalls.inTurn.contains(error)
                || error.code == "InvalidParameterValueException"
                    && error.message.contains("The provided principal was invalid")
        }
    }

    private static let path = "\(LambdaCalls.functions)/{FunctionName}/policy"
    /// Not a create call in the journal's sense, where the statement's id is fixed: a second call changes nothing.
    static let add = add(.repeatable)
    static func add(_ effect: AWSOperation.Effect) -> AWSOperation {
        AWSOperation(
            .lambda, "AddPermission", effect, "POST", path, query: ["Qualifier": "Qualifier"], statuses: [201],
            answers: "Statement")
    }
    private static let remove = AWSOperation(
        .lambda, "RemovePermission", .repeatable, "DELETE", "\(path)/{StatementId}",
        query: ["Qualifier": "Qualifier"], statuses: [204])
}
