import Foundation
import Diagnostics
import Planning
import Model
import Schema
import Records
import TestSupport
import Testing

@Suite struct PlannerTests {
    @Test func aNewStackIsMadeInTheOrderOfItsReferences() throws {
        var scene = Scene()
        scene.desired = [
            Toys.resource("lids.l", ["box": Toys.reference("boxes.a.id")]),
            Toys.resource("boxes.a", ["name": "a"]),
            Toys.resource("keys.k", ["box": Toys.reference("boxes.a.id")]),
        ]
        #expect(try scene.plan().steps == ["1 create boxes.a", "2 create keys.k after 1", "3 create lids.l after 1"])
    }

    @Test func whatFollowsFromTheFileIsKnownBeforeTheApply() throws {
        var scene = Scene()
        scene.desired = [
            Toys.resource("boxes.a", ["name": "a"]),
            Toys.resource("lids.l", ["hint": Toys.reference("boxes.a.arn", ordering: false)]),
        ]
        let plan = try scene.plan()
        #expect(plan.steps == ["1 create boxes.a", "2 create lids.l"])
        #expect(plan.actions[1].attributes["hint"] == "arn:aws:box:123456789012:a")
    }

    @Test func aCycleIsBrokenByThePropertyThatCanWait() throws {
        var scene = Scene()
        scene.desired = [
            Toys.resource("boxes.a", ["name": "a", "cover": Toys.reference("lids.l.arn")]),
            Toys.resource("lids.l", ["box": Toys.reference("boxes.a.id")]),
        ]
        let plan = try scene.plan()
        #expect(plan.steps == ["1 create boxes.a", "2 create lids.l after 1", "3 update boxes.a after 1,2"])
        #expect(plan.actions[0].attributes["cover"].isNull)
        #expect(plan.actions[2].update?.changed == ["cover"])
        #expect(plan.words == ["create boxes.a", "create lids.l"])
    }

    @Test func aCycleThatNothingBreaksIsRefused() {
        var scene = Scene()
        scene.desired = [
            Toys.resource("boxes.a", ["name": "a"], dependsOn: ["boxes.b"]),
            Toys.resource("boxes.b", ["name": "b"], dependsOn: ["boxes.a"]),
        ]
        #expect(scene.refusals == ["dependency-cycle"])
    }

    @Test func whatWasDeletedByHandIsMadeAgainAlone() throws {
        var scene = Scene()
        scene.desired = [
            Toys.resource("boxes.a", ["name": "a"]), Toys.resource("boxes.b", ["name": "b"]),
        ]
        scene.applied("boxes.a", ["name": "a"])
        scene.applied("boxes.b", ["name": "b"])
        scene.observation.live[Address(section: "boxes", name: "b")] = nil
        let plan = try scene.plan()
        #expect(plan.words == ["create boxes.b"])
        #expect(plan.changes.last?.reason == "deleted outside cogstack")
    }

    /// A function's log has the function's name, and is there without it where a run was cut short between the two.
    @Test(arguments: [("a", []), ("b", ["a"])])
    func whatAGoneObjectMayHaveLeftUnderItsOldNameGoesToo(name: String, deleted: [String]) throws {
        var scene = Scene()
        scene.desired = [Toys.resource("boxes.a", ["name": .string(name)])]
        scene.applied("boxes.a", ["name": "a"], id: "a")
        scene.observation.live[Address(section: "boxes", name: "a")] = nil
        let plan = try scene.plan()
        #expect(plan.words == ["create boxes.a"])
        #expect(plan.actions.filter { $0.kind == .delete }.map(\.physicalId) == deleted)
    }

    @Test func whatPointsAtAnObjectMadeAnewIsWrittenAgain() throws {
        var scene = Scene()
        scene.desired = [
            Toys.resource("boxes.a", ["name": "a"]),
            Toys.resource("lids.l", ["box": Toys.reference("boxes.a.id")]),
        ]
        scene.applied("boxes.a", ["name": "a"], id: "a")
        scene.applied("lids.l", ["box": "a"], dependsOn: ["boxes.a"])
        scene.observation.live[Address(section: "boxes", name: "a")] = nil
        let plan = try scene.plan()
        #expect(plan.steps == ["1 create boxes.a", "2 update lids.l after 1"])
        #expect(plan.actions[1].update?.changed == ["box"])
    }

    @Test func aNameIsFreedBeforeItIsTakenAgain() throws {
        var scene = Scene()
        scene.desired = [Toys.resource("boxes.a", ["name": "a", "shelf": "/new"])]
        scene.applied("boxes.a", ["name": "a", "shelf": "/"])
        #expect(try scene.plan().steps == ["1 delete boxes.a", "2 create boxes.a after 1"])
    }

    @Test func anObjectWithANewNameIsMadeBeforeTheOldOneGoes() throws {
        var scene = Scene()
        scene.desired = [
            Toys.resource("boxes.a", ["name": "b"]),
            Toys.resource("lids.l", ["box": Toys.reference("boxes.a.id")]),
        ]
        scene.applied("boxes.a", ["name": "a"])
        scene.applied("lids.l", ["box": "id-a"], dependsOn: ["boxes.a"])
        let plan = try scene.plan()
        #expect(plan.words.contains("replace boxes.a"))
        #expect(plan.steps == ["1 create boxes.a", "2 update lids.l after 1", "3 delete boxes.a after 1,2"])
    }

    @Test func usersGoBeforeWhatTheyUse() throws {
        var scene = Scene()
        scene.applied("boxes.a", ["name": "a"])
        scene.applied("lids.l", ["box": "id-a"], dependsOn: ["boxes.a"])
        scene.applied("keys.k", ["box": "id-a"], dependsOn: ["boxes.a"])
        #expect(
            try scene.planDestruction().steps == ["1 delete keys.k", "2 delete lids.l", "3 delete boxes.a after 1,2"])
    }

    @Test(arguments: [true, false])
    func aTeardownTakesWhatARunThatWasCutShortLeft(wasRecorded: Bool) throws {
        let box = Address(section: "boxes", name: "a")
        var scene = Scene()
        scene.desired = [Toys.resource("boxes.a", ["name": "a"])]
        if wasRecorded { scene.applied("boxes.a", ["name": "a"], id: "a") }
        scene.observation.live = [:]
        scene.observation.located = [box: .none]
        #expect(try scene.planDestruction().steps == (wasRecorded ? ["1 forget boxes.a"] : []))
        scene.observation.interrupted = [box]
        let plan = try scene.planDestruction()
        #expect(plan.steps == ["1 delete boxes.a"])
        #expect(plan.actions.map(\.physicalId) == ["a"])
    }

    @Test func aUserThatStaysIsChangedBeforeWhatItUsedGoes() throws {
        var scene = Scene()
        scene.desired = [
            Toys.resource("boxes.a", ["name": "a"]), Toys.resource("lids.l", ["box": Toys.reference("boxes.a.id")]),
        ]
        scene.applied("boxes.a", ["name": "a"])
        scene.applied("boxes.b", ["name": "b"])
        scene.applied("lids.l", ["box": "id-b"], dependsOn: ["boxes.b"])
        #expect(try scene.plan().steps == ["1 update lids.l", "2 delete boxes.b after 1"])
    }

    /// Somebody made the box anew under its name, or cogstack did and was killed before it wrote what uses it.
    @Test(
        arguments: [(tie: "1", words: []), (tie: nil, words: []), (tie: "0", words: ["update lids.l"])]
            as [(String?, [String])])
    func whatAWSTiedToAnObjectIsWrittenAgainForAnotherOne(_ tie: String?, _ words: [String]) throws {
        let box = Address(section: "boxes", name: "a"), lid = Address(section: "lids", name: "l")
        var scene = Scene()
        scene.desired = [
            Toys.resource("boxes.a", ["name": "a"]), Toys.resource("lids.l", ["box": Toys.reference("boxes.a.arn")]),
        ]
        scene.applied("boxes.a", ["name": "a"], liveOutputs: ["serial": "1"])
        scene.prior[box]?.outputs["serial"] = .string(tie ?? "1")
        scene.applied("lids.l", ["box": "arn:aws:box:123456789012:a"], dependsOn: ["boxes.a"])
        scene.prior[lid]?.boundIds = tie.map { [box: $0] } ?? [:]
        let plan = try scene.plan()
        #expect(plan.words == words)
        let update = plan.actions.first { $0.address == lid }
        #expect(update?.update?.changed == (words.isEmpty ? nil : ["box"]))
        #expect(update?.properties?.boundTo == (words.isEmpty ? nil : [box]))
        // What the box is now is recorded first, so that the lid's record can name it.
        #expect(plan.steps == (words.isEmpty ? [] : ["1 adopt boxes.a", "2 update lids.l after 1"]))
        #expect(plan.actions.first?.outputs == (words.isEmpty ? nil : ["serial": "1"]))
    }

    @Test func onlyWhatAnActionWritesIsTied() throws {
        var scene = Scene()
        scene.desired = [
            Toys.resource("boxes.a", ["name": "a", "size": 2, "cover": Toys.reference("lids.l.arn")]),
            Toys.resource(
                "lids.l", ["box": Toys.reference("boxes.a.id"), "hint": Toys.reference("boxes.b.arn", ordering: false)]),
            Toys.resource("boxes.b", ["name": "b"]),
        ]
        let ties = Dictionary(
            try scene.plan().actions.map {
                ("\($0.kind) \($0.address)", ($0.properties?.boundTo ?? []).map(\.description))
            }
        ) { $1 }
        #expect(
            ties == [
                "create boxes.a": [], "create boxes.b": [], "create lids.l": ["boxes.a"], "update boxes.a": ["lids.l"],
            ])
    }

    // MARK: What is refused

    @Test func whatAWSCannotChangeIsKnownAtPlanTime() {
        var scene = Scene()
        scene.desired = [Toys.resource("boxes.a", ["name": "a", "owner": "eve"])]
        scene.applied("boxes.a", ["name": "a", "owner": "ann"])
        #expect(scene.refusals == ["cannot-change"])
    }

    @Test(arguments: [
        (Lifecycle(isProtected: true), false, ["protected"]), (Lifecycle(), true, ["protected"]),
        (Lifecycle(), false, []),
    ]) func protectionRefusesALoss(_ lifecycle: Lifecycle, _ isStackProtected: Bool, _ expected: [String]) {
        var scene = Scene()
        scene.isProtected = isStackProtected
        scene.desired = [Toys.resource("boxes.a", ["name": "b"], lifecycle: lifecycle)]
        scene.applied("boxes.a", ["name": "a"])
        #expect(scene.refusals == expected)
    }

    @Test(arguments: [
        (Located.unowned("a"), false, ["exists-already"], []),
        (.unowned("a"), true, [], ["adopt boxes.a"]),
        (.foreign("a", owner: "stack other"), true, ["owned-by-another"], []),
        (.ambiguous(["a", "b"]), true, ["ambiguous-live-object"], []),
        (.ours("a"), false, [], []),
    ]) func aLiveObjectOfTheWantedName(
        _ located: Located, _ mayAdopt: Bool, _ refusals: [String], _ words: [String]
    ) throws {
        var scene = Scene()
        let address = Address(section: "boxes", name: "a")
        scene.desired = [Toys.resource("boxes.a", ["name": "a"], lifecycle: Lifecycle(mayAdopt: mayAdopt))]
        scene.observation.located[address] = located
        switch located {
        case .ours, .unowned: scene.observation.live[address] = Live("a", attributes: ["name": "a"], outputs: [:])
        default: break
        }
        #expect(scene.refusals == refusals)
        guard refusals.isEmpty else { return }
        let plan = try scene.plan()
        #expect(plan.words == words)
        #expect(plan.steps == ["1 adopt boxes.a"])
    }

    /// Taken over here and deleted there it would be lost.
    @Test(arguments: [Located.ours("a"), .foreign("a", owner: "boxes.old of this stack")])
    func whatIsRecordedUnderAnAddressThatIsGoneIsNotTakenOver(located: Located) {
        var scene = Scene()
        let address = Address(section: "boxes", name: "new")
        scene.desired = [Toys.resource("boxes.new", ["name": "a"])]
        scene.applied("boxes.old", ["name": "a"], id: "a")
        scene.observation.located[address] = located
        if case .ours = located { scene.observation.live[address] = Live("a", attributes: ["name": "a"], outputs: [:]) }
        #expect(scene.refusals == ["recorded-elsewhere"])
    }

    @Test func aTeardownDeletesAnObjectOnce() throws {
        var scene = Scene()
        scene.desired = [Toys.resource("boxes.new", ["name": "a"])]
        scene.applied("boxes.old", ["name": "a"], id: "a")
        scene.observation.located[Address(section: "boxes", name: "new")] = .ours("a")
        scene.observation.live[Address(section: "boxes", name: "new")] = Live(
            "a", attributes: ["name": "a"], outputs: [:])
        #expect(try scene.planDestruction().steps == ["1 delete boxes.old"])
    }

    /// As a second access key of a user whose first one is the only one there is.
    @Test func whatAnotherAddressOfTheFileHasIsNotTakenOver() throws {
        var scene = Scene()
        scene.desired = [Toys.resource("boxes.first", ["name": "a"]), Toys.resource("boxes.second", ["name": "b"])]
        scene.applied("boxes.first", ["name": "a"], id: "x")
        scene.observation.located[Address(section: "boxes", name: "second")] = .ours("x")
        scene.observation.live[Address(section: "boxes", name: "second")] = Live(
            "x", attributes: ["name": "a"], outputs: [:])
        #expect(try scene.plan().words == ["create boxes.second"])
    }

    @Test func accountsAtStakeAreCounted() throws {
        var scene = Scene()
        scene.applied("boxes.a", ["name": "a"])
        scene.observation.userAccounts[Address(section: "boxes", name: "a")] = 12
        let plan = try scene.plan()
        #expect(plan.userAccountsAtStake == 12)
        #expect(plan.changes.first?.loses == "12 user accounts")
    }

    @Test(
        "What stops a delete stops the plan, and what is left of an earlier one is told",
        arguments: [
            ([:], false, true), (["shelf": "/low/"], false, true), (["size": 2], false, false), ([:], true, true),
        ] as [(Value, Bool, Bool)])
    func obstacles(wanted: Value, isDestroyed: Bool, isRefused: Bool) throws {
        var scene = Scene()
        if wanted != [:] { scene.desired = [Toys.resource("boxes.a", (["name": "a"] as Value).overlaid(by: wanted))] }
        scene.applied("boxes.a", ["name": "a"])
        scene.observation.obstacles[Address(section: "boxes", name: "a")] = RuleProblem(
            path: "", message: "it is nailed down", help: "Pull.")
        do throws(Diagnostics) {
            let plan = isDestroyed ? try scene.planDestruction() : try scene.plan()
            #expect(!isRefused && plan.notices.contains { $0.contains("nailed") })
        } catch {
            #expect(isRefused && error.sorted.map(\.code) == ["cannot-delete"])
        }
    }

    @Test(
        "What a change takes away for good is told",
        arguments: [
            (["keeps": 9], nil, ["keeps": 9], false), (["keeps": 9], nil, ["keeps": 7], true),
            ([:], nil, ["keeps": 7], true),
            (["keeps": 7], nil, ["keeps": 9], false), (["keeps": 7], nil, [:], false),
            // The object is new, and what is under its name is not.
            (nil, ["keeps": 9], ["keeps": 7], true), (nil, ["keeps": .null], ["keeps": 7], true),
            (nil, nil, ["keeps": 7], false),
            (nil, ["keeps": 9], [:], false), (nil, ["keeps": 5], ["keeps": 7], false),
            // It is made anew under another name.
            (["keeps": 9, "name": "b"], nil, ["keeps": 7], false),
            (["keeps": 7, "name": "b"], ["keeps": 9], ["keeps": 7], true),
        ] as [(Value?, Value?, Value, Bool)])
    func losses(live: Value?, parts: Value?, wanted: Value, isTold: Bool) throws {
        var scene = Scene()
        let name: Value = ["name": "a"]
        scene.desired = [Toys.resource("boxes.a", name.overlaid(by: wanted))]
        if let live { scene.applied("boxes.a", name.overlaid(by: live)) }
        if let parts { scene.observation.parts[Address(section: "boxes", name: "a")] = parts }
        #expect(try scene.plan().notices == (isTold ? ["boxes.a: what is older than 7 days is lost"] : []))
    }

    @Test func aRetainedObjectStays() throws {
        var scene = Scene()
        scene.applied("boxes.a", ["name": "a"])
        scene.prior[Address(section: "boxes", name: "a")]?.isRetained = true
        let plan = try scene.plan()
        #expect(plan.words == [])
        #expect(plan.steps == ["1 forget boxes.a"])
    }

    @Test func onlyTargetsChange() throws {
        var scene = Scene()
        scene.desired = [Toys.resource("boxes.a", ["name": "a"]), Toys.resource("boxes.b", ["name": "b"])]
        scene.targets = [Address(section: "boxes", name: "b")]
        #expect(try scene.plan().words == ["create boxes.b"])
    }

    @Test func objectsReplacedEarlierAreDeleted() throws {
        var scene = Scene()
        scene.desired = [Toys.resource("boxes.a", ["name": "a"])]
        scene.applied("boxes.a", ["name": "a"])
        scene.prior[Address(section: "boxes", name: "a")]?.deposed = [Deposed("old")]
        let plan = try scene.plan()
        #expect(plan.steps == ["1 delete boxes.a"])
        #expect(plan.actions.first?.physicalId == "old")
    }

    @Test func aPlanHoldsNoSecretAndReadsBackTheSame() throws {
        let plan = try Scene.withSecret(live: "other").plan()
        let data = try JSONEncoder().encode(plan)
        #expect(!String(decoding: data, as: UTF8.self).contains("other"))
        #expect(try JSONDecoder().decode(Plan.self, from: data) == plan)
    }
}
