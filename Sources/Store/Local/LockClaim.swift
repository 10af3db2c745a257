#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A lock for file systems that know none: a file whose existence is the lock, and which says whose it is. One that was left
/// behind by a process of this host is taken over; after a process of another host the user decides.
struct LockClaim: Sendable {
    let path: String

    init(at location: StateLocation) {
        self.path = location.lock + ".claim"
    }

    /// Takes the lock. Throws `locked` where somebody else has it, and `system`.
    func make(for holder: LockHolder) throws(StateError) {
        do throws(StateError) {
            try create(for: holder)
        } catch .system(_, _, EEXIST) {
            let found = try contents(of: path)
            let owner = found.flatMap { LockHolder(decoding: $0) }
            guard let found, owner?.isGone == true, try takeAway(found) else {
                throw .locked(path: path, holder: owner)
            }
            do throws(StateError) {
                try create(for: holder)
            } catch .system(_, _, EEXIST) {
                throw .locked(path: path, holder: nil)
            }
        }
    }

    /// Gives the lock back.
    func remove() {
        unlink(path)
    }

    /// Whose it is. Throws `system`.
    func standing() throws(StateError) -> Lock.Standing {
        guard let bytes = try contents(of: path) else { return .free }
        guard let holder = LockHolder(decoding: bytes) else { return .uncertain(nil) }
        if holder.isGone { return .leftBehind(holder) }
        return holder.isHere ? .held(holder) : .uncertain(holder)
    }

    /// Removes it unless its process runs on this host, which throws `locked`. Says whether there was one.
    func removeAbandoned() throws(StateError) -> Bool {
        guard let bytes = try contents(of: path) else { return false }
        let holder = LockHolder(decoding: bytes)
        if let holder, holder.isHere, !holder.isGone { throw .locked(path: path, holder: holder) }
        guard try takeAway(bytes) else { throw .locked(path: path, holder: nil) }
        return true
    }

    private func create(for holder: LockHolder) throws(StateError) {
        let file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL, to: "lock")
        do throws(StateError) {
            try file.append(holder.encoded(for: path))
        } catch {
            remove()
            throw error
        }
    }

    /// Removes what was found to be left behind. Two may try at once: a rename lets one of them have the file, and the one that
    /// finds it has got the other's new claim puts it back.
    private func takeAway(_ abandoned: [UInt8]) throws(StateError) -> Bool {
        let aside = "\(path).\(getpid())"
        do throws(StateError) {
            _ = try succeed("take over", path) { rename(path, aside) }
        } catch .system(_, _, ENOENT) {
            return false
        }
        if try contents(of: aside) == abandoned {
            unlink(aside)
            return true
        }
        _ = try succeed("put back", path) { rename(aside, path) }
        return false
    }
}
