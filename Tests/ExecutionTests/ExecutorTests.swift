import AWSClient
import Execution
import Foundation
import Planning
import Provider
import Schema
import State
import Testing

/// The executor carries out exactly the plan's graph, records each step, and says what came of it.
@Suite struct ExecutorTests {
    private func address(_ text: String) throws -> Address { try #require(Address(text)) }

    /// A bench with everything of ``CrashTests/whole`` in place.
    private func furnished() async throws -> Bench {
        let bench = try Bench()
        #expect(try await bench.apply(Toys.stack(CrashTests.whole)).isDone)
        return bench
    }

    // MARK: The graph

    @Test func anActionWaitsForWhatItComesAfter() async throws {
        let bench = try Bench()
        defer { bench.remove() }
        let report = try await bench.apply(Toys.stack(CrashTests.whole), parallelism: 8)
        #expect(report.isDone)
        var done: Set<Address> = []
        for event in report.events {
            switch event {
            case .started(let address, .create):
                let needed = report.plan.changes.first { $0.address == address }?.after ?? []
                #expect(done.isSuperset(of: needed), "\(address)")
            case .finished(let address, .create, _): done.insert(address)
            default: break
            }
        }
        #expect(report.outcome.done.map(\.id).sorted() == report.plan.actions.map(\.id))
    }

    @Test(arguments: [1, 2, 3, 5, 8]) func independentActionsRunSideBySide(_ parallelism: Int) async throws {
        let bench = try Bench()
        defer { bench.remove() }
        let stack = Toys.stack((1...5).map { Toys.resource("boxes.b\($0)", [:]) })
        let plan = try await bench.plan(stack)
        let report = try await bench.carryOut(plan, stack, parallelism: parallelism)
        #expect(report.isDone)
        #expect(report.peak == min(parallelism, 5))
    }

    @Test func aFailureStopsOnlyWhatDependsOnIt() async throws {
        let bench = try Bench()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole + [Toys.resource("boxes.z", [:])])
        let report = try await bench.apply(stack) { $0.operation.name == "CreateKey" ? .refused : nil }
        #expect(report.failures == ["create keys.k"])
        #expect(
            report.outcome.skipped.map { "\($0.action.kind.rawValue) \($0.action.address): \($0.because)" }.sorted() == [
                "create lamps.p: keys.k failed", "create lamps.q: keys.k failed",
            ])
        #expect(Set(report.outcome.done.map(\.address.description)) == ["boxes.a", "boxes.z", "lids.l"])
        #expect(Set(try bench.snapshot()?.resources.keys.map(\.description) ?? []) == ["boxes.a", "boxes.z", "lids.l"])
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func aRunWhoseCredentialsHaveExpiredEndsEarly() async throws {
        let bench = try Bench()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole + [Toys.resource("boxes.z", [:])])
        let creates = Counter()
        let report = try await bench.apply(stack) { request in
            if request.operation.effect == .create { creates.add() }
            return creates.value > 1 ? .expired : nil
        }
        #expect(report.outcome.done.count == 1 && report.outcome.failed.count == 1 && creates.value == 2)
        #expect(report.outcome.skipped.allSatisfy { $0.because == "the credentials have expired" })
        #expect(report.outcome.skipped.count == report.plan.actions.count - 2)
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func aRunThatIsToStopStartsNothingNew() async throws {
        let bench = try Bench()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let started = Counter()
        let report = try await bench.apply(
            stack, stoppingOn: started,
            fault: { request in
                if request.operation.effect == .create { started.add() }
                return nil
            })
        #expect(report.outcome.done.map(\.address.description) == ["boxes.a"])
        #expect(report.outcome.skipped.allSatisfy { $0.because == "interrupted" })
        #expect(report.outcome.skipped.count == report.plan.actions.count - 1)
        #expect(try bench.snapshot()?.resources.keys.map(\.description) == ["boxes.a"])
    }

    @Test func whatCannotBeRecordedIsNotBegun() async throws {
        let bench = try Bench()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let path = bench.location.state
        // The disk fails between the first intent and its record.
        await #expect(throws: ProviderError.self) {
            try await bench.apply(
                stack,
                fault: { request in
                    if request.operation.effect == .create {
                        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                    }
                    return nil
                })
        }
        #expect(await bench.account.changes.count == 1)
        #expect(try Journal.pending(at: bench.location).map(\.intent.operation) == ["CreateBox"])
        try FileManager.default.removeItem(atPath: path)
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    // MARK: What is written down, and when

    @Test func everyIntentIsOnDiskBeforeItsRequest() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        let report = try await bench.apply(Toys.stack(CrashTests.whole), .destroy, parallelism: 4)
        #expect(report.changes.count == 5)
        #expect(await bench.account.unannounced == [])
    }

    @Test func noSecretReachesADiskAndDigestsDo() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        #expect(await bench.account.secrets.count == 2)
        #expect(try await bench.invalidities(plan: bench.plan(Toys.stack(CrashTests.whole))) == [])
        let key = try #require(try bench.snapshot()?.resources[try address("keys.k")])
        let secret = try #require(await bench.account.objects[key.physicalId ?? ""]?.secret)
        #expect(key.secrets["secret"]?.matches(secret) == true)
        #expect(key.secrets["secret"]?.matches("another") == false)
        let lamp = try #require(try bench.snapshot()?.resources[try address("lamps.p")])
        #expect(lamp.attributes["secret"] == Toys.reference("keys.k.secret"))
        #expect(lamp.attributes["lid"].string?.hasPrefix("lid-") == true)
        #expect(lamp.dependsOn == [try address("keys.k"), try address("lids.l")])
    }

    @Test func secretsOfEarlierRunsAreReadAgainWhereAWSShowsThem() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole + [Toys.resource("lamps.r", ["code": Toys.reference("lids.l.code")])])
        let report = try await bench.apply(stack)
        #expect(report.plan.actions.map(\.address.description) == ["lamps.r"])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func outputsAreRecordedWithoutSecrets() async throws {
        let bench = try Bench()
        defer { bench.remove() }
        let stack = Toys.stack(
            CrashTests.whole, outputs: ["lid": Toys.reference("lids.l.id"), "code": Toys.reference("lids.l.code")])
        try await bench.apply(stack)
        #expect(try bench.snapshot()?.outputs == ["lid": .string("lid-2")])
    }

    // MARK: Kinds of action

    @Test func aReplacedObjectStaysInTheStateUntilItIsGone() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        let stack = Toys.stack(
            CrashTests.whole.filter { $0.address.description != "lids.l" }
                + [Toys.resource("lids.l", ["box": Toys.reference("boxes.a.id"), "material": "steel"])])
        let old = try #require(try bench.snapshot()?.resources[try address("lids.l")]?.physicalId)
        let report = try await bench.apply(stack) { $0.operation.name == "DeleteLid" ? .refused : nil }
        #expect(report.failures == ["delete lids.l"])
        #expect(try bench.snapshot()?.resources[try address("lids.l")]?.deposed.physicalIds == [old])
        let next = try await bench.apply(stack)
        #expect(next.plan.actions.map { "\($0.kind.rawValue) \($0.physicalId ?? "")" } == ["delete \(old)"])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func anObjectThatIsThereIsTakenOverWhereTheFileSaysSo() async throws {
        let bench = try Bench()
        defer { bench.remove() }
        await bench.account.put("a", "boxes", ["name": "a", "shelf": "/", "size": 7])
        let stack = Toys.stack([Toys.resource("boxes.a", ["size": 2], lifecycle: Lifecycle(mayAdopt: true))])
        let report = try await bench.apply(stack)
        #expect(report.plan.actions.map(\.kind) == [.adopt, .update])
        #expect(report.changes == ["UpdateBox a"])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func whatIsRetainedIsForgottenAndStays() async throws {
        let bench = try Bench()
        defer { bench.remove() }
        try await bench.apply(Toys.stack([Toys.resource("boxes.a", [:], lifecycle: Lifecycle(isRetained: true))]))
        let report = try await bench.apply(Toys.stack([]))
        #expect(report.plan.actions.map(\.kind) == [.forget])
        #expect(try bench.snapshot()?.resources.isEmpty == true)
        #expect(await bench.account.objects.keys.sorted() == ["a"])
    }

    @Test func aStaleRecordIsWrittenWithoutACall() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        var changed = CrashTests.whole
        changed[0].lifecycle.isProtected = true
        changed[4].dependsOn = [try address("lids.l")]
        let digest = try bench.snapshot()?.resources[try address("keys.k")]?.secrets
        let count = Counter()
        let report = try await bench.apply(Toys.stack(changed)) { _ in
            count.add()
            return nil
        }
        #expect(report.plan.actions.map { "\($0.kind.rawValue) \($0.address)" } == ["adopt boxes.a", "adopt lamps.q"])
        #expect(count.value == 0)
        #expect(try bench.snapshot()?.resources[try address("boxes.a")]?.isProtected == true)
        #expect(try bench.snapshot()?.resources[try address("keys.k")]?.secrets == digest)
        #expect(try await bench.shortcomings(of: Toys.stack(changed)) == [])
    }

    @Test func aRecordWithoutAllOutputsIsReadAgain() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        var snapshot = try #require(try bench.snapshot())
        snapshot.resources[try address("boxes.a")]?.outputs = [:]
        _ = try StateFile(at: bench.location).save(snapshot)
        let report = try await bench.apply(Toys.stack(CrashTests.whole))
        #expect(report.plan.actions.map { "\($0.kind.rawValue) \($0.address)" } == ["adopt boxes.a"])
        #expect(try bench.snapshot()?.resources[try address("boxes.a")]?.outputs["id"] == "a")
    }

    // MARK: Lost answers

    /// Each way in which an answer may be lost, for each way in which an object is known again.
    @Test(arguments: ["CreateBox", "CreateLid", "CreateKey", "CreateLamp"], [ToyAccount.Fault.lostBefore, .lostAfter])
    func whatALostAnswerMadeIsNotMadeTwice(_ operation: String, _ fault: ToyAccount.Fault) async throws {
        let bench = try Bench()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let first = Once()
        let report = try await bench.apply(stack) { $0.operation.name == operation && first.isFirst() ? fault : nil }
        #expect(report.outcome.failed.map { "\($0.error)" } == [])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test(arguments: [ToyAccount.Fault.lostBefore, .lostAfter])
    func aLostReplacementIsNotTakenForTheOldObject(_ fault: ToyAccount.Fault) async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        let stack = Toys.stack(
            CrashTests.whole.filter { $0.address.description != "lids.l" }
                + [Toys.resource("lids.l", ["box": Toys.reference("boxes.a.id"), "material": "steel"])])
        let first = Once()
        let report = try await bench.apply(stack) { $0.operation.name == "CreateLid" && first.isFirst() ? fault : nil }
        #expect(report.outcome.failed.map { "\($0.error)" } == [])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test(arguments: ["CreateLid", "CreateKey"]) func whatALostCallMadeGoesAlsoWhereItShowsTooLate(_ operation: String) async throws {
        let bench = try Bench()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let first = Once()
        let report = try await bench.apply(stack) { $0.operation.name == operation && first.isFirst() ? .lostAndLate : nil }
        #expect(report.outcome.failed.map { "\($0.error)" } == [])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func aCallThatIsLostAgainAndAgainFailsAndHealsLater() async throws {
        let bench = try Bench()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let report = try await bench.apply(stack) { $0.operation.name == "CreateKey" ? .lostAfter : nil }
        #expect(report.failures == ["create keys.k"])
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func aFullBoxOfKeysIsNoDeadEnd() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        // A rotation stops when the new key is there and nobody has its secret.
        for lamp in ["p", "q"] { await bench.account.set("secret", of: lamp, to: "overwritten") }
        try await bench.apply(stack) { $0.operation.name.hasPrefix("UpdateLamp") ? .killedBefore : nil }
        #expect(await bench.keys == 2)
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    // MARK: Rotations

    @Test func anAskedRotationPutsANewSecretInThePlaceOfAGoodOne() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let key = try address("keys.k")
        let before = try #require(try bench.snapshot()?.resources[key])
        let plan = try await bench.plan(stack, rotation: Rotation([key], soak: 60))
        #expect(plan.changes.filter { $0.kind != .none }.map { "\($0.kind.rawValue) \($0.address)" }
            == ["rotate keys.k", "update lamps.p", "update lamps.q"])
        let deletion = try #require(plan.actions.last)
        #expect(deletion.kind == .delete && deletion.physicalId == before.physicalId && deletion.grace == Grace(drain: 7, soak: 60))
        #expect(plan.actions.dropLast().allSatisfy { $0.grace == nil })
        #expect(try await bench.carryOut(plan, stack).isDone)
        let after = try #require(try bench.snapshot()?.resources[key])
        #expect(after.physicalId != before.physicalId && after.secrets != before.secrets && after.deposed == [])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func aRotationThatIsAskedForTwiceIsBroughtToItsEnd() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let wish = Rotation([try address("keys.k")], soak: 60)
        try await bench.carryOut(try await bench.plan(stack, rotation: wish), stack) {
            $0.operation.name == "DeleteKey" ? .killedBefore : nil
        }
        let rest = try await bench.plan(stack, rotation: wish)
        #expect(rest.actions.map { "\($0.kind.rawValue) \($0.address)" } == ["delete keys.k"])
        #expect(rest.actions.first?.grace == Grace(drain: 7, soak: 60))
        #expect(try await bench.carryOut(rest, stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    /// Killed when one lamp has the new secret: the other gets it from there, and neither is dark for an instant.
    @Test(arguments: [true, false]) func aRotationThatReachedOneUserReachesTheOther(_ isAskedAgain: Bool) async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let wish = Rotation([try address("keys.k")], soak: 60)
        let updates = Counter()
        try await bench.carryOut(try await bench.plan(stack, rotation: wish), stack) { request in
            guard request.operation.name.hasPrefix("UpdateLamp") else { return nil }
            updates.add()
            return updates.value > 1 ? .killedBefore : nil
        }
        let rest = try await bench.plan(stack, rotation: isAskedAgain ? wish : nil)
        #expect(rest.actions.map { "\($0.kind.rawValue) \($0.address)" } == ["update lamps.q", "delete keys.k"])
        #expect(rest.actions.last?.grace == Grace(drain: 7, soak: 60))
        let report = try await bench.carryOut(rest, stack)
        #expect(report.isDone && !report.changes.contains { $0.hasPrefix("CreateKey") })
        #expect(await bench.account.darkened == [])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func aKeyThatSomebodyStillNeedsIsSwitchedOnAgain() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let key = try address("keys.k")
        let old = try #require(try bench.snapshot()?.resources[key]?.physicalId)
        await bench.account.stick("q")
        let plan = try await bench.plan(stack, rotation: Rotation([key], soak: 60))
        let report = try await bench.carryOut(plan, stack)
        #expect(report.outcome.failed.map { "\($0.error)" } == [
            "lamps.q does not work without \(old): it is dark. It is switched on again. Put right what is named, and run it again.",
        ])
        #expect(await bench.account.objects[old]?.attributes["isOff"] == false)
        #expect(await bench.keys == 2)
        #expect(try bench.snapshot()?.resources[key]?.deposed == [
            Deposed(old, grace: Grace(drain: 7, soak: 60), dependsOn: [try address("boxes.a"), try address("lids.l")])
        ])
    }

    /// Also where asking fails: while nobody knows whether it is missed, it must be there.
    @Test func aKeyIsSwitchedOnAgainWhereItsUsersCannotBeAsked() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let key = try address("keys.k")
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
        let bench = try await furnished()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let key = try address("keys.k")
        let old = try #require(try bench.snapshot()?.resources[key]?.physicalId)
        try await bench.carryOut(try await bench.plan(stack, rotation: Rotation([key])), stack) {
            $0.operation.name == "ProbeLamp" ? .killedBefore : nil
        }
        await bench.account.darken("p")
        let report = try await bench.apply(stack)
        #expect(report.outcome.failed.map { "\($0.error)" } == [
            "lamps.p does not work: it is dark. So \(old) stays as it is. Put right what is named, and run it again.",
        ])
        #expect(await bench.account.objects[old]?.attributes["isOff"] == nil)
    }

    @Test func aReplacedKeyThatIsGoneAlreadyIsWaitedForByNobody() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let key = try address("keys.k")
        let old = try #require(try bench.snapshot()?.resources[key]?.physicalId)
        try await bench.carryOut(try await bench.plan(stack, rotation: Rotation([key])), stack) {
            $0.operation.name == "ProbeLamp" ? .killedBefore : nil
        }
        await bench.account.remove(old)
        let report = try await bench.apply(stack)
        #expect(report.isDone && report.changes == ["DeleteKey \(old)"], "it is not switched off, and so not waited for")
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    /// The lamp was told of the new key, and what failed came after.
    @Test func aRotationIsNotTakenBackWhereAUserWasWritten() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let plan = try await bench.plan(stack, rotation: Rotation([try address("keys.k")]))
        let report = try await bench.carryOut(plan, stack) { $0.operation.name == "GetLamp" ? .refused : nil }
        #expect(report.failures == ["update lamps.p", "update lamps.q"])
        #expect(await bench.keys == 2)
        #expect(try await bench.apply(stack).isDone)
        #expect(await bench.account.darkened == [])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    /// What heals a lost secret lets the old key be for as long as a user may go on with it.
    @Test func aLostKeyGoesAsSlowlyAsAnother() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        for lamp in ["p", "q"] { await bench.account.set("secret", of: lamp, to: "overwritten") }
        let plan = try await bench.plan(Toys.stack(CrashTests.whole))
        #expect(plan.actions.last?.kind == .delete && plan.actions.last?.grace == Grace(drain: 7, soak: 0))
    }

    /// A box is made anew under its name, and its key must go first: its users get another one only then.
    @Test func aKeyThatMakesRoomForANameGoesAtOnce() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        var resources = CrashTests.whole.filter { $0.address.section != "boxes" }
        resources.append(Toys.resource("boxes.a", ["shelf": "/up", "cover": Toys.reference("lids.l.id")]))
        let plan = try await bench.plan(Toys.stack(resources))
        let deletion = try #require(plan.actions.first { $0.kind == .delete && $0.address.section == "keys" })
        #expect(deletion.grace == nil && deletion.users == [])
        let boxes = resources.filter { $0.address.section != "boxes" } + [Toys.resource("boxes.a", ["name": "b"])]
        let renamed = try await bench.plan(Toys.stack(boxes))
        #expect(renamed.actions.first { $0.kind == .delete && $0.address.section == "keys" }?.grace == Grace(drain: 7, soak: 0))
    }

    /// A call that began before the change lasts as long as it could then.
    @Test func whatDrainsIsTheLongerOfBefore() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        var resources = CrashTests.whole
        resources.removeLast()
        resources.append(Toys.resource("lamps.q", ["secret": Toys.reference("keys.k.secret"), "glow": 1]))
        resources.removeAll { $0.address.description == "lamps.p" }
        resources.append(Toys.resource("lamps.p", ["secret": Toys.reference("keys.k.secret"), "glow": 1]))
        let plan = try await bench.plan(Toys.stack(resources), rotation: Rotation([try address("keys.k")], soak: 1))
        #expect(plan.actions.last?.grace == Grace(drain: 7, soak: 1))
    }

    /// Killed while it takes the new key back: what is asked next is a rotation, and no rest of one.
    @Test func aRotationAfterOneThatWasTakenBackIsAWholeOne() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let key = try address("keys.k")
        let old = try bench.snapshot()?.resources[key]?.physicalId
        let wish = Rotation([key], soak: 60)
        try await bench.carryOut(try await bench.plan(stack, rotation: wish), stack) { request in
            request.operation.name == "DeleteKey" ? .killedBefore : request.operation.name.hasPrefix("UpdateLamp") ? .refused : nil
        }
        let left = try #require(try bench.snapshot()?.resources[key])
        #expect(left.physicalId == old && left.deposed.map(\.isUseless) == [true])
        #expect(try await bench.carryOut(try await bench.plan(stack, rotation: wish), stack).isDone)
        #expect(try bench.snapshot()?.resources[key]?.physicalId != old)
        #expect(await bench.account.darkened == [])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    /// No record says that the lamps use the key; the file does.
    @Test func aRotationAfterALostStateLetsTheOldKeyBeWhileItIsUsed() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let key = try address("keys.k")
        let old = try #require(try bench.snapshot()?.resources[key]?.physicalId)
        try FileManager.default.removeItem(atPath: bench.location.state)
        let plan = try await bench.plan(stack, rotation: Rotation([key], soak: 60))
        let deletion = try #require(plan.actions.first { $0.kind == .delete })
        let updates = plan.actions.filter { $0.kind == .update && $0.address.section == "lamps" }.map(\.id)
        #expect(deletion.physicalId == old && updates.count == 2 && Set(deletion.after).isSuperset(of: updates))
        let report = try await bench.carryOut(plan, stack) { $0.operation.name.hasPrefix("UpdateLamp") ? .refused : nil }
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
            let bench = try await furnished()
            defer { bench.remove() }
            let stack = Toys.stack(CrashTests.whole)
            try FileManager.default.removeItem(atPath: bench.location.state)
            let plan = try await bench.plan(stack, rotation: Rotation([try address("keys.k")], soak: 60))
            let report = try await bench.carryOut(plan, stack) { $0.number == number ? fault : nil }
            #expect(try await bench.apply(stack).isDone, "\(number)")
            #expect(try await bench.shortcomings(of: stack) == [], "\(number)")
            if report.isDone { break }
        }
    }

    /// Whatever stops it before anybody has the new secret, a refusal or a person.
    @Test(arguments: [true, false]) func aRotationThatNobodyUsesIsTakenBack(_ isRefused: Bool) async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let before = try #require(try bench.snapshot()?.resources)
        let stop = Counter()
        let plan = try await bench.plan(stack, rotation: Rotation([try address("keys.k")], soak: 60))
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

    @Test(arguments: [ToyAccount.Fault.refused, .lostAfter]) func aRotationThatSomebodyMayUseIsNotTakenBack(_ fault: ToyAccount.Fault)
        async throws
    {
        let bench = try await furnished()
        defer { bench.remove() }
        let stack = Toys.stack(CrashTests.whole)
        let updates = Counter()
        let plan = try await bench.plan(stack, rotation: Rotation([try address("keys.k")], soak: 60))
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

    // MARK: When the file changes in between

    @Test func whatALostCallMadeGoesAlthoughTheFileHasItNoMore() async throws {
        let bench = try Bench()
        defer { bench.remove() }
        for operation in ["CreateLid", "CreateKey"] {
            try await bench.apply(Toys.stack(CrashTests.whole)) { $0.operation.name == operation ? .killedAfter : nil }
            let stack = Toys.stack([Toys.resource("boxes.a", [:])])
            #expect(try await bench.apply(stack).isDone)
            #expect(try await bench.shortcomings(of: stack) == [], "\(operation)")
        }
    }

    @Test func whatALostCallMadeIsFoundAlthoughTheFileNamesItAnew() async throws {
        let bench = try Bench()
        defer { bench.remove() }
        try await bench.apply(Toys.stack([Toys.resource("boxes.a", ["size": 2])])) { _ in .killedAfter }
        let stack = Toys.stack([Toys.resource("boxes.a", ["name": "b"])])
        #expect(try await bench.apply(stack).isDone)
        #expect(await bench.account.objects.keys.sorted() == ["b"])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test(arguments: ["CreateBox", "UpdateBox"])
    func whatWasSetByAKilledRunGoesBackToItsDefault(_ operation: String) async throws {
        let bench = try Bench()
        defer { bench.remove() }
        if operation == "UpdateBox" { try await bench.apply(Toys.stack([Toys.resource("boxes.a", [:])])) }
        try await bench.apply(Toys.stack([Toys.resource("boxes.a", ["size": 2])])) {
            $0.operation.name == operation ? .killedAfter : nil
        }
        #expect(await bench.account.objects["a"]?.attributes["size"] == 2)
        let stack = Toys.stack([Toys.resource("boxes.a", [:])])
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func aPropertyThatComesLateStaysKnownUntilItIsWritten() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        for id in await bench.account.objects.keys where id.hasPrefix("lid-") { await bench.account.remove(id) }
        try await bench.apply(Toys.stack(CrashTests.whole)) { $0.operation.name == "CreateLid" ? .refused : nil }
        let stack = Toys.stack([Toys.resource("boxes.a", [:])])
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    // MARK: Lost state

    @Test func aLostStateIsFoundAgain() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        try FileManager.default.removeItem(atPath: bench.location.state)
        let stack = Toys.stack(CrashTests.whole)
        let before = await bench.account.objects
        let report = try await bench.apply(stack)
        #expect(Set(report.plan.actions.map(\.kind)) == [.adopt])
        #expect(await bench.account.objects == before)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func aStackWhoseStateIsLostIsDestroyedInOrder() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        try FileManager.default.removeItem(atPath: bench.location.state)
        let report = try await bench.apply(Toys.stack(CrashTests.whole), .destroy, parallelism: 8)
        #expect(report.outcome.failed.map { "\($0.error)" } == [])
        #expect(await bench.account.objects.isEmpty)
        let order = report.events.compactMap { if case .finished(let address, .delete, _) = $0 { address.section } else { nil } }
        #expect(order == ["lamps", "lamps", "keys", "lids", "boxes"] || order == ["lamps", "lamps", "lids", "keys", "boxes"])
    }

    @Test func whatIsFoundAgainOnlyToBeReplacedIsNotLostAgain() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        try FileManager.default.removeItem(atPath: bench.location.state)
        let stack = Toys.stack(
            CrashTests.whole.filter { $0.address.description != "lids.l" }
                + [Toys.resource("lids.l", ["box": Toys.reference("boxes.a.id"), "material": "steel"])])
        let report = try await bench.apply(stack) { $0.operation.name == "DeleteLid" ? .killedBefore : nil }
        #expect(report.failures.contains("delete lids.l"))
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func aDestroyFindsWhatALostCallMadeBesides() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        let changed = Toys.stack(
            CrashTests.whole.filter { $0.address.description != "lids.l" }
                + [Toys.resource("lids.l", ["box": Toys.reference("boxes.a.id"), "material": "steel"])])
        try await bench.apply(changed) { $0.operation.name == "CreateLid" ? .killedAfter : nil }
        #expect(await bench.account.objects.values.filter { $0.section == "lids" }.count == 2)
        #expect(try await bench.apply(changed, .destroy).isDone)
        #expect(await bench.account.objects.isEmpty)
    }

    // MARK: What others did

    @Test func aNameThatSomebodyElseTookIsSeenWhilePlanning() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        // The recorded box is gone, and the file gives it a name that somebody else has.
        for id in await bench.account.objects.keys { await bench.account.remove(id) }
        await bench.account.put("b", "boxes", ["name": "b"], tags: [Ownership.stackTag: "other", Ownership.addressTag: "boxes.x"])
        await #expect(throws: (any Error).self) { try await bench.plan(Toys.stack([Toys.resource("boxes.a", ["name": "b"])])) }
        #expect(await bench.account.objects.keys.sorted() == ["b"])
    }

    @Test func whatWasDeletedByHandIsMadeAgainAndLeavesNothingToDo() async throws {
        let bench = try await furnished()
        defer { bench.remove() }
        for id in await bench.account.objects.keys where id.hasPrefix("lid-") { await bench.account.remove(id) }
        let stack = Toys.stack(CrashTests.whole)
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }
}
