import Execution
import Foundation
import Planning
import Model
import Schema
import Records
import Testing
import TestSupport

/// Kills the process before and after each request of a scenario; the next apply, from the files of that instant, must
/// bring everything to where it belongs.
@Suite struct CrashTests {
    struct Scenario: Sendable, CustomTestStringConvertible {
        let name: String
        var before: [DesiredResource] = []
        /// Nil destroys.
        var after: [DesiredResource]?
        /// Done to the account in between.
        var meanwhile: @Sendable (ToyAccount) async -> Void = { _ in }
        /// What is to get a new secret.
        var rotation: Rotation?
        /// Whether at every instant every lamp that had a key has one that is accepted.
        var keepsLight = false
        var testDescription: String { name }
    }

    static let whole: [DesiredResource] = [
        Toys.resource("boxes.a", ["size": 2, "labels": ["x": "1"], "cover": Toys.reference("lids.l.id")]),
        Toys.resource("lids.l", ["box": Toys.reference("boxes.a.id"), "note": "n"]),
        Toys.resource("keys.k", ["box": Toys.reference("boxes.a.id")]),
        Toys.resource(
            "lamps.p",
            [
                "lid": Toys.reference("lids.l.id"), "key": Toys.reference("keys.k.id"),
                "secret": Toys.reference("keys.k.secret"), "code": Toys.reference("lids.l.code"),
            ]),
        Toys.resource("lamps.q", ["secret": Toys.reference("keys.k.secret")]),
    ]

    private static let lamp = Toys.resource("lamps.q", ["secret": Toys.reference("keys.k.secret")])

    private static func whole(with changed: DesiredResource...) -> [DesiredResource] {
        whole.filter { one in !changed.contains { $0.address == one.address } } + changed
    }

    static let scenarios = [
        Scenario(name: "create all", after: whole),
        Scenario(
            name: "update", before: whole,
            after: whole(
                with: Toys.resource("boxes.a", ["size": 3, "labels": ["y": "2"]]),
                Toys.resource("lids.l", ["box": Toys.reference("boxes.a.id")]))),
        Scenario(
            name: "replace, new one first", before: whole,
            after: whole(with: Toys.resource("lids.l", ["box": Toys.reference("boxes.a.id"), "material": "steel"]))),
        Scenario(
            name: "replace, old one first", before: whole,
            after: whole(with: Toys.resource("boxes.a", ["shelf": "/up", "cover": Toys.reference("lids.l.id")]))),
        Scenario(
            name: "replace under another name", before: whole,
            after: whole(with: Toys.resource("boxes.a", ["name": "b", "cover": Toys.reference("lids.l.id")]))),
        Scenario(
            name: "rotate", before: whole, after: whole,
            meanwhile: { for lamp in ["p", "q"] { await $0.set("secret", of: lamp, to: "overwritten") } },
            keepsLight: true),
        Scenario(
            name: "rotate as asked", before: whole, after: whole,
            rotation: Rotation([Address(section: "keys", name: "k")], soak: 60), keepsLight: true),
        Scenario(
            name: "a key of another box",
            before: [
                Toys.resource("boxes.a", [:]), Toys.resource("keys.k", ["box": Toys.reference("boxes.a.id")]), lamp,
            ],
            after: [
                Toys.resource("boxes.b", [:]), Toys.resource("keys.k", ["box": Toys.reference("boxes.b.id")]), lamp,
            ], keepsLight: true),
        Scenario(
            name: "mend a secret from another place", before: whole, after: whole,
            meanwhile: { await $0.set("secret", of: "p", to: "overwritten") }, keepsLight: true),
        Scenario(
            name: "a new user of a secret", before: whole,
            after: whole + [Toys.resource("lamps.r", ["secret": Toys.reference("keys.k.secret")])], keepsLight: true),
        Scenario(name: "take some out", before: whole, after: [Toys.resource("boxes.a", ["size": 2])]),
        Scenario(
            name: "heal what was deleted by hand", before: whole, after: whole,
            meanwhile: { account in
                for id in await account.objects.keys where id.hasPrefix("lid-") { await account.remove(id) }
            }),
        Scenario(name: "destroy", before: whole, after: nil),
    ]

    @Test(arguments: scenarios) func aKillAtAnyRequestLosesNothing(_ scenario: Scenario) async throws {
        var points = 0
        var converged = 0
        // Without a fault, for the number of requests.
        let requests = try await play(scenario, killing: nil)
        for number in 1...max(1, requests) {
            for fault in [ToyAccount.Fault.killedBefore, .killedAfter] {
                points += 1
                converged += try await play(scenario, killing: (number, fault)) >= 0 ? 1 : 0
            }
        }
        print("\(scenario.name): \(points) points, \(converged) converged")
        #expect(converged == points)
    }

    /// What a person makes of the file before the next run.
    enum SecondEdit: CaseIterable {
        case rolledBack, another, destroyed
    }

    private static let another = whole(
        with: Toys.resource("boxes.a", ["name": "c", "size": 5, "cover": Toys.reference("lids.l.id")]),
        Toys.resource("lids.l", ["box": Toys.reference("boxes.a.id"), "material": "glass", "note": "o"]))

    /// Which second edit follows goes round; `COGSTACK_CRASHES=all` plays them all at each point.
    @Test(arguments: scenarios.filter { $0.rotation == nil }) func aKillFollowedByAnotherEditLosesNothing(
        _ scenario: Scenario
    ) async throws {
        let isWhole = ProcessInfo.processInfo.environment["COGSTACK_CRASHES"] == "all"
        var (points, converged) = (0, 0)
        let requests = try await play(scenario, killing: nil)
        for number in 1...max(1, requests) {
            for (index, fault) in [ToyAccount.Fault.killedBefore, .killedAfter].enumerated() {
                for (turn, edit) in SecondEdit.allCases.enumerated() where isWhole || (number + index) % 3 == turn {
                    points += 1
                    converged += try await play(scenario, killing: (number, fault), edit) >= 0 ? 1 : 0
                }
            }
        }
        print("\(scenario.name), then another edit: \(points) points, \(converged) converged")
        #expect(converged == points)
    }

    /// Returns the number of requests of the apply in question; -1 where things did not converge.
    private func play(
        _ scenario: Scenario, killing: (number: Int, fault: ToyAccount.Fault)?, _ edit: SecondEdit? = nil
    ) async throws -> Int {
        let bench = try Bench()
        if !scenario.before.isEmpty { try await bench.apply(Toys.stack(scenario.before)) }
        await scenario.meanwhile(bench.account)
        let serial = try bench.snapshot()?.serial ?? 0
        let desired = Toys.stack(scenario.after ?? scenario.before)
        let purpose: Purpose = scenario.after == nil ? .destroy : .apply
        let plan = try await bench.plan(desired, purpose, rotation: scenario.rotation)
        let count = Counter()
        let report = try await bench.carryOut(
            plan, desired,
            fault: { request in
                count.add()
                return request.number == killing?.number ? killing?.fault : nil
            })
        var words = try await bench.invalidities(since: serial, plan: report.plan)
        if killing == nil { words += report.outcome.failed.map { "\($0.action.address): \($0.error)" } }
        let (next, end): ([DesiredResource], Purpose) =
            switch edit {
            case nil: (scenario.after ?? scenario.before, purpose)
            case .rolledBack: (scenario.before, .apply)
            case .another: (Self.another, .apply)
            case .destroyed: (scenario.after ?? scenario.before, .destroy)
            }
        let again = try await bench.apply(Toys.stack(next), end)
        words += again.outcome.failed.map { "second run: \($0.action.kind.rawValue) \($0.action.address): \($0.error)" }
        words += again.outcome.skipped.map { "second run: skipped \($0.action.address): \($0.because)" }
        words += try await bench.shortcomings(of: Toys.stack(end == .destroy ? [] : next))
        if scenario.keepsLight, edit == nil { words += await bench.account.darkened }
        let place = (killing.map { "\($0.fault) \($0.number)" } ?? "no kill") + (edit.map { ", then \($0)" } ?? "")
        #expect(words.isEmpty, "\(scenario.name), \(place)")
        return words.isEmpty ? count.value : -1
    }
}
