package import Model
package import Schema

/// Short forms for who may assume a role.
package enum Trust {
    /// What the stack file may say.
    package static let forms = all.map(\.form)

    /// The trust policy that a list of short forms stands for; a document is returned as it is.
    ///
    /// - Throws: where an entry has no form.
    package static func compile(_ trust: Value, _ context: StackContext) throws(CompileError) -> Value {
        if case .map(let members) = trust, members["Statement"] != nil { return trust }
        return try ShortForm.document(of: trust, among: all, noun: "trust", context: GrantContext(context))
    }

    /// What tells the users of a role apart, by who is trusted to assume it; nil where nothing does, or where two
    /// ways to assume it would need two variables.
    ///
    /// - Parameter trust: short forms or a document.
    package static func identityVariable(of trust: Value, _ context: StackContext) throws(CompileError)
        -> IdentityVariable?
    {
        let issuer = Pattern.principal("Federated", GrantContext(context).tokenIssuer)
        let allowed = Atom.atoms(of: try compile(trust, context)).filter { $0.effect == .allow }
        let byPool = allowed.contains { $0.principal == .one(issuer) }
        let byTag = allowed.contains {
            $0.action.covers(.one(.action("sts:TagSession"))) && $0.principal != .one(issuer)
        }
        return switch (byPool, byTag) {
        case (true, false): .tokenSubject
        case (false, true): .sessionTag
        default: nil
        }
    }

    /// `sts:TagSession` is checked on both sides, in the caller's policy and in the role's trust
    /// (IAM User Guide, "Pass session tags in AWS STS").
    static func assumeActions(of entry: Value) -> [String] {
        ["sts:AssumeRole"] + (entry["tagSession"] == true ? ["sts:TagSession"] : [])
    }

    private static let all = [identityPool, iamUser, role, service, account]

    /// The pool's id stands in a condition, which IAM takes on trust.
    private static let identityPool = ShortForm(
        form: Form(
            "identityPool",
            [
                Attribute(
                    "identityPool",
                    .reference(
                        ReferenceTarget(
                            "identityPools", attribute: "id", outside: #"[a-z0-9\-]+:[0-9a-f\-]{36}"#, ordering: false)),
                    required: true, "The identity pool."),
                Attribute(
                    "amr", .oneOf(["authenticated", "unauthenticated"]), required: true,
                    "Whether the role is for users who signed in or for guests."),
            ], "The users of an identity pool."),
        statements: { (entry, context) throws(CompileError) in
            let issuer = context.tokenIssuer
            return [
                ShortForm.trust(
                    ["Federated": .string(issuer)], ["sts:AssumeRoleWithWebIdentity"],
                    where: [
                        "StringEquals": .map(["\(issuer):aud": entry["identityPool"]]),
                        "ForAnyValue:StringLike": .map(["\(issuer):amr": entry["amr"]]),
                    ])
            ]
        })

    private static let iamUser = callerForm(
        "iamUser", in: "iamUsers", outside: #"arn:[^:]+:iam::\d{12}:user/.+"#, "An IAM user.")
    private static let role = callerForm(
        "role", in: "roles", outside: #"arn:[^:]+:iam::\d{12}:role/.+"#, "Another role.")

    /// IAM looks the principal up when the trust policy is written, so it must exist.
    private static func callerForm(_ key: String, in section: String, outside: String, _ help: String) -> ShortForm {
        ShortForm(
            form: Form(
                key,
                [
                    Attribute(
                        key, .reference(ReferenceTarget(section, attribute: "arn", outside: outside)), required: true,
                        help),
                    Attribute("tagSession", .boolean, default: false, "Whether the caller may also set session tags."),
                    Attribute(
                        "requestedRegions", .set(.string(length: 1...32, pattern: "[a-z0-9-]+"), count: 1...50),
                        "The regions in which the role may be assumed; any where left out."),
                ], help),
            statements: { (entry, _) throws(CompileError) in
                let regions = entry["requestedRegions"]
                return [
                    ShortForm.trust(
                        ["AWS": entry[key]], assumeActions(of: entry),
                        where: regions.isNull ? [:] : ["StringEquals": ["aws:RequestedRegion": regions]])
                ]
            })
    }

    private static let service = ShortForm(
        form: Form(
            "service",
            [
                Attribute(
                    "service", .string(length: 3...128, pattern: #"[a-z0-9.\-]+\.amazonaws\.com(\.cn)?"#),
                    required: true,
                    "Such as lambda.amazonaws.com.")
            ],
            "An AWS service."),
        statements: { (entry, _) throws(CompileError) in
            [ShortForm.trust(["Service": entry["service"]], ["sts:AssumeRole"])]
        })

    private static let account = ShortForm(
        form: Form(
            "account",
            [
                Attribute(
                    "account", .string(length: 12...12, pattern: #"\d{12}"#), required: true,
                    "Its 12 digits, in quotes.")
            ],
            "All of another account that its own policies let through."),
        statements: { (entry, context) throws(CompileError) in
            let principal = Value.joined([.string("arn:\(context.stack.partition):iam::"), entry["account"], ":root"])
            return [ShortForm.trust(["AWS": principal], ["sts:AssumeRole"])]
        })
}
