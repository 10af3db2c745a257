import Diagnostics
import IAMPolicy
import Planning
import Model
import Schema
import Records

/// Resource types that only these tests know, so that the planner is tested for what it is told and not for what AWS has.
enum Toys {
    static let types: [String: ResourceType] = ["boxes": box, "lids": lid, "keys": key, "robots": robot, "doors": door]
    static let context = StackContext(stack: "toys", partition: "aws", region: "us-east-1", account: "123456789012")

    /// A thing with a unique name.
    static let box = ResourceType(
        section: "boxes", name: "box", identity: .uniqueName(isTaggable: false), losesWhenDeleted: "user accounts",
        "A box.",
        attributes: [
            Attribute("name", .string(), change: .replacement, "Its name."),
            Attribute("shelf", .string(), default: "/", change: .replacement, "Where it stands."),
            Attribute("size", .integer(), default: 1, "How large it is."),
            Attribute("colours", .set(.string()), default: [], "Its colours."),
            Attribute("owner", .string(), change: .refused(advice: "Make another box."), "Set once."),
            Attribute(
                "policy",
                .object([
                    Attribute("length", .integer(), default: 8, "Least length."),
                    Attribute("digits", .boolean, default: true, "Whether digits are needed."),
                ]), "Rules."),
            Attribute("settings", .map(.string()), default: [:], traits: [.sensitive], "Free settings."),
            Attribute(
                "keeps", .integer(),
                traits: [
                    .losing({ before, after in
                        guard let days = after.integer, before.integer.map({ $0 > days }) ?? before.isNull else {
                            return nil
                        }
                        return "what is older than \(days) days is lost"
                    })
                ], "For how many days it keeps things; for ever where nothing is said."),
            Attribute("labels", .map(.string(), ownership: .perKey), "Labels."),
            Attribute(
                "cover", .reference(ReferenceTarget("lids", attribute: "arn")), traits: [.deferrable], "What closes it."
            ),
        ],
        outputs: [
            Output("id", "Its id."),
            Output("serial", uniqueId: true, "What another box of its name does not have."),
            Output("arn", "Its ARN.") { attributes, context in
                attributes["name"].string.map { .string("arn:\(context.partition):box:\(context.account):\($0)") }
            },
        ])

    /// Something that AWS gives an id to.
    static let lid = ResourceType(
        section: "lids", name: "lid", identity: .creationTags, "A lid.",
        attributes: [
            Attribute("box", .reference(ReferenceTarget("boxes", attribute: "id")), traits: [.tied], "What it closes."),
            Attribute(
                "hint", .reference(ReferenceTarget("boxes", attribute: "arn", ordering: false)), "A box it knows of."),
            Attribute("secret", .string(), traits: [.sensitive], "A key's secret."),
            Attribute("material", .string(), change: .replacement, "What it is made of."),
            Attribute(
                "policy", .policyDocument(), traits: [.access(.identity), .sizeLimit(400)],
                equivalent: PolicyDocument.equivalent,
                "Which boxes it lets others open."),
        ],
        outputs: [Output("arn", "Its ARN."), Output("id", "Its id.")])

    /// Something with a secret that is shown once.
    static let key = ResourceType(
        section: "keys", name: "key", identity: .baseline, "A key.",
        attributes: [
            Attribute(
                "box", .reference(ReferenceTarget("boxes", attribute: "id")), required: true, change: .replacement,
                "Whose it is.")
        ],
        outputs: [Output("id", "Its id."), Output("secret", secrecy: .onceShownSecret, "Its secret.")])

    /// Something that acts, as its policies say.
    static let robot = ResourceType(
        section: "robots", name: "robot", identity: .uniqueName(isTaggable: false), "A robot.",
        attributes: [
            Attribute("name", .string(), change: .replacement, "Its name."),
            Attribute("size", .integer(), default: 1, "How large it is."),
            Attribute(
                "trust", .policyDocument(), traits: [.access(.trust)], equivalent: PolicyDocument.equivalent,
                "Who steers it."),
            Attribute(
                "policies", .map(.policyDocument()), default: [:],
                traits: [.access(.identity), .exclusiveUnless("exclusive")],
                equivalent: PolicyDocument.equivalent, "What it may do."),
            Attribute(
                "managed", .set(.string()), default: [], traits: [.access(.managed), .exclusiveUnless("exclusive")],
                "Policies elsewhere."),
            Attribute("exclusive", .boolean, default: true, traits: [.local], "Whether others may add policies."),
            Attribute("bound", .string(), traits: [.access(.boundary)], "What it must not go beyond."),
        ], outputs: [Output("arn", "Its ARN.")])

    /// Something that others use.
    static let door = ResourceType(
        section: "doors", name: "door", identity: .uniqueName(isTaggable: false), "A door.",
        attributes: [
            Attribute("name", .string(), change: .replacement, "Its name."),
            Attribute(
                "leadsTo", .reference(ReferenceTarget("robots", attribute: "arn")), traits: [.deferrable],
                "Where guests get."),
            Attribute("isOpen", .boolean, default: false, "Whether guests get there."),
        ], outputs: [Output("id", "Its id.")],
        letsOthers: { door in
            guard door["isOpen"] == true, !door["leadsTo"].isNull else { return [:] }
            return [
                "Version": "2012-10-17",
                "Statement": [
                    [
                        "Effect": "Allow", "Principal": ["Cognito": "guests"], "Action": "door:Enter",
                        "Resource": door["leadsTo"],
                    ]
                ],
            ]
        }, hasResourcePolicy: true)

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

    static func reference(_ text: String, ordering: Bool = true) -> Value {
        guard let reference = Reference(text) else { return .null }
        return .template(Template(Reference(reference.address, reference.attribute, isOrdering: ordering)))
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
