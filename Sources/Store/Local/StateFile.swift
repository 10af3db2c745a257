package import Foundation
package import Records

/// The state file of one stack. Whoever saves holds the stack's lock.
package struct StateFile: Sendable {
    package let path: String

    package init(at location: StateLocation) {
        self.path = location.state
    }

    /// What the file holds: its snapshot with the steps behind it. Nil where there is none.
    /// Throws `newerFormat`, `damagedState` or `system`.
    package func load() throws(StateError) -> Snapshot? {
        guard let bytes = try contents(of: path) else { return nil }
        guard !bytes.isEmpty else { throw .damagedState(path: path, reason: "it is empty") }
        let end = StateText.endOfSnapshot(in: bytes)
        // The format first, alone: a newer one may differ in everything else.
        let format = try decode(Format.self, from: bytes[..<end]).format
        guard format <= Snapshot.currentFormat else {
            throw .newerFormat(path: path, found: format, readable: Snapshot.currentFormat)
        }
        guard format >= 1 else { throw .damagedState(path: path, reason: "there is no format \(format)") }
        var snapshot = try decode(Snapshot.self, from: bytes[..<end])
        guard (0..<Int.max).contains(snapshot.serial) else {
            throw .damagedState(path: path, reason: "there is no serial \(snapshot.serial)")
        }
        guard let lines = StateText.steps(in: bytes[end...]) else {
            throw .damagedState(path: path, reason: "there is something behind its end")
        }
        for line in lines {
            let serial = snapshot.serial
            let step = try decode(SnapshotStep.self, from: line, after: "the step after serial \(serial): ")
            guard snapshot.take(step) else {
                throw .damagedState(path: path, reason: "the step after serial \(serial) has serial \(step.serial)")
            }
        }
        return snapshot
    }

    /// Replaces what the file holds by a snapshot alone, as ``StateStore/compact(_:)`` says.
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
            ("stack", stack, snapshot.stack), ("account", account, snapshot.account),
            ("region", region, snapshot.region),
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

    private func decode<Content: Decodable>(
        _ type: Content.Type, from bytes: ArraySlice<UInt8>, after place: String = ""
    ) throws(StateError) -> Content {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw .damagedState(path: path, reason: place + reason(of: error))
        }
    }
}

/// The form of a state file: a snapshot that people can read, then a line for each step that was recorded since. Between commands there
/// are none.
enum StateText {
    /// Where the first JSON value ends; the end of the text where it does not end.
    static func endOfSnapshot(in bytes: [UInt8]) -> Int {
        var depth = 0
        var isText = false
        var isEscaped = false
        for (index, byte) in bytes.enumerated() {
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth <= 0 { return index + 1 }
            default: break
            }
        }
        return bytes.count
    }

    /// The lines of the steps. What follows the last line's end is a step that a crash tore: it was never said to be recorded.
    /// Nil where the snapshot's own line goes on.
    static func steps(in bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        let newline = UInt8(ascii: "\n")
        guard bytes.prefix(while: { $0 != newline }).allSatisfy(isBlank) else { return nil }
        let whole = bytes[..<(bytes.lastIndex(of: newline).map { $0 + 1 } ?? bytes.startIndex)]
        // What edited the file by hand may have left blank lines.
        return whole.split(separator: newline).filter { !$0.allSatisfy(isBlank) }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\r") }

    static func line(_ step: SnapshotStep, for path: String) throws(StateError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try Array(encoder.encode(step)) + [UInt8(ascii: "\n")]
        } catch {
            throw .unwritable(path: path, reason: reason(of: error))
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
