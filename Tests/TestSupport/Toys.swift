import IAMPolicy
package import Model
package import Provider
package import Schema

/// Resource types that only tests know: one of each way in which AWS lets an object be known again, and of each thing that a table can
/// say. ``ToyAccount`` has the objects of those in the registry.
package enum Toys {
    package static let registry = Registry([ToyProvider(box), ToyProvider(lid), ToyProvider(key), ToyProvider(lamp)])
    /// By section.
    package static let types = Dictionary(
        uniqueKeysWithValues: (registry.types + [robot, door]).map { ($0.section, $0) })
    package static let context = StackContext(
        stack: "toys", partition: "aws", region: "us-east-1", account: "123456789012")

    /// A reference such as `boxes.a.id` as a value.
    package static func reference(_ text: String, ordering: Bool = true) -> Value {
        guard let reference = Reference(text) else { return .null }
        return .template(Template(Reference(reference.address, reference.attribute, isOrdering: ordering)))
    }

    /// A thing with a unique name.
    package static let box = ResourceType(
        section: "boxes", name: "box", identity: .key(isTaggable: true), losesWhenDeleted: "user accounts",
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
                "cover", .reference(ReferenceTarget("lids", attribute: "id")), traits: [.deferred], "What closes it."
            ),
        ],
        outputs: [
            Output("id", "Its id."),
            Output("serial", uniqueId: true, "What another box of its name does not have."),
            Output("arn", "Its ARN.") { attributes, context in
                attributes["name"].string.map { .string("arn:\(context.partition):box:\(context.account):\($0)") }
            },
        ])

    /// Something that AWS gives an id to, with a secret that AWS shows whenever it is asked.
    package static let lid = ResourceType(
        section: "lids", name: "lid", identity: .creationTags, "A lid.",
        attributes: [
            Attribute(
                "box", .reference(ReferenceTarget("boxes", attribute: "id")), traits: [.boundToObject],
                "What it closes."),
            Attribute(
                "hint", .reference(ReferenceTarget("boxes", attribute: "arn", ordering: false)), "A box it knows of."),
            Attribute("secret", .string(), traits: [.sensitive], "A key's secret."),
            Attribute("material", .string(), default: "wood", change: .replacement, "What it is made of."),
            Attribute("note", .string(), "A note."),
            Attribute(
                "policy", .policyDocument(), traits: [.access(.identity), .sizeLimit(400)],
                equivalent: PolicyDocument.equivalent,
                "Which boxes it lets others open."),
        ],
        outputs: [
            Output("arn", "Its ARN."), Output("id", "Its id."),
            Output("code", secrecy: .readableSecret, "What opens it."),
        ])

    /// Something with a secret that is shown once. A box takes two.
    package static let key = ResourceType(
        section: "keys", name: "key", identity: .baseline, "A key.",
        attributes: [
            Attribute(
                "box", .reference(ReferenceTarget("boxes", attribute: "id")), required: true, change: .replacement,
                "Whose it is.")
        ],
        outputs: [Output("id", "Its id."), Output("secret", secrecy: .onceShownSecret, "Its secret.")])

    /// A user of secrets.
    package static let lamp = ResourceType(
        section: "lamps", name: "lamp", identity: .key(isTaggable: true), "A lamp.",
        attributes: [
            Attribute("name", .string(), change: .replacement, "Its name."),
            Attribute("lid", .reference(ReferenceTarget("lids", attribute: "id")), "What it stands on."),
            Attribute("key", .reference(ReferenceTarget("keys", attribute: "id")), "The key's id."),
            Attribute("secret", .string(), traits: [.sensitive], "The key's secret."),
            Attribute("code", .string(), traits: [.sensitive], "The lid's code."),
            Attribute("glow", .integer(), default: 7, traits: [.drainTime], "How many seconds it glows on."),
            Attribute("beside", .reference(ReferenceTarget("lamps", attribute: "id")), "Another lamp."),
            Attribute("test", .string(), traits: [.probe, .local], "How it is asked."),
        ],
        outputs: [Output("id", "Its id.")])

    /// Something that acts, as its policies say.
    package static let robot = ResourceType(
        section: "robots", name: "robot", identity: .key(), "A robot.",
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
    package static let door = ResourceType(
        section: "doors", name: "door", identity: .key(), "A door.",
        attributes: [
            Attribute("name", .string(), change: .replacement, "Its name."),
            Attribute(
                "leadsTo", .reference(ReferenceTarget("robots", attribute: "arn")), traits: [.deferred],
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
}
