import Model
package import Schema

extension ResourceType {
    /// Limits, words and defaults: botocore's `cognito-idp` model and AWS-FACTS 2.
    package static let appClient = ResourceType(
        section: "appClients", name: "appClient", identity: .baseline,
        "An application that signs people of a user pool in.",
        attributes: [
            .userPool(),
            Attribute(
                "name", .string(length: 1...128, pattern: #"[\w\s+=,.@-]+"#), wire: "ClientName",
                "The client's name. AWS allows several clients of one name."),
            Attribute(
                "generateSecret", .boolean, default: false, change: .replacement,
                "Whether the client has a secret. Programs on people's machines cannot keep one."),
            Attribute(
                "explicitAuthFlows", .set(.oneOf(authFlows)),
                default: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"],
                "The ways in which the client may sign people in."),
            // Their defaults are times, and so no number before the unit is known: TokenKind writes them.
            Attribute(
                "accessTokenValidity", .integer(1...86400),
                "How long an access token is good, in the unit of `tokenValidityUnits`: 5 minutes to 1 day, by default 1 hour."
            ),
            Attribute(
                "idTokenValidity", .integer(1...86400),
                "How long an id token is good, in the unit of `tokenValidityUnits`: 5 minutes to 1 day, by default 1 hour."
            ),
            Attribute(
                "refreshTokenValidity", .integer(1...315_360_000),
                "How long a sign-in lasts, in the unit of `tokenValidityUnits`: 60 minutes to 10 years, by default 30 days."
            ),
            Attribute(
                "tokenValidityUnits",
                .object([
                    Attribute("accessToken", .oneOf(units), default: "hours", "The unit of `accessTokenValidity`."),
                    Attribute("idToken", .oneOf(units), default: "hours", "The unit of `idTokenValidity`."),
                    Attribute("refreshToken", .oneOf(units), default: "days", "The unit of `refreshTokenValidity`."),
                ]),
                "The units in which the three are counted."),
            Attribute(
                "authSessionValidity", .duration(.minutes, 3...15), default: 3,
                "How long a sign-in may take from one step to the next."),
            Attribute(
                "preventUserExistenceErrors", .oneOf(["LEGACY", "ENABLED"]), default: "LEGACY",
                "ENABLED: errors do not tell whether an account exists."),
            Attribute(
                "enableTokenRevocation", .boolean, default: true, "Whether refresh tokens can be revoked."),
            Attribute(
                "supportedIdentityProviders",
                .set(
                    .reference(
                        ReferenceTarget("identityProviders", attribute: "providerName", outside: ".{1,32}"))),
                default: [],
                traits: [.naming(Naming("identityProviders", within: "userPool") { $1["providerName"].string == $0 })],
                "The identity providers that the managed sign-in page offers, by their names in this file or in AWS; `COGNITO` is the pool itself."
            ),
            Attribute(
                "callbackURLs", .set(url, count: 0...100), default: [], wire: "CallbackURLs",
                "Where the managed sign-in page may send people back."),
            Attribute(
                "logoutURLs", .set(url, count: 0...100), default: [], wire: "LogoutURLs",
                "Where signing out may send people."),
            Attribute(
                "defaultRedirectURI", url, wire: "DefaultRedirectURI",
                "Which of the callback URLs is meant when none is named."),
            Attribute(
                "allowedOAuthFlowsUserPoolClient", .boolean, default: false, wire: "AllowedOAuthFlowsUserPoolClient",
                "Whether the client may use OAuth 2.0 and the managed sign-in page."),
            Attribute(
                "allowedOAuthFlows", .set(.oneOf(["code", "implicit", "client_credentials"]), count: 0...3),
                default: [],
                wire: "AllowedOAuthFlows", "The OAuth 2.0 grants."),
            Attribute(
                "allowedOAuthScopes",
                .set(.string(length: 1...256, pattern: #"[\x21\x23-\x5B\x5D-\x7E]+"#), count: 0...50), default: [],
                wire: "AllowedOAuthScopes",
                traits: [
                    .naming(
                        Naming("resourceServers", within: "userPool") { text, server in
                            server["identifier"].string.map { text.hasPrefix("\($0)/") } ?? false
                        })
                ],
                "What an access token may be good for, such as `openid`."),
            Attribute(
                "readAttributes", .set(.string(length: 1...2048)),
                "The attributes of a person that the client may read. Left out: all standard ones."),
            Attribute(
                "writeAttributes", .set(.string(length: 1...2048)),
                "The attributes of a person that the client may write. Left out: all standard ones."),
            Attribute(
                "refreshTokenRotation",
                .object([
                    Attribute(
                        "feature", .oneOf(["ENABLED", "DISABLED"]), required: true, default: "DISABLED",
                        "Whether each use of a refresh token gives another one."),
                    Attribute(
                        "retryGracePeriodSeconds", .duration(.seconds, 0...60),
                        "For how long the old one may be used once more."),
                ]),
                "Refresh tokens that are good for one use."),
            Attribute(
                "enablePropagateAdditionalUserContextData", .boolean, default: false,
                "Whether a server may say whose address a call comes from; needs a client with a secret."),
            Attribute(
                "analyticsConfiguration",
                .object([
                    Attribute(
                        "applicationArn", .string(length: 20...2048, pattern: "arn:.+"),
                        "The Pinpoint project, by its ARN."),
                    Attribute(
                        "applicationId", .string(length: 1...1024, pattern: "[0-9a-fA-F]+"),
                        "The Pinpoint project, by its id; needs `roleArn` and `externalId`."),
                    Attribute(
                        "roleArn", .reference(ReferenceTarget("roles", attribute: "arn")),
                        "The role with which Cognito writes to it."),
                    Attribute(
                        "externalId", .string(length: 1...1224), "The external id that the role's trust asks for."),
                    Attribute(
                        "userDataShared", .boolean, default: false,
                        "Whether what is known of people goes there too."),
                ]),
                "Where sign-ins are counted."),
        ],
        apiNames: APINames(unmanaged: ["clientSecret"]),
        outputs: [
            Output("id", "The client's id, as programs know it."),
            Output("key", "Pool and client, as what belongs to the client knows them: `<pool id>/<client id>`."),
            Output("secret", secrecy: .readableSecret, "The client's secret, where it has one."),
            Output(
                "providerName", from: ["userPool"],
                "The name under which an identity pool knows the client's user pool."
            ) { attributes, _ in
                userPoolId(attributes["userPool"]).string.map { .string(UserPoolMessages.providerName($0)) }
            },
            Output(
                "identityProvider",
                "Pool and client as an identity pool knows them: `cognito-idp.<region>.<domain>/<pool id>:<client id>`."
            ),
        ],
        rules: appClientRules)

    private static let url = AttributeType.string(length: 1...1024, pattern: #"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"#)
    private static let units = ["seconds", "minutes", "hours", "days"]
    private static let authFlows = [
        "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH",
        "ALLOW_USER_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY",
        "USER_PASSWORD_AUTH",
    ]
}
