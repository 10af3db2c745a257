package import Model

/// What one step of a run changed in a snapshot, and nothing else: its size is its own, however much else is recorded.
package struct SnapshotStep: Sendable, Equatable, Codable {
    /// The snapshot's serial after it: one more than before.
    package let serial: Int
    /// The records that are new or different now.
    package let set: [Address: Record]
    /// The addresses that have no record any more, sorted.
    package let gone: [Address]

    package init(serial: Int, set: [Address: Record], gone: [Address] = []) {
        self.serial = serial
        self.set = set
        self.gone = gone
    }

    /// The step that leads to a snapshot from the one before it.
    ///
    /// - Parameter addresses: all that may differ.
    package init(to snapshot: Snapshot, changing addresses: Set<Address>) {
        var set: [Address: Record] = [:]
        var gone: [Address] = []
        for address in addresses {
            if let record = snapshot.resources[address] { set[address] = record } else { gone.append(address) }
        }
        self.init(serial: snapshot.serial, set: set, gone: gone.sorted())
    }
}

extension Snapshot {
    /// Makes a step that was recorded after this snapshot. False, and nothing is changed, where it does not follow it.
    package mutating func take(_ step: SnapshotStep) -> Bool {
        guard serial < .max, step.serial == serial + 1 else { return false }
        serial = step.serial
        resources.merge(step.set) { $1 }
        for address in step.gone { resources[address] = nil }
        return true
    }
}
