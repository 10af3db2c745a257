import Foundation
package import Records

/// What was begun and may not be in the state yet: the memory that survives a kill. One JSON object a line: an intent with its
/// number, or the number of an intent that is over. Open it only while holding the stack's lock.
package actor Journal {
    /// An intent that is not over, with the number that ends it.
    package struct Entry: Sendable, Equatable {
        package let id: Int
        package let intent: Intent

        package init(id: Int, intent: Intent) {
            self.id = id
            self.intent = intent
        }
    }

    private let file: OpenFile
    private var open: [Int: Intent]
    private var nextId: Int
    /// Bytes of whole lines; what a failed write leaves behind it is cut off.
    private var length: Int
    /// The part of `length` that is known to be on disk.
    private var safeLength: Int
    private var isSynchronizing = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    /// Once the disk has failed nobody knows what is on it, and no further intent is taken.
    private var failure: StateError?

    /// Opens a stack's journal, making it where there is none. Entries that an earlier run left stay.
    /// Throws `damagedJournal` and `system`.
    package init(at location: StateLocation) throws(StateError) {
        let path = location.journal
        try makeFolder(above: path)
        let file = try OpenFile(path, O_RDWR | O_CREAT | O_APPEND, to: "open the journal")
        try synchronizeFolder(above: path)
        try self.init(file)
    }

    /// - Parameter file: open to read and append. A parameter because a disk that fails cannot be had in a test.
    init(_ file: consuming OpenFile) throws(StateError) {
        let history = try History(reading: file.contents(), from: file.path)
        // A new line must not continue a torn one.
        if try file.length() > history.length { try file.truncate(to: history.length) }
        self.file = file
        self.open = history.open
        self.nextId = history.lastId + 1
        self.length = history.length
        self.safeLength = 0
    }

    /// What is open, without opening the journal to write: the oldest first, none where there is no journal.
    /// Throws `damagedJournal` and `system`.
    package static func pending(at location: StateLocation) throws(StateError) -> [Entry] {
        guard let bytes = try contents(of: location.journal) else { return [] }
        return try sorted(History(reading: bytes, from: location.journal).open)
    }

    /// Moves a journal out of the way, as `StateFile.setAside` does with a state file. Throws `system`.
    package static func setAside(at location: StateLocation) throws(StateError) -> String? {
        try setAsideFile(location.journal)
    }

    /// What is open now, the oldest first.
    package var pending: [Entry] { Self.sorted(open) }

    /// Writes an intent down and returns its number once it would survive a loss of power: only then may its request be sent.
    /// Callers that come while another's line is on its way to the disk share the next way there.
    /// Throws `system`.
    package func begin(_ intent: Intent) async throws(StateError) -> Int {
        let id = nextId
        nextId += 1
        try append(Line(begin: id, intent: intent))
        open[id] = intent
        try await synchronize(to: length)
        return id
    }

    /// Notes that an intent is over: what it was about is recorded in the saved state, or provably did not happen. It need not
    /// reach the disk at once, since looking into it again does no harm.
    /// Throws `system`.
    package func end(_ id: Int) throws(StateError) {
        guard open[id] != nil else { return }
        try append(Line(end: id))
        open[id] = nil
    }

    /// Empties the journal once the state is saved. Does nothing while an intent is open: the next run needs it.
    /// Throws `system`.
    package func clear() throws(StateError) {
        guard open.isEmpty else { return }
        try file.truncate(to: 0)
        length = 0
        safeLength = 0
        try file.synchronize()
    }

    private func append(_ line: Line) throws(StateError) {
        if let failure { throw failure }
        let bytes = try line.encoded(for: file.path)
        do throws(StateError) {
            try file.append(bytes)
        } catch {
            do throws(StateError) { try file.truncate(to: length) } catch { failure = error }
            throw error
        }
        length += bytes.count
    }

    private func synchronize(to target: Int) async throws(StateError) {
        while safeLength < target {
            if let failure { throw failure }
            if isSynchronizing {
                await withCheckedContinuation { waiting.append($0) }
                continue
            }
            isSynchronizing = true
            let reached = length
            do throws(StateError) {
                try await flush()
                safeLength = reached
            } catch {
                failure = error
            }
            isSynchronizing = false
            for caller in waiting { caller.resume() }
            waiting = []
        }
    }

    /// Off the actor, so others can write their lines meanwhile.
    @concurrent private nonisolated func flush() async throws(StateError) {
        try file.synchronize()
    }

    private static func sorted(_ open: [Int: Intent]) -> [Entry] {
        open.sorted { $0.key < $1.key }.map { Entry(id: $0.key, intent: $0.value) }
    }
}

/// One line of the journal: `{"begin":1,"intent":{…}}` or `{"end":1}`.
private struct Line: Codable {
    var begin: Int?
    var intent: Intent?
    var end: Int?

    func encoded(for path: String) throws(StateError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
        } catch {
            throw .unwritable(path: path, reason: reason(of: error))
        }
    }
}

/// What the lines of a journal amount to.
private struct History {
    var open: [Int: Intent] = [:]
    var lastId = 0
    /// Bytes up to the end of the last whole line. What follows is a line that a crash tore: it was never said to be on disk,
    /// so no request followed from it.
    let length: Int

    init(reading bytes: [UInt8], from path: String) throws(StateError) {
        let newline = UInt8(ascii: "\n")
        self.length = bytes.lastIndex(of: newline).map { $0 + 1 } ?? 0
        let lines = bytes[..<length].split(separator: newline, omittingEmptySubsequences: false).dropLast()
        for (index, text) in lines.enumerated() {
            let line: Line
            do {
                line = try JSONDecoder().decode(Line.self, from: Data(text))
            } catch {
                throw .damagedJournal(path: path, line: index + 1, reason: reason(of: error))
            }
            switch (line.begin, line.intent, line.end) {
            case (let id?, let intent?, nil) where id > lastId && id < .max:
                open[id] = intent
                lastId = id
            case (nil, nil, let id?) where open.removeValue(forKey: id) != nil:
                break
            default:
                throw .damagedJournal(
                    path: path, line: index + 1, reason: "it neither begins an intent nor ends an open one")
            }
        }
    }
}
