package import struct Foundation.Date
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The right to write one stack's state, which one process has at a time. The kernel takes it back when the process ends, however
/// it ends. Keep it with `defer { lock.release() }`: a lock that nothing refers to any more is released.
///
/// The file stays when the lock goes, since removing it would let two processes lock two files of the same name. Where the
/// file system knows no locks (some network ones), the existence of a second file, `<lock>.claim`, is the lock.
package final class Lock: Sendable {
    /// What holding it consists of; nil once released.
    private let hold: Mutex<Hold?>

    /// Takes a stack's lock for a command. Never waits: throws `locked` where somebody else has it, and `system`.
    package convenience init(at location: StateLocation, command: String, now: Date) throws(StateError) {
        try self.init(at: location, holder: LockHolder(command: command, since: now), lockFile: flock)
    }

    /// - Parameter lockFile: the kernel's `flock`. A parameter because a file system without it cannot be had in a test.
    init(at location: StateLocation, holder: LockHolder, lockFile: (Int32, Int32) -> Int32) throws(StateError) {
        let path = location.lock
        try makeFolder(above: path)
        let file = try OpenFile(path, O_RDWR | O_CREAT | O_APPEND, to: "lock")
        switch try Self.tryToLock(file, lockFile) {
        case .free:
            try file.truncate(to: 0)
            try file.append(holder.encoded(for: path))
            self.hold = Mutex(.kernel(file))
        case .held:
            throw .locked(path: path, holder: LockHolder(decoding: try file.contents()))
        case .unsupported:
            let claim = LockClaim(at: location)
            try claim.make(for: holder)
            self.hold = Mutex(.claim(claim))
        }
    }

    deinit {
        release()
    }

    /// Gives the lock back. A second time does nothing.
    package func release() {
        hold.withLock { hold in
            switch hold.take() {
            case .kernel(let file):
                // A name that no longer holds is only confusing; where this fails it is overwritten by the next holder's.
                _ = ftruncate(file.descriptor, 0)
                // Closing alone would leave the lock to a child process that is being started at this moment.
                _ = flock(file.descriptor, LOCK_UN)
            case .claim(let claim):
                claim.remove()
            case nil:
                break
            }
        }
    }

    /// Who holds a stack's lock, or left one behind that nobody takes over by itself; nil where the lock is free.
    /// Throws `system`, and `locked` where the holder has not written yet who it is.
    package static func holder(at location: StateLocation) throws(StateError) -> LockHolder? {
        if let holder = try kernelHolder(at: location) { return holder }
        return try LockClaim(at: location).holder()
    }

    /// Removes a lock that was left behind, and says whether there was one. A lock that a running process of this host holds ends
    /// only with it: that throws `locked`. Show the user the `holder` and ask first: whether a process on another host
    /// still runs nobody here knows. Throws `system`.
    package static func unlock(_ location: StateLocation) throws(StateError) -> Bool {
        if let holder = try kernelHolder(at: location) { throw .locked(path: location.lock, holder: holder) }
        return try LockClaim(at: location).removeAbandoned()
    }

    private enum Hold: ~Copyable, Sendable {
        /// The open file, which the kernel has locked for this process.
        case kernel(OpenFile)
        case claim(LockClaim)
    }

    private enum Answer {
        case free, held, unsupported
    }

    private static func tryToLock(
        _ file: borrowing OpenFile, _ lockFile: (Int32, Int32) -> Int32
    ) throws(StateError) -> Answer {
        let descriptor = file.descriptor
        do throws(StateError) {
            _ = try succeed("lock", file.path) { lockFile(descriptor, LOCK_EX | LOCK_NB) }
            return .free
        } catch {
            switch error {
            case .system(_, _, EWOULDBLOCK): return .held
            case .system(_, _, ENOTSUP), .system(_, _, EOPNOTSUPP), .system(_, _, ENOLCK), .system(_, _, ENOSYS):
                return .unsupported
            default: throw error
            }
        }
    }

    /// Who has the file locked; nil where nobody has, which only trying tells.
    private static func kernelHolder(at location: StateLocation) throws(StateError) -> LockHolder? {
        do throws(StateError) {
            let file = try OpenFile(location.lock, O_RDWR, to: "read the lock")
            guard try tryToLock(file, flock) == .held else {
                _ = flock(file.descriptor, LOCK_UN)
                return nil
            }
            guard let holder = LockHolder(decoding: try file.contents()) else {
                throw .locked(path: location.lock, holder: nil)
            }
            return holder
        } catch .system(_, _, ENOENT) {
            return nil
        }
    }
}
