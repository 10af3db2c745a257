import Model
package import Schema

extension ResourceType {
    /// Limits, words and defaults: botocore's `cognito-idp` model and AWS-FACTS 3. The model's pattern has no dots, and custom domains have.
    package static let userPoolDomain = ResourceType(
        section: "userPoolDomains", name: "userPoolDomain", identity: .key(of: ["userPool", "domain"]),
        losesWhenDeleted: "the sign-in page at its address: people cannot sign in there any more",
        "The address of a user pool's sign-in page: a prefix of AWS's domain, or a domain of one's own.",
        attributes: [
            .userPool(),
            Attribute(
                "domain", .string(length: 1...63, pattern: "[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?"), required: true,
                change: .replacement,
                "A prefix such as `my-app`, unique in the region, or a whole domain such as `auth.example.com`."),
            Attribute(
                "managedLoginVersion", .integer(1...2), default: 1,
                "Which sign-in pages it has: 1 for the classic hosted UI, 2 for managed login."),
            Attribute(
                "customDomainConfig",
                .object([
                    Attribute(
                        "certificateArn",
                        .string(length: 20...2048, pattern: #"arn:[\w+=/,.@-]+:acm:[\w-]+:[0-9]+:certificate/.+"#),
                        required: true, "The certificate, in us-east-1 whatever the region of the pool."),
                    Attribute(
                        "securityPolicy", .oneOf(["TLS_V1", "TLS_V1_2_2021", "TLS_V1_3_2025"]),
                        change: .lasting(advice: "Write the policy that is meant, such as TLS_V1_2_2021."),
                        "The oldest version of TLS that browsers may use."),
                ]),
                "What a domain of one's own needs."),
            Attribute(
                "routing",
                .object([
                    Attribute(
                        "failover",
                        .object([
                            Attribute(
                                "secondaryRegion", .string(length: 5...32), required: true,
                                "The region of the replica that takes over."),
                            Attribute(
                                "primaryRoute53HealthCheckId", .string(length: 1...64), required: true,
                                "The health check of Route 53 that tells whether the first region works."),
                        ]), "Where requests go when the pool's own region fails.")
                ]), default: [:], "How requests reach the replicas of the pool."),
        ],
        outputs: [
            Output("domain", from: ["domain"], "The prefix, or the whole domain.") { attributes, _ in
                attributes["domain"].string.map(Value.string)
            },
            Output("cloudFrontDomain", "Of a custom domain, what its DNS record must be an alias of."),
            Output("url", from: ["domain"], "Where the sign-in page is.") { attributes, context in
                attributes["domain"].string.flatMap { UserPoolDomainProvider.url($0, context) }.map(Value.string)
            },
        ],
        rules: userPoolDomainRules, excludes: isInTheWay)

    /// A pool has one prefix and one custom domain, and a domain one pool.
    private static let isInTheWay: @Sendable (_ old: Value, _ new: Value) -> Bool = { old, new in
        if old["domain"] == new["domain"] { return true }
        return old["userPool"] == new["userPool"]
            && old["domain"].string?.contains(".") == new["domain"].string?.contains(".")
    }
}
