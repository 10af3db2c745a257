import Model
package import Schema

extension ResourceType {
    /// Limits, words and defaults: botocore's `cognito-idp` model and AWS-FACTS 4.
    package static let resourceServer = ResourceType(
        section: "resourceServers", name: "resourceServer", identity: .key(of: ["userPool", "identifier"]),
        "An API that takes access tokens, and the scopes that it knows.",
        attributes: [
            .userPool(),
            Attribute(
                "identifier", .string(length: 1...256, pattern: scopeCharacters), change: .replacement,
                traits: [.defaultName(.resource)],
                "What stands before `/` in its scopes, such as the API's URL. Left out: the resource's name in the file."
            ),
            Attribute(
                "name", .string(length: 1...256, pattern: #"[\w\s+=,.@-]+"#), traits: [.defaultName(.resource)],
                "A name for people. Left out: the resource's name in the file."),
            Attribute(
                "scopes",
                .set(
                    .object([
                        Attribute(
                            "scopeName", .string(length: 1...256, pattern: #"[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+"#),
                            required: true, "What stands after `/`."),
                        Attribute(
                            "scopeDescription", .string(length: 1...256), required: true, "What the scope allows."),
                    ]), count: 0...100), default: [],
                "What an access token may be good for here: `<identifier>/<scopeName>`."),
        ],
        outputs: [
            Output("identifier", from: ["identifier"], "What stands before `/` in its scopes.") { attributes, _ in
                attributes["identifier"].string.map(Value.string)
            }
        ])

    private static let scopeCharacters = #"[\x21\x23-\x5B\x5D-\x7E]+"#
}
