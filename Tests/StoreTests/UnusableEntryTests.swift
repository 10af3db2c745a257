import Foundation
import Testing
import TestSupport

@testable import Records
@testable import Store

/// What is no regular file of the user's own is refused with its name, wherever a file of the state should be, and left as it is.
@Suite struct UnusableEntryTests {
    let scratch: Scratch
    let location: StateLocation

    init() throws {
        scratch = try Scratch()
        location = scratch.location
        try makeFolder(above: location.state)
    }

    /// A file of the state, and everything that is done with it.
    struct Use: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let path: @Sendable (StateLocation) -> String
        let run: @Sendable (StateLocation) async throws -> Void

        init(
            _ name: String, _ path: @escaping @Sendable (StateLocation) -> String,
            _ run: @escaping @Sendable (StateLocation) async throws -> Void
        ) {
            (testDescription, self.path, self.run) = (name, path, run)
        }
    }

    static let uses = [
        Use("the state is loaded", \.state) { _ = try StateFile(at: $0).load() },
        Use("the state is saved", \.state) { _ = try StateFile(at: $0).save(.sample) },
        Use("the state is set aside", \.state) { _ = try StateFile(at: $0).setAside() },
        Use("the journal is opened", \.journal) { _ = try Journal(at: $0) },
        Use("the journal is read", \.journal) { _ = try Journal.pending(at: $0) },
        Use("the journal is set aside", \.journal) { _ = try Journal.setAside(at: $0) },
        Use("the lock is taken", \.lock) { _ = try Lock(at: $0, command: "apply", now: Date()) },
        Use("the lock is looked at", \.lock) { _ = try Lock.standing(at: $0) },
        Use("the lock is removed", \.lock) { _ = try Lock.unlock($0) },
        Use("the claim is made", { $0.lock + ".claim" }) { try LockClaim(at: $0).make(for: LockTests.anna) },
        Use("the claim is looked at", { $0.lock + ".claim" }) { _ = try LockClaim(at: $0).standing() },
        Use("the claim is removed", { $0.lock + ".claim" }) { _ = try LockClaim(at: $0).removeAbandoned() },
        Use("the plan is saved", \.plan) { try PlanFile.save(["a": 1], at: $0) },
        Use("the plan is loaded", \.plan) { _ = try PlanFile.load([String: Int].self, at: $0) },
        Use("the plan is removed", \.plan) { try PlanFile.remove(at: $0) },
        Use("a file of verify is read", \.cleanupRecords) { _ = try PrivateFile.contents(at: $0.cleanupRecords) },
        Use("a file of verify is replaced", \.cleanupRecords) {
            try PrivateFile.replace(at: $0.cleanupRecords, with: [1])
        },
        Use("a file of verify is removed", \.cleanupRecords) { try PrivateFile.remove(at: $0.cleanupRecords) },
    ]

    /// What may stand in the place of a file, how it gets there, and what is said of it.
    enum Thing: CaseIterable {
        case link, linkToNowhere, linkToAFolder, folder, fifo, socket, writableByGroup, writableByAll, ofAnotherUser,
            device

        /// Those that this user can make.
        static var possible: [Thing] {
            geteuid() == 0 ? allCases : allCases.filter { $0 != .ofAnotherUser && $0 != .device }
        }

        var expected: UnusableEntry {
            switch self {
            case .link, .linkToNowhere, .linkToAFolder: .link
            case .folder: .wrongKind("a folder", isFolderNeeded: false)
            case .fifo: .wrongKind("a FIFO", isFolderNeeded: false)
            case .socket: .wrongKind("a socket", isFolderNeeded: false)
            case .device: .wrongKind("a device", isFolderNeeded: false)
            case .writableByGroup, .writableByAll: .writableByOthers
            case .ofAnotherUser: .otherOwner("nobody")
            }
        }

        func put(at path: String, _ scratch: Scratch) throws {
            let target = scratch.path + "/target"
            try scratch.write("precious", to: target)
            switch self {
            case .link: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
            case .linkToNowhere:
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "nowhere")
            case .linkToAFolder:
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: scratch.path)
            case .folder: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            case .fifo: try #require(mkfifo(path, 0o600) == 0)
            case .socket: try bindSocket(path)
            case .device: try #require(mknod(path, S_IFCHR | 0o600, 0x0103) == 0)
            case .writableByGroup, .writableByAll:
                try scratch.write("theirs", to: path)
                chmod(path, self == .writableByAll ? 0o666 : 0o620)
            case .ofAnotherUser:
                try scratch.write("theirs", to: path)
                try #require(chown(path, 65534, 65534) == 0)
            }
        }

        private func bindSocket(_ path: String) throws {
            // A socket's path is short; this one is reached by its folder.
            let folder = FileManager.default.temporaryDirectory.appending(path: "s\(UInt32.random(in: 0...UInt32.max))")
                .path
            try FileManager.default.createSymbolicLink(
                atPath: folder, withDestinationPath: URL(filePath: path).deletingLastPathComponent().path)
            defer { unlink(folder) }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let name = Array("\(folder)/\(URL(filePath: path).lastPathComponent)".utf8)
            try #require(name.count < MemoryLayout.size(ofValue: address.sun_path))
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
            #if canImport(Glibc)
                let kind = Int32(SOCK_STREAM.rawValue)
            #else
                let kind = SOCK_STREAM
            #endif
            let descriptor = Foundation.socket(AF_UNIX, kind, 0)
            defer { close(descriptor) }
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(result == 0)
        }
    }

    @Test(arguments: uses, Thing.possible) func isRefusedAndLeftAsItIs(use: Use, thing: Thing) async throws {
        let path = use.path(location)
        try thing.put(at: path, scratch)
        let before = try status(of: path)
        let location = location
        await #expect(throws: StateError.unusable(path: path, thing.expected)) { try await use.run(location) }
        #expect(try status(of: path) == before)
        #expect(try text(of: scratch.path + "/target") == "precious")
    }

    /// The folders of the state are no less than its files.
    @Test(
        arguments: [".cogstack", ".cogstack/prod"],
        [Thing.linkToAFolder, .linkToNowhere, .fifo, .writableByGroup, .ofAnotherUser])
    func isRefusedInPlaceOfAFolder(name: String, thing: Thing) async throws {
        guard Thing.possible.contains(thing) else { return }
        let folder = scratch.path + "/" + name
        for use in Self.uses { try scratch.write("theirs", to: use.path(location)) }
        let expected: UnusableEntry
        switch thing {
        case .writableByGroup:
            chmod(folder, 0o770)
            expected = .writableByOthers
        case .ofAnotherUser:
            try #require(chown(folder, 65534, 65534) == 0)
            expected = .otherOwner("nobody")
        default:
            try FileManager.default.moveItem(atPath: folder, toPath: scratch.path + "/moved")
            try thing.put(at: folder, scratch)
            if thing == .linkToAFolder {
                unlink(folder)
                try FileManager.default.createSymbolicLink(atPath: folder, withDestinationPath: scratch.path + "/moved")
            }
            expected = thing == .fifo ? .wrongKind("a FIFO", isFolderNeeded: true) : .link
        }
        let (location, files) = (location, scratch.files)
        for use in Self.uses {
            await #expect(throws: StateError.unusable(path: folder, expected), "\(use.testDescription)") {
                try await use.run(location)
            }
        }
        #expect(scratch.files == files)
    }

    @Test func theFoldersAboveMayBeLinks() async throws {
        let link = scratch.path + "-link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: scratch.path)
        defer { unlink(link) }
        for location in [StateLocation(stack: "prod", in: link), StateLocation(stateFile: link + "/own.json")] {
            let lock = try Lock(at: location, command: "apply", now: Date())
            defer { lock.release() }
            let saved = try StateFile(at: location).save(.sample)
            #expect(try StateFile(at: location).load() == saved)
            _ = try await Journal(at: location).begin(.sample(1))
            try PlanFile.save(["a": 1], at: location)
        }
    }

    /// A folder that `--state` leads to is the user's choice, `/tmp` for instance; the files in it are looked at all the same.
    @Test func theFolderOfANamedStateFileMayBeShared() throws {
        let folder = scratch.path + "/shared"
        let location = StateLocation(stateFile: folder + "/state.json")
        try makeFolder(above: location.state)
        chmod(folder, 0o1777)
        _ = try StateFile(at: location).save(.sample)
        chmod(location.state, 0o666)
        #expect(throws: StateError.unusable(path: location.state, .writableByOthers)) {
            try StateFile(at: location).load()
        }
    }

    @Test func aSharedFileIsAnybodysButRegular() throws {
        let path = scratch.path + "/settings.json"
        try scratch.write("{}", to: path)
        chmod(path, 0o664)
        #expect(try SharedFile.contents(at: path) == Array("{}".utf8))
        try SharedFile.replace(at: path, with: [1])
        #expect(try mode(of: path) == "600")
        unlink(path)
        try Thing.fifo.put(at: path, scratch)
        let error = StateError.unusable(path: path, .wrongKind("a FIFO", isFolderNeeded: false))
        #expect(throws: error) { try SharedFile.contents(at: path) }
        #expect(throws: error) { try SharedFile.replace(at: path, with: [1]) }
    }

    @Test(arguments: [
        (UnusableEntry.link, "it is a symbolic link"),
        (.wrongKind("a FIFO", isFolderNeeded: false), "it is a FIFO, and a regular file is needed. Move it away"),
        (.wrongKind("a file", isFolderNeeded: true), "it is a file, and a folder is needed. Move it away"),
        (.otherOwner("anna"), "it belongs to anna, and this is "),
        (.writableByOthers, "`chmod go-w .cogstack/prod/lock`"),
    ])
    func theMessageSaysWhatIsThereAndWhatToDo(entry: UnusableEntry, words: String) {
        let text = StateError.unusable(path: ".cogstack/prod/lock", entry).description
        #expect(text.hasPrefix("cannot use .cogstack/prod/lock: ") && text.contains(words), "\(text)")
    }

    private func status(of path: String) throws -> [UInt64] {
        var status = stat()
        _ = try succeed("read", path) { lstat(path, &status) }
        return [UInt64(status.st_ino), UInt64(status.st_mode), UInt64(status.st_uid), UInt64(status.st_size)]
    }
}
