import Model
import Schema
import Records
import Testing
import TestSupport

@testable import Planning

@Suite struct RebuildTests {
    private func address(_ text: String) throws -> Address { try #require(Address(text)) }

    /// A box, its lid and a key, all live and found by their tags; none recorded.
    private func lost() throws -> Scene {
        var scene = Scene()
        scene.desired = [
            Toys.resource("boxes.a", ["name": "a", "size": 3]),
            Toys.resource("keys.k", ["box": Toys.reference("boxes.a.id")]),
            Toys.resource(
                "lids.l",
                ["box": Toys.reference("boxes.a.id"), "secret": Toys.reference("keys.k.secret"), "material": "tin"]),
        ]
        for (name, id, attributes) in [
            ("boxes.a", "x", ["name": "a", "size": 3] as Value), ("keys.k", "k", ["box": "x"]),
            ("lids.l", "y", ["box": "x", "secret": "hush", "material": "tin"]),
        ] {
            scene.observation.located[try address(name)] = .ours(id)
            scene.observation.live[try address(name)] = Live(id, attributes: attributes, outputs: ["id": .string(id)])
        }
        return scene
    }

    @Test func whatIsFoundIsTakenBackInOrderAndNothingElseIsDone() throws {
        let rebuild = try lost().planRebuild()
        #expect(rebuild.plan.steps == ["1 adopt boxes.a", "2 adopt keys.k after 1", "3 adopt lids.l after 1,2"])
        #expect(rebuild.found == [try address("boxes.a"): "x", try address("keys.k"): "k", try address("lids.l"): "y"])
        #expect(rebuild.missing == [] && rebuild.left == [:] && rebuild.known == [:])
        #expect(
            rebuild.plan.actions[2].attributes == [
                "box": "x", "secret": Toys.reference("keys.k.secret"), "material": "tin",
            ])
        #expect(rebuild.plan.actions[2].settings.dependsOn == [try address("boxes.a"), try address("keys.k")])
    }

    /// So that the next plan shows it as a change of the file.
    @Test func whatDiffersFromTheFileIsNotRecorded() throws {
        var scene = try lost()
        scene.observation.live[try address("boxes.a")]?.attributes["size"] = 4
        // Even what would make a replacement of it is only taken back.
        scene.observation.live[try address("lids.l")]?.attributes["material"] = "lead"
        let actions = try scene.planRebuild().plan.actions
        #expect(actions.allSatisfy { $0.kind == .adopt })
        #expect(actions[0].attributes == ["name": "a"])
        #expect(actions[2].attributes["material"].isNull)
    }

    /// A record may not name what the state does not have.
    @Test func whatIsMissingIsNamedInNoRecord() throws {
        var scene = try lost()
        scene.observation.located[try address("keys.k")] = Located.none
        scene.observation.live[try address("keys.k")] = nil
        let rebuild = try scene.planRebuild()
        #expect(rebuild.missing == [try address("keys.k")])
        #expect(rebuild.plan.steps == ["1 adopt boxes.a", "2 adopt lids.l after 1"])
        #expect(rebuild.plan.actions[1].settings.dependsOn == [try address("boxes.a")])
        #expect(rebuild.plan.actions[1].attributes["secret"].isNull)
    }

    @Test(arguments: [
        (Located.unowned("x"), "x exists and has no owner tags, so it may not be this stack's"),
        (.foreign("x", owner: "stack other"), "x exists and belongs to stack other"),
        (.ambiguous(["x", "z"]), "it may be one of x, z, and nothing tells which"),
        (.lost(["x"]), "x came of a call whose answer was lost: orphaned, never used, and deleted by the next apply"),
        (.ours("w"), "w is recorded as boxes.other"),
    ]) func whatIsNotSurelyTheStacksIsLeft(located: Located, reason: String) throws {
        var scene = try lost()
        // Even where the file lets it be adopted: that is for an apply.
        scene.desired[0].lifecycle.mayAdopt = true
        scene.applied("boxes.other", ["name": "a"], id: "w")
        scene.observation.located[try address("boxes.a")] = located
        let rebuild = try scene.planRebuild()
        #expect(rebuild.left == [try address("boxes.a"): reason])
        #expect(
            rebuild.plan.actions.allSatisfy {
                $0.address.section != "boxes" && !$0.settings.dependsOn.contains { $0.section == "boxes" }
            })
    }

    @Test func aGoodStateStays() throws {
        var scene = try lost()
        scene.applied("boxes.a", ["name": "a", "size": 3], id: "x")
        scene.observation.located[try address("boxes.a")] = nil
        let rebuild = try scene.planRebuild()
        #expect(rebuild.known == [try address("boxes.a"): "x"])
        #expect(rebuild.plan.steps == ["1 adopt keys.k", "2 adopt lids.l after 1"])
        #expect(rebuild.plan.actions[0].settings.dependsOn == [try address("boxes.a")])
    }
}
