import Provider
import Resources
import Model
import Schema
import Records
import Testing

/// What the tables of the real types say of signing in, put together.
@Suite struct SignInTests {
    static let pool = "us-east-1_A"
    static let identities = "us-east-1:11111111-2222-3333-4444-555555555555"
    static let role = "arn:aws:iam::123456789012:role/prod-long-lived"

    static func identityPool(_ id: String = identities, clients: String..., pool: String = pool) -> Record {
        Record(
            type: "identityPool", physicalId: id,
            attributes: [
                "cognitoIdentityProviders": .list(
                    clients.map {
                        [
                            "providerName": .string("cognito-idp.us-east-1.amazonaws.com/\(pool)"),
                            "clientId": .string($0),
                        ]
                    })
            ],
            outputs: ["id": .string(id)])
    }

    static func function(_ name: String, _ environment: [String: Value]) -> Record {
        Record(
            type: "lambdaFunction", physicalId: name,
            attributes: ["name": .string(name), "environment": .map(environment)],
            outputs: ["name": .string(name)])
    }

    static func signIn(client: String = "c1", proxy: SignIn.Proxy?, loginURL: String? = nil) -> SignIn {
        SignIn(
            region: "us-east-1", userPoolId: pool, clientId: client, identityPoolId: identities, proxy: proxy,
            managedLoginURL: loginURL)
    }

    static func told(_ resources: [String: Record], _ outputs: [String: Value] = [:]) throws -> SignIn {
        var snapshot = Snapshot(
            stack: "prod", account: "123456789012", region: "us-east-1", file: "prod.yaml", outputs: outputs)
        for (text, record) in resources { snapshot.resources[try #require(Address(text))] = record }
        return try SignIn(snapshot, types: ResourceTypes.registry.bySection)
    }

    static let proxy = function("proxy", ["DEFAULT_ROLE_ARN": .string(role)])
    static let theProxy = SignIn.Proxy(functionName: "proxy", roleARN: role)

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let resources: [String: Record]
        var outputs: [String: Value] = [:]
        let expected: SignIn
    }

    @Test(arguments: [
        Case(
            testDescription: "a pool and a proxy that names nothing but its role",
            resources: ["identityPools.i": identityPool(clients: "c1"), "lambdaFunctions.p": proxy],
            expected: signIn(proxy: theProxy)),
        Case(
            testDescription: "without a proxy; other functions are none",
            resources: [
                "identityPools.i": identityPool(clients: "c1"),
                "lambdaFunctions.f": function("f", ["USER_POOL_ID": "us-east-1_A"]),
            ],
            outputs: ["managedLoginUrl": "https://x.example"],
            expected: signIn(proxy: nil, loginURL: "https://x.example")),
        Case(
            testDescription: "the proxy says which client",
            resources: [
                "identityPools.i": identityPool(clients: "c1", "c2"),
                "lambdaFunctions.p": function("proxy", ["DEFAULT_ROLE_ARN": .string(role), "APP_CLIENT_ID": "c2"]),
            ], expected: signIn(client: "c2", proxy: theProxy)),
        Case(
            testDescription: "the proxy says which identity pool",
            resources: [
                "identityPools.a": identityPool("us-east-1:other", clients: "c1"),
                "identityPools.i": identityPool(clients: "c1"),
                "lambdaFunctions.p": function(
                    "proxy", ["DEFAULT_ROLE_ARN": .string(role), "IDENTITY_POOL_ID": .string(identities)]),
            ], expected: signIn(proxy: theProxy)),
        Case(
            testDescription: "the proxy says which user pool",
            resources: [
                "identityPools.a": identityPool("us-east-1:other", clients: "c9", pool: "us-east-1_B"),
                "identityPools.i": identityPool(clients: "c1"),
                "lambdaFunctions.p": function(
                    "proxy", ["DEFAULT_ROLE_ARN": .string(role), "USER_POOL_ID": .string(pool)]),
            ], expected: signIn(proxy: theProxy)),
        Case(
            testDescription: "a proxy for tokens of another pool gives nothing for these",
            resources: [
                "identityPools.i": identityPool(clients: "c1"),
                "lambdaFunctions.p": function(
                    "proxy", ["DEFAULT_ROLE_ARN": .string(role), "USER_POOL_ID": "us-east-1_B"]),
            ], expected: signIn(proxy: nil)),
        Case(
            testDescription: "outputs choose",
            resources: [
                "identityPools.i": identityPool(clients: "c1", "c2"), "lambdaFunctions.p": proxy,
                "lambdaFunctions.q": function("q", ["DEFAULT_ROLE_ARN": "arn:aws:iam::123456789012:role/team/q"]),
            ], outputs: ["clientId": "c2", "longLivedRoleName": "q"],
            expected: signIn(
                client: "c2", proxy: SignIn.Proxy(functionName: "q", roleARN: "arn:aws:iam::123456789012:role/team/q"))),
    ])
    func tells(_ stack: Case) throws {
        #expect(try Self.told(stack.resources, stack.outputs) == stack.expected)
    }

    @Test func aRoleKeepsItsPath() {
        let role = SignIn.Proxy(functionName: "q", roleARN: "arn:aws:iam::123456789012:role/team/deep/q")
        #expect(role.roleName == "team/deep/q")
        #expect(Self.theProxy.roleName == "prod-long-lived")
    }

    @Test func nobodyCanSignIn() {
        #expect(throws: SignInProblem.none(stack: "prod")) { try Self.told(["lambdaFunctions.p": Self.proxy]) }
    }

    @Test func severalAreTold() {
        #expect(
            throws: SignInProblem.ambiguous(output: "clientId", values: ["c1", "c2"], example: "$(appClients.cli.id)")
        ) {
            try Self.told([
                "identityPools.i": Self.identityPool(clients: "c1", "c2"), "lambdaFunctions.p": Self.proxy,
                "appClients.cli": Record(type: "appClient", physicalId: "us-east-1_A/c1", outputs: ["id": "c1"]),
            ])
        }
        #expect(
            throws: SignInProblem.ambiguous(
                output: "functionName", values: ["proxy", "q"], example: "$(lambdaFunctions.p.name)")
        ) {
            try Self.told([
                "identityPools.i": Self.identityPool(clients: "c1"), "lambdaFunctions.p": Self.proxy,
                "lambdaFunctions.q": Self.function("q", ["DEFAULT_ROLE_ARN": .string(Self.role)]),
            ])
        }
    }

    @Test func anOutputThatChoosesNothingIsTold() {
        #expect(throws: SignInProblem.chosenWrongly(output: "clientId", value: "c3", known: ["c1"])) {
            try Self.told(["identityPools.i": Self.identityPool(clients: "c1")], ["clientId": "c3"])
        }
    }
}
