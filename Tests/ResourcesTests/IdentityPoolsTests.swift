import AWSClient
import Provider
import Resources
import Model
import Schema
import Records
import TestSupport
import Testing

@Suite struct IdentityPoolsTests {
    static let provider = IdentityPoolProvider()
    static let id = "us-east-1:11111111-2222-3333-4444-555555555555"
    static let arn: Value =
        "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/us-east-1:11111111-2222-3333-4444-555555555555"
    static let tags: Value = ["cogstack:stack": "prod", "cogstack:address": "identityPools.identities"]
    static let mappings: Value = [
        "cognito-idp.us-east-1.amazonaws.com/us-east-1_A:c1": ["Type": "Token", "AmbiguousRoleResolution": "Deny"]
    ]

    static let live: Value = [
        "IdentityPoolId": .string(id), "IdentityPoolName": "identities", "AllowUnauthenticatedIdentities": false,
        "CognitoIdentityProviders": [
            [
                "ProviderName": "cognito-idp.us-east-1.amazonaws.com/us-east-1_A", "ClientId": "c1",
                "ServerSideTokenCheck": false,
            ]
        ],
        "SupportedLoginProviders": ["graph.facebook.com": "1", "accounts.google.com": "2"],
        "DeveloperProviderName": "login.example", "SamlProviderARNs": ["arn:aws:iam::123456789012:saml-provider/x"],
        "IdentityPoolTags": tags.overlaid(by: ["aws:cloudformation:stack-name": "x", "team": "identity"]),
    ]
    static let liveRoles: Value = [
        "IdentityPoolId": .string(id), "Roles": ["authenticated": "arn:a", "unauthenticated": "arn:u"],
        "RoleMappings": mappings,
    ]

    static func script(
        _ live: Value = live, roles: Value = liveRoles, _ more: [String: [ScriptedAWS.Answer]] = [:]
    ) -> ScriptedAWS {
        ScriptedAWS(
            ["DescribeIdentityPool": [.value(live)], "GetIdentityPoolRoles": [.value(roles)]].merging(more) { $1 })
    }

    @Test func readShowsPoolAndRoles() async throws {
        let script = Self.script()
        let live = try #require(try await Self.provider.read(Self.id, script.calls("identityPools", "identities")))
        #expect(script.requests.count == 2)
        #expect(
            live.attributes == [
                "name": "identities", "allowUnauthenticatedIdentities": false,
                "cognitoIdentityProviders": [
                    [
                        "providerName": "cognito-idp.us-east-1.amazonaws.com/us-east-1_A", "clientId": "c1",
                        "serverSideTokenCheck": false,
                    ]
                ],
                "supportedLoginProviders": ["graph.facebook.com": "1", "accounts.google.com": "2"],
                "developerProviderName": "login.example",
                "samlProviderARNs": ["arn:aws:iam::123456789012:saml-provider/x"],
                "roles": ["authenticated": "arn:a", "unauthenticated": "arn:u"],
                "roleMappings": [
                    [
                        "identityProvider": "cognito-idp.us-east-1.amazonaws.com/us-east-1_A:c1", "type": "Token",
                        "ambiguousRoleResolution": "Deny",
                    ]
                ],
                "tags": Self.tags.overlaid(by: ["team": "identity"]),
            ])
        #expect(live.outputs == ["id": .string(Self.id), "arn": Self.arn])
    }

    @Test func readOfAMissingPoolIsNil() async throws {
        let script = Self.script(
            roles: [:],
            [
                "DescribeIdentityPool": [.refused("ResourceNotFoundException")],
                "GetIdentityPoolRoles": [.refused("ResourceNotFoundException")],
            ])
        #expect(try await Self.provider.read(Self.id, script.calls("identityPools", "identities")) == nil)
    }

    @Test func createTagsInTheCallAndSetsRolesAfterwards() async throws {
        let script = ScriptedAWS(["CreateIdentityPool": [.value(["IdentityPoolId": .string(Self.id)])]])
        _ = try await Self.provider.create(
            [
                "name": "identities", "tags": Self.tags, "roles": ["authenticated": "arn:a"],
                "cognitoIdentityProviders": [["providerName": "p", "clientId": "c"]],
                "allowUnauthenticatedIdentities": false,
                "allowClassicFlow": false,
            ], script.calls("identityPools", "identities"))
        #expect(
            script.changes == [
                "intend CreateIdentityPool", "CreateIdentityPool", "created \(Self.id)", "intend SetIdentityPoolRoles",
                "SetIdentityPoolRoles",
            ])
        #expect(script.created == [Self.id])
        #expect(
            script.inputs("CreateIdentityPool") == [
                [
                    "IdentityPoolName": "identities", "AllowUnauthenticatedIdentities": false,
                    "AllowClassicFlow": false,
                    "CognitoIdentityProviders": [["ProviderName": "p", "ClientId": "c"]], "IdentityPoolTags": Self.tags,
                ]
            ])
        #expect(
            script.inputs("SetIdentityPoolRoles") == [
                [
                    "IdentityPoolId": .string(Self.id), "Roles": ["authenticated": "arn:a"], "RoleMappings": [:],
                ]
            ])
    }

    @Test func createWithoutRolesIsOneCall() async throws {
        let script = ScriptedAWS(["CreateIdentityPool": [.value(["IdentityPoolId": .string(Self.id)])]])
        _ = try await Self.provider.create(
            ["name": "x", "allowUnauthenticatedIdentities": true, "allowClassicFlow": true],
            script.calls("identityPools", "identities"))
        #expect(
            script.requests.map(\.input) == [
                ["IdentityPoolName": "x", "AllowUnauthenticatedIdentities": true, "AllowClassicFlow": true]
            ])
    }

    /// All of the live pool, its tags without AWS's own, and the flag that stays as it is unless it is said.
    static let whole = live.overlaid(by: ["AllowClassicFlow": false]).replacing(
        "IdentityPoolTags", tags.overlaid(by: ["team": "identity"]))

    @Test(
        arguments: [
            (["name": "new"], ["name"], "IdentityPoolName", "new"),
            ([:], ["cognitoIdentityProviders"], "CognitoIdentityProviders", []),
            ([:], ["supportedLoginProviders"], "SupportedLoginProviders", [:]),
            (
                ["supportedLoginProviders": ["graph.facebook.com": "3"]], ["supportedLoginProviders"],
                "SupportedLoginProviders",
                ["graph.facebook.com": "3"]
            ),
            (["allowClassicFlow": true], ["allowClassicFlow"], "AllowClassicFlow", true),
        ] as [(Value, Set<String>, String, Value)])
    func updateSendsTheWholePool(desired: Value, changed: Set<String>, member: String, value: Value) async throws {
        let script = Self.script()
        _ = try await Self.provider.update(
            Self.id, to: desired, changed: changed, script.calls("identityPools", "identities"))
        #expect(script.inputs("UpdateIdentityPool") == [Self.whole.replacing(member, value)])
        #expect(script.changes == ["intend UpdateIdentityPool", "UpdateIdentityPool"])
    }

    @Test(
        arguments: [
            (["roles": ["authenticated": "arn:new"]], ["authenticated": "arn:new", "unauthenticated": "arn:u"]),
            (["roles": ["authenticated": "arn:new", "unauthenticated": .null]], ["authenticated": "arn:new"]),
            ([:], [:]),
        ] as [(Value, Value)])
    func rolesAreWrittenWithTheMappings(desired: Value, roles: Value) async throws {
        let script = Self.script()
        _ = try await Self.provider.update(
            Self.id, to: desired, changed: ["roles"], script.calls("identityPools", "identities"))
        #expect(
            script.inputs("SetIdentityPoolRoles") == [
                [
                    "IdentityPoolId": .string(Self.id), "Roles": roles, "RoleMappings": Self.mappings,
                ]
            ])
        #expect(script.inputs("UpdateIdentityPool").isEmpty)
    }

    @Test func onlyChangedTagsAreWritten() async throws {
        let script = Self.script()
        _ = try await Self.provider.update(
            Self.id, to: ["tags": Self.tags.overlaid(by: ["team": .null, "cost": "42"])], changed: ["tags"],
            script.calls("identityPools", "identities"))
        #expect(script.inputs("TagResource") == [["ResourceArn": Self.arn, "Tags": ["cost": "42"]]])
        #expect(script.inputs("UntagResource") == [["ResourceArn": Self.arn, "TagKeys": ["team"]]])
        #expect(
            script.inputs("UpdateIdentityPool") == [
                Self.whole.replacing("IdentityPoolTags", Self.tags.overlaid(by: ["cost": "42"]))
            ])
    }

    @Test(arguments: ["ConcurrentModificationException", "ResourceConflictException"])
    func aRequestInTheWayOfAnotherIsSentAgain(code: String) async throws {
        let answers: [ScriptedAWS.Answer] = [.refused(code), .value([:])]
        let script = Self.script(
            ["IdentityPoolId": .string(Self.id)], roles: [:],
            [
                "UpdateIdentityPool": answers, "SetIdentityPoolRoles": answers, "DeleteIdentityPool": answers,
            ])
        _ = try await Self.provider.update(
            Self.id, to: ["name": "x", "roles": ["authenticated": "arn:a"]], changed: ["name", "roles"],
            script.calls("identityPools", "identities"))
        try await Self.provider.delete(Self.id, script.calls("identityPools", "identities"))
        #expect(
            script.changes.filter { !$0.hasPrefix("intend") } == [
                "UpdateIdentityPool", "wait", "UpdateIdentityPool", "SetIdentityPoolRoles", "wait",
                "SetIdentityPoolRoles",
                "DeleteIdentityPool", "wait", "DeleteIdentityPool",
            ])
    }

    @Test func deleteTakesAGonePoolForDeleted() async throws {
        let script = ScriptedAWS(["DeleteIdentityPool": [.refused("ResourceNotFoundException")]])
        try await Self.provider.delete(Self.id, script.calls("identityPools", "identities"))
        #expect(script.inputs("DeleteIdentityPool") == [["IdentityPoolId": .string(Self.id)]])
    }

    @Test(
        arguments: [
            ([], .none), ([tags], .ours("p0")), ([[:], tags], .ours("p1")), ([[:]], .unowned("p0")),
            (
                [["cogstack:stack": "dev", "cogstack:address": "identityPools.identities"]],
                .foreign("p0", owner: "stack dev (identityPools.identities)")
            ),
            ([tags, tags], .ambiguous(["p0", "p1"])),
        ] as [([Value], Located)])
    func locateGoesByTags(tags: [Value], expected: Located) async throws {
        let listed = tags.indices.map { index -> Value in
            ["IdentityPoolId": .string("p\(index)"), "IdentityPoolName": "identities"]
        }
        let script = ScriptedAWS([
            "ListIdentityPools": [
                .value(["IdentityPools": [["IdentityPoolId": "x", "IdentityPoolName": "other"]], "NextToken": "more"]),
                .value(["IdentityPools": .list(listed)]),
            ],
            "DescribeIdentityPool": tags.map { .value(["IdentityPoolTags": $0]) },
        ])
        let located = try await Self.provider.locate(
            ["name": "identities"], intents: [], script.calls("identityPools", "identities"))
        #expect(located == expected)
        #expect(script.inputs("ListIdentityPools") == [["MaxResults": 60], ["MaxResults": 60, "NextToken": "more"]])
    }

    // MARK: The short form of a provider

    static let client = Address(section: "appClients", name: "cli")

    static func reference(_ attribute: String) -> Value {
        .template(Template(Reference(client, attribute)))
    }

    @Test(
        arguments: [
            (
                ["appClient": "cognito-idp.us-east-1.amazonaws.com/us-east-1_A:c1", "serverSideTokenCheck": true],
                [
                    "providerName": "cognito-idp.us-east-1.amazonaws.com/us-east-1_A", "clientId": "c1",
                    "serverSideTokenCheck": true,
                ]
            ),
            (
                ["appClient": reference("identityProvider")],
                ["providerName": reference("providerName"), "clientId": reference("id")]
            ),
            (["providerName": "p", "clientId": "c"], ["providerName": "p", "clientId": "c"]),
        ] as [(Value, Value)])
    func anAppClientStandsForItsPoolAndItself(written: Value, compiled: Value) throws {
        #expect(try Self.compile([written]) == [compiled])
    }

    @Test(arguments: ["c1", reference("id")] as [Value])
    func aClientsIdAloneIsNotEnough(written: Value) {
        let error = #expect(throws: CompileError.self) {
            try Self.compile([["providerName": "p", "clientId": "c"], ["appClient": written]])
        }
        #expect(error?.path == "[1].appClient")
    }

    /// What `compile` asks for must be there to refer to.
    @Test func theClientsOutputsAreThere() {
        for output in ["identityProvider", "providerName", "id"] {
            #expect(ResourceType.appClient.output(output) != nil, "\(output)")
        }
    }

    static func compile(_ value: Value) throws -> Value {
        let row = try #require(ResourceType.identityPool.attribute("cognitoIdentityProviders"))
        let compile = try #require(row.compile)
        return try compile(value, [:], ScriptedAWS([:]).calls("identityPools", "identities").context)
    }

    @Test(
        arguments: [
            (["appClient": "x"], true), (["providerName": "p", "clientId": "c"], true), (["providerName": "p"], false),
            (["clientId": "c"], false), ([:], false), (["appClient": "x", "clientId": "c"], false),
        ] as [(Value, Bool)])
    func aProviderIsWrittenInOneOfTwoForms(entry: Value, isGood: Bool) {
        let problems = ResourceType.identityPool.rules.flatMap { $0.check(["cognitoIdentityProviders": [entry]]) }
        #expect(problems.isEmpty == isGood)
    }
}

extension Value {
    fileprivate func replacing(_ member: String, _ value: Value) -> Value {
        var copy = self
        copy[member] = value
        return copy
    }
}
