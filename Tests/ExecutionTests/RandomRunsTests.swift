import Diagnostics
import Execution
import Foundation
import Planning
import Model
import Schema
import Records
import Synchronization
import Testing
import TestSupport

/// Random stacks, random edits, things changed by hand, and failures of every kind at random requests: after each run the
/// files are valid, and one apply without a failure brings everything to where it belongs.
@Suite struct RandomRunsTests {
    /// `COGSTACK_SEED` plays one seed again, `COGSTACK_RUNS` plays more of them.
    static let seeds: Range<UInt64> = {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["COGSTACK_SEED"].flatMap(UInt64.init) { return seed..<seed + 1 }
        return 1..<(environment["COGSTACK_RUNS"].flatMap(UInt64.init) ?? 100) + 1
    }()

    @Test func whateverHappensOneCleanApplyConverges() async throws {
        var applies = 0
        for seed in Self.seeds {
            let (words, count) = try await play(seed)
            applies += count
            #expect(words.isEmpty, "COGSTACK_SEED=\(seed)")
        }
        print("seeds \(Self.seeds), \(applies) applies")
    }

    /// What went wrong, and the number of applies.
    private func play(_ seed: UInt64) async throws -> (words: [String], applies: Int) {
        var random = SeededGenerator(seed: seed)
        let bench = try Bench()
        var genes = Genes(&random)
        var applies = 0
        var serial = 0
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let desired = Toys.stack(genes.resources)
            applies += 1
            do {
                let report = try await bench.apply(
                    desired, parallelism: [1, 4].randomElement(using: &random) ?? 1, fault: Self.faults(&random))
                let words = try await bench.invalidities(since: serial, plan: report.plan)
                if !words.isEmpty { return (words, applies) }
            } catch let problems as Diagnostics {
                return (problems.sorted.map { "\($0.code): \($0.message)" }, applies)
            }
            serial = try bench.snapshot()?.serial ?? serial
            await Self.meddle(bench.account, try bench.snapshot(), &random)
            genes.mutate(&random)
        }
        for (desired, purpose) in [(Toys.stack(genes.resources), Plan.Purpose.apply), (Toys.stack([]), .destroy)] {
            applies += 1
            do {
                let report = try await bench.apply(desired, purpose, parallelism: 4)
                let failures = report.outcome.failed.map {
                    "\($0.action.kind.rawValue) \($0.action.address): \($0.error)"
                }
                let words = try await failures + bench.shortcomings(of: desired)
                if !words.isEmpty { return (["clean \(purpose.rawValue)"] + words, applies) }
            } catch let problems as Diagnostics {
                return (["clean \(purpose.rawValue)"] + problems.sorted.map { "\($0.code): \($0.message)" }, applies)
            }
        }
        return ([], applies)
    }

    private static func faults(_ random: inout SeededGenerator) -> @Sendable (ToyAccount.Request) -> ToyAccount.Fault? {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return { _ in nil }
        case 1:
            let number = Int.random(in: 1...14, using: &random)
            let fault: ToyAccount.Fault = Bool.random(using: &random) ? .killedBefore : .killedAfter
            return { $0.number == number ? fault : nil }
        default:
            let plan = (0..<60).map { _ in
                Int.random(in: 0..<6, using: &random) == 0
                    ? [ToyAccount.Fault.refused, .throttled, .expired, .lostBefore, .lostAfter].randomElement(
                        using: &random) : nil
            }
            return { $0.number < plan.count ? plan[$0.number] : nil }
        }
    }

    /// What people do in the console, as far as it is drift: what the file never set is nobody's business.
    private static func meddle(_ account: ToyAccount, _ snapshot: Snapshot?, _ random: inout SeededGenerator) async {
        var set: [String: Value] = [:]
        for record in (snapshot?.resources ?? [:]).values {
            if let id = record.physicalId { set[id] = record.attributes }
        }
        func change(_ name: String, of id: String, to value: Value) async {
            if set[id]?[name].isNull == false { await account.set(name, of: id, to: value) }
        }
        for id in await account.objects.keys.sorted() where Int.random(in: 0..<8, using: &random) == 0 {
            guard let object = await account.objects[id] else { continue }
            switch (object.section, Bool.random(using: &random)) {
            case ("boxes", _): await change("size", of: id, to: 9)
            case ("lids", true), ("lamps", true), ("keys", true): await account.remove(id)
            case ("lids", false): await change("note", of: id, to: "scribbled")
            case ("lamps", false): await change("secret", of: id, to: "overwritten")
            default: break
            }
        }
    }
}

/// A stack that can be changed at random and stays one that is valid.
struct Genes {
    private var present: Set<String> = []
    private var values: [String: [String: Value]] = [:]

    private static let addresses = ["boxes.a", "boxes.b", "lids.l", "lids.m", "keys.k", "lamps.p", "lamps.q"]

    init(_ random: inout SeededGenerator) {
        for address in Self.addresses { roll(address, &random) }
    }

    mutating func mutate(_ random: inout SeededGenerator) {
        for address in Self.addresses where Int.random(in: 0..<3, using: &random) == 0 { roll(address, &random) }
    }

    private mutating func roll(_ address: String, _ random: inout SeededGenerator) {
        func one(_ choices: Value...) -> Value { choices.randomElement(using: &random) ?? .null }
        func refer(_ choices: String...) -> Value { Toys.reference(choices.randomElement(using: &random) ?? "") }
        if Int.random(in: 0..<4, using: &random) > 0 { present.insert(address) } else { present.remove(address) }
        let isThere = { (value: Value, random: inout SeededGenerator) -> Value in
            Bool.random(using: &random) ? value : .null
        }
        var members: [String: Value]
        switch address.prefix(while: { $0 != "." }) {
        case "boxes":
            // As a person renames things back and forth. No two boxes get one name.
            members = [
                "name": one(.null, .null, .string("\(address.suffix(1))2"), .string("\(address.suffix(1))3")),
                "shelf": one(.null, .null, "/up"), "size": one(.null, 2, 3),
                "labels": one(.null, ["x": "1"], ["x": "2", "y": "1"]),
                "cover": isThere(refer("lids.l.id", "lids.m.id"), &random),
            ]
        case "lids":
            members = [
                "box": isThere(refer("boxes.a.id", "boxes.b.id"), &random), "material": one(.null, .null, "steel"),
                "note": one(.null, "n", "m"),
            ]
        case "keys": members = ["box": refer("boxes.a.id", "boxes.b.id")]
        default:
            members = [
                "lid": isThere(refer("lids.l.id", "lids.m.id"), &random), "key": isThere(refer("keys.k.id"), &random),
                "secret": isThere(refer("keys.k.secret"), &random),
                "code": isThere(refer("lids.l.code", "lids.m.code"), &random),
            ]
        }
        values[address] = members
    }

    /// References to what is not there are left out, and with them a key whose box is not there.
    var resources: [DesiredResource] {
        var present = present
        if let box = values["keys.k"]?["box"]?.references.first?.address, !present.contains(box.description) {
            present.remove("keys.k")
        }
        return Self.addresses.filter(present.contains).map { address in
            let members = (values[address] ?? [:]).filter { _, value in
                !value.isNull && value.references.allSatisfy { present.contains($0.address.description) }
            }
            return Toys.resource(address, .map(members))
        }
    }
}
