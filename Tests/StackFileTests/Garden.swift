import Model
import Schema

/// Resource types that only these tests know: a property of every kind, so that the reader is tested for what a table says
/// and not for what AWS has.
enum Garden {
    static let types = [shed, gardener]

    /// Has a unique name and tags.
    static let shed = ResourceType(
        section: "sheds", name: "shed", identity: .key(isTaggable: true), "A shed.",
        attributes: [
            Attribute("name", .string(length: 1...16, pattern: "[a-z][a-z0-9-]*"), required: true, "Its name."),
            Attribute("note", .string(), "Anything."),
            Attribute("size", .integer(1...10), "How large it is."),
            Attribute("slope", .number(0...1), "How steep its roof is."),
            Attribute("locked", .boolean, "Whether it is locked."),
            Attribute("alarm", .oneOf(["OFF", "ON", "OPTIONAL"]), "Whether it has an alarm."),
            Attribute("visit", .duration(.seconds, 3600...43200), "How long a visit may last."),
            Attribute("paintAfter", .duration(.days, 1...365), "When to paint it."),
            Attribute("doors", .list(.string(), count: 1...3), "Its doors."),
            Attribute("colours", .set(.oneOf(["RED", "GREEN"])), "Its colours."),
            Attribute("environment", .map(.string(), keys: "[A-Z_]+"), traits: [.sensitive], "What is told in secret."),
            Attribute(
                "walls",
                .object([
                    Attribute("height", .integer(), required: true, "In metres."),
                    Attribute("paint", .string(), "What is on them."),
                ]), "Its walls."),
            Attribute("keeper", gardenerReference, "Who keeps it."),
            Attribute("blueprint", .artifact, "Its plan."),
            Attribute(
                "rules",
                .policyDocument(shortForms: [
                    Form(
                        "allow",
                        [Attribute("allow", gardenerReference, "Who."), Attribute("until", .string(), "When.")],
                        "Lets one in."),
                    Form("forbid", [Attribute("forbid", .string(), "Who.")], "Keeps one out."),
                ]), "Who may enter."),
            Attribute("policy", .policyDocument(), "IAM's own words."),
            Attribute("sign", .text(length: 1...9), "What is written on it."),
            Attribute("picture", .file(limit: 4), "What it looks like."),
            Attribute("inventory", .json, "What is in it."),
            Attribute(
                "safe",
                .object([Attribute("code", .text(), traits: [.sensitive, .secret { _ in true }], "Its code.")]),
                "Its safe."),
        ],
        outputs: [
            Output("id", "Its id."),
            Output("arn", "Its ARN.") { attributes, context in
                attributes["name"].string.map { .string("arn:\(context.partition):shed:\(context.account):\($0)") }
            },
        ])

    /// Has no tags and a secret.
    static let gardener = ResourceType(
        section: "gardeners", name: "gardener", identity: .baseline, "A gardener.",
        attributes: [
            Attribute("name", .string(), "The gardener's name."),
            Attribute(
                "shed", .reference(ReferenceTarget("sheds", attribute: "id", outside: "s-[0-9]+")),
                "Where the tools are."),
        ],
        outputs: [Output("id", "The id."), Output("key", secrecy: .onceShownSecret, "The key.")])

    private static let gardenerReference = AttributeType.reference(
        ReferenceTarget("gardeners", attribute: "id", outside: "g-[0-9]+"))
}
