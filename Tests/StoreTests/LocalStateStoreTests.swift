import Foundation
import Model
import Schema
import Synchronization
import Testing
import TestSupport

@testable import Records
@testable import Store

@Suite struct LocalStateStoreTests {
    let scratch: Scratch
    let file: StateFile
    let store: LocalStateStore

    init() throws {
        scratch = try Scratch()
        file = StateFile(at: scratch.location)
        store = LocalStateStore(at: scratch.location)
    }

    static let pool = Address(section: "userPools", name: "main")

    static func address(_ number: Int) -> Address { Address(section: "roles", name: "role-\(number)") }

    /// A snapshot with one more record, and the step that leads to it.
    func step(_ number: Int, after snapshot: Snapshot, bytes: Int = 10) -> (SnapshotStep, Snapshot) {
        var next = snapshot
        next.serial += 1
        next.resources[Self.address(number)] = Record(
            type: "role", physicalId: "role-\(number)",
            attributes: ["description": .string(String(repeating: "x", count: bytes))])
        return (SnapshotStep(to: next, changing: [Self.address(number)]), next)
    }

    @discardableResult
    func append(_ number: Int, after snapshot: Snapshot, bytes: Int = 10, to store: LocalStateStore? = nil) throws
        -> Snapshot
    {
        let (step, next) = step(number, after: snapshot, bytes: bytes)
        try (store ?? self.store).append(step, reaching: next)
        return next
    }

    var lines: Int { get throws { try text(of: file.path).split(separator: "\n").count { $0.hasPrefix("{\"") } } }

    @Test("a step is a line behind the snapshot, and is loaded with it")
    func appends() throws {
        var snapshot = try store.compact(.sample)
        let start = try text(of: file.path)
        for number in 1...3 { snapshot = try append(number, after: snapshot) }
        #expect(try text(of: file.path).hasPrefix(start))
        #expect(try lines == 3)
        #expect(try store.load() == snapshot)

        snapshot.resources[Self.pool] = nil
        snapshot.serial += 1
        try store.append(SnapshotStep(to: snapshot, changing: [Self.pool]), reaching: snapshot)
        #expect(try store.load() == snapshot)
    }

    @Test("a line has the size of its step, however much is recorded")
    func isOfItsOwnSize() throws {
        var sizes: [Int] = []
        for count in [10, 1000] {
            var snapshot = try file.load() ?? .sample
            for number in 0..<count {
                snapshot.resources[Self.address(number)] = Record(type: "role", physicalId: "role-\(number)")
            }
            snapshot = try store.compact(snapshot)
            let before = try text(of: file.path).utf8.count
            try append(99_999, after: snapshot)
            sizes.append(try text(of: file.path).utf8.count - before)
            snapshot = try #require(try file.load())
            snapshot.resources = [:]
            _ = try store.compact(snapshot)
        }
        #expect(sizes[1] - sizes[0] <= 1, "\(sizes): the serial alone may be longer")
    }

    @Test("where nothing is there, and at the start of a run, the first step writes a snapshot")
    func startsWithASnapshot() throws {
        let first = try append(1, after: .sample)
        #expect(try lines == 0 && file.load() == first)
        let second = try append(2, after: first, to: LocalStateStore(at: scratch.location))
        #expect(try lines == 0 && file.load() == second)
    }

    @Test("steps that have come to more than their snapshot become one: what is written grows in a line with the steps")
    func compacts() throws {
        var snapshot = try store.compact(.sample)
        var longest = 0
        for number in 1...400 {
            snapshot = try append(number, after: snapshot, bytes: 1000)
            longest = max(longest, try lines)
        }
        #expect(try longest < 250 && lines < 250)
        #expect(try store.load() == snapshot)
        #expect(try lines > 0)
        snapshot = try store.compact(snapshot)
        #expect(try lines == 0 && store.load() == snapshot)
    }

    @Test("a step that a crash tore was never recorded, wherever it was torn")
    func isTorn() throws {
        var snapshot = try store.compact(.sample)
        snapshot = try append(1, after: snapshot)
        let whole = try Data(contentsOf: URL(filePath: file.path))
        try append(2, after: snapshot)
        let longer = try Data(contentsOf: URL(filePath: file.path))
        for length in whole.count..<longer.count {
            try scratch.write(longer.prefix(length), to: file.path)
            #expect(try file.load() == snapshot, "\(length) bytes")
            // The next run goes on from there, and what is torn is gone.
            let next = try append(3, after: snapshot, to: LocalStateStore(at: scratch.location))
            #expect(try file.load() == next, "\(length) bytes")
        }
    }

    @Test(arguments: [
        ("{\"gone\":[],\"serial\":9,\"set\":{}}\n", "the step after serial 1 has serial 9"),
        ("{\"gone\":[],\"serial\":1,\"set\":{}}\n", "the step after serial 1 has serial 1"),
        ("nonsense\n", "the step after serial 1: "), ("{}\n{\"gone\":[],\"serial\":2,\"set\":{}}\n", "is missing"),
        (String(repeating: "\0", count: 40) + "\n", "the step after serial 1: "),
    ])
    func aDamagedStepIsNotPassedOver(line: String, reason: String) throws {
        _ = try store.compact(.sample)
        let whole = try text(of: file.path)
        try scratch.write(whole + line, to: file.path)
        let error = #expect(throws: StateError.self) { try file.load() }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        #expect(throws: StateError.self) { try append(1, after: .sample, to: LocalStateStore(at: scratch.location)) }
        #expect(try text(of: file.path) == whole + line)
    }

    @Test("blank lines that an editor left are no steps", arguments: ["\n", "\n\n", "  \n", "\r\n"])
    func blankLines(text more: String) throws {
        let snapshot = try store.compact(.sample)
        try scratch.write(try text(of: file.path) + more, to: file.path)
        #expect(try file.load() == snapshot)
    }

    static let rivals: [(name: String, write: @Sendable (StateFile, Snapshot) throws -> Void)] = [
        ("replaces the file", { file, snapshot in _ = try file.save(snapshot) }),
        (
            "appends a step",
            { file, snapshot in
                let line = try StateText.line(SnapshotStep(serial: snapshot.serial + 1, set: [:]), for: file.path)
                let handle = try FileHandle(forWritingTo: URL(filePath: file.path))
                try handle.seekToEnd()
                try handle.write(contentsOf: Data(line))
            }
        ),
        ("removes the file", { file, _ in try FileManager.default.removeItem(atPath: file.path) }),
    ]

    @Test("who finds that somebody else has written does not write", arguments: rivals.indices)
    func seesAnotherWriter(index: Int) throws {
        var snapshot = try store.compact(.sample)
        snapshot = try append(1, after: snapshot)
        try Self.rivals[index].write(file, snapshot)
        let theirs = try? text(of: file.path)
        let error = #expect(throws: StateError.self, "\(Self.rivals[index].name)") { try append(2, after: snapshot) }
        if case .concurrentWrite(_, loaded: 2, _)? = error {} else { Issue.record("\(String(describing: error))") }
        #expect((try? text(of: file.path)) == theirs)
    }

    @Test("a step that the disk refuses is not recorded, and the next one is")
    func survivesARefusal() throws {
        let isBroken = Mutex(false)
        let store = LocalStateStore(at: scratch.location) { file throws(StateError) in
            if isBroken.withLock(\.self) { throw .system(doing: "write", path: file.path, code: EIO) }
            try file.synchronize()
        }
        var snapshot = try store.compact(.sample)
        snapshot = try append(1, after: snapshot, to: store)
        isBroken.withLock { $0 = true }
        #expect(throws: StateError.self) { try append(2, after: snapshot, to: store) }
        #expect(try file.load() == snapshot)
        isBroken.withLock { $0 = false }
        snapshot = try append(3, after: snapshot, to: store)
        #expect(try file.load() == snapshot)
    }

    @Test("a secret is in no step")
    func refusesSecrets() throws {
        let snapshot = try store.compact(.sample)
        let before = try text(of: file.path)
        var next = snapshot
        next.serial += 1
        next.resources[Self.pool]?.attributes = ["password": .secret(Secret("s3cret"))]
        let error = #expect(throws: StateError.self) {
            try store.append(SnapshotStep(to: next, changing: [Self.pool]), reaching: next)
        }
        #expect(
            error?.description.contains("a secret is never written") == true
                && error?.description.contains("s3cret") == false)
        #expect(try text(of: file.path) == before)
    }

    @Test("whatever is recorded step by step is what is loaded")
    func whatIsRecordedIsLoaded() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        var snapshot = try store.compact(.sample)
        for round in 0..<200 {
            let other = Snapshot.random(using: &random)
            var changed = Set(snapshot.resources.keys.filter { _ in Int.random(in: 0..<4, using: &random) == 0 })
            for address in changed { snapshot.resources[address] = nil }
            for (address, record) in other.resources {
                snapshot.resources[address] = record
                changed.insert(address)
            }
            snapshot.serial += 1
            try store.append(SnapshotStep(to: snapshot, changing: changed), reaching: snapshot)
            #expect(try file.load() == snapshot, "seed \(seed), round \(round)")
            if round % 50 == 49 { snapshot = try store.compact(snapshot) }
        }
    }
}
