import Diagnostics
import Planning
import Model
import Schema
import Records
import TestSupport

extension Toys {
    static func resource(
        _ address: String, _ attributes: Value, lifecycle: Lifecycle = Lifecycle(), dependsOn: [String] = [],
        secrets: Set<PropertyPath> = []
    ) -> DesiredResource {
        let address = Address(address) ?? Address(section: "?", name: "?")
        let place = SourceRange(file: "toys.yaml", at: SourcePosition(line: 1, column: 1))
        return DesiredResource(
            address: address, attributes: attributes, origins: [.root: place],
            dependsOn: dependsOn.compactMap(Address.init),
            lifecycle: lifecycle, secretPaths: SecretPaths(secrets))
    }

    static func stack(_ resources: [DesiredResource], isProtected: Bool = false) -> DesiredStack {
        DesiredStack(
            name: "toys", file: "toys.yaml", isProtected: isProtected,
            resources: Dictionary(resources.map { ($0.address, $0) }, uniquingKeysWith: { $1 }))
    }

    /// Lets somebody open a box.
    static func policy(for box: Value) -> Value {
        ["Version": "2012-10-17", "Statement": [["Effect": "Allow", "Action": "box:Open", "Resource": box]]]
    }
}

/// An account of toys: what is live, what the state says of it, and the plan between them and a file.
struct Scene {
    var desired: [DesiredResource] = []
    var prior: [Address: Record] = [:]
    var observation = Observation()
    var isProtected = false
    var targets: Set<Address>?
    var rotation: Rotation?
    /// Whose the live objects are that say nothing of it; nil where they have no owner tags.
    var owner: String? = "toys"

    /// Adds an object that was applied with `attributes` and is live with `live`, or with the same.
    mutating func applied(
        _ address: String, _ attributes: Value, live: Value? = nil, id: String? = nil, dependsOn: [String] = [],
        secrets: [String: SecretDigest] = [:], liveOutputs: [String: Value] = [:]
    ) {
        guard let address = Address(address), let type = Toys.types[address.section] else { return }
        let id = id ?? "id-\(address.name)"
        prior[address] = Record(
            type: type.name, physicalId: id, attributes: attributes, outputs: ["id": .string(id)], secrets: secrets,
            dependsOn: dependsOn.compactMap(Address.init))
        observation.live[address] = Live(
            id, attributes: live ?? attributes, outputs: ["id": .string(id)].merging(liveOutputs) { $1 })
    }

    private var snapshot: Snapshot {
        var snapshot = Snapshot(stack: "toys", account: "123456789012", region: "us-east-1", file: "toys.yaml")
        snapshot.resources = prior
        return snapshot
    }

    private var planner: Planner {
        var observation = observation
        if let owner {
            func owned(_ live: Live, _ address: Address) -> Live {
                guard Toys.types[address.section]?.identity.isTaggable == true, live.attributes["tags"].isNull else {
                    return live
                }
                var live = live
                live.attributes["tags"] = [
                    Ownership.stackTag: .string(owner), Ownership.addressTag: .string(address.description),
                ]
                return live
            }
            for (address, live) in observation.live { observation.live[address] = owned(live, address) }
            for (address, deposed) in observation.deposed {
                observation.deposed[address] = deposed.mapValues { owned($0, address) }
            }
        }
        return Planner(
            context: Toys.context, types: Toys.types, desired: Toys.stack(desired, isProtected: isProtected),
            prior: snapshot, observation: observation, targets: targets, rotation: rotation)
    }

    var secrets: Secrets { planner.secrets }

    func basis(of plan: Plan) throws -> PlanBasis {
        try PlanBasis(
            plan, desired: Toys.stack(desired), prior: snapshot, observation: observation, context: Toys.context,
            salt: "salt")
    }

    func plan() throws(Diagnostics) -> Plan { try planner.plan() }
    func planDestruction() throws(Diagnostics) -> Plan { try planner.planDestruction() }
    func planRebuild() throws(Diagnostics) -> Rebuild { try planner.planRebuild() }

    /// The codes of what forbids a plan; empty where there is one.
    var refusals: [String] {
        do {
            _ = try plan()
            return []
        } catch {
            return error.sorted.map(\.code)
        }
    }
}

extension Plan {
    /// `update boxes.a size 1→2 (stack file)`, one for each change that is one.
    var words: [String] {
        changes.filter { $0.kind != .none }.map { change in
            (["\(change.kind.rawValue) \(change.address)"]
                + (change.kind == .update
                    ? change.attributes.map { "\($0.path) \($0.before.short)→\($0.after.short) (\($0.cause.rawValue))" }
                    : []))
                .joined(separator: " ")
        }
    }

    /// `1 create boxes.a` or `2 delete lids.x after 1`, in order.
    var steps: [String] {
        actions.map { action in
            let after = action.after.isEmpty ? "" : " after \(action.after.map(String.init).joined(separator: ","))"
            return "\(action.id) \(action.kind.rawValue) \(action.address)\(after)"
        }
    }
}

extension Value {
    var short: String {
        switch self {
        case .null: "-"
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .list(let elements): "[\(elements.map(\.short).joined(separator: ","))]"
        case .map(let members):
            "{\(members.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.short)" }.joined(separator: ","))}"
        case .template(let template): "\(template)"
        case .secret: "(secret)"
        case .sealed: "(sealed)"
        case .number(let number): "\(number)"
        }
    }
}

extension Scene {
    static let digest = SecretDigest(of: Secret("hush"), salt: [1, 2, 3])

    /// A key of a box and a lid that has its secret: `hush` is the right one.
    static func withSecret(live: String) -> Scene {
        var scene = Scene()
        scene.desired = [
            Toys.resource("boxes.a", ["name": "a"]),
            Toys.resource("keys.k", ["box": Toys.reference("boxes.a.id")]),
            Toys.resource("lids.l", ["secret": Toys.reference("keys.k.secret")]),
        ]
        scene.applied("boxes.a", ["name": "a"])
        scene.applied("keys.k", ["box": "id-a"], dependsOn: ["boxes.a"], secrets: ["secret": digest])
        scene.applied(
            "lids.l", ["secret": Toys.reference("keys.k.secret")], live: ["secret": .string(live)],
            dependsOn: ["keys.k"])
        return scene
    }
}
