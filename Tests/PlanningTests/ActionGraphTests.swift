import Planning
import Model
import Schema
import Records
import Testing
import TestSupport

/// The order of actions where it is not plain, and what is said where there is none.
@Suite struct ActionGraphTests {
    private func scene(_ desired: DesiredResource...) -> Scene {
        var scene = Scene()
        scene.desired = desired
        scene.applied("boxes.a", ["name": "a"], id: "a")
        scene.applied("keys.k", ["box": "a"], dependsOn: ["boxes.a"], secrets: ["secret": Scene.digest])
        scene.applied(
            "lids.l", ["secret": Toys.reference("keys.k.secret")], live: ["secret": "hush"], dependsOn: ["keys.k"])
        return scene
    }

    /// The key must go before its box goes, the box before it is made anew, and only then can the key's user be written.
    @Test func aNameIsFreedAlsoWhereItsHolderHasUsersWithUsers() throws {
        let scene = scene(
            Toys.resource("boxes.a", ["name": "a", "shelf": "/up"]),
            Toys.resource("keys.k", ["box": Toys.reference("boxes.a.id")]),
            Toys.resource("lids.l", ["secret": Toys.reference("keys.k.secret")]))
        #expect(
            try scene.plan().steps == [
                "1 delete keys.k", "2 delete boxes.a after 1", "3 create boxes.a after 2", "4 create keys.k after 3",
                "5 update lids.l after 4",
            ])
    }

    @Test func recordsThatWaitForEachOtherAreReported() {
        var scene = Scene()
        scene.applied("boxes.a", ["name": "a"], dependsOn: ["lids.l"])
        scene.applied("lids.l", [:], dependsOn: ["boxes.a"])
        #expect(scene.refusals == ["stuck-actions"])
    }

    @Test func aLatePropertyIsWrittenToTheNewObject() throws {
        var scene = Scene()
        scene.desired = [
            Toys.resource("boxes.a", ["name": "b", "cover": Toys.reference("lids.l.arn")]),
            Toys.resource("lids.l", ["box": Toys.reference("boxes.a.id")]),
        ]
        scene.applied("boxes.a", ["name": "a", "cover": "arn:l"])
        scene.applied("lids.l", ["box": "id-a"], dependsOn: ["boxes.a"], liveOutputs: ["arn": "arn:l"])
        let plan = try scene.plan()
        let late = try #require(plan.actions.first { $0.kind == .update && $0.address.section == "boxes" })
        #expect(late.physicalId == nil)
        #expect(late.update?.changed == ["cover"])
    }

    @Test func whatClosedACycleIsLetGoBeforeItGoes() throws {
        var scene = Scene()
        scene.desired = [Toys.resource("boxes.a", ["name": "a"])]
        scene.applied("boxes.a", ["name": "a", "cover": "arn:l"])
        scene.applied("lids.l", ["box": "id-a"], dependsOn: ["boxes.a"], liveOutputs: ["arn": "arn:l"])
        #expect(try scene.plan().steps == ["1 update boxes.a", "2 delete lids.l after 1"])
    }

    @Test func aLostStateIsDestroyedAlsoWhereAPropertyClosesACycle() throws {
        var scene = Scene()
        scene.desired = [
            Toys.resource("boxes.a", ["name": "a", "cover": Toys.reference("lids.l.arn")]),
            Toys.resource("lids.l", ["box": Toys.reference("boxes.a.id")]),
        ]
        for (address, id) in [(Address(section: "boxes", name: "a"), "a"), (Address(section: "lids", name: "l"), "l")] {
            scene.observation.located[address] = .ours(id)
            scene.observation.live[address] = Live(id, attributes: [:], outputs: [:])
        }
        #expect(try scene.planDestruction().steps == ["1 delete lids.l", "2 delete boxes.a after 1"])
    }

    @Test func aDestroyKeepsNothingThatALostCallMadeBesides() throws {
        var scene = Scene()
        scene.desired = [Toys.resource("lids.l", [:])]
        scene.applied("lids.l", [:])
        scene.observation.located[Address(section: "lids", name: "l")] = .ours("second")
        #expect(try scene.planDestruction().actions.compactMap(\.physicalId).sorted() == ["id-l", "second"])
    }

    /// AWS may bound how many there are.
    @Test func whatNobodyCanUseGoesBeforeAnotherIsMade() throws {
        var scene = Scene()
        scene.desired = [
            Toys.resource("boxes.a", ["name": "a"]), Toys.resource("keys.k", ["box": Toys.reference("boxes.a.id")]),
        ]
        scene.applied("boxes.a", ["name": "a"])
        scene.observation.located[Address(section: "keys", name: "k")] = .lost(["id-a/lost"])
        #expect(try scene.plan().steps == ["1 delete keys.k", "2 create keys.k after 1"])
    }

    @Test func whatNobodyCanUseGoesBeforeWhatItBelongsTo() throws {
        let key = Address(section: "keys", name: "k")
        var scene = Scene()
        scene.desired = [
            Toys.resource("boxes.a", ["name": "a", "shelf": "/up"]),
            Toys.resource("keys.k", ["box": Toys.reference("boxes.a.id")]),
        ]
        scene.applied("boxes.a", ["name": "a"])
        scene.observation.located[key] = .lost(["id-a/lost"])
        scene.observation.lost[key] = Record(
            type: "key", physicalId: nil, dependsOn: [Address(section: "boxes", name: "a")])
        #expect(
            try scene.plan().steps == [
                "1 delete keys.k", "2 delete boxes.a after 1", "3 create boxes.a after 2", "4 create keys.k after 1,3",
            ])
    }

    @Test func aRotationThatStoppedHalfWayMakesRoomWithTheKeyThatNobodyGot() throws {
        var scene = scene(
            Toys.resource("boxes.a", ["name": "a"]), Toys.resource("keys.k", ["box": Toys.reference("boxes.a.id")]),
            Toys.resource("lids.l", ["secret": Toys.reference("keys.k.secret")]))
        let key = Address(section: "keys", name: "k")
        scene.prior[key]?.deposed = [Deposed("older")]
        scene.observation.live[Address(section: "lids", name: "l")]?.attributes = ["secret": "the older one's"]
        let plan = try scene.plan()
        #expect(
            plan.actions.map { "\($0.kind.rawValue) \($0.address) \($0.physicalId ?? "")" } == [
                "delete keys.k id-k", "create keys.k ", "update lids.l id-l", "delete keys.k older",
            ])
    }

    @Test func anObjectThatIsForgottenIsForgottenLast() throws {
        var scene = Scene()
        scene.applied("boxes.a", ["name": "a"])
        scene.prior[Address(section: "boxes", name: "a")]?.deposed = [Deposed("old")]
        scene.prior[Address(section: "boxes", name: "a")]?.isRetained = true
        #expect(try scene.plan().steps == ["1 delete boxes.a", "2 forget boxes.a after 1"])
    }

    @Test(
        arguments: [([], []), (["lids.l"], ["used-outside-targets"]), (["lids.l", "keys.k"], [])]
            as [([String], [String])])
    func whatIsNotTargetedKeepsWhatItUses(_ others: [String], _ codes: [String]) {
        // The key goes from the file, and its user stays or goes with it.
        var scene = scene(Toys.resource("boxes.a", ["name": "a"]), Toys.resource("lids.l", [:]))
        if others == ["lids.l"] { scene.targets = [Address(section: "keys", name: "k")] }
        if others == ["lids.l", "keys.k"] {
            scene.targets = [Address(section: "keys", name: "k"), Address(section: "lids", name: "l")]
        }
        #expect(scene.refusals == codes)
    }

    @Test func whatNobodyCanLookForIsSaid() throws {
        var scene = Scene()
        scene.observation.unexplained = [
            Intent(
                address: Address(section: "lids", name: "l"), type: "lid", operation: "CreateLid", creates: true,
                physicalId: nil, baseline: [], at: 0)
        ]
        #expect(try scene.plan().notices.count == 1)
    }

    @Test func accountsInWhatIsReplacedAreAtStake() throws {
        var scene = Scene()
        scene.desired = [Toys.resource("boxes.a", ["name": "b"])]
        scene.applied("boxes.a", ["name": "a"])
        scene.observation.userAccounts[Address(section: "boxes", name: "a")] = 3
        #expect(try scene.plan().userAccountsAtStake == 3)
    }
}
