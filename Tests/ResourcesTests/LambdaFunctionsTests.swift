import Archive
import AWSClient
import Provider
import Resources
import Model
import Schema
import Records
import TestSupport
import Testing

@Suite("Lambda functions")
struct LambdaFunctionsTests {
    static let code = CodeArchive(bytes: [1, 2, 3])
    static let codeValue: Value = ["path": "fn", "sha256": .string(code.sha256)]
    let provider = LambdaFunctionProvider { (_) throws(ArchiveError) in code }

    static let desired: Value = [
        "name": "x", "runtime": "python3.13", "handler": "a.b", "code": codeValue,
        "role": "arn:aws:iam::123456789012:role/r",
        "environment": ["A": "1"], "architectures": ["arm64"], "reservedConcurrentExecutions": 0,
        "logRetentionDays": 30,
        "tags": ["t": "1"],
    ]
    static let active: Script = [
        "GetFunctionConfiguration": [.value(["State": "Active", "LastUpdateStatus": "Successful"])]
    ]

    static let updated = ScriptedAWS.Answer.value([
        "FunctionName": "x", "CodeSha256": .string(code.sha256), "RevisionId": "r3",
    ])

    // MARK: Creating

    @Test("The log group comes first, and the function is recorded before it is waited for")
    func creates() async throws {
        let aws = ScriptedAWS([
            "CreateLogGroup": [.refused("ResourceAlreadyExistsException", "there")],
            "GetFunctionConfiguration": [.value(["State": "Pending"]), .value(["State": "Active"])],
        ])
        let outputs = try await provider.create(Self.desired, aws.calls("lambdaFunctions"))
        #expect(
            aws.changes.filter { !$0.hasPrefix("intend") } == [
                "CreateLogGroup", "PutRetentionPolicy", "CreateFunction", "created x", "wait", "PutFunctionConcurrency",
            ])
        #expect(
            aws.inputs("CreateFunction") == [
                [
                    "FunctionName": "x", "Runtime": "python3.13", "Handler": "a.b",
                    "Role": "arn:aws:iam::123456789012:role/r",
                    "Code": ["ZipFile": "AQID"], "Architectures": ["arm64"], "Environment": ["Variables": ["A": "1"]],
                    "Tags": ["t": "1"],
                ]
            ])
        #expect(aws.inputs("PutFunctionConcurrency") == [["FunctionName": "x", "ReservedConcurrentExecutions": 0]])
        #expect(
            outputs == [
                "arn": "arn:aws:lambda:us-east-1:123456789012:function:x", "name": "x",
                "logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/x",
            ])
        for (name, value) in outputs {
            #expect(lambdaFunctionType.output(name)?.predict?(Self.desired, ScriptedAWS.context) == value)
        }
    }

    @Test(
        "What time heals is waited for, and nothing else",
        arguments: [
            ("InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda.", true),
            (
                "InvalidParameterValueException",
                "The provided execution role does not have permissions to call CreateNetworkInterface", true
            ),
            (
                "InvalidParameterValueException",
                "Lambda was unable to configure access to your environment variables because the KMS key is invalid for CreateGrant. x",
                true
            ),
            ("InvalidParameterValueException", "Your request has been throttled by EC2, please wait", true),
            (
                "ResourceConflictException", "The operation cannot be performed at this time. An update is in progress",
                true
            ),
            ("InvalidParameterValueException", "Unzipped size must be smaller", false),
            ("ResourceConflictException", "Function already exist: x", false),
        ])
    func settles(code: String, message: String, passes: Bool) async {
        let aws = ScriptedAWS(Self.active.merging(["CreateFunction": [.refused(code, message), .value([:])]]) { $1 })
        let complaint = await complaint { () async throws(ProviderError) in
            _ = try await provider.create(Self.desired, aws.calls("lambdaFunctions"))
        }
        #expect((complaint == nil) == passes)
        #expect(aws.changes.contains("wait") == passes)
        #expect(complaint?.contains("adopt: true") ?? false == message.contains("already exist"))
    }

    @Test("A function that AWS cannot run is reported with AWS's reason, and recorded")
    func failed() async {
        let aws = ScriptedAWS(["GetFunctionConfiguration": [.value(["State": "Failed", "StateReason": "no key"])]])
        let complaint = await complaint { () async throws(ProviderError) in
            _ = try await provider.create(Self.desired, aws.calls("lambdaFunctions"))
        }
        #expect(complaint?.contains("no key") == true)
        #expect(aws.changes.contains("created x"))
    }

    @Test("Nothing is sent where the code is not the planned one")
    func codeChanged() async {
        let aws = ScriptedAWS()
        var desired = Self.desired
        desired["code"] = ["path": "fn", "sha256": "another"]
        let complaint = await complaint { () async throws(ProviderError) in
            _ = try await provider.create(desired, aws.calls("lambdaFunctions"))
        }
        #expect(complaint?.contains("changed since the plan") == true)
        #expect(aws.changes.isEmpty)
    }

    // MARK: Reading

    @Test("Two calls show all there is")
    func reads() async throws {
        let configuration: Value = [
            "FunctionName": "x", "Runtime": "python3.13", "Timeout": 30, "CodeSha256": "abc",
            "Architectures": ["x86_64"],
            "Environment": ["Variables": ["Token": "t", "A": "1"]],
            "Layers": [["Arn": "arn:layer:1", "CodeSize": 5]], "EphemeralStorage": ["Size": 512],
        ]
        let aws = ScriptedAWS([
            "GetFunction": [
                .value([
                    "Configuration": configuration, "Tags": ["t": "1", "aws:x": "y"],
                    "Concurrency": ["ReservedConcurrentExecutions": 0],
                ])
            ],
            "DescribeLogGroups": [
                .value([
                    "logGroups": [
                        ["logGroupName": "/aws/lambda/x", "retentionInDays": 30],
                        ["logGroupName": "/aws/lambda/x-2", "retentionInDays": 7],
                    ]
                ])
            ],
        ])
        let live = try #require(try await provider.read("x", aws.calls("lambdaFunctions")))
        #expect(aws.reads.sorted() == ["DescribeLogGroups", "GetFunction"])
        #expect(
            live.attributes == [
                "name": "x", "runtime": "python3.13", "timeout": 30, "code": ["sha256": "abc"],
                "architectures": ["x86_64"],
                "environment": ["Token": "t", "A": "1"], "layers": ["arn:layer:1"], "ephemeralStorage": ["size": 512],
                "reservedConcurrentExecutions": 0, "logRetentionDays": 30, "tags": ["t": "1"],
            ])
    }

    @Test("A function that is gone")
    func readsNothing() async throws {
        let aws = ScriptedAWS([
            "GetFunction": [.refused("ResourceNotFoundException", "no")],
            "DescribeLogGroups": [.value(["logGroups": []])],
        ])
        #expect(try await provider.read("x", aws.calls("lambdaFunctions")) == nil)
    }

    @Test(
        "A log that is there without its function, and what is lost when it is kept for fewer days",
        arguments: [
            ([["logGroupName": "/aws/lambda/x"]], ["logRetentionDays": .null], "kept for ever"),
            ([["logGroupName": "/aws/lambda/x", "retentionInDays": 30]], ["logRetentionDays": 30], "kept for 30 days"),
            ([["logGroupName": "/aws/lambda/x", "retentionInDays": 7]], ["logRetentionDays": 7], nil),
            ([["logGroupName": "/aws/lambda/x-2", "retentionInDays": 30]], [:], nil),
        ] as [(Value, Value, String?)])
    func readsParts(groups: Value, expected: Value, words: String?) async throws {
        let aws = ScriptedAWS(["DescribeLogGroups": [.value(["logGroups": groups])]])
        let parts = try await provider.parts(["name": "x"], aws.calls("lambdaFunctions"))
        #expect(parts == expected)
        guard parts != [:] else { return }
        let row = try #require(lambdaFunctionType.attribute("logRetentionDays"))
        #expect(row.losing?(parts["logRetentionDays"], .null) == nil)
        let loss = row.losing?(parts["logRetentionDays"], 7)
        #expect(words == nil ? loss == nil : loss?.contains(words ?? "") == true)
    }

    // MARK: Updating

    struct Update: Sendable {
        let changed: Set<String>
        let desired: Value
        let writes: [String]
        var first: Value? = nil
    }

    static let secret = Value.template(Template(reading: "$(accessKeys.proxy.secret)"))

    @Test(
        "An update changes what it is told has changed",
        arguments: [
            Update(
                changed: ["timeout", "code"], desired: ["timeout": 9, "memorySize": 256, "code": codeValue],
                writes: ["UpdateFunctionConfiguration", "UpdateFunctionCode"],
                first: ["FunctionName": "x", "RevisionId": "r1", "Timeout": 9]),
            // Absent means unchanged to AWS, so that what was taken out of the file is written as its default.
            Update(
                changed: [
                    "timeout", "description", "layers", "kmsKeyArn", "environment", "ephemeralStorage", "tracingConfig",
                ],
                desired: [:], writes: ["UpdateFunctionConfiguration"],
                first: [
                    "FunctionName": "x", "RevisionId": "r1", "Timeout": 3, "Description": "", "Layers": [],
                    "KMSKeyArn": "",
                    "Environment": ["Variables": [:]], "EphemeralStorage": ["Size": 512],
                    "TracingConfig": ["Mode": "PassThrough"],
                ]),
            // A secret of an earlier run stays as it is live.
            Update(
                changed: ["environment"], desired: ["environment": ["A": "1", "SECRET": secret]],
                writes: ["UpdateFunctionConfiguration"],
                first: [
                    "FunctionName": "x", "RevisionId": "r1",
                    "Environment": ["Variables": ["A": "1", "SECRET": "live"]],
                ]),
            // A new key encrypts what is sent with it, also variables that the file says nothing of.
            Update(
                changed: ["kmsKeyArn"], desired: [:], writes: ["UpdateFunctionConfiguration"],
                first: [
                    "FunctionName": "x", "RevisionId": "r1", "KMSKeyArn": "",
                    "Environment": ["Variables": ["SECRET": "live", "OLD": "2"]],
                ]),
            Update(
                changed: ["architectures"], desired: ["code": codeValue], writes: ["UpdateFunctionCode"],
                first: ["FunctionName": "x", "RevisionId": "r1", "ZipFile": "AQID", "Architectures": ["x86_64"]]),
            Update(changed: ["reservedConcurrentExecutions"], desired: [:], writes: ["DeleteFunctionConcurrency"]),
            Update(changed: ["logRetentionDays"], desired: [:], writes: ["DeleteRetentionPolicy"]),
            Update(
                changed: ["logRetentionDays"], desired: ["logRetentionDays": 7], writes: ["PutRetentionPolicy"],
                first: ["logGroupName": "/aws/lambda/x", "retentionInDays": 7]),
            Update(
                changed: ["tags"], desired: ["tags": ["a": "1", "b": .null]], writes: ["TagResource", "UntagResource"],
                first: ["Resource": "arn:aws:lambda:us-east-1:123456789012:function:x", "Tags": ["a": "1"]]),
        ])
    func updates(update: Update) async throws {
        let aws = ScriptedAWS([
            "GetFunctionConfiguration": [
                .value([
                    "State": "Active", "LastUpdateStatus": "Successful", "RevisionId": "r1",
                    "Environment": ["Variables": ["SECRET": "live", "OLD": "2"]],
                ])
            ],
            "UpdateFunctionCode": [Self.updated],
        ])
        _ = try await provider.update("x", to: update.desired, changed: update.changed, aws.calls("lambdaFunctions"))
        #expect(aws.writes == update.writes)
        if let first = update.first { #expect(aws.inputs(update.writes[0]).first == first) }
    }

    @Test("The next change waits until the last one has arrived")
    func waitsBetweenChanges() async throws {
        let aws = ScriptedAWS([
            "GetFunctionConfiguration": [
                .value(["State": "Pending"]), .value(["LastUpdateStatus": "Failed", "RevisionId": "r1"]),
                .value(["LastUpdateStatus": "InProgress"]),
                .value(["LastUpdateStatus": "Successful", "RevisionId": "r2"]),
            ],
            "UpdateFunctionCode": [Self.updated],
        ])
        _ = try await provider.update(
            "x", to: ["timeout": 9, "code": Self.codeValue], changed: ["timeout", "code"], aws.calls("lambdaFunctions"))
        #expect(
            aws.changes.filter { !$0.hasPrefix("intend") } == [
                "wait", "UpdateFunctionConfiguration", "wait", "UpdateFunctionCode",
            ])
        #expect(aws.inputs("UpdateFunctionConfiguration")[0]["RevisionId"] == "r1")
        #expect(aws.inputs("UpdateFunctionCode")[0]["RevisionId"] == "r2")
    }

    @Test("What somebody else changed meanwhile is left, unless it may have been this very call", arguments: [1, 2])
    func concurrentWrite(attempts: Int) async {
        let stale = ScriptedAWS.Answer.refused("PreconditionFailedException", "The RevisionId provided does not match")
        let aws = ScriptedAWS(
            Self.active.merging(["UpdateFunctionConfiguration": [stale, .value([:])]]) { $1 }, attempts: attempts)
        let complaint = await complaint { () async throws(ProviderError) in
            _ = try await provider.update("x", to: ["timeout": 9], changed: ["timeout"], aws.calls("lambdaFunctions"))
        }
        #expect((complaint?.contains("changed by somebody else") == true) == (attempts == 1))
        #expect(aws.writes.count == attempts)
    }

    @Test("Code that the answer does not name is not taken for there")
    func otherCode() async {
        for answer in [["CodeSha256": "another"], [:]] as [Value] {
            let aws = ScriptedAWS(Self.active.merging(["UpdateFunctionCode": [.value(answer)]]) { $1 })
            let complaint = await complaint { () async throws(ProviderError) in
                _ = try await provider.update("x", to: Self.desired, changed: ["code"], aws.calls("lambdaFunctions"))
            }
            #expect(complaint?.contains("other code than was sent") == true)
        }
    }

    /// A function whose concurrency is used up says nothing of its environment, and neither does a proxy's page.
    @Test("An environment that cannot be proven is taken back")
    func unproven() async throws {
        let aws = ScriptedAWS([
            "GetFunctionConfiguration": [
                .value(["LastUpdateStatus": "Successful", "Environment": ["Variables": ["A": "1"]]])
            ],
            "Invoke": [
                .refused(
                    "TooManyRequestsException", "Rate Exceeded. (ReservedFunctionConcurrentInvocationLimitExceeded)")
            ],
        ])
        let complaint = await complaint { () async throws(ProviderError) in
            _ = try await provider.update(
                "x", to: ["environment": ["A": "2"], "probe": ["check": "key"]], changed: ["environment"],
                aws.calls("lambdaFunctions"))
        }
        #expect(complaint?.contains("ReservedFunctionConcurrentInvocationLimitExceeded") == true)
        #expect(aws.writes.count { $0 == "Invoke" } < 20)
        let sent = aws.inputs("UpdateFunctionConfiguration").map { $0["Environment"]["Variables"]["A"] }
        #expect(sent == ["2", "1"])
    }

    /// The old code may not know the new environment: asked before, it would hold back its own repair for ever.
    @Test("New code is asked, not the old one")
    func probesNewCode() async throws {
        let aws = ScriptedAWS([
            "GetFunctionConfiguration": [
                .value(["State": "Active", "LastUpdateStatus": "Successful", "Environment": ["Variables": ["A": "1"]]])
            ],
            "Invoke": [.value(["Payload": #"{"statusCode":500,"body":"oh"}"#])],
            "UpdateFunctionCode": [Self.updated],
        ])
        let complaint = await complaint { () async throws(ProviderError) in
            _ = try await provider.update(
                "x", to: ["environment": ["A": "2"], "code": Self.codeValue, "probe": ["check": "key"]],
                changed: ["environment", "code"],
                aws.calls("lambdaFunctions"))
        }
        #expect(complaint?.contains("does not work with its new code and environment: 500 oh") == true)
        #expect(aws.writes.filter { $0 != "Invoke" } == ["UpdateFunctionConfiguration", "UpdateFunctionCode"])
        #expect(aws.writes.firstIndex(of: "Invoke") == 2, "not before the code is new")
    }

    @Test("A secret that nobody knows any more is not sent as something else")
    func secretIsLost() async {
        let aws = ScriptedAWS(Self.active)
        let complaint = await complaint { () async throws(ProviderError) in
            _ = try await provider.update(
                "x", to: ["environment": ["SECRET": Self.secret]], changed: ["environment"],
                aws.calls("lambdaFunctions"))
        }
        #expect(complaint?.contains("SECRET") == true)
        #expect(aws.writes.isEmpty)
    }

    @Test("A log group that somebody deleted is made again")
    func remakesLogGroup() async throws {
        let aws = ScriptedAWS(["PutRetentionPolicy": [.refused("ResourceNotFoundException", "no"), .value([:])]])
        _ = try await provider.update(
            "x", to: ["logRetentionDays": 7], changed: ["logRetentionDays"], aws.calls("lambdaFunctions"))
        #expect(aws.writes == ["PutRetentionPolicy", "CreateLogGroup", "PutRetentionPolicy"])
    }

    /// What AWS answers is documented in the Lambda API's EnvironmentError; the key's own failures are no matter of rights.
    @Test(
        "Variables that may not be read are told from variables that are gone",
        arguments: [
            ("AccessDeniedException", true), ("KMSDisabledException", false),
        ])
    func unreadable(code: String, isUnreadable: Bool) async throws {
        let environment: Value = [
            "Error": ["ErrorCode": .string(code), "Message": "Lambda was unable to decrypt your environment variables"]
        ]
        let aws = ScriptedAWS([
            "GetFunction": [.value(["Configuration": ["Environment": environment, "KMSKeyArn": "arn:k"]])],
            "GetFunctionConfiguration": [.value(["Environment": environment, "LastUpdateStatus": "Successful"])],
            "DescribeLogGroups": [.value([:])],
        ])
        let live = try #require(try await provider.read("x", aws.calls("lambdaFunctions")))
        #expect(Array(live.unreadable.keys) == (isUnreadable ? ["environment"] : []))
        #expect(live.warnings == ["Lambda was unable to decrypt your environment variables"])
        let complaint = await complaint { () async throws(ProviderError) in
            _ = try await provider.update(
                "x", to: ["environment": ["SECRET": Self.secret, "A": "2"]], changed: ["environment"],
                aws.calls("lambdaFunctions"))
        }
        #expect(complaint?.contains("kms:Decrypt") == isUnreadable)
        #expect(aws.writes.isEmpty)
    }

    @Test("Tags that could not be read are no drift, and say nobody's name")
    func unreadableTags() async throws {
        let aws = ScriptedAWS([
            "GetFunction": [
                .value([
                    "Configuration": [:],
                    "TagsError": ["ErrorCode": "AccessDeniedException", "Message": "no lambda:ListTags"],
                ])
            ],
            "DescribeLogGroups": [.value(["logGroups": []])],
        ])
        let live = try #require(try await provider.read("x", aws.calls("lambdaFunctions")))
        #expect(live.unreadable["tags"]?.contains("lambda:ListTags") == true)
        #expect(live.assuming(["tags": ["a": "1"]]).attributes["tags"] == ["a": "1"])
        let complaint = await complaint { () async throws(ProviderError) in
            _ = try await provider.locate(["name": "x"], intents: [], aws.calls("lambdaFunctions"))
        }
        #expect(complaint?.contains("no lambda:ListTags") == true)
    }

    @Test(
        "A grant that is on its way to CloudWatch Logs is waited for, and not for long",
        arguments: [
            (
                "User: x is not authorized to perform: logs:PutRetentionPolicy on resource: y because no identity-based policy allows the logs:PutRetentionPolicy action",
                true
            ),
            ("with an explicit deny in a service control policy", false),
        ])
    func lateGrant(message: String, passes: Bool) async {
        let refusal = ScriptedAWS.Answer.refused("AccessDeniedException", message)
        for (answers, succeeds) in [([refusal, .value([:])], passes), ([refusal], false)] {
            let aws = ScriptedAWS(["PutRetentionPolicy": answers])
            let complaint = await complaint { () async throws(ProviderError) in
                _ = try await provider.update(
                    "x", to: ["logRetentionDays": 7], changed: ["logRetentionDays"], aws.calls("lambdaFunctions"))
            }
            #expect((complaint == nil) == succeeds)
            #expect(aws.writes.count < 15 && (aws.writes.count > 1) == passes)
        }
    }

    // MARK: Deleting and finding

    @Test(
        "The log group goes last, and only the stack's own",
        arguments: [
            ("prod", ["DeleteFunction", "DeleteFunction", "DeleteLogGroup", "DeleteLogGroup"]),
            ("another", ["DeleteFunction", "DeleteFunction"]),
        ])
    func deletes(owner: String, writes: [String]) async throws {
        let aws = ScriptedAWS([
            "DeleteFunction": [
                .refused("ResourceConflictException", "Pending"), .refused("ResourceNotFoundException", "gone"),
            ],
            "ListTagsForResource": [.value(["tags": ["cogstack:stack": .string(owner)]])],
            "DeleteLogGroup": [.refused("OperationAbortedException", "try again"), .value([:])],
        ])
        try await provider.delete("x", aws.calls("lambdaFunctions"))
        #expect(aws.writes == writes)
    }

    @Test(
        "Tags tell whose it is",
        arguments: [
            (["cogstack:stack": "prod", "cogstack:address": "lambdaFunctions.x"] as Value, Located.ours("x")),
            (
                ["cogstack:stack": "dev", "cogstack:address": "lambdaFunctions.x"] as Value,
                .foreign("x", owner: "stack dev (lambdaFunctions.x)")
            ),
            (Value.null, .unowned("x")),
        ] as [(Value, Located)])
    func locates(tags: Value, expected: Located) async throws {
        let aws = ScriptedAWS(["GetFunction": [.value(["Configuration": [:], "Tags": tags])]])
        #expect(try await provider.locate(["name": "x"], intents: [], aws.calls("lambdaFunctions")) == expected)
    }

    // MARK: The table

    @Test("Code is compared by its digest alone")
    func codeEquality() {
        let equivalent = lambdaFunctionType.attribute("code")?.equivalent
        #expect(equivalent?(["path": "a", "sha256": "1"], ["sha256": "1"]) == true)
        #expect(equivalent?(["path": "a", "sha256": "1"], ["path": "a", "sha256": "2"]) == false)
    }

    @Test(
        "Impossible combinations are found in the file",
        arguments: [
            (["logRetentionDays": 31], ["logRetentionDays"]), (["logRetentionDays": 30], []),
            (["kmsKeyArn": "arn:k"], ["kmsKeyArn"]), (["kmsKeyArn": "arn:k", "environment": ["A": "1"]], []),
        ] as [(Value, [PropertyPath])])
    func rules(attributes: Value, paths: [PropertyPath]) {
        #expect(lambdaFunctionType.rules.flatMap { $0.check(attributes) }.map(\.path) == paths)
    }
}
