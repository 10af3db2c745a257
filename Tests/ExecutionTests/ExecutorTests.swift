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

/// The executor carries out exactly the plan's graph, records each step, and says what came of it.
@Suite struct ExecutorTests {
    // MARK: The graph

    @Test func anActionWaitsForWhatItComesAfter() async throws {
        let bench = try Bench()
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
        let stack = Toys.stack((1...5).map { Toys.resource("boxes.b\($0)", [:]) })
        let plan = try await bench.plan(stack)
        let report = try await bench.carryOut(plan, stack, parallelism: parallelism)
        #expect(report.isDone)
        #expect(report.peak == min(parallelism, 5))
    }

    @Test func aFailureStopsOnlyWhatDependsOnIt() async throws {
        let bench = try Bench()
        let stack = Toys.stack(CrashTests.whole + [Toys.resource("boxes.z", [:])])
        let report = try await bench.apply(stack) { $0.operation.name == "CreateKey" ? .refused : nil }
        #expect(report.failures == ["create keys.k"])
        #expect(
            report.outcome.skipped.map { "\($0.action.kind.rawValue) \($0.action.address): \($0.because)" }.sorted()
                == [
                    "create lamps.p: keys.k failed", "create lamps.q: keys.k failed",
                ])
        #expect(Set(report.outcome.done.map(\.address.description)) == ["boxes.a", "boxes.z", "lids.l"])
        #expect(Set(try bench.snapshot()?.resources.keys.map(\.description) ?? []) == ["boxes.a", "boxes.z", "lids.l"])
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func aRunWhoseCredentialsHaveExpiredEndsEarly() async throws {
        let bench = try Bench()
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
        let bench = try await Bench.furnished()
        let report = try await bench.apply(Toys.stack(CrashTests.whole), .destroy, parallelism: 4)
        #expect(report.changes.count == 5)
        #expect(await bench.account.unannounced == [])
    }

    @Test func noSecretReachesADiskAndDigestsDo() async throws {
        let bench = try await Bench.furnished()
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
        let bench = try await Bench.furnished()
        let stack = Toys.stack(CrashTests.whole + [Toys.resource("lamps.r", ["code": Toys.reference("lids.l.code")])])
        let report = try await bench.apply(stack)
        #expect(report.plan.actions.map(\.address.description) == ["lamps.r"])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func outputsAreRecordedWithoutSecrets() async throws {
        let bench = try Bench()
        let stack = Toys.stack(
            CrashTests.whole, outputs: ["lid": Toys.reference("lids.l.id"), "code": Toys.reference("lids.l.code")])
        try await bench.apply(stack)
        #expect(try bench.snapshot()?.outputs == ["lid": .string("lid-2")])
    }

    // MARK: Kinds of action

    @Test func aReplacedObjectStaysInTheStateUntilItIsGone() async throws {
        let bench = try await Bench.furnished()
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
        await bench.account.put("a", "boxes", ["name": "a", "shelf": "/", "size": 7])
        let stack = Toys.stack([Toys.resource("boxes.a", ["size": 2], lifecycle: Lifecycle(mayAdopt: true))])
        let report = try await bench.apply(stack)
        #expect(report.plan.actions.map(\.kind) == [.adopt, .update])
        #expect(report.changes == ["UpdateBox a"])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func whatIsRetainedIsForgottenAndStays() async throws {
        let bench = try Bench()
        try await bench.apply(Toys.stack([Toys.resource("boxes.a", [:], lifecycle: Lifecycle(isRetained: true))]))
        let report = try await bench.apply(Toys.stack([]))
        #expect(report.plan.actions.map(\.kind) == [.forget])
        #expect(try bench.snapshot()?.resources.isEmpty == true)
        #expect(await bench.account.objects.keys.sorted() == ["a"])
    }

    @Test func aStaleRecordIsWrittenWithoutACall() async throws {
        let bench = try await Bench.furnished()
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
        let bench = try await Bench.furnished()
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
        let stack = Toys.stack(CrashTests.whole)
        let first = Once()
        let report = try await bench.apply(stack) { $0.operation.name == operation && first.isFirst() ? fault : nil }
        #expect(report.outcome.failed.map { "\($0.error)" } == [])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test(arguments: [ToyAccount.Fault.lostBefore, .lostAfter])
    func aLostReplacementIsNotTakenForTheOldObject(_ fault: ToyAccount.Fault) async throws {
        let bench = try await Bench.furnished()
        let stack = Toys.stack(
            CrashTests.whole.filter { $0.address.description != "lids.l" }
                + [Toys.resource("lids.l", ["box": Toys.reference("boxes.a.id"), "material": "steel"])])
        let first = Once()
        let report = try await bench.apply(stack) { $0.operation.name == "CreateLid" && first.isFirst() ? fault : nil }
        #expect(report.outcome.failed.map { "\($0.error)" } == [])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test(arguments: ["CreateLid", "CreateKey"]) func whatALostCallMadeGoesAlsoWhereItShowsTooLate(_ operation: String)
        async throws
    {
        let bench = try Bench()
        let stack = Toys.stack(CrashTests.whole)
        let first = Once()
        let report = try await bench.apply(stack) {
            $0.operation.name == operation && first.isFirst() ? .lostAndLate : nil
        }
        #expect(report.outcome.failed.map { "\($0.error)" } == [])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func aCallThatIsLostAgainAndAgainFailsAndHealsLater() async throws {
        let bench = try Bench()
        let stack = Toys.stack(CrashTests.whole)
        let report = try await bench.apply(stack) { $0.operation.name == "CreateKey" ? .lostAfter : nil }
        #expect(report.failures == ["create keys.k"])
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func aFullBoxOfKeysIsNoDeadEnd() async throws {
        let bench = try await Bench.furnished()
        let stack = Toys.stack(CrashTests.whole)
        // A rotation stops when the new key is there and nobody has its secret.
        for lamp in ["p", "q"] { await bench.account.set("secret", of: lamp, to: "overwritten") }
        try await bench.apply(stack) { $0.operation.name.hasPrefix("UpdateLamp") ? .killedBefore : nil }
        #expect(await bench.keys == 2)
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    // MARK: When the file changes in between

    @Test func whatALostCallMadeGoesAlthoughTheFileHasItNoMore() async throws {
        let bench = try Bench()
        for operation in ["CreateLid", "CreateKey"] {
            try await bench.apply(Toys.stack(CrashTests.whole)) { $0.operation.name == operation ? .killedAfter : nil }
            let stack = Toys.stack([Toys.resource("boxes.a", [:])])
            #expect(try await bench.apply(stack).isDone)
            #expect(try await bench.shortcomings(of: stack) == [], "\(operation)")
        }
    }

    @Test func whatALostCallMadeIsFoundAlthoughTheFileNamesItAnew() async throws {
        let bench = try Bench()
        try await bench.apply(Toys.stack([Toys.resource("boxes.a", ["size": 2])])) { _ in .killedAfter }
        let stack = Toys.stack([Toys.resource("boxes.a", ["name": "b"])])
        #expect(try await bench.apply(stack).isDone)
        #expect(await bench.account.objects.keys.sorted() == ["b"])
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test(arguments: ["CreateBox", "UpdateBox"])
    func whatWasSetByAKilledRunGoesBackToItsDefault(_ operation: String) async throws {
        let bench = try Bench()
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
        let bench = try await Bench.furnished()
        for id in await bench.account.objects.keys where id.hasPrefix("lid-") { await bench.account.remove(id) }
        try await bench.apply(Toys.stack(CrashTests.whole)) { $0.operation.name == "CreateLid" ? .refused : nil }
        let stack = Toys.stack([Toys.resource("boxes.a", [:])])
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    // MARK: Lost state

    @Test func aLostStateIsFoundAgain() async throws {
        let bench = try await Bench.furnished()
        try FileManager.default.removeItem(atPath: bench.location.state)
        let stack = Toys.stack(CrashTests.whole)
        let before = await bench.account.objects
        let report = try await bench.apply(stack)
        #expect(Set(report.plan.actions.map(\.kind)) == [.adopt])
        #expect(await bench.account.objects == before)
        #expect(try await bench.shortcomings(of: stack) == [])
    }

    @Test func aStackWhoseStateIsLostIsDestroyedInOrder() async throws {
        let bench = try await Bench.furnished()
        try FileManager.default.removeItem(atPath: bench.location.state)
        let report = try await bench.apply(Toys.stack(CrashTests.whole), .destroy, parallelism: 8)
        #expect(report.outcome.failed.map { "\($0.error)" } == [])
        #expect(await bench.account.objects.isEmpty)
        let order = report.events.compactMap {
            if case .finished(let address, .delete, _) = $0 { address.section } else { nil }
        }
        #expect(
            order == ["lamps", "lamps", "keys", "lids", "boxes"]
                || order == ["lamps", "lamps", "lids", "keys", "boxes"])
    }

    @Test func whatIsFoundAgainOnlyToBeReplacedIsNotLostAgain() async throws {
        let bench = try await Bench.furnished()
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
        let bench = try await Bench.furnished()
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
        let bench = try await Bench.furnished()
        // The recorded box is gone, and the file gives it a name that somebody else has.
        for id in await bench.account.objects.keys { await bench.account.remove(id) }
        await bench.account.put(
            "b", "boxes", ["name": "b"], tags: [Ownership.stackTag: "other", Ownership.addressTag: "boxes.x"])
        await #expect(throws: (any Error).self) {
            try await bench.plan(Toys.stack([Toys.resource("boxes.a", ["name": "b"])]))
        }
        #expect(await bench.account.objects.keys.sorted() == ["b"])
    }

    @Test func whatWasDeletedByHandIsMadeAgainAndLeavesNothingToDo() async throws {
        let bench = try await Bench.furnished()
        for id in await bench.account.objects.keys where id.hasPrefix("lid-") { await bench.account.remove(id) }
        let stack = Toys.stack(CrashTests.whole)
        #expect(try await bench.apply(stack).isDone)
        #expect(try await bench.shortcomings(of: stack) == [])
    }
}
