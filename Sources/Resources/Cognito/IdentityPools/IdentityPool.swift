import IAMPolicy
import Model
package import Schema

extension ResourceType {
    /// Limits, words and defaults: botocore's `cognito-identity` model and AWS-FACTS 5.
    package static let identityPool = ResourceType(
        section: "identityPools", name: "identityPool", identity: .creationTags,
        losesWhenDeleted: "identity ids, under which people's own data is kept",
        "Gives people who signed in elsewhere an identity id and AWS credentials.",
        attributes: [
            Attribute(
                "name", .string(length: 1...128, pattern: #"[\w\s+=,.@-]+"#), wire: "IdentityPoolName",
                "The pool's name. AWS allows several pools of one name."),
            // Both flags are said outright: one must be, and the other decides who may take a role.
            Attribute(
                "allowUnauthenticatedIdentities", .boolean, default: false, traits: [.alwaysSent],
                "Whether people who did not sign in get credentials too."),
            Attribute(
                "allowClassicFlow", .boolean, default: false, traits: [.alwaysSent],
                "Whether people may take a role by themselves with the pool's token (the basic flow)."),
            Attribute(
                "cognitoIdentityProviders", .set(.object(cognitoIdentityProvider)), default: [],
                compile: compileProviders, "The user pools and app clients whose tokens count as a sign-in."),
            Attribute(
                "supportedLoginProviders",
                .map(.string(length: 1...128, pattern: #"[\w.;_/-]+"#), keys: ".{1,128}"), default: [:],
                "Public login providers by domain, each with the app's id there: `graph.facebook.com: \"1234\"`."),
            Attribute(
                "openIdConnectProviderARNs", .set(arn), default: [], wire: "OpenIdConnectProviderARNs",
                "OpenID Connect providers of IAM."),
            Attribute(
                "samlProviderARNs", .set(arn), default: [], wire: "SamlProviderARNs", "SAML providers of IAM."),
            Attribute(
                "developerProviderName", .string(length: 1...128, pattern: #"[\w._-]+"#),
                change: .refused(
                    advice:
                        "AWS sets it once. Put the old value back, or make a second identity pool under another name in the file."
                ),
                "The name by which one's own sign-in service is known."),
            Attribute(
                "roles",
                .object([
                    Attribute(
                        "authenticated", role, wire: "authenticated",
                        traits: [
                            .assumed(assumption(by: "signed-in users of the identity pool", amr: "authenticated"))
                        ],
                        "The role of people who signed in."),
                    Attribute(
                        "unauthenticated", role, wire: "unauthenticated",
                        traits: [.assumed(assumption(by: "guests of the identity pool", amr: "unauthenticated"))],
                        "The role of people who did not."),
                ]),
                writtenBy: "SetIdentityPoolRoles", traits: [.deferred], "The roles whose credentials the pool gives."),
            Attribute(
                "roleMappings", .set(.object(roleMapping), count: 0...10), default: [],
                writtenBy: "SetIdentityPoolRoles", traits: [.deferred], compile: compileMappings,
                "Which role somebody gets, by what their token says. All of them are the file's."),
            Attribute(
                "principalTags", .set(.object(principalTags)), default: [],
                writtenBy: "SetPrincipalTagAttributeMap",
                traits: [
                    .elementKey(
                        ElementKey("identityProviderName") { name in
                            ["identityProviderName": .string(name), "useDefaults": true, "principalTags": [:]]
                        })
                ], compile: compilePrincipalTags,
                "Which claims of a token become tags of the credentials (`aws:PrincipalTag/…`)."),
        ],
        apiNames: APINames(otherwise: ["identityPoolTags": "tags"]),
        outputs: [
            Output("id", "The pool's id, such as `us-east-1:11111111-2222-3333-4444-555555555555`."),
            Output("arn", "The pool's ARN."),
        ],
        rules: identityPoolRules + mappingRules, letsOthers: letsTakeRoles,
        signIn: { id, attributes in
            (attributes["cognitoIdentityProviders"].list ?? []).compactMap { provider in
                // `cognito-idp.<region>.<domain>/<pool id>`
                guard let userPool = provider["providerName"].string?.split(separator: "/").last,
                    let client = provider["clientId"].string
                else { return nil }
                return .identities(identityPoolId: id, userPoolId: String(userPool), clientId: client)
            }
        })

    private static func assumption(by who: String, amr: String) -> Assumption {
        Assumption(
            by: who, action: "sts:AssumeRoleWithWebIdentity", context: ["amr": amr], isRefused: false,
            help:
                "AWS accepts it, and no one gets credentials: add `{ identityPool: <the pool>, amr: \(amr) }` to its `trust`."
        ) { ("Federated", Trust.tokenIssuer($0)) }
    }

    /// A pool gives guests, and users who signed in, the credentials of the role that it names for them.
    private static let letsTakeRoles = { @Sendable (pool: Value) -> Value in
        var audiences = [("signed-in users", pool["roles"]["authenticated"])]
        for mapping in pool["roleMappings"].list ?? [] {
            for rule in mapping["rulesConfiguration"]["rules"].list ?? [] {
                audiences.append(("signed-in users", rule["roleARN"]))
            }
        }
        if pool["allowUnauthenticatedIdentities"] == true {
            audiences.append((Audience.guests.rawValue, pool["roles"]["unauthenticated"]))
        }
        return [
            "Version": "2012-10-17",
            "Statement": .list(
                audiences.filter { !$0.1.isNull }.map { audience, role in
                    [
                        "Effect": "Allow", "Principal": .map([Audience.cognitoKind: .string(audience)]),
                        "Action": "sts:AssumeRoleWithWebIdentity", "Resource": role,
                    ]
                }),
        ]
    }

    private static let arn = AttributeType.string(length: 20...2048, pattern: "arn:.+")
    private static let role = AttributeType.reference(ReferenceTarget("roles", attribute: "arn"))

    private static let cognitoIdentityProvider = [
        Attribute(
            "appClient",
            .reference(
                ReferenceTarget(
                    "appClients", attribute: "identityProvider", outside: #"cognito-idp\.[^:]+/[\w-]+_[0-9a-zA-Z]+:\w+"#
                )),
            "The app client, which says its user pool too: its name in this file, or `cognito-idp.<region>.<domain>/<pool id>:<client id>`."
        ),
        Attribute(
            "providerName", .string(length: 1...128, pattern: #"[\w._:/-]+"#),
            "In place of `appClient`: the user pool, as `cognito-idp.<region>.<domain>/<pool id>`."),
        Attribute(
            "clientId", .string(length: 1...128, pattern: #"\w+"#), "In place of `appClient`: the client's id."),
        Attribute(
            "serverSideTokenCheck", .boolean, default: false,
            "Whether a token of somebody who signed out everywhere, or is disabled, is refused."),
    ]

    /// `{ appClient: cli }` is stored as `{ providerName, clientId }`.
    private static let compileProviders: Attribute.Compile = {
        (value: Value, _: Value, _: StackContext) throws(CompileError) -> Value in
        guard let entries = value.list else { return value }
        var compiled: [Value] = []
        for (index, entry) in entries.enumerated() {
            guard case .map(var members) = entry, let client = members.removeValue(forKey: "appClient") else {
                compiled.append(entry)
                continue
            }
            guard let (providerName, clientId) = providerAndClient(client) else {
                throw CompileError(
                    path: PropertyPath.root[index]["appClient"],
                    message: "an identity pool must know the user pool and the client, and this says but one",
                    help:
                        "Write the app client's name in this file, or `cognito-idp.<region>.<domain>/<pool id>:<client id>`."
                )
            }
            members["providerName"] = providerName
            members["clientId"] = clientId
            compiled.append(.map(members))
        }
        return .list(compiled)
    }

    /// The two halves of an app client's output `identityProvider`; while it is not known, references to the outputs that hold each.
    private static func providerAndClient(_ value: Value) -> (Value, Value)? {
        if case .template(let template) = value {
            guard template.parts.count == 1, let reference = template.references.first,
                reference.attribute == "identityProvider"
            else { return nil }
            let halves = ["providerName", "id"].map {
                Value.template(Template(Reference(reference.address, $0, isOrdering: reference.isOrdering)))
            }
            return (halves[0], halves[1])
        }
        guard let text = value.string, let colon = text.lastIndex(of: ":") else { return nil }
        return (.string(String(text[..<colon])), .string(String(text[text.index(after: colon)...])))
    }
}

/// What cannot be meant, over several properties of an identity pool.
private let identityPoolRules = [
    Rule("guests-are-users", over: ["roles", "allowUnauthenticatedIdentities"], isWarning: true) { pool in
        let roles = pool["roles"]
        guard pool["allowUnauthenticatedIdentities"] == true, !roles["unauthenticated"].isNull,
            roles["unauthenticated"] == roles["authenticated"]
        else { return [] }
        return [
            RuleProblem(
                path: PropertyPath("roles", "unauthenticated"),
                message: "guests get the same role as people who signed in",
                help: "Give guests a role of their own that may do less.")
        ]
    },
    Rule("identity-provider", over: ["cognitoIdentityProviders"]) { pool in
        (pool["cognitoIdentityProviders"].list ?? []).enumerated().compactMap { index, entry in
            let hasParts = !entry["providerName"].isNull || !entry["clientId"].isNull
            let isWhole = !entry["providerName"].isNull && !entry["clientId"].isNull
            guard entry["appClient"].isNull ? !isWhole : hasParts else { return nil }
            return RuleProblem(
                path: PropertyPath("cognitoIdentityProviders")[index],
                message: entry["appClient"].isNull
                    ? "an identity provider is an `appClient`, or a `providerName` with a `clientId`"
                    : "`appClient` stands for `providerName` and `clientId`, and here are both",
                help: "Write `{ appClient: <its name in this file> }`.")
        }
    },
]
