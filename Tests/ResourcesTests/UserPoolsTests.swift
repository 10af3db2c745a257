import AWSClient
import Provider
import Resources
import Model
import Schema
import Records
import Testing
import TestSupport

@Suite struct UserPoolsTests {
    static let provider = UserPoolProvider()
    static let id = "us-east-1_AbCdEfGhI"
    static let off: Value = ["MfaConfiguration": "OFF"]
    static let totp: Value = ["MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": ["Enabled": true]]

    /// A pool with more than the table knows, as AWS answers it.
    static let live: Value = [
        "Id": "us-east-1_AbCdEfGhI", "Name": "prod-users",
        "Arn": "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEfGhI",
        "Policies": [
            "PasswordPolicy": [
                "MinimumLength": 12, "RequireUppercase": true, "RequireLowercase": true, "RequireNumbers": true,
                "RequireSymbols": false, "PasswordHistorySize": 5, "TemporaryPasswordValidityDays": 7,
            ],
            "SignInPolicy": ["AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]],
        ],
        "DeletionProtection": "INACTIVE", "MfaConfiguration": "OFF", "AutoVerifiedAttributes": ["email"],
        "UserPoolTier": "PLUS", "EstimatedNumberOfUsers": 3, "Status": "Enabled", "CreationDate": 1,
        "LastModifiedDate": 2,
        "SchemaAttributes": [["Name": "sub"]], "Domain": "example", "UsernameAttributes": ["email"],
        "EmailConfiguration": ["EmailSendingAccount": "COGNITO_DEFAULT"], "SmsConfigurationFailure": "SNS says no",
        "DeviceConfiguration": ["ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false],
        "AdminCreateUserConfig": [
            "AllowAdminCreateUserOnly": true, "UnusedAccountValidityDays": 7,
            "InviteMessageTemplate": ["EmailMessage": "{username} {####}"],
        ],
        "EmailVerificationMessage": "code {####}", "EmailVerificationSubject": "hello",
        "VerificationMessageTemplate": ["DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailMessage": "code {####}"],
        "UserPoolTags": [
            "cogstack:stack": "prod", "cogstack:address": "userPools.users", "team": "identity", "cost": "42",
            "aws:cloudformation:stack-name": "x",
        ],
        "LambdaConfig": [
            "PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:old",
            "PreTokenGeneration": "arn:aws:lambda:us-east-1:123456789012:function:old",
            "PreTokenGenerationConfig": [
                "LambdaVersion": "V2_0", "LambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:old",
            ],
        ],
    ]

    static func script(_ live: Value = live, mfa: Value = off, _ more: [String: [ScriptedAWS.Answer]] = [:])
        -> ScriptedAWS
    {
        ScriptedAWS(
            [
                "DescribeUserPool": [.value(["UserPool": live])], "GetUserPoolMfaConfig": [.value(mfa)],
                "GetPolicy": [.refused("ResourceNotFoundException")],
            ].merging(more) { $1 })
    }

    // MARK: Reading

    @Test func readShowsThePoolInTheTablesNames() async throws {
        let script = Self.script(mfa: Self.totp)
        let live = try #require(try await Self.provider.read(Self.id, script.calls("userPools", "users")))
        #expect(Set(script.operations) == ["DescribeUserPool", "GetUserPoolMfaConfig", "GetPolicy"])
        // One for the function that three triggers name.
        #expect(script.requests.count == 3)
        #expect(live.attributes["name"] == "prod-users")
        #expect(live.attributes["passwordPolicy"]["minimumLength"] == 12)
        #expect(live.attributes["mfaConfiguration"] == "OPTIONAL")
        #expect(live.attributes["softwareTokenMfaConfiguration"] == ["enabled": true])
        #expect(live.attributes["tags"].map?.keys.sorted() == ["cogstack:address", "cogstack:stack", "cost", "team"])
        #expect(live.attributes["lambdaConfig"]["preTokenGenerationConfig"]["lambdaVersion"] == "V2_0")
        #expect(
            live.outputs == [
                "id": "us-east-1_AbCdEfGhI",
                "arn": "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEfGhI",
                "providerName": "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
                "issuer": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
            ])
        #expect(live.warnings == ["SNS says no"])
    }

    @Test func readOfAMissingPoolIsNil() async throws {
        let script = ScriptedAWS([
            "DescribeUserPool": [.refused("ResourceNotFoundException")],
            "GetUserPoolMfaConfig": [.refused("ResourceNotFoundException")],
        ])
        #expect(try await Self.provider.read(Self.id, script.calls("userPools", "users")) == nil)
    }

    @Test func aFailureOfEitherReadIsAnError() async {
        for failing in ["DescribeUserPool", "GetUserPoolMfaConfig"] {
            let script = Self.script(Self.live, [failing: [.refused("AccessDeniedException")]])
            let error = await complaint { () async throws(ProviderError) in
                _ = try await Self.provider.read(Self.id, script.calls("userPools", "users"))
            }
            #expect(error?.contains("AccessDeniedException") == true, "\(failing)")
        }
    }

    static func script(_ live: Value, _ more: [String: [ScriptedAWS.Answer]]) -> ScriptedAWS {
        script(live, mfa: off, more)
    }

    @Test(arguments: [
        ("us-east-1_A", "cognito-idp.us-east-1.amazonaws.com/us-east-1_A"),
        ("cn-north-1_A", "cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_A"),
        ("us-gov-west-1_A", "cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_A"),
        ("eusc-de-east-1_A", "cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_A"),
    ])
    func theProviderNameHasThePartitionsDomain(id: String, name: String) async throws {
        let script = Self.script()
        let live = try #require(try await Self.provider.read(id, script.calls("userPools", "users")))
        #expect(live.outputs["providerName"] == .string(name))
    }

    // MARK: Creating

    @Test func createTagsInTheCallAndSetsMfaAfterwards() async throws {
        let script = ScriptedAWS(["CreateUserPool": [.value(["UserPool": ["Id": .string(Self.id)]])]])
        let outputs = try await Self.provider.create(
            [
                "name": "prod-users", "tags": prodTags, "mfaConfiguration": "OPTIONAL", "aliasAttributes": ["email"],
                "softwareTokenMfaConfiguration": ["enabled": true],
                "passwordPolicy": ["minimumLength": 14, "requireSymbols": false],
            ], script.calls("userPools", "users"))
        #expect(
            script.changes == [
                "intend CreateUserPool", "CreateUserPool", "created \(Self.id)", "intend SetUserPoolMfaConfig",
                "SetUserPoolMfaConfig",
            ])
        #expect(script.created == [Self.id])
        #expect(
            script.inputs("CreateUserPool") == [
                [
                    "PoolName": "prod-users", "UserPoolTags": prodTags, "AliasAttributes": ["email"],
                    "Policies": [
                        "PasswordPolicy": [
                            "MinimumLength": 14, "RequireSymbols": false,
                        ]
                    ],
                ]
            ])
        #expect(
            script.inputs("SetUserPoolMfaConfig") == [
                [
                    "UserPoolId": .string(Self.id), "MfaConfiguration": "OPTIONAL",
                    "SoftwareTokenMfaConfiguration": ["Enabled": true],
                ]
            ])
        #expect(outputs["id"] == .string(Self.id))
    }

    @Test(
        arguments: [
            [:], ["mfaConfiguration": "OFF"],
            ["mfaConfiguration": "OFF", "softwareTokenMfaConfiguration": ["enabled": false]],
        ] as [Value])
    func createWithoutMfaIsOneCall(attributes: Value) async throws {
        let script = ScriptedAWS(["CreateUserPool": [.value(["UserPool": ["Id": .string(Self.id)]])]])
        _ = try await Self.provider.create(attributes.overlaid(by: ["name": "x"]), script.calls("userPools", "users"))
        #expect(script.inputs("CreateUserPool") == [["PoolName": "x"]])
        #expect(script.requests.count == 1)
    }

    @Test(
        arguments: [
            ["mfaConfiguration": "ON"], ["softwareTokenMfaConfiguration": ["enabled": true]],
            ["mfaConfiguration": "OPTIONAL", "softwareTokenMfaConfiguration": ["enabled": false]],
        ] as [Value])
    func impossibleMfaIsRefusedBeforeAnythingIsSent(attributes: Value) async {
        let script = Self.script()
        #expect(
            await complaint { () async throws(ProviderError) in
                _ = try await Self.provider.create(attributes, script.calls("userPools", "users"))
            } != nil)
        #expect(script.requests.isEmpty)
        #expect(
            await complaint { () async throws(ProviderError) in
                _ = try await Self.provider.update(
                    Self.id, to: attributes.overlaid(by: ["name": "new"]),
                    changed: Set((attributes.map ?? [:]).keys).union(["name"]),
                    script.calls("userPools", "users"))
            } != nil)
        #expect(script.changes.isEmpty)
    }

    // MARK: Updating

    /// What a request must be besides the change: all of the live pool that `UpdateUserPool` takes, and nothing else.
    static let whole: Value = [
        "UserPoolId": "us-east-1_AbCdEfGhI", "PoolName": "prod-users",
        "Policies": [
            "PasswordPolicy": [
                "MinimumLength": 12, "RequireUppercase": true, "RequireLowercase": true, "RequireNumbers": true,
                "RequireSymbols": false, "PasswordHistorySize": 5, "TemporaryPasswordValidityDays": 7,
            ],
            "SignInPolicy": ["AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]],
        ],
        "DeletionProtection": "INACTIVE", "MfaConfiguration": "OFF", "AutoVerifiedAttributes": ["email"],
        "UserPoolTier": "PLUS",
        "EmailConfiguration": ["EmailSendingAccount": "COGNITO_DEFAULT"],
        "DeviceConfiguration": ["ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false],
        "AdminCreateUserConfig": [
            "AllowAdminCreateUserOnly": true, "InviteMessageTemplate": ["EmailMessage": "{username} {####}"],
        ],
        "VerificationMessageTemplate": [
            "DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailMessage": "code {####}", "EmailSubject": "hello",
        ],
        "UserPoolTags": [
            "cogstack:stack": "prod", "cogstack:address": "userPools.users", "team": "identity", "cost": "42",
        ],
        "LambdaConfig": live["LambdaConfig"],
    ]

    static let newFunction: Value = "arn:aws:lambda:us-east-1:123456789012:function:new"
    static let oldFunction: Value = "arn:aws:lambda:us-east-1:123456789012:function:old"

    /// A change, and what becomes of the request's member by it.
    struct Update: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let desired: Value
        let changed: Set<String>
        let member: String
        let value: Value
    }

    @Test(arguments: [
        Update(
            testDescription: "a changed property", desired: ["deletionProtection": "ACTIVE"],
            changed: ["deletionProtection"],
            member: "DeletionProtection", value: "ACTIVE"),
        Update(
            testDescription: "a removed property", desired: [:], changed: ["autoVerifiedAttributes"],
            member: "AutoVerifiedAttributes", value: []),
        Update(
            testDescription: "a removed tier", desired: [:], changed: ["userPoolTier"], member: "UserPoolTier",
            value: "ESSENTIALS"),
        Update(
            testDescription: "a new name", desired: ["name": "new"], changed: ["name"], member: "PoolName", value: "new"
        ),
        Update(
            testDescription: "one member of an object", desired: ["passwordPolicy": ["minimumLength": 20]],
            changed: ["passwordPolicy"], member: "Policies",
            value: whole["Policies"].overlaid(by: ["PasswordPolicy": ["MinimumLength": 20]])),
        Update(
            testDescription: "a member taken out", desired: ["passwordPolicy": ["requireSymbols": .null]],
            changed: ["passwordPolicy"], member: "Policies",
            value: whole["Policies"].overlaid(by: ["PasswordPolicy": ["RequireSymbols": true]])),
        Update(
            testDescription: "a removed account recovery", desired: [:], changed: ["accountRecoverySetting"],
            member: "AccountRecoverySetting",
            value: [
                "RecoveryMechanisms": [
                    ["Priority": 1, "Name": "verified_email"], ["Priority": 2, "Name": "verified_phone_number"],
                ]
            ]),
        Update(
            testDescription: "functions all gone", desired: [:], changed: ["lambdaConfig"], member: "LambdaConfig",
            value: [:]),
        Update(
            testDescription: "one function gone", desired: ["lambdaConfig": ["preSignUp": .null]],
            changed: ["lambdaConfig"],
            member: "LambdaConfig",
            value: [
                "PreTokenGeneration": oldFunction,
                "PreTokenGenerationConfig": ["LambdaVersion": "V2_0", "LambdaArn": oldFunction],
            ]),
        Update(
            testDescription: "another token function", desired: ["lambdaConfig": ["preTokenGeneration": newFunction]],
            changed: ["lambdaConfig"], member: "LambdaConfig",
            value: [
                "PreSignUp": oldFunction, "PreTokenGeneration": newFunction,
                "PreTokenGenerationConfig": ["LambdaVersion": "V2_0", "LambdaArn": newFunction],
            ]),
        Update(
            testDescription: "another versioned token function",
            desired: [
                "lambdaConfig": ["preTokenGenerationConfig": ["lambdaVersion": "V1_0", "lambdaArn": newFunction]]
            ],
            changed: ["lambdaConfig"], member: "LambdaConfig",
            value: [
                "PreSignUp": oldFunction, "PreTokenGeneration": newFunction,
                "PreTokenGenerationConfig": ["LambdaVersion": "V1_0", "LambdaArn": newFunction],
            ]),
        Update(
            testDescription: "no token function", desired: ["lambdaConfig": ["preTokenGenerationConfig": .null]],
            changed: ["lambdaConfig"], member: "LambdaConfig", value: ["PreSignUp": oldFunction]),
    ])
    func updateSendsTheWholePool(update: Update) async throws {
        let script = Self.script()
        _ = try await Self.provider.update(
            Self.id, to: update.desired, changed: update.changed, script.calls("userPools", "users"))
        var expected = Self.whole
        expected[update.member] = update.value
        #expect(script.inputs("UpdateUserPool") == [expected])
        #expect(script.changes == ["intend UpdateUserPool", "UpdateUserPool"])
    }

    /// An answer may write an absent text as an empty one, and no request takes one; a tag may be empty.
    @Test func whatIsEmptyIsNotSentBack() async throws {
        var live = Self.live
        live["SmsAuthenticationMessage"] = ""
        live["EmailConfiguration"]["ReplyToEmailAddress"] = ""
        live["UserPoolTags"]["note"] = ""
        let script = Self.script(live)
        _ = try await Self.provider.update(
            Self.id, to: ["deletionProtection": "ACTIVE"], changed: ["deletionProtection"],
            script.calls("userPools", "users"))
        var expected = Self.whole
        expected["DeletionProtection"] = "ACTIVE"
        expected["UserPoolTags"]["note"] = ""
        #expect(script.inputs("UpdateUserPool") == [expected])
    }

    @Test func theOlderNameOfThePasswordsLifeIsCarriedOver() async throws {
        var live = Self.live
        live["Policies"]["PasswordPolicy"] = ["MinimumLength": 8]
        live["AdminCreateUserConfig"] = ["AllowAdminCreateUserOnly": false, "UnusedAccountValidityDays": 30]
        let script = Self.script(live)
        _ = try await Self.provider.update(
            Self.id, to: ["deletionProtection": "ACTIVE"], changed: ["deletionProtection"],
            script.calls("userPools", "users"))
        let sent = try #require(script.inputs("UpdateUserPool").first)
        #expect(sent["Policies"]["PasswordPolicy"] == ["MinimumLength": 8, "TemporaryPasswordValidityDays": 30])
        #expect(sent["AdminCreateUserConfig"] == ["AllowAdminCreateUserOnly": false])
    }

    /// As after a create whose answer was lost: everything is named, also what only the create call takes.
    @Test func anUpdateOfEverythingSendsNothingThatTheCallDoesNotTake() async throws {
        let script = Self.script()
        let desired: Value = [
            "name": "prod-users", "usernameAttributes": ["email"], "usernameConfiguration": ["caseSensitive": false],
        ]
        _ = try await Self.provider.update(
            Self.id, to: desired, changed: Set((desired.map ?? [:]).keys), script.calls("userPools", "users"))
        #expect(script.inputs("UpdateUserPool") == [Self.whole])
    }

    @Test func mfaIsWrittenFirstAndWhole() async throws {
        let passkeys: Value = ["RelyingPartyId": "example.com", "UserVerification": "preferred"]
        let script = Self.script(mfa: Self.off.overlaid(by: ["WebAuthnConfiguration": passkeys]))
        _ = try await Self.provider.update(
            Self.id,
            to: [
                "mfaConfiguration": "ON", "softwareTokenMfaConfiguration": ["enabled": true],
                "deletionProtection": "ACTIVE",
            ],
            changed: ["mfaConfiguration", "softwareTokenMfaConfiguration", "deletionProtection"],
            script.calls("userPools", "users"))
        #expect(script.changes.filter { !$0.hasPrefix("intend") } == ["SetUserPoolMfaConfig", "UpdateUserPool"])
        #expect(
            script.inputs("SetUserPoolMfaConfig") == [
                [
                    "UserPoolId": .string(Self.id), "MfaConfiguration": "ON",
                    "SoftwareTokenMfaConfiguration": ["Enabled": true],
                    "WebAuthnConfiguration": passkeys,
                ]
            ])
        #expect(script.inputs("UpdateUserPool").first?["MfaConfiguration"] == "ON")
    }

    @Test(
        arguments: [
            // Turned off, no factor may stand beside it; whatever else is live stays.
            (totp, [:], ["mfaConfiguration"], ["MfaConfiguration": "OFF"]),
            (
                totp, ["mfaConfiguration": "OFF"], ["mfaConfiguration", "softwareTokenMfaConfiguration"],
                ["MfaConfiguration": "OFF"]
            ),
            (
                ["MfaConfiguration": "ON", "SmsMfaConfiguration": ["SmsConfiguration": ["SnsCallerArn": "arn:x"]]],
                ["softwareTokenMfaConfiguration": ["enabled": true]], ["softwareTokenMfaConfiguration"],
                [
                    "MfaConfiguration": "ON", "SmsMfaConfiguration": ["SmsConfiguration": ["SnsCallerArn": "arn:x"]],
                    "SoftwareTokenMfaConfiguration": ["Enabled": true],
                ]
            ),
        ] as [(Value, Value, Set<String>, Value)])
    func mfaKeepsWhatIsLive(live: Value, desired: Value, changed: Set<String>, expected: Value) async throws {
        let script = Self.script(mfa: live)
        _ = try await Self.provider.update(Self.id, to: desired, changed: changed, script.calls("userPools", "users"))
        var request = expected
        request["UserPoolId"] = .string(Self.id)
        #expect(script.inputs("SetUserPoolMfaConfig") == [request])
        #expect(script.inputs("UpdateUserPool").isEmpty)
    }

    @Test func onlyChangedTagsAreWritten() async throws {
        let script = Self.script()
        let desired = prodTags.overlaid(by: [
            "team": "sign-in", "cost": .null, "cogstack:stack": "prod", "never": .null,
        ])
        _ = try await Self.provider.update(
            Self.id, to: ["tags": desired], changed: ["tags"], script.calls("userPools", "users"))
        let arn = Self.live["Arn"]
        #expect(script.inputs("TagResource") == [["ResourceArn": arn, "Tags": ["team": "sign-in"]]])
        #expect(script.inputs("UntagResource") == [["ResourceArn": arn, "TagKeys": ["cost"]]])
        #expect(script.inputs("UpdateUserPool").isEmpty)
    }

    @Test func theOwnersTagsAreNeverTakenAway() async throws {
        let script = Self.script()
        _ = try await Self.provider.update(
            Self.id, to: ["tags": ["cogstack:stack": .null, "cogstack:address": .null]], changed: ["tags"],
            script.calls("userPools", "users"))
        #expect(script.changes.isEmpty)
    }

    @Test func aRequestInTheWayOfAnotherIsSentAgain() async throws {
        let script = Self.script(
            Self.live, ["UpdateUserPool": [.refused("ConcurrentModificationException"), .value([:])]])
        _ = try await Self.provider.update(
            Self.id, to: ["name": "new"], changed: ["name"], script.calls("userPools", "users"))
        #expect(
            script.changes == [
                "intend UpdateUserPool", "UpdateUserPool", "wait", "intend UpdateUserPool", "UpdateUserPool",
            ])
    }

    // MARK: Deleting, finding, counting

    @Test(
        arguments: [
            (["DeletionProtection": "ACTIVE"], "deletionProtection"), (["Domain": "example"], "domain"),
            (["CustomDomain": "sign-in.example.com"], "domain"),
        ] as [(Value, String)])
    func deleteIsRefusedWhereAwsWouldRefuse(pool: Value, word: String) async {
        let script = Self.script(pool)
        let error = await complaint { () async throws(ProviderError) in
            try await Self.provider.delete(Self.id, script.calls("userPools", "users"))
        }
        #expect(error?.contains(word) == true)
        #expect(script.changes.isEmpty)
    }

    @Test func deleteTakesAGonePoolForDeleted() async throws {
        // One that is not read may only have been made a moment ago: the delete call says whether it is there.
        let gone = ScriptedAWS([
            "DescribeUserPool": [.refused("ResourceNotFoundException")],
            "DeleteUserPool": [.refused("ResourceNotFoundException")],
        ])
        try await Self.provider.delete(Self.id, gone.calls("userPools", "users"))
        #expect(gone.changes == ["intend DeleteUserPool", "DeleteUserPool"])
        let going = Self.script([:], ["DeleteUserPool": [.refused("ResourceNotFoundException")]])
        try await Self.provider.delete(Self.id, going.calls("userPools", "users"))
        #expect(going.inputs("DeleteUserPool") == [["UserPoolId": .string(Self.id)]])
    }

    static let others: Value = ["cogstack:stack": "dev", "cogstack:address": "userPools.users"]
    static let elsewhere: Value = ["cogstack:stack": "prod", "cogstack:address": "userPools.staff"]

    @Test(
        arguments: [
            ([], .none), ([prodTags], .ours("p0")), ([[:]], .unowned("p0")),
            ([others], .foreign("p0", owner: "stack dev (userPools.users)")),
            ([elsewhere], .foreign("p0", owner: "userPools.staff of this stack")),
            ([[:], others, prodTags], .ours("p2")), ([others, [:]], .unowned("p1")),
            ([prodTags, prodTags], .ambiguous(["p0", "p1"])), ([[:], [:]], .ambiguous(["p0", "p1"])),
        ] as [([Value], Located)])
    func locateGoesByTags(tags: [Value], expected: Located) async throws {
        let listed = tags.indices.map { index -> Value in ["Id": .string("p\(index)"), "Name": "prod-users"] }
        let other: Value = ["Id": "other", "Name": "prod-users-2"]
        let script = ScriptedAWS([
            "ListUserPools": [
                .value(["UserPools": [other], "NextToken": "more"]), .value(["UserPools": .list(listed)]),
            ],
            "DescribeUserPool": tags.map { .value(["UserPool": ["UserPoolTags": $0]]) },
        ])
        let located = try await Self.provider.locate(
            ["name": "prod-users"], intents: [], script.calls("userPools", "users"))
        #expect(located == expected)
        #expect(script.inputs("ListUserPools") == [["MaxResults": 60], ["MaxResults": 60, "NextToken": "more"]])
        #expect(script.inputs("DescribeUserPool").count == tags.count)
    }

    @Test(arguments: [(0, 0, 0), (7, 2, 7), (0, 2, 2)])
    func theLargerCountOfUsersCounts(estimated: Int, listed: Int, expected: Int) async throws {
        let users = (0..<listed).map { Value.map(["Username": .string("u\($0)")]) }
        let script = ScriptedAWS([
            "DescribeUserPool": [.value(["UserPool": ["EstimatedNumberOfUsers": .integer(estimated)]])],
            "ListUsers": [.value(["Users": .list(users)])],
        ])
        #expect(try await Self.provider.userAccounts(Self.id, script.calls("userPools", "users")) == expected)
    }

    // MARK: The table

    @Test(
        arguments: [
            ([:], []), (["mfaConfiguration": "OFF", "softwareTokenMfaConfiguration": ["enabled": false]], []),
            (["mfaConfiguration": "ON", "softwareTokenMfaConfiguration": ["enabled": true]], []),
            (["mfaConfiguration": "ON"], ["mfa-factor"]), (["mfaConfiguration": "OPTIONAL"], ["mfa-factor"]),
            (["softwareTokenMfaConfiguration": ["enabled": true]], ["mfa-factor"]),
            (["aliasAttributes": ["email"], "usernameAttributes": []], []),
            (["aliasAttributes": ["email"], "usernameAttributes": ["email"]], ["username-and-alias-attributes"]),
            (
                [
                    "userAttributeUpdateSettings": ["attributesRequireVerificationBeforeUpdate": ["email"]],
                    "autoVerifiedAttributes": ["email"],
                ], []
            ),
            (
                ["userAttributeUpdateSettings": ["attributesRequireVerificationBeforeUpdate": ["email"]]],
                ["verification-before-update"]
            ),
            (["accountRecoverySetting": ["recoveryMechanisms": [["priority": 1, "name": "admin_only"]]]], []),
            (
                [
                    "accountRecoverySetting": [
                        "recoveryMechanisms": [
                            ["priority": 1, "name": "admin_only"], ["priority": 2, "name": "verified_email"],
                        ]
                    ]
                ],
                ["account-recovery"]
            ),
            (
                [
                    "accountRecoverySetting": [
                        "recoveryMechanisms": [
                            ["priority": 1, "name": "verified_email"],
                            ["priority": 1, "name": "verified_phone_number"],
                        ]
                    ]
                ],
                ["account-recovery"]
            ),
            (["lambdaConfig": ["preTokenGeneration": "a", "preTokenGenerationConfig": ["lambdaArn": "a"]]], []),
            (
                ["lambdaConfig": ["preTokenGeneration": "a", "preTokenGenerationConfig": ["lambdaArn": "b"]]],
                ["token-function"]
            ),
            (["lambdaConfig": ["customSMSSender": ["lambdaArn": "a"]]], ["sender-key"]),
            (["lambdaConfig": ["customSMSSender": ["lambdaArn": "a"], "kmsKeyID": "k"]], []),
        ] as [(Value, [String])])
    func rules(pool: Value, codes: [String]) {
        let found = ResourceType.userPool.rules.filter { !$0.check(pool).isEmpty }.map(\.code)
        #expect(found == codes)
    }

    @Test func allThatAwsCannotChangeIsRefused() {
        let refused = ResourceType.userPool.attributes.filter { if case .refused = $0.change { true } else { false } }
        #expect(refused.map(\.name) == ["usernameAttributes", "aliasAttributes", "usernameConfiguration"])
    }
}
