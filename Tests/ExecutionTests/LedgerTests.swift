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

/// What is on disk after each thing that the ledger is told.
@Suite struct LedgerTests {
    static let address = Address(section: "keys", name: "k")
    static let create = AWSOperation(.toys, "CreateKey", .create)
    static let delete = AWSOperation(.toys, "DeleteKey", .repeatable)

    private func ledger(_ bench: Bench, _ record: Record?) async throws -> Ledger {
        var snapshot = Snapshot(
            stack: Toys.context.stack, account: Toys.context.account, region: Toys.context.region, file: "toys.yaml")
        snapshot.resources[Self.address] = record
        return await Ledger(
            snapshot: snapshot, types: Toys.registry.bySection, store: LocalStateStore(at: bench.location),
            journal: try Journal(at: bench.location), now: { 0 }, salt: { [1, 2, 3] })
    }

    private func record(_ bench: Bench) throws -> Record? { try bench.snapshot()?.resources[Self.address] }

    private func open(_ bench: Bench) throws -> [String] {
        try Journal.pending(at: bench.location).map(\.intent.operation)
    }

    /// The create call for the same address may be under way.
    @Test func aDeletionEndsOnlyItsOwnIntents() async throws {
        let bench = try Bench()
        let ledger = try await ledger(bench, Record(type: "key", physicalId: "new", deposed: [Deposed("old")]))
        try await ledger.intend(Self.create, on: nil, baseline: ["old"], address: Self.address)
        try await ledger.intend(Self.delete, on: "old", baseline: [], address: Self.address)
        try await ledger.deleted("old", of: Self.address, isFollowed: false)
        #expect(try open(bench) == ["CreateKey"])
        #expect(try record(bench)?.deposed == [])
    }

    @Test(arguments: [true, false]) func aRecordStaysWhereAnotherObjectFollows(_ isFollowed: Bool) async throws {
        let bench = try Bench()
        let ledger = try await ledger(bench, Record(type: "key", physicalId: "old"))
        try await ledger.deleted("old", of: Self.address, isFollowed: isFollowed)
        #expect((try record(bench) != nil) == isFollowed)
        #expect(try record(bench)?.physicalId == nil)
    }

    /// What the table declares a secret is one, whatever the answer that had it says; and what the file gave as one is kept as a digest.
    @Test func secretsAreKeptAsDigests() async throws {
        let bench = try Bench()
        let ledger = try await ledger(bench, nil)
        let action = Action(id: 1, address: Self.address, .create(Action.Properties()))
        let attributes: Value = ["box": "a", "pw": .secret(Secret("hunter2"))]
        try await ledger.begin(action, attributes: attributes, isOldGone: false)
        try await ledger.intend(Self.create, on: nil, baseline: [], address: Self.address)
        try await ledger.recordCreated("k1", outputs: ["id": "k1", "secret": "hush"], address: Self.address)
        try await ledger.applied(action, physicalId: "k1", attributes: attributes, outputs: ["secret": "hush"])
        let record = try #require(try record(bench))
        #expect(record.outputs == ["id": "k1"] && record.secrets["secret"]?.matches("hush") == true)
        #expect(attributes.isSame(asSealed: record.attributes) && !record.attributes.holdsSecret)
        #expect(
            await ledger.knownOutputs(of: .template(Template(Reference(Self.address, "secret"))))[Self.address]?[
                "secret"] == .secret(Secret("hush")))
        for path in [bench.location.state, bench.location.journal] {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(!text.contains("hunter2") && !text.contains("hush"))
        }
    }

    @Test func aMadeObjectIsRecordedWithAllThatItWasMadeWith() async throws {
        let bench = try Bench()
        let ledger = try await ledger(
            bench,
            Record(type: "key", physicalId: "old", secrets: ["secret": SecretDigest(of: Secret("old"), salt: [1])]))
        let settings = RecordSettings(
            dependsOn: [Address(section: "boxes", name: "a")], isRetained: true, isProtected: true)
        let action = Action(id: 1, address: Self.address, .create(Action.Properties(["box": "a"], settings: settings)))
        try await ledger.begin(action, attributes: ["box": "a"], isOldGone: false)
        try await ledger.intend(Self.create, on: nil, baseline: [], address: Self.address)
        let intended = try #require(try Journal.pending(at: bench.location).first?.intent.record)
        #expect(intended.attributes == ["box": "a"] && intended.isRetained)
        try await ledger.recordCreated(
            "new", outputs: ["id": "new", "secret": .secret(Secret("hush"))], address: Self.address)
        let record = try #require(try record(bench))
        #expect(record.physicalId == "new")
        #expect(record.deposed == [Deposed("old")])
        #expect(record.attributes == ["box": "a"])
        #expect(record.outputs == ["id": "new"])
        #expect(record.secrets["secret"]?.matches("hush") == true)
        #expect(
            RecordSettings(dependsOn: record.dependsOn, isRetained: record.isRetained, isProtected: record.isProtected)
                == settings)
        // Until all of it is done, the next run looks whether it is.
        #expect(try open(bench) == ["CreateKey"])
        try await ledger.applied(action, physicalId: "new", attributes: ["box": "a"], outputs: [:])
        #expect(try open(bench) == [])
    }

    @Test func anObjectThatIsMadeKnownAgainKeepsItsDigest() async throws {
        let bench = try Bench()
        let digest = SecretDigest(of: Secret("hush"), salt: [1])
        let ledger = try await ledger(bench, Record(type: "key", physicalId: "id", secrets: ["secret": digest]))
        try await ledger.recordCreated("id", outputs: ["id": "id"], address: Self.address)
        #expect(try record(bench)?.secrets == ["secret": digest])
    }

    /// What else is to be deleted stays known.
    @Test func anUndoneReplacementLeavesWhatWasThereBefore() async throws {
        let bench = try Bench()
        let ledger = try await ledger(bench, Record(type: "key", physicalId: "old", deposed: [Deposed("older")]))
        let action = Action(id: 1, address: Self.address, .create(Action.Properties()))
        let grace = Grace(drain: 30, soak: 60)
        try await ledger.begin(action, attributes: [:], isOldGone: false, grace: grace)
        try await ledger.recordCreated("new", outputs: [:], address: Self.address)
        #expect(try record(bench)?.deposed == [Deposed("older"), Deposed("old", grace: grace)])
        try await ledger.deposed(["lost"], by: action)
        try await ledger.restore(Self.address, undoing: "new")
        #expect(try record(bench)?.physicalId == "old")
        #expect(
            try record(bench)?.deposed == [
                Deposed("older"), Deposed("lost", isOrphan: true), Deposed("new", isOrphan: true),
            ])
    }

    @Test func whatIsToBeDeletedIsKnownFirst() async throws {
        let bench = try Bench()
        let ledger = try await ledger(bench, Record(type: "key", physicalId: "id"))
        let deletions = ["id", "lost"].map { Action(id: 1, address: Self.address, .delete(Action.Deletion($0))) }
        try await ledger.expect(deletions: deletions)
        #expect(try record(bench)?.deposed == [Deposed("lost")])
        #expect(try record(bench)?.physicalId == "id")
    }

    @Test func whatIsKnownAlreadyIsNotSavedAgain() async throws {
        let bench = try Bench()
        let ledger = try await ledger(bench, Record(type: "key", physicalId: "id"))
        try await ledger.expect(deletions: [Action(id: 1, address: Self.address, .delete(Action.Deletion("id")))])
        #expect(try bench.snapshot() == nil)
    }

    @Test func aRecordSaysWhichObjectItWasTiedTo() async throws {
        let bench = try Bench()
        let ledger = try await ledger(bench, nil)
        let box = Address(section: "boxes", name: "b")
        await ledger.learn(["serial": "7"], of: box)
        let create = Action(id: 1, address: Self.address, .create(Action.Properties(boundTo: [box])))
        try await ledger.begin(create, attributes: [:], isOldGone: false)
        // From the create call's answer on: a kill may follow.
        try await ledger.recordCreated("id", outputs: [:], address: Self.address)
        #expect(try record(bench)?.boundIds == [box: "7"])
        await ledger.learn(["serial": "8"], of: box)
        let update = Action(id: 2, address: Self.address, .update(Action.Update("id", changed: ["box"])))
        try await ledger.applied(update, physicalId: "id", attributes: [:], outputs: [:])
        #expect(try record(bench)?.boundIds == [box: "7"], "what was not written stays tied to what it was")
        try await ledger.forgotten(box)
        #expect(try record(bench)?.boundIds == [:])
    }

    @Test func theJournalIsKeptWhileSomethingIsNotSettled() async throws {
        let bench = try Bench()
        let ledger = try await ledger(bench, nil)
        try await ledger.intend(Self.create, on: nil, baseline: [], address: Self.address)
        try await ledger.close(outputs: ["x": 1], file: "f.yaml", isProtected: true, everythingSettled: false)
        #expect(try open(bench) == ["CreateKey"])
        try await ledger.close(
            outputs: ["x": 1, "s": .secret(Secret("hush")), "t": Toys.reference("keys.k.id")], file: "f.yaml",
            isProtected: true,
            everythingSettled: true)
        #expect(bench.text(bench.location.journal) == "")
        #expect(try bench.snapshot()?.outputs == ["x": 1])
        #expect(try bench.snapshot()?.isProtected == true)
    }
}
