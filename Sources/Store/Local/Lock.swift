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
        // Who was killed while it replaced the state file left the new one half-written, and nobody else replaces it now.
        sweepTemporaries(beside: location.state)
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

    /// What can be said of a stack's lock.
    package enum Standing: Sendable, Equatable {
        case free
        /// Its process is gone without having given it back. The next run takes it over by itself.
        case leftBehind(LockHolder)
        /// Somebody works: the kernel has it locked, or its process runs on this host. Nil where they have not written yet who they are.
        case held(LockHolder?)
        /// It may be somebody's, on a file system that knows no locks: of another host, or unreadable (nil).
        case uncertain(LockHolder?)
    }

    /// Whose a stack's lock is. Throws `system`.
    package static func standing(at location: StateLocation) throws(StateError) -> Standing {
        let kernel = try kernelStanding(at: location)
        if case .held = kernel { return kernel }
        let claim = try LockClaim(at: location).standing()
        return claim == .free ? kernel : claim
    }

    /// Removes a lock that was left behind, and says whether there was one. What somebody holds ends only with its process: that
    /// throws `locked`. Where its standing is uncertain, show the user whose it is and ask first: whether a process on another host
    /// still runs nobody here knows. Throws `system`.
    package static func unlock(_ location: StateLocation) throws(StateError) -> Bool {
        let kernel = try kernelStanding(at: location, clearing: true)
        if case .held(let holder) = kernel { throw .locked(path: location.lock, holder: holder) }
        let hadClaim = try LockClaim(at: location).removeAbandoned()
        return hadClaim || kernel != .free
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

    /// What the lock's own file says, which only trying to lock it tells.
    ///
    /// - Parameter clearing: whether the name of a process that is gone is taken out of it.
    private static func kernelStanding(at location: StateLocation, clearing: Bool = false) throws(StateError)
        -> Standing
    {
        do throws(StateError) {
            let file = try OpenFile(location.lock, O_RDWR, to: "read the lock")
            switch try tryToLock(file, flock) {
            case .held: return .held(LockHolder(decoding: try file.contents()))
            case .unsupported: return .free
            case .free:
                defer { _ = flock(file.descriptor, LOCK_UN) }
                guard let gone = LockHolder(decoding: try file.contents()) else { return .free }
                if clearing { try file.truncate(to: 0) }
                return .leftBehind(gone)
            }
        } catch .system(_, _, ENOENT) {
            return .free
        }
    }
}
