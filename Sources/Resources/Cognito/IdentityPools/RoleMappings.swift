import Model
import Schema

// What an identity pool makes of tokens: roles by their claims, and tags from their claims.
extension ResourceType {
    static let roleMapping = [
        mappedClient,
        Attribute(
            "identityProvider", .string(length: 1...128),
            "In place of `appClient`: the provider, such as `graph.facebook.com` or `<provider name>:<client id>`."),
        Attribute(
            "type", .oneOf(["Token", "Rules"]), required: true,
            "Token: the role that the token prefers, as groups give it. Rules: the first that fits."),
        Attribute(
            "ambiguousRoleResolution", .oneOf(["AuthenticatedRole", "Deny"]),
            "What somebody gets for whom there is no role, or no single one."),
        Attribute(
            "rulesConfiguration",
            .object([
                Attribute("rules", .list(.object(rule), count: 1...400), required: true, "The rules, in their order.")
            ]),
            "The rules, for `type: Rules`."),
    ]

    private static let rule = [
        Attribute("claim", .string(length: 1...64), required: true, "The claim, such as `custom:tenant`."),
        Attribute(
            "matchType", .oneOf(["Equals", "Contains", "StartsWith", "NotEqual"]), required: true,
            "How it is compared."),
        Attribute("value", .string(length: 1...128), required: true, "What it is compared with."),
        Attribute(
            "roleARN", .reference(ReferenceTarget("roles", attribute: "arn")), required: true, wire: "RoleARN",
            "The role that fits: its name in this file, or its ARN."),
    ]

    private static let mappedClient = Attribute(
        "appClient",
        .reference(
            ReferenceTarget(
                "appClients", attribute: "identityProvider", outside: #"cognito-idp\.[^:]+/[\w-]+_[0-9a-zA-Z]+:\w+"#)),
        "The app client whose tokens are meant: its name in this file.")

    static let principalTags = [
        Attribute(
            "userPool",
            .reference(
                ReferenceTarget(
                    "userPools", attribute: "providerName", outside: #"cognito-idp\..+/[\w-]+_[0-9a-zA-Z]+"#)),
            "The user pool whose tokens are meant: its name in this file."),
        Attribute(
            "identityProviderName", .string(length: 1...128),
            "In place of `userPool`: the provider, such as `graph.facebook.com`."),
        Attribute(
            "useDefaults", .boolean, default: true,
            "Whether AWS's own tags are set: `client` from `aud`, and `username` from `sub`."),
        Attribute(
            "principalTags", .map(.string(length: 1...256), keys: ".{1,128}"), default: [:],
            "The claim that each tag gets its value from."),
    ]

    /// `{ appClient: cli }` is stored under the provider's name with the client's id.
    static let compileMappings = naming("appClient", as: "identityProvider")
    /// `{ userPool: users }` is stored under the provider's name.
    static let compilePrincipalTags = naming("userPool", as: "identityProviderName")

    /// Puts what a short name stands for where AWS has it.
    private static func naming(_ short: String, as long: String) -> Attribute.Compile {
        { (value: Value, _: Value, _: StackContext) throws(CompileError) -> Value in
            guard let entries = value.list else { return value }
            return .list(
                entries.map { entry in
                    guard case .map(var members) = entry, let name = members.removeValue(forKey: short) else {
                        return entry
                    }
                    members[long] = name
                    return .map(members)
                })
        }
    }
}

/// What cannot be meant of role mappings and tags.
let mappingRules = [
    Rule("role-mapping", over: ["roleMappings"]) { pool in
        (pool["roleMappings"].list ?? []).enumerated().flatMap { index, mapping -> [RuleProblem] in
            let path = PropertyPath("roleMappings")[index]
            var problems = named(mapping, by: ["appClient", "identityProvider"], path)
            if mapping["ambiguousRoleResolution"].isNull {
                problems.append(
                    RuleProblem(
                        path: path, message: "it does not say what somebody gets for whom there is no role",
                        help: "Add `ambiguousRoleResolution: Deny`, or `AuthenticatedRole`."))
            }
            if mapping["type"].isKnown, (mapping["type"] == "Rules") == mapping["rulesConfiguration"].isNull {
                problems.append(
                    RuleProblem(
                        path: path,
                        message: mapping["type"] == "Rules"
                            ? "`type: Rules` needs rules" : "rules mean nothing with `type: Token`",
                        help: mapping["type"] == "Rules" ? "Add `rulesConfiguration`." : "Write `type: Rules`."))
            }
            return problems
        }
    },
    Rule("principal-tags", over: ["principalTags"]) { pool in
        (pool["principalTags"].list ?? []).enumerated().flatMap { index, entry in
            named(entry, by: ["userPool", "identityProviderName"], PropertyPath("principalTags")[index])
        }
    },
]

/// That an entry says by exactly one of two names which provider it is about.
private func named(_ entry: Value, by names: [String], _ path: PropertyPath) -> [RuleProblem] {
    let stated = names.filter { !entry[$0].isNull }
    if stated.count == 1 { return [] }
    return [
        RuleProblem(
            path: path,
            message: stated.isEmpty
                ? "it does not say which provider it is about"
                : "`\(names[0])` stands for `\(names[1])`, and here are both",
            help: "Write `\(names[0])`, or for another kind of provider `\(names[1])`.")
    ]
}
