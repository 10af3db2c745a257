import AWSClient
import Model
import Provider
import Resources
import Schema
import Testing
import TestSupport

/// Aliases and URLs of functions.
@Suite struct FunctionPartsTests {
    static let aliases = LambdaAliasProvider()
    static let urls = FunctionURLProvider()
    static let arn: Value = "arn:aws:lambda:us-east-1:123456789012:function:f:live"
    static let alias: Value = ["AliasArn": arn, "Name": "live", "FunctionVersion": "3", "Description": ""]
    static let url: Value = ["FunctionUrl": "https://x.lambda-url.us-east-1.on.aws/", "AuthType": "NONE"]

    @Test("An alias's ARN follows from the file")
    func predicts() throws {
        let predict = try #require(Self.aliases.type.output("arn")?.predict)
        #expect(predict(["functionName": "f", "name": "live"], ScriptedAWS.context) == Self.arn)
        #expect(predict(["name": "live"], ScriptedAWS.context) == nil)
    }

    @Test func anUpdateLaysWhatChangedOverWhatIsLive() async throws {
        let weighted = Self.alias.overlaid(by: ["RoutingConfig": ["AdditionalVersionWeights": ["4": .number(0.5)]]])
        let script = ScriptedAWS(["GetAlias": [.value(weighted)], "UpdateAlias": [.value(Self.alias)]])
        _ = try await Self.aliases.update(
            "f/live", to: ["description": "x"], changed: ["description", "routingConfig"],
            script.calls("lambdaAliases"))
        #expect(
            script.inputs("UpdateAlias") == [
                [
                    "FunctionName": "f", "Name": "live", "FunctionVersion": "3", "Description": "x",
                    "RoutingConfig": ["AdditionalVersionWeights": [:]],
                ]
            ])
    }

    @Test("A function's own URL is asked for without a qualifier")
    func ownURL() async throws {
        let script = ScriptedAWS([
            "GetFunctionUrlConfig": [.value(Self.url.overlaid(by: ["Cors": ["MaxAge": 5]]))],
            "UpdateFunctionUrlConfig": [.value(Self.url)],
        ])
        let live = try #require(try await Self.urls.read("f/$LATEST", script.calls("functionUrls")))
        #expect(live.attributes["qualifier"] == "$LATEST" && live.outputs == ["url": Self.url["FunctionUrl"]])
        _ = try await Self.urls.update(
            "f/$LATEST", to: ["authType": "NONE"], changed: ["cors"], script.calls("functionUrls"))
        #expect(script.inputs("GetFunctionUrlConfig").allSatisfy { $0 == ["FunctionName": "f"] })
        #expect(
            script.inputs("UpdateFunctionUrlConfig") == [["FunctionName": "f", "AuthType": "NONE", "Cors": [:]]])
    }

    @Test(
        "What is there already is said, and a change under way is waited for",
        arguments: [
            ("FunctionUrlConfig exists for this Lambda function", "exists already"),
            ("The operation cannot be performed at this time. An update is in progress", nil),
        ] as [(String, String?)])
    func conflicts(words: String, complained: String?) async throws {
        let script = ScriptedAWS([
            "CreateFunctionUrlConfig": [.refused("ResourceConflictException", words), .value(Self.url)]
        ])
        let error = await complaint { () async throws(ProviderError) in
            _ = try await Self.urls.create(
                ["functionName": "f", "authType": "NONE"], script.calls("functionUrls"))
        }
        #expect(complained.map { error?.contains($0) == true } ?? (error == nil), "\(error ?? "")")
        #expect(script.created == (complained == nil ? ["f/$LATEST"] : []))
    }

    @Test(
        arguments: [
            (["functionVersion": "$LATEST"], []),
            (["functionVersion": "3", "routingConfig": ["additionalVersionWeights": ["4": .number(0.1)]]], []),
            (
                ["functionVersion": "3", "routingConfig": ["additionalVersionWeights": ["3": .number(0.1)]]],
                ["alias-routing"]
            ),
            (
                ["functionVersion": "$LATEST", "routingConfig": ["additionalVersionWeights": ["4": .number(0.1)]]],
                ["alias-routing"]
            ),
            (
                [
                    "functionVersion": "3",
                    "routingConfig": ["additionalVersionWeights": ["4": .number(0.1), "5": .number(0.1)]],
                ],
                ["alias-routing"]
            ),
        ] as [(Value, [String])])
    func aliasRules(alias: Value, codes: [String]) {
        #expect(Self.aliases.type.problems(alias) == codes)
    }

    @Test(
        arguments: [
            (["cors": ["allowCredentials": true, "allowOrigins": ["*"]]], ["cors-credentials"]),
            (["cors": ["allowCredentials": true, "allowOrigins": ["https://a.example"]]], []),
        ] as [(Value, [String])])
    func urlRules(url: Value, codes: [String]) {
        #expect(Self.urls.type.problems(url) == codes)
    }
}
