package import Foundation
package import Records

/// The state file of one stack. Whoever saves holds the stack's lock.
package struct StateFile: Sendable {
    package let path: String

    package init(at location: StateLocation) {
        self.path = location.state
    }

    /// What the file holds; nil where there is none.
    /// Throws `newerFormat`, `damagedState` or `system`.
    package func load() throws(StateError) -> Snapshot? {
        guard let bytes = try contents(of: path) else { return nil }
        guard !bytes.isEmpty else { throw .damagedState(path: path, reason: "it is empty") }
        // The format first, alone: a newer one may differ in everything else.
        let format = try decode(Format.self, from: bytes).format
        guard format <= Snapshot.currentFormat else {
            throw .newerFormat(path: path, found: format, readable: Snapshot.currentFormat)
        }
        guard format >= 1 else { throw .damagedState(path: path, reason: "there is no format \(format)") }
        let snapshot = try decode(Snapshot.self, from: bytes)
        guard (0..<Int.max).contains(snapshot.serial) else {
            throw .damagedState(path: path, reason: "there is no serial \(snapshot.serial)")
        }
        return snapshot
    }

    /// Replaces what the file holds, atomically, and gives back what it holds now: the same, with the next serial. Save that
    /// one the next time.
    ///
    /// Throws `concurrentWrite` where the file is not the one that the snapshot came from, `wrongOwner` where it belongs to another stack
    /// or has resources of another account or region,
    /// whatever `load` throws where it cannot be read, `unwritable` where the snapshot has a secret in it, and `system`. The file
    /// stays whole in every case.
    package func save(_ snapshot: Snapshot) throws(StateError) -> Snapshot {
        if let saved = try load() {
            let place = saved.isBound ? snapshot : saved
            try validate(saved, stack: snapshot.stack, account: place.account, region: place.region)
            guard saved.serial == snapshot.serial else {
                throw .concurrentWrite(path: path, loaded: snapshot.serial, found: saved.serial)
            }
        }
        var next = snapshot
        next.serial += 1
        next.format = Snapshot.currentFormat
        try replaceFile(at: path, with: encodeReadably(next, for: path))
        return next
    }

    /// When the file was last written; nil where there is none.
    package var written: Date? {
        try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    }

    /// Throws `wrongOwner` unless a loaded snapshot is of this stack in this account and region.
    package func validate(_ snapshot: Snapshot, stack: String, account: String, region: String) throws(StateError) {
        for (what, expected, found) in [
            ("stack", stack, snapshot.stack), ("account", account, snapshot.account), ("region", region, snapshot.region),
        ] where expected != found {
            throw .wrongOwner(path: path, what: what, expected: expected, found: found)
        }
    }

    /// Moves the file out of the way so that a new one can be made, and gives back its new path; nil where there is none. Never
    /// overwrites what was moved away before. Throws `system`.
    package func setAside() throws(StateError) -> String? { try setAsideFile(path) }

    private struct Format: Decodable {
        let format: Int
    }

    private func decode<Content: Decodable>(_ type: Content.Type, from bytes: [UInt8]) throws(StateError) -> Content {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw .damagedState(path: path, reason: reason(of: error))
        }
    }
}

/// JSON that a person can read and compare: indented, members sorted.
func encodeReadably(_ content: some Encodable, for path: String) throws(StateError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
        return try Array(encoder.encode(content)) + [UInt8(ascii: "\n")]
    } catch {
        throw .unwritable(path: path, reason: reason(of: error))
    }
}
