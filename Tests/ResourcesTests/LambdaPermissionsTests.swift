import AWSClient
import Model
import Provider
import Resources
import Schema
import Testing
import TestSupport

@Suite struct LambdaPermissionsTests {
    static let provider = LambdaPermissionProvider()
    static let none = ScriptedAWS.Answer.refused("ResourceNotFoundException")

    static func policy(_ statements: String...) -> ScriptedAWS.Answer {
        .value([
            "Policy": .string(#"{"Version": "2012-10-17", "Statement": [\#(statements.joined(separator: ", "))]}"#)
        ])
    }

    static func statement(_ rest: String, principal: String = #"{"Service": "s3.amazonaws.com"}"#) -> String {
        """
        {"Sid": "s", "Effect": "Allow", "Principal": \(principal), "Action": "lambda:InvokeFunction", \
        "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"\(rest)}
        """
    }

    static let everyCondition = """
        , "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"}, \
        "StringEquals": {"AWS:SourceAccount": "123456789012", "lambda:EventSourceToken": "t", \
        "lambda:FunctionUrlAuthType": "NONE", "aws:PrincipalOrgID": "o-1234567890"}, \
        "Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
        """

    static let desired: Value = [
        "functionName": "f", "statementId": "s", "action": "lambda:InvokeFunction", "principal": "s3.amazonaws.com",
        "sourceAccount": "123456789012", "invokedViaFunctionUrl": false,
    ]
    static let right = policy(
        statement(#", "Condition": {"StringEquals": {"AWS:SourceAccount": "123456789012"}}"#))

    @Test(
        "A statement is read back as the properties that it was written from",
        arguments: [
            (statement(""), ["principal": "s3.amazonaws.com"] as Value),
            (statement("", principal: "\"*\""), ["principal": "*"] as Value),
            (statement("", principal: "{\"AWS\": \"*\"}"), ["principal": "*"] as Value),
            (
                statement("", principal: "{\"AWS\": \"arn:aws:iam::210987654321:root\"}"),
                ["principal": "210987654321"] as Value
            ),
            (
                statement("", principal: "{\"AWS\": [\"arn:aws:iam::123456789012:role/r\"]}"),
                ["principal": "arn:aws:iam::123456789012:role/r"] as Value
            ),
            // A role that is gone.
            (
                statement("", principal: "{\"AWS\": \"AROAEXAMPLEEXAMPLE123\"}"),
                ["principal": "AROAEXAMPLEEXAMPLE123"] as Value
            ),
            (
                statement(everyCondition),
                [
                    "principal": "s3.amazonaws.com", "sourceArn": "arn:aws:s3:::b", "sourceAccount": "123456789012",
                    "eventSourceToken": "t", "functionUrlAuthType": "NONE", "principalOrgID": "o-1234567890",
                    "invokedViaFunctionUrl": true,
                ] as Value
            ),
            // As the API's reference has it, and in other letters.
            (
                statement(", \"Condition\": {\"StringLike\": {\"aws:SourceArn\": [\"arn:aws:s3:::b\"]}}"),
                ["principal": "s3.amazonaws.com", "sourceArn": "arn:aws:s3:::b"] as Value
            ),
        ])
    func reads(statement: String, properties: Value) async throws {
        let script = ScriptedAWS(["GetPolicy": [Self.policy(statement)]])
        let live = try #require(
            try await Self.provider.read("f/live/s", script.calls("lambdaPermissions")))
        let key: Value = ["functionName": "f", "qualifier": "live", "statementId": "s"]
        #expect(
            live.attributes == properties.overlaid(by: key).overlaid(by: ["action": "lambda:InvokeFunction"]))
        #expect(script.inputs("GetPolicy") == [["FunctionName": "f", "Qualifier": "live"]])
    }

    @Test(
        "A function is known by its name, and by its ARN where it is another account's or region's",
        arguments: [
            ("f", "f"), ("arn:aws:lambda:us-east-1:123456789012:function:f", "f"), ("123456789012:function:f", "f"),
            ("arn:aws:lambda:eu-west-1:123456789012:function:f", "arn:aws:lambda:eu-west-1:123456789012:function:f"),
            ("210987654321:function:f", "210987654321:function:f"),
        ])
    func knowsTheFunction(text: String, name: String) throws {
        let row = try #require(Self.provider.type.attribute("functionName"))
        #expect(try row.compile?(.string(text), [:], ScriptedAWS.context) == .string(name))
    }

    @Test("A statement is added and seen; one of the same id that says something else is somebody's")
    func creates() async throws {
        let script = ScriptedAWS(["GetPolicy": [Self.none, Self.none, Self.right]])
        _ = try await Self.provider.create(Self.desired, script.calls("lambdaPermissions"))
        #expect(script.changes == ["intend AddPermission", "AddPermission", "created f/$LATEST/s"])
        #expect(
            script.inputs("AddPermission") == [
                [
                    "FunctionName": "f", "StatementId": "s", "Action": "lambda:InvokeFunction",
                    "Principal": "s3.amazonaws.com", "SourceAccount": "123456789012",
                ]
            ])

        let taken = ScriptedAWS(["GetPolicy": [Self.policy(Self.statement(""))]])
        let error = await complaint { () async throws(ProviderError) in
            _ = try await Self.provider.create(Self.desired, taken.calls("lambdaPermissions"))
        }
        #expect(error?.contains("f/$LATEST/s exists already") == true && taken.changes.isEmpty)
    }

    @Test(
        "A principal that IAM has not spread is waited for, and nothing else that is wrong",
        arguments: [
            ("arn:aws:iam::123456789012:role/r", true), ("nothing.example.com", false),
        ])
    func waitsForPrincipals(principal: String, isWaitedFor: Bool) async throws {
        let live = Self.policy(Self.statement("", principal: #"{"AWS": "\#(principal)"}"#))
        let script = ScriptedAWS([
            "GetPolicy": [Self.none, Self.none, live],
            "AddPermission": [
                .refused("InvalidParameterValueException", "The provided principal was invalid."), .value([:]),
            ],
        ])
        let error = await complaint { () async throws(ProviderError) in
            _ = try await Self.provider.create(
                [
                    "functionName": "f", "statementId": "s", "action": "lambda:InvokeFunction",
                    "principal": .string(principal),
                ], script.calls("lambdaPermissions"))
        }
        #expect((error == nil) == isWaitedFor)
        #expect(script.inputs("AddPermission").count == (isWaitedFor ? 2 : 1))
    }

    @Test func aStatementIsGoneWhenItsIdIsFree() async throws {
        let script = ScriptedAWS(["GetPolicy": [Self.right, Self.none]])
        try await Self.provider.delete("f/$LATEST/s", script.calls("lambdaPermissions"))
        #expect(script.writes == ["RemovePermission"] && script.changes.contains("wait"))
        #expect(script.inputs("RemovePermission") == [["FunctionName": "f", "StatementId": "s"]])
    }

    @Test(
        "It is this stack's where the function is",
        arguments: [
            ("prod", Located.ours("f/$LATEST/s")), ("other", .unowned("f/$LATEST/s")),
        ])
    func locates(stack: String, located: Located) async throws {
        let script = ScriptedAWS([
            "GetPolicy": [Self.right], "GetFunction": [.value(["Tags": ["cogstack:stack": .string(stack)]])],
        ])
        #expect(
            try await Self.provider.locate(Self.desired, intents: [], script.calls("lambdaPermissions")) == located)
    }

    @Test func aPermissionSaysWhatItGives() throws {
        let letsOthers = try #require(Self.provider.type.letsOthers)
        let document = letsOthers(Self.desired.overlaid(by: ["invokedViaFunctionUrl": true]))
        #expect(
            document["Statement"] == [
                [
                    "Effect": "Allow", "Principal": ["Service": "s3.amazonaws.com"], "Action": "lambda:InvokeFunction",
                    "Resource": "f",
                    "Condition": [
                        "StringEquals": ["AWS:SourceAccount": "123456789012"],
                        "Bool": ["lambda:InvokedViaFunctionUrl": "true"],
                    ],
                ]
            ])
    }

    @Test(
        arguments: [
            (["action": "lambda:InvokeFunction", "functionUrlAuthType": "NONE"], ["url-auth-type-without-url"]),
            (["action": "lambda:InvokeFunctionUrl", "functionUrlAuthType": "NONE"], []),
            (["principal": "s3.amazonaws.com"], ["service-of-any-account"]),
            (["principal": "s3.amazonaws.com", "sourceAccount": "123456789012"], []), (["principal": "*"], []),
        ] as [(Value, [String])])
    func rules(permission: Value, codes: [String]) {
        #expect(Self.provider.type.problems(permission) == codes)
    }
}
