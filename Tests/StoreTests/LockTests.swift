import Foundation
import Testing
import TestSupport

@testable import Records
@testable import Store

@Suite struct LockTests {
    let scratch: Scratch
    let location: StateLocation
    static let morning = Date(timeIntervalSince1970: 1_795_428_131)
    static let anna = LockHolder(user: "anna", host: "build-7", pid: 123, since: morning, command: "apply")

    init() throws {
        scratch = try Scratch()
        location = scratch.location
    }

    /// How a file system answers that knows no locks.
    static let refusals = [ENOTSUP, EOPNOTSUPP, ENOLCK, ENOSYS]

    func lock(_ holder: LockHolder, refusingWith code: Int32? = nil) throws -> Lock {
        try Lock(at: location, holder: holder) { descriptor, operation in
            guard let code else { return flock(descriptor, operation) }
            errno = code
            return -1
        }
    }

    /// A process that sleeps until it is killed.
    func sleeper(input: FileHandle = .nullDevice) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sleep")
        process.arguments = ["600"]
        process.standardInput = input
        try process.run()
        return process
    }

    /// The number of a process that is no more.
    func deadPid() throws -> Int32 {
        let process = try sleeper()
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return process.processIdentifier
    }

    @Test func theHolderIsNamedInWords() throws {
        let utc = try #require(TimeZone(secondsFromGMT: 0))
        #expect(
            Self.anna.description(in: utc) == "anna on host build-7 (pid 123) since 2026-11-23 10:02:11, running apply")
        let error = StateError.locked(path: "lock", holder: Self.anna)
        #expect(error.description.hasPrefix("locked by anna on host build-7 (pid 123) since 2026-11-2"))
        #expect(error.description.contains("Wait for it to end; `cogstack state unlock`"))
    }

    @Test(arguments: [nil] + refusals.map(Optional.some)) func oneAtATime(code: Int32?) throws {
        let first = try lock(Self.anna, refusingWith: code)
        let path = code == nil ? location.lock : location.lock + ".claim"
        #expect(throws: StateError.locked(path: path, holder: Self.anna)) { try lock(Self.anna, refusingWith: code) }
        #expect(try Lock.standing(at: location) == (code == nil ? .held(Self.anna) : .uncertain(Self.anna)))
        first.release()
        first.release()
        #expect(try Lock.standing(at: location) == .free)
        let second = try lock(Self.anna, refusingWith: code)
        first.release()
        #expect(throws: StateError.locked(path: path, holder: Self.anna)) { try lock(Self.anna, refusingWith: code) }
        second.release()
    }

    @Test func thisProcessSaysWhoItIs() throws {
        let lock = try Lock(at: location, command: "destroy", now: Self.morning)
        defer { lock.release() }
        guard case .held(let holder?) = try Lock.standing(at: location) else {
            Issue.record("not held")
            return
        }
        #expect(holder == LockHolder(command: "destroy", since: Self.morning))
        #expect(holder.pid == getpid())
        #expect(!holder.user.isEmpty && !holder.host.isEmpty)
    }

    @Test(arguments: [nil, ENOLCK]) func aLockThatIsDroppedIsReleased(code: Int32?) throws {
        do { _ = try lock(Self.anna, refusingWith: code) }
        let next = try lock(Self.anna, refusingWith: code)
        next.release()
    }

    @Test func anotherFailureIsNoLock() {
        #expect(throws: StateError.system(doing: "lock", path: location.lock, code: EIO)) {
            try lock(Self.anna, refusingWith: EIO)
        }
    }

    /// The child holds the only descriptor of a locked file, as a cogstack in another process would.
    @Test(.timeLimit(.minutes(1))) func aLockDiesWithItsProcess() async throws {
        try scratch.write(Self.anna.encoded(for: location.lock), to: location.lock)
        let file = try #require(FileHandle(forUpdatingAtPath: location.lock))
        #expect(flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
        let child = try sleeper(input: file)
        try file.close()

        let held = StateError.locked(path: location.lock, holder: Self.anna)
        #expect(throws: held) { try Lock(at: location, command: "apply", now: .now) }
        #expect(throws: held) { try Lock.unlock(location) }
        #expect(try Lock.standing(at: location) == .held(Self.anna))

        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
        // Other tests start processes, which have our descriptors until they run their own program.
        while try Lock.standing(at: location) == .held(Self.anna) { await Task.yield() }
        #expect(try Lock.standing(at: location) == .leftBehind(Self.anna))
        #expect(try Lock.unlock(location))
        #expect(try Lock.standing(at: location) == .free)
        #expect(try !Lock.unlock(location))
        let lock = try Lock(at: location, command: "apply", now: .now)
        lock.release()
    }

    /// A child that inherited the descriptor would keep the lock when its parent is killed.
    @Test func aChildInheritsNoFile() throws {
        let opened = try OpenFile(scratch.path + "/opened", O_RDWR | O_CREAT, to: "write")
        let temporary = try OpenFile(temporaryBeside: scratch.path + "/temporary")
        #expect(fcntl(opened.descriptor, F_GETFD) == FD_CLOEXEC)
        #expect(fcntl(temporary.descriptor, F_GETFD) == FD_CLOEXEC)
    }

    /// A child that is being started has every descriptor for a moment: here it is a second one that stays open.
    @Test func aLockIsReleasedWhoeverElseHasItsDescriptor() throws {
        var copy: Int32 = -1
        let first = try Lock(at: location, holder: Self.anna) { descriptor, operation in
            copy = dup(descriptor)
            return flock(descriptor, operation)
        }
        defer { close(copy) }
        first.release()
        #expect(try text(of: location.lock) == "")
        let next = try Lock(at: location, command: "apply", now: .now)
        next.release()
    }

    @Test(arguments: ["", "{\"user\":"]) func aHolderThatHasNotWrittenItsNameYetHoldsTheLock(contents: String) throws {
        try scratch.write(contents, to: location.lock)
        let file = try OpenFile(location.lock, O_RDWR, to: "lock")
        #expect(flock(file.descriptor, LOCK_EX | LOCK_NB) == 0)
        let error = StateError.locked(path: location.lock, holder: nil)
        #expect(throws: error) { try Lock(at: location, command: "apply", now: .now) }
        #expect(try Lock.standing(at: location) == .held(nil))
        #expect(throws: error) { try Lock.unlock(location) }
        #expect(
            error.description
                == "locked by another cogstack that is just starting or ending (\(location.lock)). Run the command again"
        )
        #expect(file.descriptor >= 0)
    }

    @Test func aClaimOfADeadProcessIsTakenOver() throws {
        let here = LockHolder(command: "apply", since: Self.morning)
        let dead = LockHolder(user: "anna", host: here.host, pid: try deadPid(), since: Self.morning, command: "apply")
        try scratch.write(dead.encoded(for: location.lock), to: location.lock + ".claim")
        #expect(try Lock.standing(at: location) == .leftBehind(dead))
        let lock = try lock(here, refusingWith: ENOLCK)
        #expect(try Lock.standing(at: location) == .held(here))
        #expect(scratch.files == ["lock", "lock.claim"])
        lock.release()
        #expect(scratch.files == ["lock"])
    }

    @Test func aClaimThatMayBeAliveIsNotTakenOver() throws {
        let claim = location.lock + ".claim"
        let here = LockHolder(command: "apply", since: Self.morning)
        let elsewhere = LockHolder(
            user: "anna", host: "not-" + here.host, pid: try deadPid(), since: Self.morning, command: "apply")
        for (contents, holder) in [
            (try here.encoded(for: claim), here), (try elsewhere.encoded(for: claim), elsewhere),
            (Array("{".utf8), nil),
        ] {
            try scratch.write(contents, to: claim)
            #expect(throws: StateError.locked(path: claim, holder: holder)) { try lock(here, refusingWith: ENOLCK) }
            #expect(try contents == Store.contents(of: claim))
        }
    }

    @Test func unlockRemovesWhatNoProcessHereHolds() throws {
        let claim = location.lock + ".claim"
        let here = LockHolder(command: "apply", since: Self.morning)
        let elsewhere = LockHolder(
            user: "anna", host: "not-" + here.host, pid: 1, since: Self.morning, command: "apply")
        #expect(try !Lock.unlock(location))
        let dead = LockHolder(user: "anna", host: here.host, pid: try deadPid(), since: Self.morning, command: "apply")
        for (contents, standing) in [
            (try elsewhere.encoded(for: claim), Lock.Standing.uncertain(elsewhere)), (Array("{".utf8), .uncertain(nil)),
            (try dead.encoded(for: claim), .leftBehind(dead)),
        ] {
            try scratch.write(contents, to: claim)
            #expect(try Lock.standing(at: location) == standing)
            #expect(try Lock.unlock(location))
            #expect(scratch.files.isEmpty)
        }
        try scratch.write(here.encoded(for: claim), to: claim)
        #expect(throws: StateError.locked(path: claim, holder: here)) { try Lock.unlock(location) }
        #expect(scratch.files == ["lock.claim"])
    }

    /// Of the state file alone: the other files may be replaced without the lock.
    @Test func theNextHolderSweepsWhatAKilledWriterLeft() throws {
        let left = location.state + ".cogstack-aB3xY9"
        let others =
            [
                ".cogstack-aB3xY", ".cogstack-aB3xY90", ".cogstack-aB3x.9", ".backup", ".damaged-1", ".aB3xY9",
            ].map { location.state + $0 } + [location.plan + ".cogstack-aB3xY9", location.journal]
        for path in [left, location.state] + others { try scratch.write("kept", to: path) }
        try FileManager.default.createDirectory(
            atPath: location.state + ".cogstack-folder", withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: location.state + ".cogstack-linked", withDestinationPath: location.state)
        let lock = try lock(Self.anna)
        lock.release()
        #expect(!FileManager.default.fileExists(atPath: left))
        for path in [location.state] + others { #expect(FileManager.default.fileExists(atPath: path), "\(path)") }
        #expect(scratch.isFolder(location.state + ".cogstack-folder"))
        #expect(FileManager.default.fileExists(atPath: location.state + ".cogstack-linked"))
    }

    @Test func whoDoesNotGetTheLockSweepsNothing() throws {
        let first = try lock(Self.anna)
        defer { first.release() }
        try scratch.write("being written", to: location.state + ".cogstack-aB3xY9")
        #expect(throws: StateError.self) { try lock(Self.anna) }
        #expect(scratch.files.contains("state.json.cogstack-aB3xY9"))
    }
}
