import AWSClient
import Provider
import Resources
import Model
import Schema
import Records
import Testing
import TestSupport

/// A pool's triggers and the statements in their functions' resource policies without which AWS fails every sign-up.
@Suite struct TriggerPermissionTests {
    static let provider = UserPoolProvider()
    static let id = "us-east-1_AbCdEfGhI"
    static let poolARN = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEfGhI"
    static func function(_ name: String) -> String { "arn:aws:lambda:us-east-1:123456789012:function:\(name)" }

    static func policy(
        _ name: String = "f", sid: String = "cogstack-us-east-1_AbCdEfGhI", pool: String = poolARN,
        account: String = "123456789012"
    ) -> ScriptedAWS.Answer {
        .value([
            "Policy": .string(
                """
                {"Version": "2012-10-17", "Id": "default", "Statement": [{"Sid": "\(sid)", "Effect": "Allow", \
                "Principal": {"Service": "cognito-idp.amazonaws.com"}, "Action": "lambda:InvokeFunction", "Resource": "\(function(name))", \
                "Condition": {"StringEquals": {"AWS:SourceAccount": "\(account)"}, "ArnLike": {"AWS:SourceArn": "\(pool)"}}}]}
                """)
        ])
    }

    static let none = ScriptedAWS.Answer.refused("ResourceNotFoundException")

    static func script(
        triggers: Value, _ policies: [ScriptedAWS.Answer], _ more: [String: [ScriptedAWS.Answer]] = [:]
    ) -> ScriptedAWS {
        ScriptedAWS(
            [
                "DescribeUserPool": [.value(["UserPool": ["Id": .string(id), "Name": "p", "LambdaConfig": triggers]])],
                "GetUserPoolMfaConfig": [.value(["MfaConfiguration": "OFF"])], "GetPolicy": policies,
                "CreateUserPool": [.value(["UserPool": ["Id": .string(id)]])],
            ].merging(more) { $1 })
    }

    // MARK: The table

    @Test(
        "The functions of lambdaConfig are derived, each once",
        arguments: [
            ([:], .null), (["kmsKeyID": "arn:aws:kms:us-east-1:123456789012:key/k"], .null),
            (["preSignUp": "a"], ["a"]),
            (["preSignUp": "a", "postConfirmation": "a", "customMessage": "b"], ["a", "b"]),
            (
                [
                    "preTokenGenerationConfig": ["lambdaVersion": "V2_0", "lambdaArn": "a"],
                    "customSMSSender": ["lambdaArn": "c"],
                ], ["a", "c"]
            ),
        ] as [(Value, Value)])
    func derives(triggers: Value, permissions: Value) {
        #expect(Value.map(Self.provider.type.completed(["lambdaConfig": triggers]))["lambdaPermissions"] == permissions)
    }

    @Test(arguments: ["lambdaConfig", "lambdaPermissions"])
    func nothingIsDerivedFromWhatIsIgnored(path: String) {
        let completed = Self.provider.type.completed(
            ["lambdaConfig": ["preSignUp": "a"]], ignoring: [PropertyPath(path)])
        #expect(completed["lambdaPermissions"] == nil)
    }

    // MARK: Reading

    @Test(
        "A permission is there only as it must be",
        arguments: [
            (policy(), true), (none, false), (policy(sid: "other"), false),
            (policy(pool: "arn:aws:cognito-idp:us-east-1:123456789012:userpool/x"), false),
            (policy(account: "999999999999"), false), (.value(["Policy": "no JSON"]), false),
        ])
    func reads(policy: ScriptedAWS.Answer, isThere: Bool) async throws {
        let script = Self.script(triggers: ["PreSignUp": .string(Self.function("f"))], [policy])
        let live = try #require(try await Self.provider.read(Self.id, script.calls("userPools", "users")))
        #expect(live.attributes["lambdaPermissions"] == (isThere ? [.string(Self.function("f"))] : []))
        #expect(script.inputs("GetPolicy") == [["FunctionName": .string(Self.function("f"))]])
    }

    @Test func aVersionOrAliasHasAPolicyOfItsOwn() async throws {
        let script = Self.script(triggers: ["PreSignUp": .string(Self.function("f:live"))], [Self.none])
        _ = try await Self.provider.read(Self.id, script.calls("userPools", "users"))
        #expect(script.inputs("GetPolicy") == [["FunctionName": .string(Self.function("f")), "Qualifier": "live"]])
    }

    @Test func whatMayNotBeReadIsSaid() async throws {
        let script = Self.script(
            triggers: ["PreSignUp": .string(Self.function("f"))], [.refused("AccessDeniedException")])
        let live = try #require(try await Self.provider.read(Self.id, script.calls("userPools", "users")))
        #expect(live.unreadable["lambdaPermissions"]?.contains("lambda:GetPolicy on \(Self.function("f"))") == true)
    }

    @Test func aPoolWithoutTriggersCostsNoRead() async throws {
        let script = Self.script(triggers: [:], [])
        _ = try await Self.provider.read(Self.id, script.calls("userPools", "users"))
        #expect(script.inputs("GetPolicy").isEmpty)
    }

    // MARK: Writing

    static let changes: Set<String> = ["lambdaConfig", "lambdaPermissions"]

    static func desired(_ name: String, withdrawing others: String...) -> Value {
        [
            "lambdaConfig": ["preSignUp": .string(function(name))],
            "lambdaPermissions": .list([.string(function(name))] + others.map { .map([function($0): .null]) }),
        ]
    }

    @Test("A new pool gets its triggers once their functions let it call them")
    func creates() async throws {
        let script = Self.script(triggers: [:], [Self.none, Self.policy()])
        _ = try await Self.provider.create(
            Self.desired("f").overlaid(by: ["name": "p"]), script.calls("userPools", "users"))
        #expect(
            script.changes.filter { !$0.hasPrefix("intend") } == [
                "CreateUserPool", "created \(Self.id)", "AddPermission", "UpdateUserPool",
            ])
        #expect(script.inputs("CreateUserPool") == [["PoolName": "p"]])
        #expect(
            script.inputs("AddPermission") == [
                [
                    "FunctionName": .string(Self.function("f")), "StatementId": "cogstack-us-east-1_AbCdEfGhI",
                    "Action": "lambda:InvokeFunction",
                    "Principal": "cognito-idp.amazonaws.com", "SourceArn": .string(Self.poolARN),
                    "SourceAccount": "123456789012",
                ]
            ])
        #expect(script.inputs("UpdateUserPool").first?["LambdaConfig"] == ["PreSignUp": .string(Self.function("f"))])
    }

    @Test(
        "What is there is left, what is wrong is replaced, and a lost answer is no failure",
        arguments: [
            ([policy()], [:], []), ([none, policy()], [:], ["AddPermission"]),
            ([policy(pool: "arn:x"), policy()], [:], ["RemovePermission", "AddPermission"]),
            ([none, none, none, policy()], [:], ["AddPermission", "wait", "AddPermission"]),
        ] as [([ScriptedAWS.Answer], [String: [ScriptedAWS.Answer]], [String])])
    func adds(policies: [ScriptedAWS.Answer], more: [String: [ScriptedAWS.Answer]], events: [String]) async throws {
        let script = Self.script(triggers: [:], policies, more)
        _ = try await Self.provider.update(
            Self.id, to: Self.desired("f"), changed: ["lambdaPermissions"], script.calls("userPools", "users"))
        #expect(script.changes.filter { !$0.hasPrefix("intend") } == events)
    }

    @Test("The old function loses its permission after the pool has the new one")
    func withdraws() async throws {
        let script = Self.script(
            triggers: ["PreSignUp": .string(Self.function("old"))], [Self.none, Self.policy("new")])
        _ = try await Self.provider.update(
            Self.id, to: Self.desired("new", withdrawing: "old"), changed: Self.changes,
            script.calls("userPools", "users")
        )
        #expect(
            script.changes.filter { !$0.hasPrefix("intend") } == [
                "AddPermission", "UpdateUserPool", "RemovePermission",
            ])
        #expect(
            script.inputs("RemovePermission") == [
                [
                    "FunctionName": .string(Self.function("old")), "StatementId": "cogstack-us-east-1_AbCdEfGhI",
                ]
            ])
    }

    @Test("Where a permission is refused, the pool is left as it is")
    func refused() async throws {
        let script = Self.script(triggers: [:], [Self.none], ["AddPermission": [.refused("AccessDeniedException")]])
        let error = await complaint { () async throws(ProviderError) in
            _ = try await Self.provider.update(
                Self.id, to: Self.desired("f"), changed: Self.changes, script.calls("userPools", "users"))
        }
        #expect(error?.contains("Cognito may not call \(Self.function("f"))") == true)
        #expect(
            error?.contains("lambda:AddPermission") == true
                && error?.contains("ignoreChanges: [lambdaPermissions]") == true)
        #expect(script.inputs("UpdateUserPool").isEmpty)
    }

    @Test(
        "A pool goes after its permissions",
        arguments: [[:], ["RemovePermission": [none]]] as [[String: [ScriptedAWS.Answer]]])
    func deletes(more: [String: [ScriptedAWS.Answer]]) async throws {
        let script = Self.script(triggers: ["PreSignUp": .string(Self.function("f"))], [], more)
        try await Self.provider.delete(Self.id, script.calls("userPools", "users"))
        #expect(script.changes.filter { !$0.hasPrefix("intend") } == ["RemovePermission", "DeleteUserPool"])
    }
}
