package import Foundation
package import Records
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A state file that a run keeps open: each step is appended and made safe by itself.
///
/// The first step replaces the file, as do those with which the steps have come to more than the snapshot in front of them: so the bytes
/// written grow in a line with the steps. Who finds the file replaced or longer than it was left does not write.
package final class LocalStateStore: StateStore {
    private let location: StateLocation
    private let file: StateFile
    private let log = Mutex<Log?>(nil)
    private let synchronize: @Sendable (borrowing OpenFile) throws(StateError) -> Void

    package convenience init(at location: StateLocation) {
        self.init(at: location) { file throws(StateError) in try file.synchronize() }
    }

    /// - Parameter synchronize: makes what was appended survive. A parameter because a disk that fails cannot be had in a test.
    init(at location: StateLocation, synchronize: @escaping @Sendable (borrowing OpenFile) throws(StateError) -> Void) {
        self.location = location
        self.file = StateFile(at: location)
        self.synchronize = synchronize
    }

    /// The file behind the snapshot that it holds.
    private struct Log: ~Copyable {
        let file: OpenFile
        /// Bytes of the snapshot.
        let start: Int
        /// Bytes of all that was recorded.
        var length: Int
        var serial: Int
    }

    /// Bytes of steps that are never too many.
    private static let shortLog = 1 << 16

    package func load() throws(StateError) -> Snapshot? { try file.load() }

    package func append(_ step: SnapshotStep, reaching snapshot: Snapshot) throws(StateError) {
        let bytes = try StateText.line(step, for: file.path)
        let isAppended = try log.withLock { log throws(StateError) -> Bool in
            guard var open = log.take() else { return false }
            guard try open.file.isUntouched(length: open.length) else {
                // Somebody has it now: what they recorded is not known here.
                throw .concurrentWrite(path: file.path, loaded: open.serial, found: try file.load()?.serial ?? 0)
            }
            guard open.length - open.start + bytes.count <= max(open.start, Self.shortLog) else { return false }
            do throws(StateError) {
                try open.file.append(bytes)
                try synchronize(open.file)
            } catch {
                // Nothing of it may be taken for recorded. Where it cannot be cut off the next step replaces the file.
                try? open.file.truncate(to: open.length)
                throw error
            }
            open.length += bytes.count
            open.serial = step.serial
            log = .some(open)
            return true
        }
        if isAppended { return }
        var before = snapshot
        before.serial -= 1
        _ = try compact(before)
    }

    package func compact(_ snapshot: Snapshot) throws(StateError) -> Snapshot {
        try log.withLock { log throws(StateError) -> Snapshot in
            log = nil
            let saved = try file.save(snapshot)
            let opened = try OpenFile(file.path, O_RDWR | O_APPEND, to: "open the state file")
            let length = try opened.length()
            log = .some(Log(file: opened, start: length, length: length, serial: saved.serial))
            return saved
        }
    }

    package func lock(for command: String, now: Date) throws(StateError) -> Lock {
        try Lock(at: location, command: command, now: now)
    }
}
