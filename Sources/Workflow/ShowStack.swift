import Diagnostics
package import Model
import Planning
package import Records
import Schema

/// What is recorded of a stack, and what is live.
package struct ShownStack: Sendable {
    /// Its file named as the user can use it.
    package let snapshot: Snapshot
    /// The live object of each resource whose type is known.
    package let live: [Address: LiveResource]
    /// The one resource that was asked for.
    package let only: Address?
    package let whereabouts: Whereabouts
}

/// What there is of a recorded resource in the account.
package enum LiveResource: Sendable {
    /// Its properties, in the form in which they are recorded, and the policies that others gave it and may.
    case there(Value, foreign: Value)
    case missing
}

extension Workspace {
    /// Compares what is recorded with what is live.
    ///
    /// - Parameter word: the address of a resource, as it was typed; nil for all.
    package func show(_ file: String?, only word: String?) async throws(Failure) -> ShownStack {
        let deployment = try await Deployment.open(try appliedStackFile(file), in: self)
        guard let snapshot = deployment.prior, !snapshot.resources.isEmpty else {
            throw .message(
                "stack \(deployment.stack.name) has nothing in AWS\(deployment.prior == nil ? "" : " any more").",
                help: "`cogstack plan \(deployment.stack.file)` shows what an apply would make.")
        }
        if let word, Address(word).map({ snapshot.resources[$0] == nil }) ?? true {
            let meant = nearest(word, in: snapshot.resources.keys.map(\.description)).map { "Did you mean \($0)?" }
            throw .message("no resource \(word) is recorded.", help: meant)
        }
        let observation = try await deployment.observe()
        var live: [Address: LiveResource] = [:]
        let secrets = snapshot.resources.mapValues(\.secrets)
        for (address, record) in snapshot.resources {
            guard let type = deployment.types[address.section] else { continue }
            live[address] =
                observation.live[address].map { object in
                    let form = record.liveForm(of: object, type, secrets: secrets)
                    return .there(form, foreign: record.foreignPolicies(of: object, type, excluding: form))
                } ?? .missing
        }
        return ShownStack(
            snapshot: snapshot.naming(by: deployment.names), live: live, only: word.flatMap { Address($0) },
            whereabouts: deployment.whereabouts)
    }
}
