import Foundation
import Diagnostics
import Planning
import Model
import Schema
import Records
import TestSupport
import Testing

/// What is decided about secrets that AWS shows once, and about the keys that they belong to.
@Suite struct SecretDecisionsTests {
    @Test func aSecretThatIsStillTheSameIsNoChange() throws {
        #expect(try Scene.withSecret(live: "hush").plan().words == [])
    }

    @Test func aLostSecretHealsByANewKey() throws {
        let plan = try Scene.withSecret(live: "other").plan()
        #expect(plan.words == ["rotate keys.k", "update lids.l secret (secret)→$(keys.k.secret) (drift)"])
        #expect(plan.steps == ["1 create keys.k", "2 update lids.l after 1", "3 delete keys.k after 1,2"])
    }

    @Test func aNewKeyIsInAllItsPlacesBeforeTheOldOneGoes() throws {
        let scene = sceneWithPlaces(live: "overwritten", "lost", "gone")
        let plan = try scene.plan()
        #expect(
            plan.words == [
                "update boxes.p settings.secret (secret)→$(keys.k.secret) (drift)",
                "update boxes.q settings.secret (secret)→$(keys.k.secret) (drift)", "rotate keys.k",
                "update lids.l secret (secret)→$(keys.k.secret) (drift)",
            ])
        #expect(
            plan.steps == [
                "1 create keys.k", "2 update boxes.p after 1", "3 update boxes.q after 1", "4 update lids.l after 1",
                "5 delete keys.k after 1,2,3,4",
            ])
    }

    /// Of a lid and two boxes that have the key's secret.
    private func sceneWithPlaces(live lid: String, _ boxes: String...) -> Scene {
        var scene = Scene.withSecret(live: lid)
        for (place, secret) in zip(["boxes.p", "boxes.q"], boxes) {
            let pairs: Value = [
                "name": .string(place), "settings": ["secret": Toys.reference("keys.k.secret"), "note": "kept"],
            ]
            scene.desired.append(Toys.resource(place, pairs))
            var live = pairs
            live["settings"] = ["secret": .string(secret), "note": "kept"]
            scene.applied(place, pairs, live: live, dependsOn: ["keys.k"])
        }
        return scene
    }

    /// As long as one place has it, nothing is lost: it is copied from there.
    @Test func aSecretThatOnePlaceStillHasNeedsNoNewKey() throws {
        let scene = sceneWithPlaces(live: "overwritten", "lost", "hush")
        #expect(
            try scene.plan().words == [
                "update boxes.p settings.secret (secret)→(secret) (drift)",
                "update lids.l secret (secret)→(secret) (drift)",
            ])
        guard case .secret(let held) = scene.secrets.held[Address(section: "keys", name: "k")]?["secret"] else {
            Issue.record("the secret was not found")
            return
        }
        #expect(held.clearText == "hush")
    }

    /// Nobody can say that it changed, and to change it would lose what is in it.
    @Test func whatCannotBeReadIsTakenToBeAsItWasApplied() throws {
        var scene = sceneWithPlaces(live: "hush", "hush")
        let box = Address(section: "boxes", name: "p")
        scene.observation.live[box]?.attributes["settings"] = .null
        scene.observation.live[box]?.unreadable = ["settings": "Ask for the right to read it."]
        #expect(try scene.plan().words == [])
        scene.desired.removeAll { $0.address == box }
        scene.desired.append(
            Toys.resource(
                "boxes.p",
                ["name": "boxes.p", "settings": ["secret": Toys.reference("keys.k.secret"), "note": "changed"]]))
        #expect(scene.refusals == ["unreadable"])
    }

    /// A rotation stopped when one place had the new key, and that place cannot be read now: the key it has is not taken for useless.
    @Test func aKeyThatAPlaceMayHaveIsNotTakenForUseless() throws {
        var scene = sceneWithPlaces(live: "the old one's", "hush")
        let box = Address(section: "boxes", name: "p")
        scene.prior[Address(section: "keys", name: "k")]?.deposed = [Deposed("old")]
        scene.observation.live[box]?.attributes["settings"] = .null
        scene.observation.live[box]?.unreadable = ["settings": "Ask for the right to read it."]
        #expect(scene.refusals == ["unreadable"])
    }

    /// What the state does not know of may have the secret all the same, where the file says so.
    @Test func aSecretIsTakenFromAPlaceThatOnlyTheFileNames() throws {
        var scene = sceneWithPlaces(live: "overwritten", "hush")
        scene.prior[Address(section: "boxes", name: "p")] = nil
        scene.observation.located[Address(section: "boxes", name: "p")] = .ours("id-p")
        #expect(try scene.plan().words == ["update lids.l secret (secret)→(secret) (drift)"])
    }

    /// A soak that is not asked for anew stays as an earlier rotation was told; one that is counts.
    @Test func anUnfinishedRotationKeepsItsSoak() throws {
        var scene = sceneWithPlaces(live: "hush", "hush")
        let key = Address(section: "keys", name: "k")
        scene.prior[key]?.deposed = [Deposed("old", grace: Grace(drain: 30, soak: 3600))]
        scene.rotation = Rotation([key])
        #expect(try scene.plan().actions.map(\.deletion?.grace) == [Grace(drain: 30, soak: 3600)])
        scene.rotation = Rotation([key], soak: 5)
        #expect(try scene.plan().actions.map(\.deletion?.grace) == [Grace(drain: 0, soak: 5)])
    }

    /// Known before anything is asked or done.
    @Test func aRotationWithoutRoomIsRefused() throws {
        var scene = sceneWithPlaces(live: "hush", "hush")
        let key = Address(section: "keys", name: "k")
        scene.observation.live[key]?.quotaProblem = RuleProblem(
            path: "", message: "there is a strange one", help: "Delete it.")
        #expect(try scene.plan().notices == ["keys.k: there is a strange one"])
        scene.rotation = Rotation([key])
        #expect(scene.refusals == ["no-room"])
        // Whatever is of no use makes room first.
        scene.prior[key]?.deposed = [Deposed("taken-back", isOrphan: true)]
        #expect(scene.refusals == [])
    }

    @Test func whatGoesWithItsAddressWaitsForNobody() throws {
        var scene = sceneWithPlaces(live: "hush", "hush")
        scene.prior[Address(section: "keys", name: "k")]?.deposed = [
            Deposed("old", grace: Grace(drain: 30, soak: 86400))
        ]
        #expect(try scene.planDestruction().actions.allSatisfy { $0.deletion?.grace == nil })
        scene.desired = [Toys.resource("boxes.a", ["name": "a"])]
        #expect(try scene.plan().actions.allSatisfy { $0.deletion?.grace == nil })
    }

    /// A saved plan that deletes an old key stands on its users as well: one may have gone back to it.
    @Test func aPlanNoLongerFitsWhereAUserHasMoved() throws {
        var scene = sceneWithPlaces(live: "hush", "hush")
        scene.prior[Address(section: "keys", name: "k")]?.deposed = [Deposed("old", grace: Grace(drain: 30, soak: 60))]
        let plan = try scene.plan()
        #expect(plan.steps == ["1 delete keys.k"])
        let basis = try scene.basis(of: plan)
        #expect(basis.moved(to: try scene.basis(of: plan)) == [])
        scene.observation.live[Address(section: "lids", name: "l")]?.attributes["secret"] = "the old one's"
        #expect(basis.moved(to: try scene.basis(of: plan)) == ["lids.l has another secret in AWS"])
    }

    /// Also what has the key from something that keeps it is written before it is asked.
    @Test func theOldKeyStaysUntilWhoHasItFromAnotherIsWritten() throws {
        var scene = Scene.withSecret(live: "hush")
        scene.desired.removeAll { $0.address.section == "lids" }
        scene.desired += [
            Toys.resource("boxes.p", ["name": "p", "settings": ["secret": Toys.reference("keys.k.secret")]]),
            Toys.resource("lids.l", ["box": Toys.reference("boxes.p.id")]),
        ]
        scene.applied(
            "boxes.p", ["name": "p", "settings": ["secret": Toys.reference("keys.k.secret")]],
            live: ["name": "p", "settings": ["secret": "hush"]], dependsOn: ["keys.k"])
        scene.applied("lids.l", ["box": "id-p"], live: ["box": "another"], dependsOn: ["boxes.p"])
        scene.prior[Address(section: "keys", name: "k")]?.deposed = [Deposed("old", grace: Grace(drain: 30, soak: 60))]
        #expect(try scene.plan().steps == ["1 update lids.l", "2 delete keys.k after 1"])
    }

    /// A user outside the targets may still have the old key.
    @Test func whatAnotherUserMayHaveStaysWhereOnlyOneIsTargeted() throws {
        var scene = sceneWithPlaces(live: "hush", "the old one's")
        scene.prior[Address(section: "keys", name: "k")]?.deposed = [Deposed("old")]
        scene.targets = [
            Address(section: "lids", name: "l"), Address(section: "keys", name: "k"),
            Address(section: "boxes", name: "a"),
        ]
        let plan = try scene.plan()
        #expect(plan.actions == [])
        #expect(plan.notices == ["old of keys.k stays: boxes.p, outside the targets, may still use it"])
        scene.targets = nil
        #expect(try scene.plan().steps == ["1 update boxes.p", "2 delete keys.k after 1"])
    }

    /// The key that nobody got makes room; a user that gets another name goes only when its successor is there.
    @Test func roomForAKeyIsNotMadeOfItsUsers() throws {
        var scene = sceneWithPlaces(live: "the old one's", "the old one's")
        scene.prior[Address(section: "keys", name: "k")]?.deposed = [Deposed("old")]
        scene.desired.removeAll { $0.address.name == "p" }
        scene.desired.append(
            Toys.resource("boxes.p", ["name": "renamed", "settings": ["secret": Toys.reference("keys.k.secret")]]))
        let plan = try scene.plan()
        #expect(
            plan.actions.map { "\($0.kind.rawValue) \($0.address) \($0.physicalId ?? "")" } == [
                "delete keys.k id-k", "create keys.k ", "create boxes.p ", "update lids.l id-l", "delete boxes.p id-p",
                "delete keys.k old",
            ])
    }

    @Test func aSecretWithoutADigestIsNotTakenFromAnywhere() throws {
        var scene = sceneWithPlaces(live: "hush", "hush", "hush")
        scene.prior[Address(section: "keys", name: "k")]?.secrets = [:]
        #expect(scene.secrets.held == [:])
        scene.observation.live[Address(section: "boxes", name: "p")] = nil
        #expect(try scene.plan().words.contains("rotate keys.k"))
    }

    /// A rotation stopped when one of the places had the new key: the others get it too, and the old one goes as was asked.
    @Test func aRotationThatReachedOnePlaceReachesTheOthers() throws {
        var scene = sceneWithPlaces(live: "the old one's", "hush", "the old one's")
        let grace = Grace(drain: 30, soak: 300)
        scene.prior[Address(section: "keys", name: "k")]?.deposed = [Deposed("old", grace: grace)]
        let plan = try scene.plan()
        #expect(
            plan.words == [
                "update boxes.q settings.secret (secret)→(secret) (stack file)",
                "update lids.l secret (secret)→(secret) (stack file)",
            ])
        #expect(plan.steps == ["1 update boxes.q", "2 update lids.l", "3 delete keys.k after 1,2"])
        #expect(plan.actions.last?.physicalId == "old" && plan.actions.last?.deletion?.grace == grace)
    }

    /// A key that was taken back and not deleted yet makes room first, and the one in use stays until the new one is in its places.
    @Test func whatARotationLeftGoesBeforeTheNextOne() throws {
        var scene = sceneWithPlaces(live: "hush", "hush")
        let key = Address(section: "keys", name: "k")
        scene.prior[key]?.deposed = [Deposed("taken-back", isOrphan: true)]
        #expect(try scene.plan().steps == ["1 delete keys.k"])
        scene.rotation = Rotation([key], soak: 60)
        let plan = try scene.plan()
        #expect(
            plan.steps == [
                "1 delete keys.k", "2 create keys.k after 1", "3 update boxes.p after 2", "4 update lids.l after 2",
                "5 delete keys.k after 2,3,4",
            ])
        #expect(plan.actions.map(\.physicalId) == ["taken-back", nil, "id-p", "id-l", "id-k"])
        #expect(plan.actions.map(\.deletion?.grace) == [nil, nil, nil, nil, Grace(drain: 0, soak: 60)])
    }

    @Test func aSecretNeededByANewObjectNeedsANewKey() throws {
        var scene = Scene.withSecret(live: "hush")
        scene.observation.live[Address(section: "lids", name: "l")] = nil
        #expect(try scene.plan().words == ["rotate keys.k", "create lids.l"])
    }
}
