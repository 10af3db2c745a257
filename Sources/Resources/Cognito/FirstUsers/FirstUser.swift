import Model
package import Schema

extension ResourceType {
    /// Limits and words: botocore's `cognito-idp` model (`AdminCreateUser`).
    ///
    /// A person's account is made once, and then belongs to that person and those who administer the pool: no property is compared, and
    /// nothing is deleted.
    package static let firstUser = ResourceType(
        section: "firstUsers", name: "firstUser", identity: .key(of: ["userPool", "username"]),
        staysBecause: "cogstack never deletes a person's account",
        "Somebody who is invited into a new user pool, such as its first administrator. Never changed or deleted afterwards.",
        attributes: [
            .userPool(),
            Attribute(
                "username", .string(length: 1...128, pattern: #"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"#), change: .replacement,
                traits: [.defaultName(.resource)],
                "The user name, or the address or number in a pool where people sign in with that. Left out: the resource's name in the file."
            ),
            Attribute(
                "groups", .set(.reference(ReferenceTarget("groups", attribute: "name", outside: #"\S+"#))),
                traits: [.local], "The groups that the new account is put into."),
            Attribute(
                "userAttributes", .map(.string(length: 0...2048), keys: ".{1,32}"), traits: [.local],
                "What is known of the person, such as `email`; `email_verified: \"true\"` where an address needs no check."
            ),
            Attribute(
                "desiredDeliveryMediums", .set(.oneOf(["EMAIL", "SMS"])), traits: [.local],
                "How the invitation is sent. Left out: by e-mail where an address is known and no number."),
            Attribute(
                "messageAction", .oneOf(["SUPPRESS"]), traits: [.local], "SUPPRESS: no invitation is sent."),
            Attribute(
                "temporaryPassword", .string(length: 6...256, pattern: #"\S+"#),
                traits: [.local, .sensitive, .secret { _ in true }],
                "The first password, from the environment or a file. Left out: AWS makes one and sends it."),
            Attribute(
                "forceAliasCreation", .boolean, traits: [.local],
                "Whether a verified address or number is taken from whoever has it."),
            Attribute(
                "validationData", .map(.string()), traits: [.local], "What a `preSignUp` function gets to judge by."),
            Attribute(
                "clientMetadata", .map(.string()), traits: [.local], "What the pool's functions get beside."),
        ],
        apiNames: APINames(otherwise: ["name": "username", "email": "userAttributes", "group": "groups"]),
        outputs: [])
}
