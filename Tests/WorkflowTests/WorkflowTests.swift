import Foundation
import Model
import Planning
import Records
import Store
import Testing
import Workflow
import TestSupport

private let agreed = Consent(isGiven: true)

@Suite struct WorkflowTests {
    // MARK: Plan and apply

    @Test func aPlanOfNothingHasNothingToDo() async throws {
        let machine = try await Machine.applied()
        let run = try await machine.workspace().plan(Machine.file)
        #expect(run.plan.actions.isEmpty)
        #expect(!run.hasVisibleChanges)
        guard case .nothingToDo = try await machine.workspace().apply(Machine.file, Consent()) else {
            Issue.record("something was done")
            return
        }
        #expect(await machine.account.changes == [])
        #expect(machine.console.questions == [])
    }

    @Test func applyFromNothingMakesAndRecordsEverything() async throws {
        let machine = try Machine()
        let ending = try await machine.workspace().apply(Machine.file, Consent())
        let result = try #require(ending.result)
        #expect(result.succeeded)
        #expect(result.outputs == ["box": "a"])
        #expect(
            machine.console.questions == [
                "Change stack toys in account 123456789012, region us-east-1? Type yes to go on: "
            ])
        #expect(machine.console.events == ["create boxes.a", "create keys.k", "create lamps.l", "finished"])
        #expect(await machine.account.changes == ["CreateBox ", "CreateKey ", "CreateLamp "])
        let snapshot = try #require(try machine.snapshot())
        #expect(snapshot.resources.keys.map(\.description).sorted() == ["boxes.a", "keys.k", "lamps.l"])
        #expect(snapshot.file == Machine.file)
        let secrets = await machine.account.secrets
        #expect(secrets.count == 1)
        let files = try machine.files().mapValues { String(decoding: $0, as: UTF8.self) }
        #expect(files.filter { file in secrets.contains { file.value.contains($0) } }.isEmpty)
    }

    @Test(arguments: [nil, "size: 3"] as [String?])
    func whatIsNotConfirmedChangesNothing(edit: String?) async throws {
        let machine = try edit == nil ? Machine() : await Machine.applied()
        if let edit { try machine.write(Machine.stack.replacing("size: 2", with: edit), to: Machine.file) }
        let (files, objects) = (try machine.files(), await machine.account.objects)
        machine.console.refuses()
        let error = await #expect(throws: Failure.self) { try await machine.workspace().apply(Machine.file, Consent()) }
        #expect(words(of: error) == "not confirmed, so nothing was done.")
        #expect(try machine.files() == files)
        #expect(await machine.account.objects == objects)
        #expect(await machine.account.changes == [])
    }

    @Test func aRunThatIsStoppedSaysSo() async throws {
        let machine = try Machine()
        machine.stop.raise()
        let result = try #require(try await machine.workspace().apply(Machine.file, agreed).result)
        #expect(result.wasInterrupted && !result.isComplete)
        #expect(
            machine.console.events == [
                "skipped create boxes.a", "skipped create keys.k", "skipped create lamps.l", "finished",
            ])
        #expect(await machine.account.changes == [])
    }

    // MARK: Saved plans

    @Test func aSavedPlanIsCarriedOutOnce() async throws {
        let machine = try Machine()
        #expect(try await machine.workspace().plan(nil).command == "cogstack apply")
        #expect(try await machine.workspace().apply(nil, agreed).result?.succeeded == true)
        let error = await #expect(throws: Failure.self) { try await machine.workspace().apply(nil, agreed) }
        #expect(words(of: error).hasPrefix("there is no saved plan."))
    }

    @Test func aSavedPlanOfAnotherAccountIsRefused() async throws {
        let machine = try await Machine.applied()
        try machine.write(Machine.stack.replacing("size: 2", with: "size: 3"), to: Machine.file)
        _ = try await machine.workspace().plan(Machine.file)
        machine.endpoint.become("999999999999")
        let (files, objects) = (try machine.files(), await machine.account.objects)
        let error = await #expect(throws: Failure.self) { try await machine.workspace().apply(nil, agreed) }
        let message = words(of: machine.workspace().naming(try #require(error)))
        #expect(
            message.contains(
                "the state file .cogstack/toys/state.json is of the account 123456789012, not 999999999999"))
        #expect(try machine.files() == files)
        #expect(await machine.account.objects == objects)
    }

    @Test func aSavedPlanThatNoLongerFitsIsRefused() async throws {
        let machine = try await Machine.applied()
        try machine.write(Machine.stack.replacing("size: 2", with: "size: 3"), to: Machine.file)
        _ = try await machine.workspace().plan(Machine.file)
        await machine.account.set("size", of: "a", to: 9)
        let error = await #expect(throws: Failure.self) { try await machine.workspace().apply(nil, agreed) }
        #expect(words(of: error).hasPrefix("the saved plan no longer fits: "))
        #expect(await machine.account.changes == [])
    }

    // MARK: Destroy

    @Test func destroyLeavesNothing() async throws {
        let machine = try await Machine.applied()
        #expect(try await machine.workspace().destroy(nil, Consent()).result?.succeeded == true)
        #expect(
            machine.console.questions.map { $0.hasPrefix("This cannot be undone. To destroy stack toys") } == [true])
        #expect(await machine.account.objects.isEmpty)
        #expect(try machine.snapshot()?.resources.isEmpty == true)
    }

    @Test(arguments: [(nil, false), (2, false), (3, true)] as [(Int?, Bool)])
    func userAccountsAreLostOnlyByTheirNumber(accepted: Int?, goesOn: Bool) async throws {
        let machine = try await Machine.applied()
        await machine.account.set("people", of: "a", to: 3)
        let consent = Consent(isGiven: true, acceptedUserLoss: accepted)
        do {
            _ = try await machine.workspace().destroy(nil, consent)
            #expect(goesOn)
        } catch {
            #expect(!goesOn)
            #expect(words(of: error).hasPrefix("3 user accounts would be lost for good, so nothing was done."))
        }
        #expect(await machine.account.objects.isEmpty == goesOn)
    }

    // MARK: State

    @Test func aLostStateIsRecordedAnew() async throws {
        let machine = try await Machine.applied()
        let before = try #require(try machine.snapshot())
        try FileManager.default.removeItem(atPath: machine.location.state)
        let result = try await machine.workspace().rebuild(Machine.file, Consent())
        #expect(result.wasNeeded && result.setAside == [])
        #expect(machine.console.questions.count == 1)
        let after = try #require(try machine.snapshot())
        #expect(after.resources.mapValues(\.physicalId) == before.resources.mapValues(\.physicalId))
        #expect(await machine.account.changes == [])
    }

    @Test func aDamagedStateIsSetAside() async throws {
        let machine = try await Machine.applied()
        try machine.write("{", to: ".cogstack/toys/state.json")
        let result = try await machine.workspace().rebuild(Machine.file, agreed)
        #expect(result.damaged == [".cogstack/toys/state.json"])
        #expect(result.setAside.count == 1 && result.setAside[0].hasPrefix(".cogstack/toys/state.json."))
        #expect(try machine.snapshot()?.resources.count == 3)
    }

    @Test func whatIsShownIsWhatIsLive() async throws {
        let machine = try await Machine.applied()
        await machine.account.set("size", of: "a", to: 9)
        let shown = try await machine.workspace().show(nil, only: "boxes.a")
        let address = try #require(Address("boxes.a"))
        #expect(shown.only == address)
        guard case .there(let form, _) = shown.live[address] else {
            Issue.record("it is missing")
            return
        }
        #expect(form["size"] == 9)
    }

    // MARK: Rotation

    @Test func aRotationReplacesTheKeyAndNothingElse() async throws {
        let machine = try await Machine.applied()
        let result = try #require(try await machine.workspace().rotate(nil, address: nil, soak: 1, agreed).result)
        #expect(result.succeeded)
        let objects = await machine.account.objects
        #expect(objects.keys.sorted() == ["a", "a/key-4", "l"])
        #expect(objects["l"]?.attributes["key"] == "key-4")
        #expect(objects["l"]?.attributes["secret"] == "hush-hush-5")
        let changes = await machine.account.changes
        #expect(changes == ["CreateKey ", "UpdateLamp l", "UpdateKey a/key-2", "DeleteKey a/key-2"])
    }

    @Test func aRotationChangesNothingButKeys() async throws {
        let machine = try await Machine.applied()
        try machine.write(Machine.stack.replacing("size: 2", with: "size: 3"), to: Machine.file)
        let error = await #expect(throws: Failure.self) {
            try await machine.workspace().rotate(nil, address: "keys.k", soak: 0, agreed)
        }
        #expect(words(of: error).hasPrefix("there is something else to change: boxes.a."))
        #expect(await machine.account.changes == [])
    }
}
