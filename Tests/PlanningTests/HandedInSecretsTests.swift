import Foundation
import Planning
import Model
import Schema
import Records
import TestSupport
import Testing

/// What people hand in as a secret is sent, and neither shown nor kept but as a digest.
@Suite struct HandedInSecretsTests {
    static let box = Address(section: "boxes", name: "a")

    private func scene(_ wanted: String, recorded: Value?, live: String, secrets: Set<PropertyPath> = ["settings.pw"])
        -> Scene
    {
        var scene = Scene()
        scene.desired = [
            Toys.resource(
                "boxes.a", ["name": "a", "settings": ["pw": .string(wanted), "open": "o"]], secrets: secrets)
        ]
        if let recorded {
            scene.applied(
                "boxes.a", ["name": "a", "settings": ["pw": recorded, "open": "o"]],
                live: ["name": "a", "settings": ["pw": .string(live), "open": "o"]])
        }
        return scene
    }

    private func sealed(_ text: String) -> Value { .sealed(SecretDigest(of: Secret(text), salt: [9])) }

    @Test func aNewObjectShowsNone() throws {
        let plan = try scene("hunter2", recorded: nil, live: "").plan()
        #expect(plan.changes[0].attributes.first { $0.path == "settings" }?.after == ["pw": "(secret)", "open": "o"])
        #expect(plan.actions[0].attributes["settings"] == ["pw": .secret(Secret("hunter2")), "open": "o"])
        let kept = plan.sealed(salt: "0a")
        #expect(kept == plan.sealed(salt: "0a") && kept != plan.sealed(salt: "0b"))
        let text = String(decoding: try JSONEncoder().encode(kept), as: UTF8.self)
        #expect(!text.contains("hunter2") && text.contains("$sealed"))
    }

    @Test func oneThatIsTheSameIsNoChange() throws {
        let plan = try scene("hunter2", recorded: sealed("hunter2"), live: "hunter2").plan()
        #expect(plan.words == [] && plan.actions == [])
    }

    @Test(arguments: [
        ("new", "old", "old", "update boxes.a settings.pw (secret)→(secret) (stack file)"),
        ("old", "old", "by hand", "update boxes.a settings.pw (secret)→(secret) (drift)"),
    ])
    func oneThatDiffersIsShownAsThat(wanted: String, recorded: String, live: String, words: String) throws {
        let plan = try scene(wanted, recorded: sealed(recorded), live: live).plan()
        #expect(plan.words == [words])
        #expect(plan.actions[0].attributes["settings"]["pw"] == .secret(Secret(wanted)))
    }

    @Test func whatWasASecretIsNotShownByWhatIsNone() throws {
        let plan = try scene("plain", recorded: sealed("hunter2"), live: "hunter2", secrets: []).plan()
        #expect(plan.words == ["update boxes.a settings.pw (secret)→plain (stack file)"])
    }

    /// Where what is kept secret is another resource's secret, its loss is seen, and a new one is made.
    @Test func aLostSecretInASecretPlaceHeals() throws {
        var scene = Scene.withSecret(live: "lost")
        scene.desired = scene.desired.map { resource in
            var resource = resource
            if resource.address.section == "lids" { resource.secretPaths = SecretPaths(["secret"]) }
            return resource
        }
        #expect(try scene.plan().words == ["rotate keys.k", "update lids.l secret (secret)→$(keys.k.secret) (drift)"])
    }

    /// An earlier version kept it so.
    @Test func whatIsRecordedInClearIsRecordedAnew() throws {
        let plan = try scene("hunter2", recorded: "hunter2", live: "hunter2").plan()
        #expect(plan.words == [] && plan.steps == ["1 adopt boxes.a"])
        #expect(plan.actions[0].attributes["settings"]["pw"] == .secret(Secret("hunter2")))
    }

    @Test func aRebuildKeepsNoneInClear() throws {
        var scene = scene("hunter2", recorded: "hunter2", live: "hunter2")
        scene.prior = [:]
        scene.observation.located[Self.box] = .ours("id-a")
        let actions = try scene.planRebuild().plan.actions
        #expect(actions.map { $0.attributes["settings"]["pw"] } == [.secret(Secret("hunter2"))])
    }
}
