import Provider
import Model
import Schema

// What holds for objects that AWS knows by a key of the file's, whichever service they are of.

extension ProviderContext {
    /// What `read` finds of an object that is to be changed; one that was made just now may not be shown at once.
    ///
    /// - Parameter service: as it is named to a person who waits.
    /// - Throws: `gone` where it is not shown in a while either.
    func readEventually<Found: Sendable>(
        _ physicalId: String, service: String = "Cognito", _ read: () async throws(ProviderError) -> Found?
    ) async throws(ProviderError) -> Found {
        do {
            return try await polling("\(service) to show \(physicalId)", seconds: 4) {
                () async throws(ProviderError) -> Poll<Found> in
                try await read().map(Poll.done) ?? .notYet("there is nothing")
            }
        } catch {
            if case .timedOut = error { throw .gone(physicalId) }
            throw error
        }
    }
}

extension ProviderError {
    /// An object's key was not known when it was to be made.
    static func noKey(_ type: ResourceType) -> ProviderError {
        .refused(
            message: "what tells one of `\(type.section)` from another is not known.",
            help: "This is a defect of cogstack: please report it.")
    }

    /// Somebody made an object of that key since the plan.
    static func keyTaken(_ physicalId: String, _ address: Address) -> ProviderError {
        .refused(
            message: "\(physicalId) exists already.",
            help:
                "Give \(address) another name, or let cogstack take the live one over with `lifecycle: { adopt: true }`."
        )
    }

    /// An object went between the plan and its update.
    fileprivate static func gone(_ physicalId: String) -> ProviderError {
        .refused(
            message: "\(physicalId) is gone: it was deleted outside cogstack after the plan.",
            help: "Plan and apply again.")
    }
}
