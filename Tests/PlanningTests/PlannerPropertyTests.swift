import Foundation
import Planning
import Model
import Schema
import Records
import Testing
import TestSupport

/// What holds for every plan, tried on random stacks that follow each other in an account that does what it is told.
@Suite struct PlannerPropertyTests {
    /// `COGSTACK_SEED` plays one seed again.
    static let seeds: Range<UInt64> = {
        let seed = ProcessInfo.processInfo.environment["COGSTACK_SEED"].flatMap(UInt64.init)
        return seed.map { $0..<$0 + 1 } ?? 1..<301
    }()

    @Test func plansHoldWhatTheyPromise() throws {
        for seed in Self.seeds {
            var random = SeededGenerator(seed: seed)
            var account = ObedientAccount()
            for step in 1...4 {
                let desired = Self.stack(&random)
                let plan = try account.scene(desired).plan()
                let words = Self.faults(of: plan, prior: account.prior)
                #expect(words.isEmpty, "COGSTACK_SEED=\(seed), step \(step)")
                account.carryOut(plan)
                let next = try account.scene(desired).plan()
                #expect(next.words == [] && next.steps == [], "COGSTACK_SEED=\(seed), step \(step)")
            }
            let destruction = try account.scene([]).planDestruction()
            #expect(Self.faults(of: destruction, prior: account.prior) == [], "COGSTACK_SEED=\(seed), destruction")
            account.carryOut(destruction)
            #expect(account.live.isEmpty && account.prior.isEmpty, "COGSTACK_SEED=\(seed)")
        }
        print("plans of seeds \(Self.seeds)")
    }

    /// What is wrong with a graph of actions.
    static func faults(of plan: Plan, prior: [Address: Record]) -> [String] {
        var words: [String] = []
        var ancestors: [Int: Set<Int>] = [:]
        for (index, action) in plan.actions.enumerated() {
            if action.id != index + 1 { words.append("action \(index + 1) has the number \(action.id)") }
            if action.after.contains(where: { $0 >= action.id }) { words.append("\(action.id) waits for a later one") }
            ancestors[action.id] = action.after.reduce(into: []) { $0.formUnion((ancestors[$1] ?? []).union([$1])) }
        }
        // A deletion that a creation waits for frees a name, or what holds it, and can itself wait for no write.
        let freeing = plan.actions.filter { $0.kind == .create }.reduce(into: Set<Int>()) {
            $0.formUnion(ancestors[$1.id] ?? [])
        }
        for delete in plan.actions where delete.kind == .delete {
            for (user, record) in prior where record.dependsOn.contains(delete.address) {
                for action in plan.actions where action.address == user {
                    if action.kind != .delete && freeing.contains(delete.id) { continue }
                    // What nothing waits for takes access away, and nothing else.
                    if action.update?.changed == ["policy"],
                        !plan.actions.contains(where: { $0.after.contains(action.id) })
                    {
                        continue
                    }
                    if ancestors[delete.id]?.contains(action.id) != true {
                        words.append("\(delete.address) goes before \(action.kind.rawValue) of \(user)")
                    }
                }
            }
        }
        return words
    }

    private static func stack(_ random: inout SeededGenerator) -> [DesiredResource] {
        func one(_ choices: Value...) -> Value { choices.randomElement(using: &random) ?? .null }
        func refer(_ paths: String...) -> Value { Toys.reference(paths.randomElement(using: &random) ?? "") }
        let all = ["boxes.a", "boxes.b", "lids.l", "lids.m", "keys.k"]
        let present = all.filter { _ in Int.random(in: 0..<5, using: &random) > 0 }
        var resources: [DesiredResource] = []
        for address in present {
            let name = Value.string(String(address.dropFirst(address.count - 1)))
            var members: [String: Value]
            switch address.prefix(while: { $0 != "." }) {
            case "boxes":
                members = [
                    "name": Int.random(in: 0..<6, using: &random) == 0 ? .joined([name, "2"]) : name,
                    "shelf": one(.null, .null, "/up"), "size": one(.null, 2, 3),
                    "colours": one(.null, ["red"], ["blue", "red"]),
                    "policy": one(.null, ["length": 9], ["length": 9, "digits": false]),
                    "labels": one(.null, ["x": "1"], ["x": "2", "y": "1"]),
                    "cover": one(.null, refer("lids.l.arn", "lids.m.arn")),
                ]
            case "lids":
                members = [
                    "box": one(.null, refer("boxes.a.id", "boxes.b.id")), "material": one(.null, .null, "steel"),
                    "secret": one(.null, refer("keys.k.secret")),
                    "policy": one(
                        .null, Toys.policy(for: Toys.reference("boxes.a.arn", ordering: false)),
                        Toys.policy(for: Toys.reference("boxes.b.arn", ordering: false))),
                ]
            default: members = ["box": refer("boxes.a.id", "boxes.b.id")]
            }
            members = members.filter { _, value in
                !value.isNull && value.references.allSatisfy { present.contains($0.address.description) }
            }
            if address == "keys.k", members["box"] == nil { continue }
            resources.append(Toys.resource(address, .map(members)))
        }
        let kept = Set(resources.map(\.address))
        return resources.map { resource in
            var resource = resource
            resource.attributes = .map(
                (resource.attributes.map ?? [:]).filter { $0.value.references.allSatisfy { kept.contains($0.address) } }
            )
            return resource
        }
    }
}

/// Carries out every action at once and as it is said.
struct ObedientAccount {
    private(set) var prior: [Address: Record] = [:]
    private(set) var live: [Address: Live] = [:]
    private var secrets: [Address: String] = [:]
    private var nextId = 1

    func scene(_ desired: [DesiredResource]) -> Scene {
        var scene = Scene()
        scene.desired = desired
        scene.prior = prior
        scene.observation.live = live
        return scene
    }

    mutating func carryOut(_ plan: Plan) {
        for action in plan.actions {
            let address = action.address
            switch action.kind {
            case .create:
                let id = "\(address.name)-\(nextId)"
                nextId += 1
                let deposed = (prior[address]?.deposed ?? []) + (prior[address]?.physicalId.map { [Deposed($0)] } ?? [])
                prior[address] = Record(type: Toys.types[address.section]?.name ?? "", physicalId: id, deposed: deposed)
                live[address] = Live(id, attributes: [:], outputs: ["id": .string(id), "arn": .string("arn:\(id)")])
                if address.section == "boxes" {
                    live[address]?.outputs["arn"] = .string(
                        "arn:aws:box:123456789012:\(action.attributes["name"].string ?? "")")
                }
                if address.section == "keys" {
                    let secret = "secret-\(id)"
                    secrets[address] = secret
                    prior[address]?.secrets["secret"] = SecretDigest(of: Secret(secret), salt: [1])
                }
                write(action, Set((action.attributes.map ?? [:]).keys))
            case .update: write(action, Set(action.update?.changed ?? []))
            case .adopt: write(action, [])
            case .forget: prior[address] = nil
            case .delete:
                if live[address]?.physicalId == action.physicalId { live[address] = nil }
                prior[address]?.deposed.remove(action.physicalId ?? "")
                if prior[address]?.physicalId == action.physicalId { prior[address]?.physicalId = nil }
                if prior[address]?.physicalId == nil, prior[address]?.deposed.isEmpty == true { prior[address] = nil }
            }
        }
    }

    private mutating func write(_ action: Action, _ names: Set<String>) {
        let address = action.address
        guard let type = Toys.types[address.section] else { return }
        let values = resolve(type.resetting(action.update?.resets ?? [:], in: action.attributes), inClear: true)
        for name in names {
            guard let row = type.attribute(name) else { continue }
            if case .map = row.type {
                let merged = (live[address]?.attributes[name].map ?? [:]).merging(values[name].map ?? [:]) { $1 }
                live[address]?.attributes[name] = .map(merged.filter { !$0.value.isNull })
            } else {
                let value = values[name].isNull ? row.awsDefault ?? .null : values[name]
                if value.isNull {
                    let rest = (live[address]?.attributes.map ?? [:]).filter { $0.key != name }
                    live[address]?.attributes = .map(rest)
                } else {
                    live[address]?.attributes[name] = value
                }
            }
        }
        let applied = resolve(action.attributes, inClear: false)
        prior[address]?.attributes = applied
        prior[address]?.outputs = live[address]?.outputs ?? [:]
        prior[address]?.dependsOn = action.settings.dependsOn
    }

    private func resolve(_ value: Value, inClear: Bool) -> Value {
        switch value {
        case .map(let members): return .map(members.mapValues { resolve($0, inClear: inClear) })
        case .list(let elements): return .list(elements.map { resolve($0, inClear: inClear) })
        case .template(let template):
            guard let reference = template.references.first else { return value }
            if reference.attribute == "secret" { return inClear ? .string(secrets[reference.address] ?? "") : value }
            return live[reference.address]?.outputs[reference.attribute] ?? value
        default: return value
        }
    }
}
