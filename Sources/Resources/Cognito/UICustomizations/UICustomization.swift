import Model
package import Schema

extension ResourceType {
    /// Limits: botocore's `cognito-idp` model (`SetUICustomization`).
    package static let uiCustomization = ResourceType(
        section: "uiCustomizations", name: "uiCustomization", identity: .key(of: ["userPool", "appClient"]),
        "How the classic hosted UI looks: of all clients of a user pool, or of one.",
        attributes: [
            // AWS takes it where the pool has a domain alone.
            .userPool(traits: [.naming(Naming("userPoolDomains", within: "userPool") { _, _ in true })]),
            Attribute(
                "appClient", .reference(ReferenceTarget("appClients", attribute: "id", outside: #"ALL|[\w+]+"#)),
                default: .string(UICustomizationProvider.all), change: .replacement, wire: "ClientId",
                "The app client: its name in this file, or its id. Left out: all clients that have no look of their own."
            ),
            Attribute(
                "css", .text(length: 0...131_072), default: "", wire: "CSS",
                equivalent: { isSameText($0, $1) },
                "The style sheet, in the classes of AWS's template: text, or `{ file: path }`."),
            Attribute(
                "imageFile", .file(limit: 131_072), "The logo: `{ file: path }`."),
        ],
        outputs: [Output("imageUrl", "Where the logo is.")],
        rules: [
            Rule("empty-customization", over: ["css", "imageFile"]) { properties in
                guard properties["imageFile"].isNull, properties["css"].isNull || properties["css"] == "" else {
                    return []
                }
                return [
                    RuleProblem(
                        path: .root, message: "a customization has a style sheet, a logo, or both",
                        help: "Add `css` or `imageFile`.")
                ]
            }
        ])

    /// A style sheet means the same however its lines end and whatever blanks are around it.
    private static func isSameText(_ one: Value, _ other: Value) -> Bool {
        let lines = [one, other].map { text in
            (text.string ?? "").split(whereSeparator: \.isNewline).map { $0.split(whereSeparator: \.isWhitespace) }
                .filter { !$0.isEmpty }
        }
        return lines[0] == lines[1]
    }
}
