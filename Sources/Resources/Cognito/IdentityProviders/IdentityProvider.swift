import Model
package import Schema

extension ResourceType {
    /// Limits, words and defaults: botocore's `cognito-idp` model (the documentation of `CreateIdentityProvider` has the keys of
    /// `ProviderDetails`) and AWS-FACTS 4.
    package static let identityProvider = ResourceType(
        section: "identityProviders", name: "identityProvider", identity: .key(of: ["userPool", "providerName"]),
        losesWhenDeleted: "the sign-in of people who come from it",
        "An identity provider outside AWS whose people may sign in to a user pool.",
        attributes: [
            .userPool(),
            Attribute(
                "providerName",
                .string(length: 1...32, pattern: #"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+"#),
                change: .replacement,
                traits: [.defaultName(.word(of: "providerType", among: ProviderKind.social.map(\.rawValue)))],
                "Its name, which app clients list. Left out: the resource's name in the file, and of a social provider its type."
            ),
            Attribute(
                "providerType", .oneOf(ProviderKind.allCases.map(\.rawValue)), required: true, change: .replacement,
                "What kind of provider it is."),
            Attribute(
                "providerDetails", .object(ProviderKind.details), required: true,
                "How Cognito reaches it, in AWS's own keys. Which ones it needs depends on the type."),
            Attribute(
                "attributeMapping",
                .map(.string(length: 0...131_072), keys: ".{1,32}", ownership: .perKey), default: [:],
                "The user pool's attributes, each with the claim of the provider that fills it: `email: email`."),
            Attribute(
                "idpIdentifiers",
                .set(.string(length: 1...40, pattern: #"[\w\s+=.@-]+"#), count: 0...50), default: [],
                "Other names for it in sign-in requests, such as the domains of its people's addresses."),
        ],
        outputs: [
            Output("providerName", from: ["providerName"], "Its name.") { attributes, _ in
                attributes["providerName"].string.map(Value.string)
            }
        ],
        rules: identityProviderRules)
}
