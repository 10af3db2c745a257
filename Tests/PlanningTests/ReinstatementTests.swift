import Planning
import Model
import Schema
import Records
import Testing
import TestSupport

/// What an address had before, what has the name that it is to get, and what is not this stack's.
@Suite struct ReinstatementTests {
    private static let box = Address(section: "boxes", name: "a")
    private static let lid = Address(section: "lids", name: "l")

    /// A box that was renamed from a to b, of which a is still there.
    private func renamed(_ desired: Value, deposed: Value = ["name": "a", "size": 4], isThere: Bool = true) -> Scene {
        var scene = Scene()
        scene.desired = [Toys.resource("boxes.a", desired)]
        scene.applied("boxes.a", ["name": "b", "size": 4], id: "b")
        scene.prior[Self.box]?.deposed = [Deposed("a", attributes: deposed)]
        if isThere { scene.observation.deposed[Self.box] = ["a": Live("a", attributes: deposed, outputs: ["id": "a"])] }
        return scene
    }

    private func steps(_ plan: Plan) -> [String] {
        plan.actions.map { "\($0.kind.rawValue) \($0.physicalId ?? "") \(($0.update?.changed ?? []).joined())" }
    }

    @Test func aRenamingTakenBackTakesTheOldObjectBack() throws {
        let plan = try renamed(["name": "a", "size": 4]).plan()
        #expect(plan.words == ["replace boxes.a"])
        #expect(plan.changes.first?.reason == "a is still there and takes its place again")
        #expect(steps(plan) == ["adopt a ", "delete b "])
    }

    @Test func itIsBroughtToWhatTheFileSaysByNow() throws {
        // The size was taken out of the file, and goes back to AWS's default.
        #expect(steps(try renamed(["name": "a"]).plan()) == ["adopt a ", "update a size", "delete b "])
    }

    @Test func aThirdNameDeletesBoth() throws {
        #expect(
            steps(try renamed(["name": "c", "size": 4]).plan()).sorted() == ["create  ", "delete a ", "delete b "])
    }

    @Test func whatCannotBecomeWhatTheFileWantsMakesRoomForItsName() throws {
        let plan = try renamed(["name": "a", "shelf": "/up", "size": 4]).plan()
        #expect(steps(plan) == ["delete a ", "create  ", "delete b "])
    }

    /// Deleted already, but not recorded as that: the name is free, and the new object of that name is not deleted for the old one.
    @Test func aNameThatIsFreeByNowIsTakenByANewObject() throws {
        #expect(steps(try renamed(["name": "a", "size": 4], isThere: false).plan()) == ["create  ", "delete b "])
    }

    @Test(
        arguments: [
            (Located.none, [], ["create  ", "delete a "]),
            (.ours("b"), [], ["adopt b ", "delete a "]),
            (.unowned("b"), ["exists-already"], []),
            (.foreign("b", owner: "stack other (boxes.z)"), ["owned-by-another"], []),
        ] as [(Located, [String], [String])])
    func aNewNameMustBeFree(_ located: Located, _ codes: [String], _ expected: [String]) throws {
        var scene = Scene()
        scene.desired = [Toys.resource("boxes.a", ["name": "b"])]
        scene.applied("boxes.a", ["name": "a"], id: "a")
        scene.observation.renamed[Self.box] = Sighting(
            located, Live("b", attributes: ["name": "b"], outputs: ["id": "b"]))
        #expect(scene.refusals == codes)
        if codes.isEmpty { #expect(steps(try scene.plan()) == expected) }
    }

    @Test func whatHasTheNewNameIsAdoptedWhereTheFileSaysSo() throws {
        var scene = Scene()
        scene.desired = [Toys.resource("boxes.a", ["name": "b"], lifecycle: Lifecycle(mayAdopt: true))]
        scene.applied("boxes.a", ["name": "a"], id: "a")
        scene.observation.renamed[Self.box] = Sighting(
            .unowned("b"), Live("b", attributes: ["name": "b"], outputs: ["id": "b"]))
        #expect(steps(try scene.plan()) == ["adopt b ", "delete a "])
    }

    /// Two that swap their names: neither name is free.
    @Test func namesThatAreSwappedAreRefused() {
        var scene = Scene()
        scene.desired = [Toys.resource("boxes.a", ["name": "b"]), Toys.resource("boxes.b", ["name": "a"])]
        for (name, other) in [("a", "b"), ("b", "a")] {
            scene.applied("boxes.\(name)", ["name": .string(name)], id: name)
            scene.observation.renamed[Address(section: "boxes", name: name)] = Sighting(
                .foreign(other, owner: "boxes.\(other) of this stack"))
        }
        #expect(scene.refusals == ["owned-by-another", "owned-by-another"])
    }

    // MARK: Whose it is

    @Test(arguments: [nil, "others"] as [String?])
    func whatIsNotThisStacksIsNotDeleted(_ owner: String?) throws {
        var scene = Scene()
        scene.owner = owner
        scene.applied("lids.l", [:])
        for plan in [try scene.plan(), try scene.planDestruction()] {
            #expect(plan.steps == ["1 forget lids.l"])
            #expect(plan.notices.count == 1)
        }
    }

    @Test(arguments: [nil, "others"] as [String?])
    func whatIsReplacedAndNotThisStacksStays(_ owner: String?) throws {
        var scene = Scene()
        scene.owner = owner
        scene.desired = [Toys.resource("lids.l", ["material": "steel"])]
        scene.applied("lids.l", ["material": "wood"])
        #expect(steps(try scene.plan()) == ["create  ", "forget id-l "])
    }

    @Test func whatIsToBeDeletedAndNotThisStacksStays() throws {
        var scene = Scene()
        scene.owner = "others"
        scene.prior[Self.lid] = Record(type: "lid", physicalId: nil, deposed: [Deposed("old")])
        scene.observation.deposed[Self.lid] = ["old": Live("old", attributes: [:], outputs: [:])]
        #expect(try scene.planDestruction().actions.filter { $0.kind == .delete } == [])
    }

    @Test func anotherStacksObjectIsNotChanged() {
        var scene = Scene()
        scene.owner = "others"
        scene.desired = [Toys.resource("lids.l", ["box": "a"])]
        scene.applied("lids.l", [:])
        #expect(scene.refusals == ["owned-by-another"])
    }

    // MARK: What nothing accounts for

    private func orphan(_ name: String, _ id: String, _ attributes: Value = [:]) -> Orphan {
        let address = Address(section: "lids", name: name)
        let tags = Value.map(Ownership.tags(stack: "toys", address: address))
        return Orphan(
            address, Live(id, attributes: attributes.overlaid(by: ["tags": tags]), outputs: ["id": .string(id)]))
    }

    @Test func aPlanNamesThemAndATeardownDeletesThem() throws {
        var scene = Scene()
        scene.observation.orphans = [orphan("gone", "lid-1"), orphan("on", "lid-2", ["box": "lid-1"])]
        let plan = try scene.plan()
        #expect(plan.steps == [])
        #expect(plan.notices.count == 2)
        // What names the other goes first.
        #expect(try scene.planDestruction().steps == ["1 delete lids.on", "2 delete lids.gone after 1"])
        let rebuild = try scene.planRebuild()
        #expect(
            rebuild.found.mapValues(\.self) == [
                Address(section: "lids", name: "gone"): "lid-1", Address(section: "lids", name: "on"): "lid-2",
            ])
        #expect(rebuild.plan.actions.map(\.kind) == [.adopt, .adopt])
    }

    @Test func twinsAreNamedWithWhatUsesThem() throws {
        var scene = Scene()
        scene.desired = [Toys.resource("lids.l", [:]), Toys.resource("lids.m", ["box": "id-l"])]
        scene.applied("lids.l", [:])
        scene.applied("lids.m", ["box": "id-l"])
        scene.observation.orphans = [orphan("l", "second")]
        let notice = try #require(try scene.plan().notices.first)
        #expect(notice.contains("lids.m uses id-l.") && notice.contains("Nothing of this stack uses second."))
        #expect(try scene.planDestruction().actions.allSatisfy { $0.physicalId != "second" })
    }

    @Test func partsOfWhatWasNeverMadeAreDeletedWhateverTheFileSays() throws {
        for desired in [[], [Toys.resource("boxes.a", ["name": "c"])]] {
            var scene = Scene()
            scene.desired = desired
            scene.observation.leftovers = [Self.box: ["b"]]
            #expect(
                try scene.plan().actions.contains {
                    $0.kind == .delete && $0.physicalId == "b" && $0.deletion?.isOrphan == true
                })
        }
    }
}
