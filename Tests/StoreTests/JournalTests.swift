import Foundation
import Model
import Schema
import Testing
import TestSupport

@testable import Records
@testable import Store

@Suite struct JournalTests {
    let scratch: Scratch
    var location: StateLocation { scratch.location }

    init() throws {
        scratch = try Scratch()
    }

    @Test func noJournalHasNothingPending() throws {
        #expect(try Journal.pending(at: location) == [])
        #expect(scratch.files.isEmpty)
    }

    @Test func whatBeganIsPendingUntilItEnds() async throws {
        let journal = try Journal(at: location)
        let first = try await journal.begin(.sample(1))
        let second = try await journal.begin(.sample(2))
        #expect(try Journal.pending(at: location).map(\.intent) == [.sample(1), .sample(2)])
        try await journal.end(first)
        let left = [Journal.Entry(id: second, intent: .sample(2))]
        #expect(try Journal.pending(at: location) == left)
        #expect(await journal.pending == left)
    }

    @Test func aLaterRunGoesOnWhereAKilledOneStopped() async throws {
        let killed = try await Journal(at: location).begin(.sample(1))
        let journal = try Journal(at: location)
        #expect(await journal.pending == [Journal.Entry(id: killed, intent: .sample(1))])
        let next = try await journal.begin(.sample(2))
        #expect(next > killed)
        try await journal.end(killed)
        #expect(try Journal.pending(at: location) == [Journal.Entry(id: next, intent: .sample(2))])
    }

    @Test func endingTwiceOrWhatNeverBeganWritesNothing() async throws {
        let journal = try Journal(at: location)
        let id = try await journal.begin(.sample(1))
        try await journal.end(id)
        let before = try text(of: location.journal)
        try await journal.end(id)
        try await journal.end(99)
        #expect(try text(of: location.journal) == before)
    }

    @Test func itIsEmptiedOnlyWhenNothingIsOpen() async throws {
        let journal = try Journal(at: location)
        let id = try await journal.begin(.sample(1))
        try await journal.clear()
        #expect(try Journal.pending(at: location).count == 1)
        try await journal.end(id)
        try await journal.clear()
        #expect(try text(of: location.journal) == "")
        _ = try await journal.begin(.sample(2))
        #expect(try Journal.pending(at: location).map(\.intent) == [.sample(2)])
    }

    @Test func manyAtOnceAreAllOnDiskWhenTheyReturn() async throws {
        let journal = try Journal(at: location)
        let location = location
        let ids = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let id = try await journal.begin(.sample(number))
                    let found = try Journal.pending(at: location)
                    #expect(found.contains(Journal.Entry(id: id, intent: .sample(number))))
                    if number.isMultiple(of: 2) { try await journal.end(id) }
                    return id
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(ids.count == 100)
        let left = try Journal.pending(at: location).map(\.intent.address.name)
        #expect(Set(left) == Set(stride(from: 1, to: 100, by: 2).map { "client-\($0)" }))
    }

    /// Three begin, the second ends: what each whole line leaves pending.
    static let pendingAfterLine = [[], [1], [1, 2], [1], [1, 3]]

    @Test func aJournalCutAtAnyByteHoldsItsWholeLines() async throws {
        let journal = try Journal(at: location)
        _ = try await journal.begin(.sample(1))
        let second = try await journal.begin(.sample(2))
        try await journal.end(second)
        _ = try await journal.begin(.sample(3))
        let whole = try #require(try contents(of: location.journal))
        let cut = StateLocation(stack: "cut", in: scratch.path)
        for count in 0...whole.count {
            try scratch.write(whole.prefix(count), to: cut.journal)
            let lines = whole.prefix(count).count { $0 == UInt8(ascii: "\n") }
            let expected = Self.pendingAfterLine[lines].map { Intent.sample($0) }
            #expect(try Journal.pending(at: cut).map(\.intent) == expected, "cut at \(count)")

            // The next run writes on without continuing the torn line.
            let next = try await Journal(at: cut).begin(.sample(4))
            #expect(try Journal.pending(at: cut).map(\.intent) == expected + [.sample(4)], "cut at \(count)")
            #expect(try Journal.pending(at: cut).last?.id == next)
        }
    }

    /// What ext4 may leave after a loss of power: room was made for a line, and what was to be in it did not come.
    @Test func zerosAtTheEndAreATornLine() async throws {
        let journal = try Journal(at: location)
        _ = try await journal.begin(.sample(1))
        _ = try await journal.begin(.sample(2))
        let whole = try #require(try contents(of: location.journal))
        let first = try #require(whole.firstIndex(of: UInt8(ascii: "\n"))) + 1
        for count in first..<whole.count {
            try scratch.write(whole.prefix(count) + [UInt8](repeating: 0, count: 4096 - count), to: location.journal)
            #expect(try Journal.pending(at: location).map(\.intent) == [.sample(1)], "zeros from \(count)")
            _ = try await Journal(at: location).begin(.sample(3))
            #expect(try Journal.pending(at: location).map(\.intent) == [.sample(1), .sample(3)], "zeros from \(count)")
        }
    }

    @Test func zerosAnywhereElseAreReported() async throws {
        let journal = try Journal(at: location)
        _ = try await journal.begin(.sample(1))
        let last = try await journal.begin(.sample(2))
        try await journal.end(last)
        let whole = try #require(try contents(of: location.journal))
        let lastLine = #"{"end":2}"#.utf8.count + 1
        for index in 0..<(whole.count - lastLine) {
            var bytes = whole
            bytes[index] = 0
            try scratch.write(bytes, to: location.journal)
            let error = #expect(throws: StateError.self, "byte \(index)") { try Journal.pending(at: location) }
            guard case .damagedJournal? = error else {
                Issue.record("byte \(index): \(String(describing: error))")
                return
            }
        }
    }

    static let intent =
        #"{"address":"roles.a","at":1,"baseline":[],"creates":true,"operation":"CreateRole","type":"role"}"#
    static let garbage: [(lines: [String], bad: Int)] = [
        (["garbage"], 1),
        ([""], 1),
        (["{}"], 1),
        (["\u{0}\u{0}\u{0}"], 1),
        ([#"{"begin":1,"intent":\#(intent)}"#, "garbage", #"{"end":1}"#], 2),
        ([#"{"begin":1,"intent":\#(intent)}"#, #"{"begin":1,"intent":\#(intent)}"#], 2),
        ([#"{"begin":1,"intent":\#(intent)}"#, #"{"end":2}"#], 2),
        ([#"{"begin":1,"intent":\#(intent)}"#, #"{"end":1}"#, #"{"end":1}"#], 3),
        ([#"{"begin":1}"#], 1),
        ([#"{"begin":9223372036854775807,"intent":\#(intent)}"#], 1),
        ([#"{"begin":2,"intent":\#(intent),"end":2}"#], 1),
    ]

    @Test(arguments: garbage) func aDamagedLineIsReportedAndLeft(lines: [String], bad: Int) throws {
        let contents = lines.map { $0 + "\n" }.joined()
        try scratch.write(contents, to: location.journal)
        for read in [{ _ = try Journal.pending(at: location) }, { _ = try Journal(at: location) }] {
            let error = #expect(throws: StateError.self) { try read() }
            guard case .damagedJournal(location.journal, bad, _)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(error?.description.contains("`cogstack state rebuild FILE`") == true)
        }
        #expect(try text(of: location.journal) == contents)
    }

    @Test func theTableOfGarbageStartsFromAValidLine() throws {
        try scratch.write(#"{"begin":1,"intent":\#(Self.intent)}"# + "\n", to: location.journal)
        #expect(try Journal.pending(at: location).map(\.id) == [1])
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs a full device"))
    func aFullDiskRefusesTheIntentAndEveryLaterOne() async throws {
        let journal = try Journal(OpenFile(descriptor: open("/dev/full", O_RDWR), path: location.journal))
        for _ in 0..<2 {
            await #expect(throws: StateError.self) { try await journal.begin(.sample(1)) }
        }
        #expect(await journal.pending == [])
    }

    /// A pipe takes lines and cannot be made safe: what a disk does that fails to synchronise.
    @Test func whatCannotBeMadeSafeIsRefusedToAllWhoWait() async throws {
        try makeFolder(above: location.journal)
        mkfifo(location.journal, 0o600)
        let journal = try Journal(OpenFile(descriptor: open(location.journal, O_RDWR), path: location.journal))
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<10 {
                group.addTask {
                    await #expect(throws: StateError.system(doing: "write", path: location.journal, code: EINVAL)) {
                        try await journal.begin(.sample(number))
                    }
                }
            }
        }
    }
}
