import AWSClient
import Provider
import Model
import Schema

/// The calls about one role or user, which are the same for both.
struct PrincipalCalls: Sendable {
    let kind: PrincipalKind
    let name: String
    let calls: ProviderContext
    /// Whether it was made just now, so IAM may not find it everywhere yet.
    let isNew: Bool

    init(_ kind: PrincipalKind, _ name: String, _ calls: ProviderContext, isNew: Bool = false) {
        self.kind = kind
        self.name = name
        self.calls = calls
        self.isNew = isNew
    }

    /// A request about it.
    func input(_ members: [String: Value] = [:]) -> Value {
        .map(members.merging([kind.nameMember: .string(name)]) { $1 })
    }

    /// A change that IAM may refuse for a while: somebody else changes the same object, or what was just made is not known
    /// everywhere yet. A principal that will never exist is refused in the same words, so the wait is bounded.
    @discardableResult
    func write(_ operation: Operation, _ members: [String: Value] = [:]) async throws(ProviderError) -> Value {
        let errors = TransientErrors(of: "IAM") { [isNew, name] error in
            switch error.code {
            case "ConcurrentModification": true
            case "MalformedPolicyDocument": error.message.contains("Invalid principal in policy")
            // "The role with name x cannot be found", and not a managed policy that does not exist.
            case IAM.missing: isNew && error.message.contains("with name \(name) ")
            default: false
            }
        }
        return try await calls.write(operation, input(members), on: name, retrying: errors)
    }

    /// A delete, with the same patience; what is gone already is deleted.
    func remove(_ operation: Operation, _ members: [String: Value] = [:]) async throws(ProviderError) {
        try await calls.remove(
            operation, input(members), on: name, missing: IAM.missing, retrying: IAM.deletesInTurn)
    }

    /// All of a list about it; nil where it is gone, and where the endpoint does not know the kind of thing that is listed
    /// (AWS's compatible servers know fewer), so there can be none.
    func list(_ operation: Operation, _ items: String) async throws(ProviderError) -> [Value]? {
        do {
            return try await calls.readAll(
                operation, input(), items: items, inputToken: "Marker", outputToken: "Marker", more: "IsTruncated")
        } catch {
            if [IAM.missing, "InvalidAction"].contains(error.code) { return nil }
            throw error
        }
    }
}
