import AWSClient
import Provider
import Resources
import Model
import Schema
import Records
import Testing
import TestSupport

@Suite("Access keys")
struct AccessKeysTests {
    let provider = AccessKeyProvider()

    static func key(_ id: String, _ created: String = "2026-01-02T03:04:05Z", status: String = "Active") -> Value {
        ["UserName": "u", "AccessKeyId": .string(id), "Status": .string(status), "CreateDate": .string(created)]
    }
    static func list(_ keys: Value...) -> ScriptedAWS.Answer {
        .value(["AccessKeyMetadata": .list(keys), "IsTruncated": "false"])
    }
    static let made = ScriptedAWS.Answer.value([
        "AccessKey": [
            "UserName": "u", "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "Status": "Active",
            "SecretAccessKey": .secret(Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")),
        ]
    ])

    @Test("A create call knows what was there before, and the key is recorded at once")
    func creates() async throws {
        let aws = ScriptedAWS([
            "ListAccessKeys": [Self.list(Self.key("AKIAOLD"))],
            "CreateAccessKey": [.refused("NoSuchEntity", "The user with name u cannot be found."), Self.made],
            "GetCallerIdentity": [
                .refused("InvalidClientTokenId", "The security token included in the request is invalid."), .value([:]),
            ],
        ])
        let outputs = try await provider.create(["iamUser": "u", "status": "Inactive"], aws.calls("accessKeys"))
        #expect(
            aws.changes == [
                "intend CreateAccessKey", "CreateAccessKey", "wait", "intend CreateAccessKey", "CreateAccessKey",
                "created u/AKIAIOSFODNN7EXAMPLE", "wait", "intend UpdateAccessKey", "UpdateAccessKey",
            ])
        #expect(
            aws.signers == ["AKIAIOSFODNN7EXAMPLE"],
            "while another key is in use, the new one is tried before anybody has it")
        #expect(aws.baselines == [["AKIAOLD"], ["AKIAOLD"]])
        #expect(outputs["id"] == "AKIAIOSFODNN7EXAMPLE")
        #expect(outputs["secret"]?.holdsSecret == true)
    }

    @Test("A third key is refused before it is asked for")
    func quota() async {
        let used: Value = ["LastUsedDate": "2026-03-04T05:06:07Z", "ServiceName": "sts", "Region": "us-east-1"]
        let aws = ScriptedAWS([
            "ListAccessKeys": [Self.list(Self.key("AKIA1"), Self.key("AKIA2", status: "Inactive"))],
            "GetAccessKeyLastUsed": [
                .value(["AccessKeyLastUsed": used]), .value(["AccessKeyLastUsed": ["ServiceName": "N/A"]]),
            ],
        ])
        let complaint = await complaint { () async throws(ProviderError) in
            _ = try await provider.create(["iamUser": "u"], aws.calls("accessKeys", known: ["u/AKIA1"]))
        }
        #expect(
            complaint == """
                The user u has two keys, and AWS allows no more: AKIA1 (Active, made 2026-01-02T03:04:05Z, last used 2026-03-04T05:06:07Z for \
                sts in us-east-1), the one of accessKeys.x; AKIA2 (Inactive, made 2026-01-02T03:04:05Z, never used), another one. Delete the \
                one that nothing uses, and run it again.
                """)
        #expect(aws.changes.isEmpty)
    }

    /// Two keys of the stack's own, one of them replaced, are nobody's problem.
    @Test(
        "A plan knows that a strange key leaves no room",
        arguments: [
            (["u/AKIA1"], true), (["u/AKIA1", "u/AKIA2"], false), ([], false),
        ] as [(Set<String>, Bool)])
    func quotaProblem(known: Set<String>, isFull: Bool) async throws {
        let aws = ScriptedAWS([
            "ListAccessKeys": [Self.list(Self.key("AKIA1"), Self.key("AKIA2"))],
            "GetAccessKeyLastUsed": [.value(["AccessKeyLastUsed": ["ServiceName": "N/A"]])],
        ])
        let problem = try await provider.read("u/AKIA1", aws.calls("accessKeys", known: known))?.quotaProblem
        #expect(
            problem?.message
                == (isFull
                    ? """
                    the user u has another key, AKIA2 (Active, made 2026-01-02T03:04:05Z, never used), which is not the stack's, and AWS allows 2 keys a user
                    """ : nil))
        #expect(
            problem?.help
                == (isFull
                    ? """
                    The stack uses AKIA1. If nothing uses AKIA2, delete it: `aws iam delete-access-key --user-name u --access-key-id AKIA2`.
                    """ : nil))
    }

    @Test("Keys of one user are listed once in a run")
    func reads() async throws {
        let aws = ScriptedAWS(["ListAccessKeys": [Self.list(Self.key("AKIA1", status: "Inactive"))]])
        let shared = SharedReads()
        let live = try await provider.read("u/AKIA1", aws.calls("accessKeys", shared: shared))
        #expect(live?.attributes == ["iamUser": "u", "status": "Inactive"])
        #expect(live?.outputs == ["id": "AKIA1"])
        #expect(try await provider.read("u/AKIA2", aws.calls("accessKeys", shared: shared)) == nil)
        #expect(aws.reads.filter { $0 == "ListAccessKeys" }.count == 1)
    }

    @Test("A key of a user that is gone is gone")
    func readsWithoutUser() async throws {
        let aws = ScriptedAWS(["ListAccessKeys": [missing]])
        #expect(try await provider.read("u/AKIA1", aws.calls("accessKeys")) == nil)
    }

    @Test("A key is switched off before it is deleted")
    func deletes() async throws {
        let aws = ScriptedAWS()
        try await provider.delete("u/AKIA1", aws.calls("accessKeys"))
        #expect(aws.writes == ["UpdateAccessKey", "DeleteAccessKey"])
        #expect(aws.inputs("UpdateAccessKey") == [["UserName": "u", "AccessKeyId": "AKIA1", "Status": "Inactive"]])
        let gone = ScriptedAWS(["UpdateAccessKey": [missing]])
        try await provider.delete("u/AKIA1", gone.calls("accessKeys"))
        #expect(gone.writes == ["UpdateAccessKey"])
    }

    struct Look: Sendable {
        let keys: [Value]
        /// Baseline and time of each create call without a result.
        var intents: [([String], Double)] = []
        var owner = "prod"
        /// When AWS says that the keys were used; empty for never.
        var lastUsed = ""
        let expected: Located
    }

    /// 2026-01-02T03:04:05Z.
    static let then = 1_767_323_045.0

    @Test(
        "A key is found by what was there before, or by its user",
        arguments: [
            Look(keys: [], expected: .none),
            Look(keys: [key("B")], expected: .ours("u/B")),
            Look(keys: [key("B"), key("A")], expected: .ambiguous(["u/A", "u/B"])),
            Look(keys: [key("B")], owner: "another", expected: .none),
            Look(keys: [key("A"), key("B")], intents: [(["A"], then)], expected: .lost(["u/B"])),
            // AWS's clock may be a little behind; much earlier or later is somebody else's.
            Look(keys: [key("B")], intents: [([], then + 200)], expected: .lost(["u/B"])),
            Look(keys: [key("B")], intents: [([], then + 400)], expected: .none),
            // The call may have been throttled for minutes.
            Look(keys: [key("B")], intents: [([], then - 550)], expected: .lost(["u/B"])),
            Look(keys: [key("B")], intents: [([], then - 650)], expected: .none),
            Look(keys: [key("B", "yesterday")], intents: [([], then)], expected: .none),
            Look(keys: [key("B", "2026-01-02T03:04:05.123Z")], intents: [([], then)], expected: .lost(["u/B"])),
            Look(keys: [key("A")], intents: [(["A"], then)], expected: .none),
            // More than the calls can have made, or in use: somebody else's is among them.
            Look(keys: [key("A"), key("B")], intents: [([], then)], expected: .ambiguous(["u/A", "u/B"])),
            Look(keys: [key("A"), key("B")], intents: [([], then), ([], then)], expected: .lost(["u/A", "u/B"])),
            Look(keys: [key("A"), key("Known")], intents: [([], then)], expected: .lost(["u/A"])),
            Look(
                keys: [key("B")], intents: [([], then)], lastUsed: "2026-01-02T04:00:00Z", expected: .ambiguous(["u/B"])
            ),
        ])
    func locates(look: Look) async throws {
        let aws = ScriptedAWS([
            "ListAccessKeys": [.value(["AccessKeyMetadata": .list(look.keys)])],
            "GetAccessKeyLastUsed": [
                .value(["AccessKeyLastUsed": look.lastUsed.isEmpty ? [:] : ["LastUsedDate": .string(look.lastUsed)]])
            ],
            "GetUser": [.value(["User": ["UserName": "u", "Tags": .tags([("cogstack:stack", look.owner)])]])],
        ])
        let intents = look.intents.map { baseline, at in
            Intent(
                address: Address(section: "accessKeys", name: "x"), type: "accessKey", operation: "CreateAccessKey",
                creates: true, physicalId: nil, baseline: baseline, at: at)
        }
        #expect(
            try await provider.locate(["iamUser": "u"], intents: intents, aws.calls("accessKeys", known: ["u/Known"]))
                == look.expected)
    }

    @Test(
        "A user is named by its name or its ARN",
        arguments: [
            ("u", "arn:aws:iam::123456789012:user/path/u", true), ("u", "arn:aws:iam::123456789012:user/v", false),
        ])
    func userNames(name: String, arn: String, isSame: Bool) {
        #expect(accessKeyType.attribute("iamUser")?.equivalent?(.string(name), .string(arn)) == isSame)
    }
}
