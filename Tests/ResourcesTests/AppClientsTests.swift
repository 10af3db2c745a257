import AWSClient
import Provider
import Resources
import Model
import Schema
import Records
import Testing
import TestSupport

@Suite struct AppClientsTests {
    static let provider = AppClientProvider()
    static let id = "us-east-1_A/c1"
    static let key: Value = ["UserPoolId": "us-east-1_A", "ClientId": "c1"]

    /// A client with more than the table knows, as AWS answers it.
    static let live: Value = [
        "UserPoolId": "us-east-1_A", "ClientId": "c1", "ClientName": "cli", "ClientSecret": .secret(Secret("hidden")),
        "CreationDate": 1, "LastModifiedDate": 2, "RefreshTokenValidity": 30, "AccessTokenValidity": 2,
        "TokenValidityUnits": ["AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"],
        "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
        "CallbackURLs": ["https://example.com/"], "ReadAttributes": ["email"], "EnableTokenRevocation": true,
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"],
        "AnalyticsConfiguration": ["ApplicationArn": "arn:x"], "RefreshTokenRotation": ["Feature": "DISABLED"],
        "EnablePropagateAdditionalUserContextData": true, "AuthSessionValidity": 3,
    ]

    static func script(_ live: Value = live, _ more: [String: [ScriptedAWS.Answer]] = [:]) -> ScriptedAWS {
        ScriptedAWS(["DescribeUserPoolClient": [.value(["UserPoolClient": live])]].merging(more) { $1 })
    }

    // MARK: Reading

    @Test func readShowsTheClientAndKeepsItsSecretOne() async throws {
        let script = Self.script()
        let live = try #require(try await Self.provider.read(Self.id, script.calls("appClients", "cli")))
        #expect(script.operations == ["DescribeUserPoolClient"])
        #expect(script.inputs("DescribeUserPoolClient") == [Self.key])
        #expect(live.attributes["name"] == "cli")
        #expect(live.attributes["userPool"] == "us-east-1_A")
        #expect(live.attributes["generateSecret"] == true)
        #expect(live.attributes["callbackURLs"] == ["https://example.com/"])
        #expect(live.attributes["allowedOAuthFlowsUserPoolClient"] == true)
        #expect(!live.attributes.holdsSecret)
        #expect(
            live.outputs == [
                "id": "c1", "key": "us-east-1_A/c1", "secret": .secret(Secret("hidden")),
                "providerName": "cognito-idp.us-east-1.amazonaws.com/us-east-1_A",
                "identityProvider": "cognito-idp.us-east-1.amazonaws.com/us-east-1_A:c1",
            ])
    }

    @Test func aClientWithoutASecretHasNoSuchOutput() async throws {
        var client = Self.live
        client["ClientSecret"] = .null
        let live = try #require(try await Self.provider.read(Self.id, Self.script(client).calls("appClients", "cli")))
        #expect(live.attributes["generateSecret"] == false)
        #expect(live.outputs["secret"] == nil)
    }

    @Test func readOfAMissingClientOrPoolIsNil() async throws {
        let script = ScriptedAWS(["DescribeUserPoolClient": [.refused("ResourceNotFoundException")]])
        #expect(try await Self.provider.read(Self.id, script.calls("appClients", "cli")) == nil)
    }

    @Test(arguments: ["c1", "us-east-1_A/", "/c1", "a/b/c"])
    func anotherFormOfIdIsRefused(id: String) async {
        let script = Self.script()
        let error = await complaint { () async throws(ProviderError) in
            _ = try await Self.provider.read(id, script.calls("appClients", "cli"))
        }
        #expect(error?.contains("<user pool id>/<client id>") == true)
        #expect(script.requests.isEmpty)
    }

    // MARK: Creating

    @Test func createTakesAListFirst() async throws {
        let script = ScriptedAWS([
            "ListUserPoolClients": [
                .value(["UserPoolClients": [["ClientId": "old", "ClientName": "cli"]], "NextToken": "more"]),
                .value(["UserPoolClients": [["ClientId": "older", "ClientName": "x"]]]),
            ],
            "CreateUserPoolClient": [.value(["UserPoolClient": Self.live])],
        ])
        let outputs = try await Self.provider.create(
            [
                "userPool": "us-east-1_A", "name": "cli", "generateSecret": true,
                "logoutURLs": ["https://example.com/"],
                "defaultRedirectURI": "https://example.com/", "explicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
            ], script.calls("appClients", "cli"))
        #expect(script.changes == ["intend CreateUserPoolClient", "CreateUserPoolClient", "created \(Self.id)"])
        #expect(script.baselines == [["old", "older"]])
        #expect(script.created == [Self.id])
        #expect(
            script.inputs("CreateUserPoolClient") == [
                [
                    "UserPoolId": "us-east-1_A", "ClientName": "cli", "GenerateSecret": true,
                    "LogoutURLs": ["https://example.com/"],
                    "DefaultRedirectURI": "https://example.com/", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
                ]
            ])
        #expect(outputs["id"] == "c1")
        #expect(outputs["secret"] == .secret(Secret("hidden")))
    }

    // MARK: Updating

    /// The live client, as far as `UpdateUserPoolClient` takes it.
    static let whole = Value.map(
        (live.map ?? [:]).filter { !["ClientSecret", "CreationDate", "LastModifiedDate"].contains($0.key) })

    struct Update: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let desired: Value
        let changed: Set<String>
        /// Members of the request besides the live client's; null for one that must not be there.
        let members: [String: Value]
    }

    @Test(arguments: [
        Update(
            testDescription: "a changed property", desired: ["preventUserExistenceErrors": "ENABLED"],
            changed: ["preventUserExistenceErrors"], members: ["PreventUserExistenceErrors": "ENABLED"]),
        Update(
            testDescription: "a removed property", desired: [:], changed: ["explicitAuthFlows"],
            members: ["ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"]]),
        Update(
            testDescription: "a removed list", desired: [:], changed: ["callbackURLs"], members: ["CallbackURLs": []]),
        Update(
            testDescription: "a removed property without a default", desired: [:], changed: ["readAttributes"],
            members: ["ReadAttributes": .null]),
        Update(
            testDescription: "a removed time", desired: [:], changed: ["accessTokenValidity"],
            members: ["AccessTokenValidity": 1]),
        Update(
            testDescription: "a removed time in another unit",
            desired: ["tokenValidityUnits": ["accessToken": "minutes"]],
            changed: ["accessTokenValidity", "tokenValidityUnits"],
            members: ["AccessTokenValidity": 60, "TokenValidityUnits": units("minutes")]),
        Update(
            testDescription: "a new unit alone keeps the time",
            desired: ["tokenValidityUnits": ["accessToken": "minutes"]],
            changed: ["tokenValidityUnits"],
            members: ["AccessTokenValidity": 120, "TokenValidityUnits": units("minutes")]),
        Update(
            testDescription: "a new unit for a time that AWS does not show",
            desired: ["tokenValidityUnits": ["idToken": "seconds"]], changed: ["tokenValidityUnits"],
            members: [
                "IdTokenValidity": 3600,
                "TokenValidityUnits": ["AccessToken": "hours", "IdToken": "seconds", "RefreshToken": "days"],
            ]),
        Update(
            testDescription: "a coarser unit rounds up", desired: ["tokenValidityUnits": ["accessToken": "days"]],
            changed: ["tokenValidityUnits"], members: ["AccessTokenValidity": 1, "TokenValidityUnits": units("days")]),
        Update(
            testDescription: "the file's own number stands",
            desired: ["accessTokenValidity": 10, "tokenValidityUnits": ["accessToken": "minutes"]],
            changed: ["accessTokenValidity", "tokenValidityUnits"],
            members: ["AccessTokenValidity": 10, "TokenValidityUnits": units("minutes")]),
        Update(
            testDescription: "the pool and the secret are no part of it",
            desired: ["userPool": "us-east-1_A", "generateSecret": true, "name": "cli"],
            changed: ["userPool", "generateSecret", "name"], members: [:]),
    ])
    func updateSendsTheWholeClient(update: Update) async throws {
        let script = Self.script()
        // As the executor does it.
        let desired = ResourceType.appClient.withDefaults(update.desired, for: update.changed).overlaid(
            by: update.desired)
        for desired in [update.desired, desired] {
            _ = try await Self.provider.update(
                Self.id, to: desired, changed: update.changed, script.calls("appClients", "cli"))
        }
        var expected = Self.whole
        for (member, value) in update.members { expected[member] = value }
        #expect(script.inputs("UpdateUserPoolClient") == [expected.withoutNulls, expected.withoutNulls])
    }

    static func units(_ accessToken: Value) -> Value {
        ["AccessToken": accessToken, "IdToken": "hours", "RefreshToken": "days"]
    }

    @Test func clientsOfOnePoolWaitForEachOther() async throws {
        let busy = ScriptedAWS.Answer.refused("ConcurrentModificationException")
        let script = Self.script(
            Self.live,
            [
                "UpdateUserPoolClient": [busy, busy, .value([:])], "DeleteUserPoolClient": [busy, .value([:])],
            ])
        _ = try await Self.provider.update(
            Self.id, to: ["name": "x"], changed: ["name"], script.calls("appClients", "cli"))
        #expect(script.inputs("UpdateUserPoolClient").count == 3)
        try await Self.provider.delete(Self.id, script.calls("appClients", "cli"))
        #expect(script.inputs("DeleteUserPoolClient") == [Self.key, Self.key])
        #expect(script.changes.count { $0 == "wait" } == 3)
    }

    @Test func waitingEnds() async {
        let script = Self.script(Self.live, ["UpdateUserPoolClient": [.refused("ConcurrentModificationException")]])
        let error = await complaint { () async throws(ProviderError) in
            _ = try await Self.provider.update(
                Self.id, to: ["name": "x"], changed: ["name"], script.calls("appClients", "cli"))
        }
        #expect(error?.contains("waited 120 s") == true)
    }

    @Test func deleteTakesAGoneClientForDeleted() async throws {
        let script = ScriptedAWS(["DeleteUserPoolClient": [.refused("ResourceNotFoundException")]])
        try await Self.provider.delete(Self.id, script.calls("appClients", "cli"))
        #expect(script.inputs("DeleteUserPoolClient") == [Self.key])
    }

    // MARK: Finding

    struct Search: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The ids of the pool's clients that have the wanted name.
        let clients: [String]
        /// What was there before each create call whose answer was lost.
        var baselines: [[String]] = []
        var poolTags: Value = prodTags
        let expected: Located
    }

    @Test(arguments: [
        Search(testDescription: "nothing", clients: [], expected: .none),
        Search(
            testDescription: "a new one after a lost answer", clients: ["old", "new"], baselines: [["old"]],
            expected: .ours("us-east-1_A/new")),
        Search(
            testDescription: "a new one in a pool of others", clients: ["new"], baselines: [[]], poolTags: [:],
            expected: .ours("us-east-1_A/new")),
        Search(
            testDescription: "none new: the call did not happen", clients: ["old"], baselines: [["old"]],
            expected: .none),
        Search(
            testDescription: "one that a later list had is not taken", clients: ["old", "seen"],
            baselines: [["old"], ["old", "seen"]], expected: .none),
        Search(
            testDescription: "two new ones", clients: ["a", "b"], baselines: [[]],
            expected: .ambiguous(["us-east-1_A/a", "us-east-1_A/b"])),
        Search(
            testDescription: "the only one of the name in this stack's pool", clients: ["a"],
            expected: .ours("us-east-1_A/a")),
        Search(
            testDescription: "two of the name", clients: ["a", "b"],
            expected: .ambiguous(["us-east-1_A/a", "us-east-1_A/b"])),
        Search(
            testDescription: "one in nobody's pool", clients: ["a"], poolTags: [:], expected: .unowned("us-east-1_A/a")),
        Search(
            testDescription: "one in another stack's pool", clients: ["a"], poolTags: ["cogstack:stack": "dev"],
            expected: .unowned("us-east-1_A/a")),
    ])
    func locate(search: Search) async throws {
        let clients = (["another"] + search.clients).map { id -> Value in
            ["ClientId": .string(id), "ClientName": .string(id == "another" ? "web" : "cli")]
        }
        let script = ScriptedAWS([
            "ListUserPoolClients": [.value(["UserPoolClients": .list(clients)])],
            "DescribeUserPool": [.value(["UserPool": ["UserPoolTags": search.poolTags]])],
        ])
        let calls = script.calls("appClients", "cli")
        let intents = search.baselines.map {
            Intent(
                address: calls.address, type: "appClient", operation: "CreateUserPoolClient", creates: true,
                physicalId: nil,
                baseline: $0, at: 0)
        }
        // A pool from outside the file may be named by its ARN.
        for pool in ["us-east-1_A", "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_A"] {
            let located = try await Self.provider.locate(
                ["name": "cli", "userPool": .string(pool)], intents: intents, script.calls("appClients", "cli"))
            #expect(located == search.expected)
        }
    }

    @Test func nothingIsFoundInAMissingPool() async throws {
        let script = ScriptedAWS(["ListUserPoolClients": [.refused("ResourceNotFoundException")]])
        let located = try await Self.provider.locate(
            ["name": "cli", "userPool": "us-east-1_A"], intents: [], script.calls("appClients", "cli"))
        #expect(located == .none)
    }

    // MARK: The table

    @Test(
        arguments: [
            ([:], []), (["explicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]], []),
            (["explicitAuthFlows": ["USER_PASSWORD_AUTH"]], []),
            (["explicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"]], ["auth-flow-generations"]),
            (["callbackURLs": ["https://a"]], ["oauth-switch"]),
            (["allowedOAuthFlowsUserPoolClient": true], ["oauth-switch"]),
            (oauth(["code", "implicit"]), []), (oauth(["client_credentials"]), ["client-credentials"]),
            (oauth(["client_credentials"]).overlaid(by: ["generateSecret": true]), []),
            (oauth(["client_credentials", "code"]).overlaid(by: ["generateSecret": true]), ["client-credentials"]),
            (oauth(["code"]).overlaid(by: ["defaultRedirectURI": "https://a"]), ["default-redirect"]),
            (oauth(["code"]).overlaid(by: ["defaultRedirectURI": "https://a", "callbackURLs": ["https://a"]]), []),
            (["accessTokenValidity": 24, "idTokenValidity": 1, "refreshTokenValidity": 3650], []),
            (["accessTokenValidity": 25], ["token-validity"]), (["refreshTokenValidity": 3651], ["token-validity"]),
            (["idTokenValidity": 5, "tokenValidityUnits": ["idToken": "minutes"]], []),
            (["idTokenValidity": 4, "tokenValidityUnits": ["idToken": "minutes"]], ["token-validity"]),
            (["refreshTokenValidity": 59, "tokenValidityUnits": ["refreshToken": "minutes"]], ["token-validity"]),
            (["refreshTokenValidity": .integer(.max)], ["token-validity"]),
        ] as [(Value, [String])])
    func rules(client: Value, codes: [String]) {
        let found = ResourceType.appClient.rules.filter { !$0.check(client).isEmpty }.map(\.code)
        #expect(found == codes)
    }

    static func oauth(_ flows: Value) -> Value {
        ["allowedOAuthFlowsUserPoolClient": true, "allowedOAuthFlows": flows, "allowedOAuthScopes": ["openid"]]
    }

    @Test(arguments: [
        ("us-east-1_A", "us-east-1_A"),
        ("arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_A", "us-east-1_A"),
    ])
    func aPoolsArnStandsForItsId(written: String, id: String) throws {
        let compile = try #require(ResourceType.appClient.attribute("userPool")?.compile)
        let context = ScriptedAWS([:]).calls("appClients", "cli").context
        #expect(try compile(.string(written), [:], context) == .string(id))
        let predict = try #require(ResourceType.appClient.output("providerName")?.predict)
        #expect(predict(["userPool": .string(written)], context) == "cognito-idp.us-east-1.amazonaws.com/us-east-1_A")
    }

    @Test func onlyAnotherPoolOrSecretNeedsANewClient() {
        let rows = ResourceType.appClient.attributes.filter { if case .replacement = $0.change { true } else { false } }
        #expect(rows.map(\.name) == ["userPool", "generateSecret"])
    }
}
