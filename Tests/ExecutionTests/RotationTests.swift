import AWSClient
import Execution
import Foundation
import Planning
import Provider
import Model
import Schema
import Records
import Store
import Testing
import TestSupport

/// A new key in the place of one that is in use: nobody is without one, whatever goes wrong.
@Suite struct RotationTests {
    private let stack = Toys.stack(CrashTests.whole)
    private let key = Address(section: "keys", name: "k")

    @Test func anAskedRotationPutsANewSecretInThePlaceOfAGoodOne() async throws {
        let bench = try await Bench.furnished()
        let before = try #require(try bench.snapshot()?.resources[key])
        let plan = try await bench.plan(stack, rotation: Rotation([key], soak: 60))
        #expect(
            plan.changes.filter { $0.kind != .none }.map { "\($0.kind.rawValue) \($0.address)" }
                == ["rotate keys.k", "update lamps.p", "update lamps.q"])
        let deletion = try #require(plan.actions.last)
        #expect(
            deletion.kind == .delete && deletion.physicalId == before.physicalId
                && deletion.deletion?.grace == Grace(drain: 7, soak: 60))
        #expect(plan.actions.dropLast().allSatisfy { $0.deletion?.grace == nil })
        #expect(try await bench.carryOut(plan, stack).isDone)
        let after = try #require(try bench.snapshot()?.resources[key])
        #expect(after.physicalId != before.physicalId && after.secrets != before.secrets && after.deposed == [])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func aRotationThatIsAskedForTwiceIsBroughtToItsEnd() async throws {
        let bench = try await Bench.furnished()
        let wish = Rotation([key], soak: 60)
        try await bench.carryOut(try await bench.plan(stack, rotation: wish), stack) {
            $0.operation.name == "DeleteKey" ? .killedBefore : nil
        }
        let rest = try await bench.plan(stack, rotation: wish)
        #expect(rest.actions.map { "\($0.kind.rawValue) \($0.address)" } == ["delete keys.k"])
        #expect(rest.actions.first?.deletion?.grace == Grace(drain: 7, soak: 60))
        #expect(try await bench.carryOut(rest, stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    /// Killed when one lamp has the new secret: the other gets it from there, and neither is dark for an instant.
    @Test(arguments: [true, false]) func aRotationThatReachedOneUserReachesTheOther(_ isAskedAgain: Bool) async throws {
        let bench = try await Bench.furnished()
        let wish = Rotation([key], soak: 60)
        let updates = Counter()
        try await bench.carryOut(try await bench.plan(stack, rotation: wish), stack) { request in
            guard request.operation.name.hasPrefix("UpdateLamp") else { return nil }
            updates.add()
            return updates.value > 1 ? .killedBefore : nil
        }
        let rest = try await bench.plan(stack, rotation: isAskedAgain ? wish : nil)
        #expect(rest.actions.map { "\($0.kind.rawValue) \($0.address)" } == ["update lamps.q", "delete keys.k"])
        #expect(rest.actions.last?.deletion?.grace == Grace(drain: 7, soak: 60))
        let report = try await bench.carryOut(rest, stack)
        #expect(report.isDone && !report.changes.contains { $0.hasPrefix("CreateKey") })
        #expect(await bench.account.darkened == [])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func aKeyThatSomebodyStillNeedsIsSwitchedOnAgain() async throws {
        let bench = try await Bench.furnished()
        let old = try #require(try bench.snapshot()?.resources[key]?.physicalId)
        await bench.account.stick("q")
        let plan = try await bench.plan(stack, rotation: Rotation([key], soak: 60))
        let report = try await bench.carryOut(plan, stack)
        #expect(
            report.outcome.failed.map { "\($0.error)" } == [
                "lamps.q does not work without \(old): it is dark. It is switched on again. Put right what is named, and run it again."
            ])
        #expect(await bench.account.objects[old]?.attributes["isOff"] == false)
        #expect(await bench.keys == 2)
        #expect(
            try bench.snapshot()?.resources[key]?.deposed == [
                Deposed(
                    old, grace: Grace(drain: 7, soak: 60), dependsOn: [try address("boxes.a"), try address("lids.l")],
                    attributes: ["box": "a"],
                    boundIds: [try address("boxes.a"): "serial of a"])
            ])
    }

    /// Killed while the old key is off and a lamp misses it: the next run switches it on again.
    @Test func aKeyThatAStoppedRunLeftOffIsSwitchedOnAgain() async throws {
        let bench = try await Bench.furnished()
        let old = try #require(try bench.snapshot()?.resources[key]?.physicalId)
        await bench.account.stick("q")
        let probes = Counter()
        try await bench.carryOut(try await bench.plan(stack, rotation: Rotation([key])), stack) { request in
            guard request.operation.name == "ProbeLamp" else { return nil }
            probes.add()
            return probes.value > 2 ? .killedBefore : nil
        }
        #expect(await bench.account.objects[old]?.attributes["isOff"] == true)
        #expect(try await bench.apply(stack).failures == ["delete keys.k"])
        #expect(await bench.account.objects[old]?.attributes["isOff"] == false)
    }

    /// One that a person has switched off, since it was stolen, stays off.
    @Test func aKeyThatAPersonSwitchedOffStaysOff() async throws {
        let bench = try await Bench.furnished()
        let old = try #require(try bench.snapshot()?.resources[key]?.physicalId)
        await bench.account.set("isOff", of: old, to: true)
        let plan = try await bench.plan(stack, rotation: Rotation([key]))
        let report = try await bench.carryOut(plan, stack) { $0.operation.name == "ProbeLamp" ? .throttled : nil }
        #expect(!report.isDone)
        #expect(await bench.account.objects[old]?.attributes["isOff"] == true)
        #expect(report.changes.allSatisfy { !$0.hasPrefix("UpdateKey") })
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    /// A lamp beside one that has the key, one that knows its id alone, and one that only comes after it do not have it.
    @Test func onlyWhatHasTheSecretIsAskedAndDrained() async throws {
        let bench = try await Bench.furnished()
        let more =
            CrashTests.whole + [
                Toys.resource("lamps.r", ["beside": Toys.reference("lamps.q.id"), "glow": 99]),
                Toys.resource("lamps.s", ["key": Toys.reference("keys.k.id"), "glow": 99]),
                Toys.resource("lamps.t", ["glow": 99], dependsOn: ["keys.k"]),
            ]
        let wide = Toys.stack(more)
        #expect(try await bench.apply(wide).isDone)
        let deletion = try #require(try await bench.plan(wide, rotation: Rotation([key])).actions.last)
        #expect(deletion.deletion?.users == [try address("lamps.p"), try address("lamps.q")])
        #expect(deletion.deletion?.grace == Grace(drain: 7, soak: Rotation.usualSoak))
    }

    /// Also where asking fails: while nobody knows whether it is missed, it must be there.
    @Test func aKeyIsSwitchedOnAgainWhereItsUsersCannotBeAsked() async throws {
        let bench = try await Bench.furnished()
        let old = try #require(try bench.snapshot()?.resources[key]?.physicalId)
        let probes = Counter()
        let plan = try await bench.plan(stack, rotation: Rotation([key]))
        let report = try await bench.carryOut(plan, stack) { request in
            guard request.operation.name == "ProbeLamp" else { return nil }
            probes.add()
            // Both lamps work while both keys are on.
            return probes.value > 2 ? .throttled : nil
        }
        #expect(report.failures == ["delete keys.k"])
        #expect(await bench.account.objects[old]?.attributes["isOff"] == false)
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    /// A run that was stopped may have left a lamp that does not work with the new key: the old one is not touched then.
    @Test func nothingIsSwitchedOffWhileAUserDoesNotWork() async throws {
        let bench = try await Bench.furnished()
        let old = try #require(try bench.snapshot()?.resources[key]?.physicalId)
        try await bench.carryOut(try await bench.plan(stack, rotation: Rotation([key])), stack) {
            $0.operation.name == "ProbeLamp" ? .killedBefore : nil
        }
        await bench.account.darken("p")
        let report = try await bench.apply(stack)
        #expect(
            report.outcome.failed.map { "\($0.error)" } == [
                "lamps.p does not work: it is dark. So \(old) stays as it is. Put right what is named, and run it again."
            ])
        #expect(await bench.account.objects[old]?.attributes["isOff"] == nil)
    }

    @Test func aReplacedKeyThatIsGoneAlreadyIsWaitedForByNobody() async throws {
        let bench = try await Bench.furnished()
        let old = try #require(try bench.snapshot()?.resources[key]?.physicalId)
        try await bench.carryOut(try await bench.plan(stack, rotation: Rotation([key])), stack) {
            $0.operation.name == "ProbeLamp" ? .killedBefore : nil
        }
        await bench.account.remove(old)
        let report = try await bench.apply(stack)
        #expect(
            report.isDone && report.changes == ["DeleteKey \(old)"], "it is not switched off, and so not waited for")
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    /// The lamp was told of the new key, and what failed came after.
    @Test func aRotationIsNotTakenBackWhereAUserWasWritten() async throws {
        let bench = try await Bench.furnished()
        let plan = try await bench.plan(stack, rotation: Rotation([key]))
        let report = try await bench.carryOut(plan, stack) { $0.operation.name == "GetLamp" ? .refused : nil }
        #expect(report.failures == ["update lamps.p", "update lamps.q"])
        #expect(await bench.keys == 2)
        #expect(try await bench.apply(stack).isDone)
        #expect(await bench.account.darkened == [])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    /// What heals a lost secret lets the old key be for as long as a user may go on with it.
    @Test func aLostKeyGoesAsSlowlyAsAnother() async throws {
        let bench = try await Bench.furnished()
        for lamp in ["p", "q"] { await bench.account.set("secret", of: lamp, to: "overwritten") }
        let plan = try await bench.plan(stack)
        #expect(plan.actions.last?.kind == .delete && plan.actions.last?.deletion?.grace == Grace(drain: 7, soak: 0))
    }

    /// A box is made anew under its name, and its key must go first: its users get another one only then.
    @Test func aKeyThatMakesRoomForANameGoesAtOnce() async throws {
        let bench = try await Bench.furnished()
        var resources = CrashTests.whole.filter { $0.address.section != "boxes" }
        resources.append(Toys.resource("boxes.a", ["shelf": "/up", "cover": Toys.reference("lids.l.id")]))
        let plan = try await bench.plan(Toys.stack(resources))
        let deletion = try #require(plan.actions.first { $0.kind == .delete && $0.address.section == "keys" })
        #expect(deletion.deletion?.grace == nil && deletion.deletion?.users == [])
        let boxes = resources.filter { $0.address.section != "boxes" } + [Toys.resource("boxes.a", ["name": "b"])]
        let renamed = try await bench.plan(Toys.stack(boxes))
        #expect(
            renamed.actions.first { $0.kind == .delete && $0.address.section == "keys" }?.deletion?.grace
                == Grace(drain: 7, soak: 0))
    }

    /// A call that began before the change lasts as long as it could then.
    @Test func whatDrainsIsTheLongerOfBefore() async throws {
        let bench = try await Bench.furnished()
        var resources = CrashTests.whole
        resources.removeLast()
        resources.append(Toys.resource("lamps.q", ["secret": Toys.reference("keys.k.secret"), "glow": 1]))
        resources.removeAll { $0.address.description == "lamps.p" }
        resources.append(Toys.resource("lamps.p", ["secret": Toys.reference("keys.k.secret"), "glow": 1]))
        let plan = try await bench.plan(Toys.stack(resources), rotation: Rotation([key], soak: 1))
        #expect(plan.actions.last?.deletion?.grace == Grace(drain: 7, soak: 1))
    }

    /// Killed while it takes the new key back: what is asked next is a rotation, and no rest of one.
    @Test func aRotationAfterOneThatWasTakenBackIsAWholeOne() async throws {
        let bench = try await Bench.furnished()
        let old = try bench.snapshot()?.resources[key]?.physicalId
        let wish = Rotation([key], soak: 60)
        try await bench.carryOut(try await bench.plan(stack, rotation: wish), stack) { request in
            request.operation.name == "DeleteKey"
                ? .killedBefore : request.operation.name.hasPrefix("UpdateLamp") ? .refused : nil
        }
        let left = try #require(try bench.snapshot()?.resources[key])
        #expect(left.physicalId == old && left.deposed.map(\.isOrphan) == [true])
        #expect(try await bench.carryOut(try await bench.plan(stack, rotation: wish), stack).isDone)
        #expect(try bench.snapshot()?.resources[key]?.physicalId != old)
        #expect(await bench.account.darkened == [])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    /// No record says that the lamps use the key; the file does.
    @Test func aRotationAfterALostStateLetsTheOldKeyBeWhileItIsUsed() async throws {
        let bench = try await Bench.furnished()
        let old = try #require(try bench.snapshot()?.resources[key]?.physicalId)
        try FileManager.default.removeItem(atPath: bench.location.state)
        let plan = try await bench.plan(stack, rotation: Rotation([key], soak: 60))
        let deletion = try #require(plan.actions.first { $0.kind == .delete })
        let updates = plan.actions.filter { $0.kind == .update && $0.address.section == "lamps" }.map(\.id)
        #expect(deletion.physicalId == old && updates.count == 2 && Set(deletion.after).isSuperset(of: updates))
        let report = try await bench.carryOut(plan, stack) {
            $0.operation.name.hasPrefix("UpdateLamp") ? .refused : nil
        }
        #expect(!report.isDone)
        #expect(await bench.keys == 1)
        #expect(try bench.snapshot()?.resources[key]?.physicalId == old)
        #expect(try await bench.apply(stack).isDone)
        #expect(await bench.account.objects[old] != nil)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test(arguments: [ToyAccount.Fault.killedBefore, .killedAfter]) func aRotationAfterALostStateMayBeKilledAnywhere(
        _ fault: ToyAccount.Fault
    ) async throws {
        for number in 1...30 {
            let bench = try await Bench.furnished()
            try FileManager.default.removeItem(atPath: bench.location.state)
            let plan = try await bench.plan(stack, rotation: Rotation([key], soak: 60))
            let report = try await bench.carryOut(plan, stack) { $0.number == number ? fault : nil }
            #expect(try await bench.apply(stack).isDone, "\(number)")
            #expect(try await bench.shortcomings(of: stack) == [], "\(number)")
            if report.isDone { break }
        }
    }

    /// Whatever stops it before anybody has the new secret, a refusal or a person.
    @Test(arguments: [true, false]) func aRotationThatNobodyUsesIsTakenBack(_ isRefused: Bool) async throws {
        let bench = try await Bench.furnished()
        let before = try #require(try bench.snapshot()?.resources)
        let stop = Counter()
        let plan = try await bench.plan(stack, rotation: Rotation([key], soak: 60))
        let report = try await bench.carryOut(plan, stack, stoppingOn: stop) { request in
            if !isRefused, request.operation.name == "CreateKey" { stop.add() }
            return isRefused && request.operation.name.hasPrefix("UpdateLamp") ? .refused : nil
        }
        #expect(!report.isDone)
        #expect(await bench.keys == 1)
        #expect(try bench.snapshot()?.resources == before)
        let next = try await bench.apply(stack)
        #expect(next.isDone && next.changes == [])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test(arguments: [ToyAccount.Fault.refused, .lostAfter]) func aRotationThatSomebodyMayUseIsNotTakenBack(
        _ fault: ToyAccount.Fault
    )
        async throws
    {
        let bench = try await Bench.furnished()
        let updates = Counter()
        let plan = try await bench.plan(stack, rotation: Rotation([key], soak: 60))
        let report = try await bench.carryOut(plan, stack) { request in
            guard request.operation.name.hasPrefix("UpdateLamp") else { return nil }
            updates.add()
            // One lamp has the new secret, or nobody knows whether it has.
            return fault == .lostAfter || updates.value > 1 ? fault : nil
        }
        #expect(!report.failures.isEmpty)
        #expect(await bench.keys == 2)
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }
}
