import Model
import Provider
import Resources
import Schema
import Testing
import TestSupport

@Suite struct UserPoolDomainsTests {
    static let provider = UserPoolDomainProvider()
    static let pool: Value = "us-east-1_A"
    static let id = "us-east-1_A/auth.example.com"
    static let arn: Value = "arn:aws:acm:us-east-1:123456789012:certificate/1"
    static let custom: Value = ["certificateArn": arn]

    static func live(_ status: Value, pool: Value = pool, domain: Value = "auth.example.com") -> ScriptedAWS.Answer {
        .value([
            "DomainDescription": [
                "Domain": domain, "UserPoolId": pool, "Status": status, "CloudFrontDistribution": "d1.cloudfront.net",
                "ManagedLoginVersion": 2, "CustomDomainConfig": ["CertificateArn": arn], "Routing": [:],
            ]
        ])
    }
    static let none = ScriptedAWS.Answer.value(["DomainDescription": [:]])

    // MARK: Rules

    @Test(
        arguments: [
            (["domain": "my-app"], []),
            (["domain": "auth.example.com", "customDomainConfig": custom], []),
            (["domain": "auth.example.com"], ["custom-domain"]),
            (["domain": "my-app", "customDomainConfig": custom], ["custom-domain"]),
            (["domain": "my-aws-app"], ["reserved-prefix"]),
            (["domain": "aws.example.com", "customDomainConfig": custom], []),
            (
                [
                    "domain": "auth.example.com",
                    "customDomainConfig": ["certificateArn": "arn:aws:acm:eu-west-1:1:certificate/1"],
                ], ["certificate-region"]
            ),
            (
                [
                    "domain": "auth.example.com",
                    "customDomainConfig": ["certificateArn": "arn:aws-us-gov:acm:us-gov-west-1:1:certificate/1"],
                ], []
            ),
            (["domain": "my-app", "routing": ["failover": [:]]], ["routing-needs-a-custom-domain"]),
            (
                ["domain": "auth.example.com", "customDomainConfig": custom, "routing": ["failover": [:]]],
                ["routing-needs-a-custom-domain"]
            ),
            (
                [
                    "domain": "auth.example.com", "customDomainConfig": custom, "managedLoginVersion": 2,
                    "routing": ["failover": [:]],
                ], []
            ),
        ] as [(Value, [String])])
    func rules(domain: Value, codes: [String]) {
        #expect(ResourceType.userPoolDomain.rules.filter { !$0.check(domain).isEmpty }.map(\.code) == codes)
    }

    @Test(
        "A pool has one prefix and one custom domain, and a domain has one pool",
        arguments: [
            ("us-east-1_A", "my-app", "my-app2", true),
            ("us-east-1_A", "auth.example.com", "login.example.com", true),
            ("us-east-1_A", "my-app", "auth.example.com", false),
            ("us-east-1_B", "my-app", "my-app", true),
            ("us-east-1_B", "my-app", "my-app2", false),
        ])
    func anOldDomainIsInTheWay(pool: String, old: String, new: String, isInTheWay: Bool) throws {
        let excludes = try #require(ResourceType.userPoolDomain.excludes)
        let old: Value = ["userPool": Self.pool, "domain": .string(old)]
        #expect(excludes(old, ["userPool": .string(pool), "domain": .string(new)]) == isInTheWay)
    }

    // MARK: Reading

    @Test func readShowsWhereTheDomainIs() async throws {
        let script = ScriptedAWS(["DescribeUserPoolDomain": [Self.live("ACTIVE")]])
        let live = try #require(try await Self.provider.read(Self.id, script.calls("userPoolDomains")))
        #expect(script.inputs("DescribeUserPoolDomain") == [["Domain": "auth.example.com"]])
        #expect(
            live.attributes == [
                "userPool": Self.pool, "domain": "auth.example.com", "managedLoginVersion": 2,
                "customDomainConfig": Self.custom,
            ])
        #expect(
            live.outputs == [
                "domain": "auth.example.com", "cloudFrontDomain": "d1.cloudfront.net",
                "url": "https://auth.example.com",
            ])
        #expect(!live.isUnfinished)
    }

    @Test(
        "Of a domain that is not there the answer is empty; one that goes, or is another pool's, is not there",
        arguments: [
            (none, nil), (live("DELETING"), nil), (live("ACTIVE", pool: "us-east-1_B"), nil), (live("CREATING"), true),
            (live("UPDATING"), true), (live("FAILED"), false),
        ] as [(ScriptedAWS.Answer, Bool?)])
    func whatIsNotThere(answer: ScriptedAWS.Answer, isUnfinished: Bool?) async throws {
        let script = ScriptedAWS(["DescribeUserPoolDomain": [answer]])
        #expect(
            try await Self.provider.read(Self.id, script.calls("userPoolDomains"))?.isUnfinished == isUnfinished)
    }

    @Test(arguments: [
        ("aws", "https://my-app.auth.us-east-1.amazoncognito.com"),
        ("aws-us-gov", "https://my-app.auth-fips.us-east-1.amazoncognito.com"), ("aws-eusc", nil),
    ])
    func theAddressOfAPrefix(partition: String, url: String?) {
        let context = StackContext(stack: "s", partition: partition, region: "us-east-1", account: "1")
        let output = ResourceType.userPoolDomain.output("url")?.predict?(["domain": "my-app"], context)
        #expect(output?.string == url)
    }

    // MARK: Writing

    static let desired: Value = ["userPool": pool, "domain": "auth.example.com", "customDomainConfig": custom]

    @Test func createWaitsUntilTheDomainIsSpread() async throws {
        let script = ScriptedAWS([
            "DescribeUserPoolDomain": [Self.none, Self.live("CREATING"), Self.live("CREATING"), Self.live("ACTIVE")],
            "CreateUserPoolDomain": [.value(["CloudFrontDomain": "d1.cloudfront.net"])],
        ])
        let outputs = try await Self.provider.create(Self.desired, script.calls("userPoolDomains"))
        #expect(outputs["cloudFrontDomain"] == "d1.cloudfront.net")
        #expect(
            script.inputs("CreateUserPoolDomain") == [
                [
                    "UserPoolId": Self.pool, "Domain": "auth.example.com",
                    "CustomDomainConfig": ["CertificateArn": Self.arn],
                ]
            ])
        #expect(
            script.changes == [
                "intend CreateUserPoolDomain", "CreateUserPoolDomain", "created \(Self.id)", "wait", "wait",
            ])
    }

    @Test(
        "What AWS refuses is said with what to do",
        arguments: [
            ("Domain x already associated with another user pool.", "Give userPoolDomains.x another `domain`"),
            ("User pool already has a domain configured.", "one prefix and one custom domain at most"),
            ("Custom domain is not a valid subdomain", "not a valid subdomain"),
        ])
    func refusals(words: String, help: String) async {
        let script = ScriptedAWS([
            "DescribeUserPoolDomain": [Self.none],
            "CreateUserPoolDomain": [.refused("InvalidParameterException", words)],
        ])
        let said = await complaint { () async throws(ProviderError) in
            _ = try await Self.provider.create(Self.desired, script.calls("userPoolDomains"))
        }
        #expect(said?.contains(help) == true)
        #expect(script.created.isEmpty)
    }

    @Test func aDomainThatAwsGivesUpIsTold() async {
        let script = ScriptedAWS(["DescribeUserPoolDomain": [Self.none, Self.live("CREATING"), Self.live("FAILED")]])
        let said = await complaint { () async throws(ProviderError) in
            _ = try await Self.provider.create(Self.desired, script.calls("userPoolDomains"))
        }
        #expect(said?.contains("could not set up the domain auth.example.com") == true)
        #expect(script.created == [Self.id])
    }

    @Test func aDomainThatGoesIsWaitedFor() async throws {
        let script = ScriptedAWS([
            "DescribeUserPoolDomain": [
                Self.live("DELETING"), Self.live("DELETING"), Self.none, Self.live("ACTIVE"),
            ]
        ])
        _ = try await Self.provider.create(Self.desired, script.calls("userPoolDomains"))
        #expect(script.changes.first == "wait")
    }

    @Test func anUpdateSaysAllAndTakesRoutingAway() async throws {
        let script = ScriptedAWS(["DescribeUserPoolDomain": [Self.live("ACTIVE")]])
        _ = try await Self.provider.update(
            Self.id, to: Self.desired, changed: ["managedLoginVersion", "routing"], script.calls("userPoolDomains"))
        #expect(
            script.inputs("UpdateUserPoolDomain") == [
                [
                    "UserPoolId": Self.pool, "Domain": "auth.example.com", "ManagedLoginVersion": 1, "Routing": [:],
                    "CustomDomainConfig": ["CertificateArn": Self.arn],
                ]
            ])
    }

    @Test func whatWasCutShortIsWaitedForAlone() async throws {
        let script = ScriptedAWS(["DescribeUserPoolDomain": [Self.live("CREATING"), Self.live("ACTIVE")]])
        _ = try await Self.provider.update(Self.id, to: Self.desired, changed: [], script.calls("userPoolDomains"))
        #expect(script.writes.isEmpty)
    }

    @Test(arguments: [
        ScriptedAWS.Answer.value([:]), .refused("InvalidParameterException", "No such domain or user pool exists."),
        .refused("ResourceNotFoundException"),
    ])
    func deleteWaitsUntilTheDomainIsGone(answer: ScriptedAWS.Answer) async throws {
        let script = ScriptedAWS([
            "DeleteUserPoolDomain": [answer], "DescribeUserPoolDomain": [Self.live("DELETING"), Self.none],
        ])
        try await Self.provider.delete(Self.id, script.calls("userPoolDomains"))
        #expect(
            script.inputs("DeleteUserPoolDomain") == [["UserPoolId": Self.pool, "Domain": "auth.example.com"]])
        #expect(script.changes.last == "wait")
    }

    // MARK: Its pool

    @Test(
        "A pool does not go while a domain is left that does not go with it",
        arguments: [
            (["Domain": "my-app"], [], "my-app"), (["Domain": "my-app"], ["us-east-1_A/my-app"], nil),
            (["Domain": "my-app", "CustomDomain": "auth.example.com"], ["us-east-1_A/my-app"], "auth.example.com"),
            (["Domain": ""], [], nil), ([:], [], nil),
        ] as [(Value, Set<String>, String?)])
    func obstacles(pool: Value, going: Set<String>, domain: String?) async throws {
        let script = ScriptedAWS(["DescribeUserPool": [.value(["UserPool": pool])]])
        let problem = try await UserPoolProvider().obstacle("us-east-1_A", going: going, script.calls("userPools"))
        #expect(
            problem?.message
                == domain.map { "user pool us-east-1_A has the domain \($0), and AWS deletes no pool that has one" })
    }
}
