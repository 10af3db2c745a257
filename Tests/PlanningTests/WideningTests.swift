import Planning
import Model
import Schema
import Records
import Testing
import TestSupport

/// Who gives access to what is replaced gives it to both, until nothing uses the old one any more.
@Suite struct WideningTests {
    /// A box, a lid that lets others open it, and a lid that stands on it.
    private func scene(name: String) -> Scene {
        var scene = Scene()
        scene.desired = [
            Toys.resource("boxes.a", ["name": .string(name)]),
            Toys.resource("lids.grant", ["policy": Toys.policy(for: Toys.reference("boxes.a.arn", ordering: false))]),
            Toys.resource("lids.user", ["box": Toys.reference("boxes.a.id")]),
        ]
        scene.applied("boxes.a", ["name": "a"], id: "a")
        scene.applied("lids.grant", ["policy": Toys.policy(for: "arn:aws:box:123456789012:a")])
        scene.applied("lids.user", ["box": "a"], dependsOn: ["boxes.a"])
        return scene
    }

    private func resources(_ action: Action?) -> [String] {
        (action?.attributes["policy"]["Statement"].list ?? []).map { $0["Resource"].short }.sorted()
    }

    @Test func accessIsWidenedFirstAndNarrowedLast() throws {
        let plan = try scene(name: "b").plan()
        #expect(
            plan.steps == [
                "1 create boxes.a", "2 update lids.grant after 1", "3 update lids.user after 1,2",
                "4 delete boxes.a after 1,3",
                "5 update lids.grant after 1,2,3,4",
            ])
        let grants = plan.actions.filter { $0.address.name == "grant" }
        #expect(resources(grants.first) == ["arn:aws:box:123456789012:a", "arn:aws:box:123456789012:b"])
        #expect(resources(grants.last) == ["arn:aws:box:123456789012:b"])
    }

    /// A run that stopped after it: the new box is in use by nobody yet, and must not be the only one that can be opened.
    @Test func whatAStoppedRunWidenedIsNarrowedLastToo() throws {
        var scene = scene(name: "b")
        let box = try #require(Address("boxes.a"))
        let both = Value.list([
            ["Effect": "Allow", "Action": "box:Open", "Resource": "arn:aws:box:123456789012:b"],
            ["Effect": "Allow", "Action": "box:Open", "Resource": "arn:aws:box:123456789012:a"],
        ])
        scene.applied("boxes.a", ["name": "b"], id: "b")
        scene.prior[box]?.deposed = [Deposed("a", attributes: ["name": "a"])]
        scene.observation.deposed[box] = ["a": Live("a", attributes: ["name": "a"], outputs: ["id": "a"])]
        scene.applied("lids.grant", ["policy": ["Version": "2012-10-17", "Statement": both]])
        #expect(
            try scene.plan().steps == [
                "1 update lids.user", "2 delete boxes.a after 1", "3 update lids.grant after 1,2",
            ])
    }

    @Test func whatIsTakenBackIsGrantedBeforeItIsUsedAgain() throws {
        var scene = scene(name: "a")
        let box = try #require(Address("boxes.a"))
        scene.applied("boxes.a", ["name": "b"], id: "b")
        scene.prior[box]?.deposed = [Deposed("a", attributes: ["name": "a"])]
        scene.observation.deposed[box] = ["a": Live("a", attributes: ["name": "a"], outputs: ["id": "a"])]
        scene.applied("lids.grant", ["policy": Toys.policy(for: "arn:aws:box:123456789012:b")])
        scene.applied("lids.user", ["box": "b"], dependsOn: ["boxes.a"])
        #expect(
            try scene.plan().steps == [
                "1 adopt boxes.a", "2 update lids.grant after 1", "3 update lids.user after 1,2",
                "4 delete boxes.a after 1,3",
                "5 update lids.grant after 1,2,3,4",
            ])
    }

    /// The old box goes before the new one can have its name: there are never both.
    @Test func underOneNameThereIsNothingToWiden() throws {
        var scene = scene(name: "a")
        scene.desired[0] = Toys.resource("boxes.a", ["name": "a", "shelf": "/up"])
        #expect(try scene.plan().steps.filter { $0.contains("lids.grant") } == [])
    }

    @Test func whatHasNoRoomForBothIsWrittenOnceAndSaid() throws {
        var scene = scene(name: "b")
        let long = String(repeating: "x", count: 300)
        let policy = Toys.policy(for: .list([Toys.reference("boxes.a.arn", ordering: false), .string(long)]))
        scene.desired[1] = Toys.resource("lids.grant", ["policy": policy])
        let plan = try scene.plan()
        #expect(plan.actions.filter { $0.address.name == "grant" }.count == 1)
        #expect(plan.notices.count == 1)
    }
}
