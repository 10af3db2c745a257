import Model
package import Schema

extension ResourceType {
    /// Limits and words: botocore's `cognito-idp` model (`CreateTerms`).
    package static let terms = ResourceType(
        section: "terms", name: "terms", identity: .key(of: ["termsName", "appClient"]),
        "A document that the sign-up page of an app client links to. AWS shows the links once a client has both kinds.",
        attributes: [
            .appClient(),
            Attribute(
                "termsName", .oneOf(["terms-of-use", "privacy-policy"]), required: true, change: .replacement,
                "Which of the two documents it is."),
            Attribute(
                "termsSource", .oneOf(["LINK"]), default: "LINK", traits: [.alwaysSent],
                "Where the document is; AWS knows links alone."),
            Attribute(
                "enforcement", .oneOf(["NONE"]), default: "NONE", traits: [.alwaysSent],
                "Whether people must agree; AWS knows NONE alone."),
            Attribute(
                "links",
                .map(.string(length: 1...1024, pattern: #"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"#), keys: language),
                required: true,
                "The document's address in each language: `cognito:default`, `cognito:english` and so on."),
        ],
        apiNames: APINames(otherwise: ["clientId": "appClient", "userPoolId": "appClient"]),
        outputs: [Output("id", "The id of the terms.")],
        rules: [
            Rule("default-link", over: ["links"]) { terms in
                guard let links = terms["links"].map, links["cognito:default"] == nil else { return [] }
                return [
                    RuleProblem(
                        path: PropertyPath("links"), message: "people whose language has no link need one too",
                        help: "Add `\"cognito:default\": https://…`.")
                ]
            }
        ])

    private static let language =
        "cognito:(default|dutch|english|french|spanish|german|bahasa-indonesia|italian|japanese|korean|portuguese-brazil|chinese-(simplified|traditional))"
}
