import AWSClient
import Provider
import Resources
import Model
import Schema
import Records
import Testing
import TestSupport

@Suite("Secrets and parameters")
struct SecretsTests {
    static let provider = SecretProvider(token: { "01234567-89ab-cdef-0123-456789abcdef" })
    static let parameters = SSMParameterProvider()
    static let keySecret = Value.template(Template(Reference(Address(section: "accessKeys", name: "k"), "secret")))
    static let deleted = ScriptedAWS.Answer.refused(
        "InvalidRequestException",
        "You can't create this secret because a secret with this name is already scheduled for deletion.")
    static let ours = Value.tags([("cogstack:stack", "prod"), ("cogstack:address", "secrets.x")])

    static func secret(_ members: Value = [:]) -> ScriptedAWS.Answer {
        let secret: Value = ["Name": "x", "ARN": "arn:x-AbCdEf", "Tags": ours]
        return .value(secret.overlaid(by: members))
    }

    // MARK: Secrets

    @Test("A value is sent as a secret, pairs as one JSON object, and its tags in the same call")
    func creates() async throws {
        let aws = ScriptedAWS(["CreateSecret": [.value(["ARN": "arn:x-AbCdEf"])]])
        let outputs = try await Self.provider.create(
            ["name": "x", "keyValuePairs": ["b": .secret(Secret("hush\"")), "a": "1"], "tags": ["t": "1"]],
            aws.calls("secrets"))
        #expect(outputs == ["arn": "arn:x-AbCdEf", "name": "x"])
        #expect(aws.changes == ["intend CreateSecret", "CreateSecret", "created x"])
        #expect(
            aws.inputs("CreateSecret") == [
                [
                    "Name": "x", "SecretString": .secret(Secret(#"{"a":"1","b":"hush\""}"#)),
                    "Tags": .tags([("t", "1")]),
                    "ClientRequestToken": "01234567-89ab-cdef-0123-456789abcdef",
                ]
            ])
    }

    @Test("A secret of the stack's that is scheduled for deletion is brought back and told everything")
    func restores() async throws {
        let aws = ScriptedAWS(["CreateSecret": [Self.deleted], "DescribeSecret": [Self.secret(["DeletedDate": 1])]])
        let outputs = try await Self.provider.create(
            ["name": "x", "secretString": "new", "tags": ["t": "1"]], aws.calls("secrets"))
        #expect(outputs["arn"] == "arn:x-AbCdEf")
        #expect(
            aws.changes.filter { !$0.hasPrefix("intend") } == [
                "CreateSecret", "RestoreSecret", "created x", "UpdateSecret", "TagResource",
            ])
        #expect(aws.inputs("UpdateSecret").first?["SecretString"] == .secret(Secret("new")))
        #expect(aws.inputs("UpdateSecret").first?["Description"] == "")
    }

    @Test("A deletion that AWS has not carried out yet is waited for")
    func waits() async throws {
        let aws = ScriptedAWS([
            "CreateSecret": [Self.deleted, .value([:])],
            "DescribeSecret": [.refused("ResourceNotFoundException", "gone")],
        ])
        _ = try await Self.provider.create(["name": "x", "secretString": "s"], aws.calls("secrets"))
        #expect(aws.writes == ["CreateSecret", "CreateSecret"] && aws.changes.contains("wait"))
    }

    @Test("What is scheduled for deletion is not there, and what is somebody else's is not touched")
    func scheduled() async throws {
        let marked = ScriptedAWS.Answer.refused(
            "InvalidRequestException",
            "You can't perform this operation on the secret because it was marked for deletion.")
        let aws = ScriptedAWS(["DescribeSecret": [Self.secret(["DeletedDate": 1])], "GetSecretValue": [marked]])
        #expect(try await Self.provider.read("x", aws.calls("secrets")) == nil)
        #expect(try await Self.provider.locate(["name": "x"], intents: [], aws.calls("secrets")) == .none)
        let foreign = ScriptedAWS([
            "CreateSecret": [Self.deleted], "DescribeSecret": [Self.secret(["DeletedDate": 1, "Tags": []])],
        ])
        let complaint = await complaint { () async throws(ProviderError) in
            _ = try await Self.provider.create(["name": "x", "secretString": "s"], foreign.calls("secrets"))
        }
        #expect(complaint?.contains("was deleted and keeps its name") == true)
        #expect(foreign.writes == ["CreateSecret"])
    }

    @Test(
        "A value reads as one text and as pairs, and belongs to the owner that its tags name",
        arguments: [
            (#"{"a":"1","b":2,"c":{"d":null}}"#, ["a": "1", "b": "2", "c": #"{"d":null}"#] as Value), ("[1]", .null),
            ("plain", .null),
        ])
    func reads(text: String, pairs: Value) async throws {
        let aws = ScriptedAWS([
            "DescribeSecret": [Self.secret()], "GetSecretValue": [.value(["SecretString": .secret(Secret(text))])],
        ])
        let live = try #require(try await Self.provider.read("x", aws.calls("secrets")))
        #expect(live.attributes["secretString"] == .string(text))
        #expect(
            live.attributes["keyValuePairs"]["a"] == pairs["a"] && live.attributes["keyValuePairs"]["b"] == pairs["b"])
        #expect(try await Self.provider.locate(["name": "x"], intents: [], aws.calls("secrets")) == .ours("x"))
        #expect(
            try await Self.provider.locate(["name": "x"], intents: [], aws.calls("secrets", "y"))
                == .foreign("x", owner: "secrets.x of this stack"))
    }

    @Test("A secret of an earlier run keeps its live value when its neighbours change, and is never made up")
    func keepsWhatItCannotKnow() async throws {
        let desired: Value = ["name": "x", "keyValuePairs": ["secret": Self.keySecret, "note": "new"]]
        let aws = ScriptedAWS([
            "GetSecretValue": [.value(["SecretString": .secret(Secret(#"{"secret":"hush","gone":"1"}"#))])]
        ])
        _ = try await Self.provider.update("x", to: desired, changed: ["keyValuePairs"], aws.calls("secrets"))
        #expect(
            aws.inputs("UpdateSecret").first?["SecretString"] == .secret(Secret(#"{"note":"new","secret":"hush"}"#)))
        let empty = ScriptedAWS(["GetSecretValue": [.refused("ResourceNotFoundException", "no value")]])
        let complaint = await complaint { () async throws(ProviderError) in
            _ = try await Self.provider.update("x", to: desired, changed: ["keyValuePairs"], empty.calls("secrets"))
        }
        #expect(complaint?.contains("Plan again") == true && empty.writes == [])
    }

    @Test(
        "A secret is deleted as its recovery window says, and once",
        arguments: [
            ([:], ["SecretId": "x"]), (["recoveryWindowInDays": 9], ["SecretId": "x", "RecoveryWindowInDays": 9]),
            (["recoveryWindowInDays": 0], ["SecretId": "x", "ForceDeleteWithoutRecovery": true]),
        ] as [(Value, Value)])
    func deletes(recorded: Value, input: Value) async throws {
        let aws = ScriptedAWS([
            "DeleteSecret": [.refused("InvalidRequestException", "it was already scheduled for deletion.")]
        ])
        let calls = ProviderContext(
            address: Address(section: "secrets", name: "x"), context: ScriptedAWS.context, caller: aws, recorder: aws,
            pace: aws,
            shared: SharedReads(), recorded: recorded)
        try await Self.provider.delete("x", calls)
        #expect(aws.inputs("DeleteSecret") == [input])
    }

    // MARK: Parameters

    static let live: Script = [
        "DescribeParameters": [
            .value(["Parameters": [], "NextToken": "more"]),
            .value([
                "Parameters": [
                    [
                        "Name": "x", "Type": "SecureString", "Tier": "Advanced", "KeyId": "alias/mine",
                        "Description": "old",
                        "AllowedPattern": "a.*", "DataType": "text",
                        "Policies": [["PolicyText": #"{"Type":"Expiration"}"#]],
                    ]
                ]
            ]),
        ],
        "GetParameter": [.value(["Parameter": ["Name": "x", "Value": .secret(Secret("hush"))]])],
        "ListTagsForResource": [.value(["TagList": .tags([("t", "1")])])],
    ]

    @Test("A new parameter has its tags with it, and its name is waited for")
    func createsParameter() async throws {
        let aws = ScriptedAWS(["PutParameter": [.refused("ParameterAlreadyExists", "there"), .value([:])]])
        let outputs = try await Self.parameters.create(
            ["name": "/a/x", "type": "SecureString", "value": .secret(Secret("hush")), "tags": ["t": "1"]],
            aws.calls("ssmParameters"))
        #expect(
            aws.inputs("PutParameter").last == [
                "Name": "/a/x", "Type": "SecureString", "Value": .secret(Secret("hush")), "Tags": .tags([("t", "1")]),
            ])
        #expect(aws.writes.count == 2 && aws.changes.contains("wait"))
        #expect(outputs["arn"] == "arn:aws:ssm:us-east-1:123456789012:parameter/a/x")
        #expect(
            ssmParameterType.output("arn")?.predict?(["name": "x"], ScriptedAWS.context)
                == "arn:aws:ssm:us-east-1:123456789012:parameter/x")
    }

    @Test("An overwrite sends along what is live, without tags, and a value that only an earlier run knew")
    func overwrites() async throws {
        let aws = ScriptedAWS(Self.live)
        let desired: Value = ["name": "x", "value": Self.keySecret, "tags": ["t": "2", "gone": .null]]
        _ = try await Self.parameters.update(
            "x", to: desired, changed: ["description", "tags"], aws.calls("ssmParameters"))
        #expect(
            aws.inputs("PutParameter") == [
                [
                    "Name": "x", "Overwrite": true, "Value": .secret(Secret("hush")), "Type": "SecureString",
                    "Tier": "Advanced",
                    "KeyId": "alias/mine", "Description": "", "AllowedPattern": "a.*", "DataType": "text",
                    "Policies": #"[{"Type":"Expiration"}]"#,
                ]
            ])
        #expect(aws.inputs("AddTagsToResource").first?["Tags"] == .tags([("t", "2")]))
        #expect(aws.inputs("RemoveTagsFromResource").first?["TagKeys"] == ["gone"])
    }

    @Test("What is refused because of another change is sent again")
    func busyParameter() async throws {
        let busy = [ScriptedAWS.Answer.refused("TooManyUpdates", "There are concurrent updates."), .value([:])]
        let script = Self.live.merging([
            "PutParameter": busy, "AddTagsToResource": busy, "RemoveTagsFromResource": busy,
        ]) { $1 }
        let aws = ScriptedAWS(script)
        let desired: Value = ["name": "x", "value": Self.keySecret, "tags": ["t": "2", "gone": .null]]
        _ = try await Self.parameters.update(
            "x", to: desired, changed: ["description", "tags"], aws.calls("ssmParameters"))
        let new = ScriptedAWS(["PutParameter": busy])
        _ = try await Self.parameters.create(["name": "x", "value": "v"], new.calls("ssmParameters"))
        #expect(aws.writes.count == 6 && new.writes.count == 2)
    }

    @Test("A parameter reads whole, in three calls that wait for nothing but each other's pages")
    func readsParameter() async throws {
        let aws = ScriptedAWS(Self.live)
        let read = try #require(try await Self.parameters.read("x", aws.calls("ssmParameters")))
        #expect(read.attributes["keyId"] == "alias/mine" && read.attributes["tier"] == "Advanced")
        #expect(read.attributes["value"] == "hush" && read.attributes["tags"] == ["t": "1"])
        #expect(
            aws.reads.sorted() == ["DescribeParameters", "DescribeParameters", "GetParameter", "ListTagsForResource"])
        let gone = ScriptedAWS([
            "GetParameter": [.refused("ParameterNotFound", "")], "DescribeParameters": [.value(["Parameters": []])],
            "ListTagsForResource": [.refused("InvalidResourceId", "")],
        ])
        #expect(try await Self.parameters.read("x", gone.calls("ssmParameters")) == nil)
        #expect(try await Self.parameters.locate(["name": "x"], intents: [], gone.calls("ssmParameters")) == .none)
    }

    @Test(
        "Two names of one key are one key",
        arguments: [
            ("alias/a", "arn:aws:kms:us-east-1:123456789012:alias/a", true),
            ("1-2", "arn:aws:kms:us-east-1:123456789012:key/1-2", true),
            ("alias/a", "alias/b", false), ("alias/a", "arn:aws:kms:us-east-1:123456789012:key/a", false),
        ])
    func keys(left: String, right: String, isSame: Bool) {
        for row in [secretType.attribute("kmsKeyId"), ssmParameterType.attribute("keyId")] {
            #expect(row?.equivalent?(.string(left), .string(right)) == isSame)
        }
    }
}
