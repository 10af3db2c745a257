import AWSClient
import Provider
import Resources
import Model
import Schema
import Records
import TestSupport
import Testing

@Suite("Roles and users")
struct PrincipalTests {
    static let trust: Value = [
        "Version": "2012-10-17",
        "Statement": [
            ["Effect": "Allow", "Principal": ["Service": "lambda.amazonaws.com"], "Action": "sts:AssumeRole"]
        ],
    ]
    static let policy: Value = [
        "Version": "2012-10-17", "Statement": [["Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"]],
    ]
    static let policyJSON =
        #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"*"}]}"#
    /// The same, as IAM answers with it.
    static let encodedPolicy: Value =
        "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3AGetObject%22%2C%22Resource%22%3A%22%2A%22%7D%7D"
    static let role: Value = [
        "RoleName": "x", "RoleId": "AROA1", "Arn": "arn:aws:iam::123456789012:role/x", "Path": "/",
        "MaxSessionDuration": "43200", "Description": "words",
        "AssumeRolePolicyDocument":
            "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Principal%22%3A%7B%22AWS%22%3A%22AIDAIOSFODNN7EXAMPLE%22%7D%7D%5D%7D",
        "Tags": .tags([("team", "a"), ("aws:cloudformation:stack-name", "b")]),
    ]
    static let details: Value = [
        "IsTruncated": "false",
        "RoleDetailList": [
            [
                "RoleName": "x",
                "RolePolicyList": [
                    ["PolicyName": "cogstack-grants", "PolicyDocument": encodedPolicy],
                    ["PolicyName": "audit", "PolicyDocument": encodedPolicy],
                ],
                "AttachedManagedPolicies": [["PolicyName": "p", "PolicyArn": "arn:aws:iam::aws:policy/p"]],
            ]
        ],
        "UserDetailList": [
            [
                "UserName": "x", "UserId": "AIDA1", "Arn": "arn:aws:iam::123456789012:user/x", "Path": "/",
                "AttachedManagedPolicies": "", "Tags": .tags([("team", "a")]),
            ]
        ],
    ]
    static let alone: Script = [
        "GetAccountAuthorizationDetails": [.refused("AccessDenied", "no")],
        "GetRole": [.value(["Role": role])],
        "ListRolePolicies": [
            .value(["PolicyNames": ["cogstack-grants"], "IsTruncated": "true", "Marker": "m"]),
            .value(["PolicyNames": ["audit"], "IsTruncated": "false"]),
        ],
        "GetRolePolicy": [.value(["PolicyDocument": encodedPolicy])],
        "ListAttachedRolePolicies": [.value(["AttachedPolicies": [["PolicyArn": "arn:aws:iam::aws:policy/p"]]])],
    ]

    // MARK: Reading

    @Test(
        "A role reads the same from the shared page and by calls of its own",
        arguments: [
            (["GetAccountAuthorizationDetails": [.value(details)], "GetRole": [.value(["Role": role])]], 2),
            (alone, 7),
        ] as [(Script, Int)])
    func readsRole(script: Script, calls: Int) async throws {
        let aws = ScriptedAWS(script)
        let live = try #require(try await RoleProvider().read("x", aws.calls("roles")))
        #expect(aws.reads.count == calls)
        let attributes = live.attributes
        #expect(attributes["name"] == "x")
        #expect(attributes["maxSessionDuration"] == 43200)
        #expect(attributes["tags"] == ["team": "a"])
        #expect(attributes["managedPolicies"] == ["arn:aws:iam::aws:policy/p"])
        #expect(attributes["grants"]["Statement"]["Action"] == "s3:GetObject")
        #expect(attributes["inlinePolicies"].map?.keys.sorted() == ["audit"])
        #expect(live.outputs["uniqueId"] == "AROA1")
        #expect(live.warnings.count == 1 && live.warnings[0].contains("AIDAIOSFODNN7EXAMPLE"))
    }

    @Test("Three roles and a user take five calls at most")
    func sharesThePage() async throws {
        let boundary: Value = ["PermissionsBoundaryArn": "arn:aws:iam::aws:policy/b"]
        let aws = ScriptedAWS([
            "GetAccountAuthorizationDetails": [.value(Self.details)], "GetRole": [.value(["Role": Self.role])],
            "GetUser": [.value(["User": ["UserName": "x", "UserId": "AIDA1", "PermissionsBoundary": boundary]])],
        ])
        let shared = SharedReads()
        for name in ["a", "b", "c"] { _ = try await RoleProvider().read("x", aws.calls("roles", name, shared: shared)) }
        let user = try await IAMUserProvider().read("x", aws.calls("iamUsers", shared: shared))
        #expect(user?.attributes["managedPolicies"] == [])
        #expect(
            user?.attributes["permissionsBoundary"] == "arn:aws:iam::aws:policy/b",
            "GetUser's word counts, page or none")
        #expect(aws.reads.count == 5)
    }

    @Test("What the page does not show is not taken for gone")
    func readsUserAlone() async throws {
        let aws = ScriptedAWS([
            "GetAccountAuthorizationDetails": [.value(["IsTruncated": "true", "UserDetailList": []])],
            "GetUser": [.value(["User": ["UserName": "x", "UserId": "AIDA1"]])],
            "ListUserPolicies": [.value(["PolicyNames": ""])], "GetUserPolicy": [missing],
            "ListAttachedUserPolicies": [.value(["AttachedPolicies": ""])],
        ])
        #expect(try await IAMUserProvider().read("x", aws.calls("iamUsers"))?.outputs["uniqueId"] == "AIDA1")
        let gone = ScriptedAWS(["GetAccountAuthorizationDetails": [.value(Self.details)], "GetRole": [missing]])
        #expect(try await RoleProvider().read("x", gone.calls("roles")) == nil)
    }

    // MARK: Creating

    static let desired: Value = [
        "name": "x", "trust": trust, "maxSessionDuration": 43200, "permissionsBoundary": "arn:aws:iam::aws:policy/b",
        "grants": policy, "inlinePolicies": ["audit": policy], "managedPolicies": ["arn:aws:iam::aws:policy/p"],
        "tags": ["b": "2", "a": "1"],
    ]

    @Test("A role is said to be made before its policies are written")
    func createsRole() async throws {
        let aws = ScriptedAWS(["CreateRole": [.value(["Role": Self.role])]])
        let outputs = try await RoleProvider().create(Self.desired, aws.calls("roles"))
        #expect(outputs["arn"] == "arn:aws:iam::123456789012:role/x")
        #expect(
            aws.changes == [
                "intend CreateRole", "CreateRole", "created x", "intend PutRolePolicy", "PutRolePolicy",
                "intend PutRolePolicy",
                "PutRolePolicy", "intend AttachRolePolicy", "AttachRolePolicy",
            ])
        #expect(
            aws.inputs("CreateRole") == [
                [
                    "RoleName": "x", "MaxSessionDuration": 43200, "PermissionsBoundary": "arn:aws:iam::aws:policy/b",
                    "AssumeRolePolicyDocument":
                        #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#,
                    "Tags": .tags([("a", "1"), ("b", "2")]),
                ]
            ])
        #expect(
            aws.inputs("PutRolePolicy")[0] == [
                "RoleName": "x", "PolicyName": "cogstack-grants", "PolicyDocument": .string(Self.policyJSON),
            ])
    }

    @Test(
        "What time heals is waited for, and nothing else",
        arguments: [
            ("CreateRole", "MalformedPolicyDocument", "Invalid principal in policy: \"AWS\":\"arn\"", true),
            ("CreateRole", "ConcurrentModification", "later", true),
            ("CreateRole", "MalformedPolicyDocument", "Syntax errors in policy.", false),
            ("PutRolePolicy", "NoSuchEntity", "The role with name x cannot be found.", true),
            (
                "AttachRolePolicy", "NoSuchEntity",
                "Policy arn:aws:iam::aws:policy/p does not exist or is not attachable.", false
            ),
            ("AttachRolePolicy", "LimitExceeded", "Cannot exceed quota", false),
        ])
    func settles(operation: String, code: String, message: String, passes: Bool) async {
        let made = ScriptedAWS.Answer.value(["Role": Self.role])
        let aws = ScriptedAWS(["CreateRole": [made]].merging([operation: [.refused(code, message), made]]) { $1 })
        let complaint = await complaint { () async throws(ProviderError) in
            _ = try await RoleProvider().create(Self.desired, aws.calls("roles"))
        }
        #expect((complaint == nil) == passes)
        #expect(aws.changes.contains("wait") == passes)
    }

    @Test("A wait that never ends is reported with AWS's words")
    func givesUp() async {
        let aws = ScriptedAWS(["CreateRole": [.refused("MalformedPolicyDocument", "Invalid principal in policy: y")]])
        let complaint = await complaint { () async throws(ProviderError) in
            _ = try await RoleProvider().create(Self.desired, aws.calls("roles"))
        }
        #expect(complaint?.contains("120 s") == true && complaint?.contains("Invalid principal in policy: y") == true)
    }

    @Test("A name that is taken is refused with advice")
    func nameIsTaken() async {
        let aws = ScriptedAWS(["CreateUser": [.refused("EntityAlreadyExists", "taken")]])
        let complaint = await complaint { () async throws(ProviderError) in
            _ = try await IAMUserProvider().create(["name": "x"], aws.calls("iamUsers"))
        }
        #expect(complaint?.contains("adopt: true") == true)
        #expect(aws.changes == ["intend CreateUser", "CreateUser"])
    }

    // MARK: Updating

    struct Update: Sendable {
        let changed: Set<String>
        let desired: Value
        let writes: [String]
        var last: Value? = nil
    }

    static let live: Script = [
        "ListRolePolicies": [.value(["PolicyNames": ["cogstack-grants", "audit", "byhand"]])],
        "GetRolePolicy": [.value(["PolicyDocument": encodedPolicy])],
        "ListAttachedRolePolicies": [
            .value([
                "AttachedPolicies": [
                    ["PolicyArn": "arn:aws:iam::aws:policy/old"], ["PolicyArn": "arn:aws:iam::aws:policy/p"],
                ]
            ])
        ],
    ]
    static let other: Value = [
        "Version": "2012-10-17", "Statement": [["Effect": "Allow", "Action": "s3:*", "Resource": "*"]],
    ]

    @Test(
        "An update changes what it is told has changed",
        arguments: [
            Update(changed: ["trust"], desired: ["trust": trust], writes: ["UpdateAssumeRolePolicy"]),
            // What UpdateRole leaves out stays, so that a default is written out.
            Update(
                changed: ["description"], desired: ["maxSessionDuration": 7200], writes: ["UpdateRole"],
                last: ["RoleName": "x", "Description": ""]),
            Update(
                changed: ["description", "maxSessionDuration"], desired: ["description": "new"], writes: ["UpdateRole"],
                last: ["RoleName": "x", "Description": "new", "MaxSessionDuration": 3600]),
            Update(
                changed: ["permissionsBoundary"], desired: ["permissionsBoundary": "arn:b"],
                writes: ["PutRolePermissionsBoundary"]),
            Update(changed: ["permissionsBoundary"], desired: [:], writes: ["DeleteRolePermissionsBoundary"]),
            Update(changed: ["grants"], desired: ["grants": policy], writes: ["PutRolePolicy"]),
            Update(
                changed: ["grants"], desired: ["grants": []], writes: ["DeleteRolePolicy"],
                last: ["RoleName": "x", "PolicyName": "cogstack-grants"]),
            // The same by meaning stays, the one by hand goes, the one that grants made is no business of this row.
            Update(
                changed: ["inlinePolicies"], desired: ["inlinePolicies": ["audit": policy]],
                writes: ["DeleteRolePolicy"],
                last: ["RoleName": "x", "PolicyName": "byhand"]),
            Update(
                changed: ["inlinePolicies"], desired: ["inlinePolicies": ["audit": other, "byhand": policy]],
                writes: ["PutRolePolicy"]),
            Update(
                changed: ["inlinePolicies"], desired: ["inlinePolicies": ["new": policy], "exclusivePolicies": false],
                writes: ["PutRolePolicy"]),
            Update(
                changed: ["inlinePolicies"], desired: ["inlinePolicies": ["audit": .null], "exclusivePolicies": false],
                writes: ["DeleteRolePolicy"], last: ["RoleName": "x", "PolicyName": "audit"]),
            Update(
                changed: ["managedPolicies"],
                desired: ["managedPolicies": ["arn:aws:iam::aws:policy/new", "arn:aws:iam::aws:policy/p"]],
                writes: ["AttachRolePolicy", "DetachRolePolicy"],
                last: ["RoleName": "x", "PolicyArn": "arn:aws:iam::aws:policy/old"]),
            Update(
                changed: ["managedPolicies"], desired: ["managedPolicies": [], "exclusivePolicies": false], writes: []),
            Update(
                changed: ["tags"], desired: ["tags": ["a": "1", "old": .null]], writes: ["UntagRole", "TagRole"],
                last: ["RoleName": "x", "Tags": .tags([("a", "1")])]),
            // To IAM both spellings are one key, so that the old one goes before the new one comes.
            Update(
                changed: ["tags"], desired: ["tags": ["team": "1", "Team": .null]], writes: ["UntagRole", "TagRole"],
                last: ["RoleName": "x", "Tags": .tags([("team", "1")])]),
        ])
    func updates(update: Update) async throws {
        let aws = ScriptedAWS(Self.live)
        _ = try await RoleProvider().update("x", to: update.desired, changed: update.changed, aws.calls("roles"))
        #expect(aws.writes == update.writes)
        if let last = update.last, let name = update.writes.last { #expect(aws.inputs(name).last == last) }
    }

    @Test("Two tag keys that differ in case alone are refused", arguments: [iamUserType, roleType])
    func refusesOneKeyTwice(type: ResourceType) {
        func problems(_ tags: Value) -> [RuleProblem] {
            type.rules.filter { $0.code == "tag-keys" }.flatMap { $0.check(["tags": tags]) }
        }
        #expect(problems(["team": "a", "Team": "b", "other": "c"]).map(\.path) == ["tags.Team"])
        #expect(problems(["team": "a", "Team": .null, "teams": "c"]).isEmpty)
    }

    // MARK: Deleting

    @Test("A role goes after all that holds it")
    func deletesRole() async throws {
        let aws = ScriptedAWS([
            "ListInstanceProfilesForRole": [.value(["InstanceProfiles": [["InstanceProfileName": "ip"]]])],
            "ListRolePolicies": [.value(["PolicyNames": ["a"]])],
            "ListAttachedRolePolicies": [.value(["AttachedPolicies": [["PolicyArn": "arn"]]])],
            "DeleteRolePolicy": [missing],
            "DeleteRole": [.refused("DeleteConflict", "still"), .value([:])],
        ])
        try await RoleProvider().delete("x", aws.calls("roles"))
        #expect(
            aws.writes == [
                "RemoveRoleFromInstanceProfile", "DetachRolePolicy", "DeleteRolePolicy", "DeleteRole",
                "RemoveRoleFromInstanceProfile", "DetachRolePolicy", "DeleteRolePolicy", "DeleteRole",
            ])
    }

    @Test("What a list did not show yet stops the delete, and goes when it is listed again")
    func deletesWhatIsListedLate() async throws {
        let aws = ScriptedAWS([
            "ListInstanceProfilesForRole": [missing], "ListAttachedRolePolicies": [missing],
            "ListRolePolicies": [missing, .value(["PolicyNames": ["a"]])],
            "DeleteRole": [
                .refused("DeleteConflict", "Cannot delete entity, must delete policies first."), .value([:]),
            ],
        ])
        try await RoleProvider().delete("x", aws.calls("roles"))
        #expect(aws.writes == ["DeleteRole", "DeleteRolePolicy", "DeleteRole"])
    }

    @Test("A role that is gone is deleted, and one that only the lists do not know goes")
    func deletesGoneRole() async throws {
        let aws = ScriptedAWS([
            "ListInstanceProfilesForRole": [missing], "ListRolePolicies": [missing],
            "ListAttachedRolePolicies": [missing],
            "DeleteRole": [missing],
        ])
        try await RoleProvider().delete("x", aws.calls("roles"))
        #expect(aws.writes == ["DeleteRole"])
    }

    static let user: Script = [
        "ListAccessKeys": [.value(["AccessKeyMetadata": ""])], "ListMFADevices": [.value(["MFADevices": ""])],
        "ListSSHPublicKeys": [.value(["SSHPublicKeys": ""])], "ListSigningCertificates": [.value(["Certificates": ""])],
        // A server that knows no such thing has none.
        "ListServiceSpecificCredentials": [.refused("InvalidAction", "unknown")],
        "GetLoginProfile": [missing], "ListUserPolicies": [.value(["PolicyNames": ["a"]])],
        "ListAttachedUserPolicies": [.value(["AttachedPolicies": ""])],
        "ListGroupsForUser": [.value(["Groups": [["GroupName": "g"]]])],
    ]

    @Test("A user goes with its policies and memberships")
    func deletesUser() async throws {
        let aws = ScriptedAWS(Self.user)
        try await IAMUserProvider().delete("x", aws.calls("iamUsers"))
        #expect(aws.writes == ["RemoveUserFromGroup", "DeleteUserPolicy", "DeleteUser"])
    }

    @Test(
        "A user whose credentials somebody may use is left whole",
        arguments: [
            (
                "ListAccessKeys", ["AccessKeyMetadata": [["AccessKeyId": "AKIAIOSFODNN7EXAMPLE"]]],
                "access key AKIAIOSFODNN7EXAMPLE"
            ),
            ("ListMFADevices", ["MFADevices": [["SerialNumber": "arn:mfa"]]], "MFA device arn:mfa"),
            ("ListSSHPublicKeys", ["SSHPublicKeys": [["SSHPublicKeyId": "APKA"]]], "SSH key APKA"),
            ("ListSigningCertificates", ["Certificates": [["CertificateId": "C"]]], "signing certificate C"),
            (
                "ListServiceSpecificCredentials",
                ["ServiceSpecificCredentials": [["ServiceSpecificCredentialId": "ACCA"]]], "service credential ACCA"
            ),
            ("GetLoginProfile", ["LoginProfile": ["UserName": "x"]], "a console password"),
        ] as [(String, Value, String)])
    func keepsCredentials(operation: String, answer: Value, words: String) async {
        let aws = ScriptedAWS(Self.user.merging([operation: [.value(answer)]]) { $1 })
        let complaint = await complaint { () async throws(ProviderError) in
            try await IAMUserProvider().delete("x", aws.calls("iamUsers"))
        }
        #expect(complaint?.contains(words) == true)
        #expect(aws.writes.isEmpty)
    }

    @Test(
        "What would stop a delete is found before: what the same plan deletes is none",
        arguments: [
            (["user/AKIA1"], nil), (["x/AKIA1"], "access key AKIA2"), (["x/AKIA1", "x/AKIA2"], ""),
        ] as [(Set<String>, String?)])
    func findsObstacles(going: Set<String>, words: String?) async throws {
        let keys: Value = ["AccessKeyMetadata": [["AccessKeyId": "AKIA1"], ["AccessKeyId": "AKIA2"]]]
        let aws = ScriptedAWS(Self.user.merging(["ListAccessKeys": [.value(keys)]]) { $1 })
        let obstacle = try await IAMUserProvider().obstacle("x", going: going, aws.calls("iamUsers"))
        switch words {
        case "": #expect(obstacle == nil)
        case let words?: #expect(obstacle?.message.hasSuffix(": \(words)") == true)
        case nil: #expect(obstacle?.message.hasSuffix(": access key AKIA1, access key AKIA2") == true)
        }
        #expect(aws.writes.isEmpty)
    }

    @Test("A key that was deleted a moment ago may still be listed")
    func waitsForKeyToGo() async throws {
        let aws = ScriptedAWS(
            Self.user.merging([
                "ListAccessKeys": [
                    .value(["AccessKeyMetadata": [["AccessKeyId": "AKIA"]]]), .value(["AccessKeyMetadata": ""]),
                ]
            ]) { $1 })
        try await IAMUserProvider().delete("x", aws.calls("iamUsers"))
        #expect(aws.writes.last == "DeleteUser")
    }

    // MARK: Finding

    @Test(
        "Tags tell whose it is",
        arguments: [
            ([("cogstack:stack", "prod"), ("cogstack:address", "roles.x")], Located.ours("x")),
            (
                [("cogstack:stack", "prod"), ("cogstack:address", "roles.y")],
                .foreign("x", owner: "roles.y of this stack")
            ),
            (
                [("cogstack:stack", "dev"), ("cogstack:address", "roles.x")],
                .foreign("x", owner: "stack dev (roles.x)")
            ),
            ([("team", "a")], .unowned("x")),
        ])
    func locates(tags: [(String, String)], expected: Located) async throws {
        let aws = ScriptedAWS(["GetRole": [.value(["Role": ["RoleName": "x", "Tags": .tags(tags)]])]])
        #expect(try await RoleProvider().locate(["name": "x"], intents: [], aws.calls("roles")) == expected)
    }

    @Test("No object of the name")
    func locatesNothing() async throws {
        let aws = ScriptedAWS(["GetUser": [missing]])
        #expect(try await IAMUserProvider().locate(["name": "x"], intents: [], aws.calls("iamUsers")) == Located.none)
    }

    // MARK: The table

    @Test(
        "ARNs follow from the file",
        arguments: [
            (roleType, ["name": "x"], "arn:aws:iam::123456789012:role/x"),
            (iamUserType, ["name": "x", "path": "/a/b/"], "arn:aws:iam::123456789012:user/a/b/x"),
            (roleType, ["name": .template(Template(reading: "$(account)-x"))], nil),
        ] as [(ResourceType, Value, String?)])
    func predicts(type: ResourceType, attributes: Value, arn: String?) throws {
        let output = try #require(type.output("arn")?.predict)
        #expect(output(attributes, ScriptedAWS.context) == arn.map(Value.string))
    }

    @Test(
        "One user keeps one prefix, whoever assumes the role",
        arguments: [
            (
                ["identityPool": "us-east-1:00000000-0000-0000-0000-000000000000", "amr": "authenticated"],
                "${cognito-identity.amazonaws.com:sub}"
            ),
            (
                ["iamUser": "arn:aws:iam::123456789012:user/proxy", "tagSession": true],
                "${aws:PrincipalTag/CognitoIdentityId}"
            ),
        ] as [(Value, String)])
    func isolates(trust: Value, variable: String) throws {
        let grants: Value = [["s3": ["bucket": "b", "access": "read", "isolateBy": "identity"]]]
        let compile = try #require(roleType.attribute("grants")?.compile)
        let document = try compile(grants, ["trust": [trust]], ScriptedAWS.context)
        #expect("\(document)".contains(variable))
    }

    @Test("No grants are no policy")
    func noGrants() throws {
        let compile = try #require(iamUserType.attribute("grants")?.compile)
        #expect(try compile([], [:], ScriptedAWS.context) == [])
    }

    @Test("The name of the policy that grants make is kept")
    func reservedName() {
        let problems = roleType.rules.flatMap { $0.check(["inlinePolicies": ["cogstack-grants": Self.policy]]) }
        #expect(problems.map(\.path) == ["inlinePolicies.cogstack-grants"])
        #expect(roleType.rules.flatMap { $0.check(["inlinePolicies": ["audit": Self.policy]]) }.isEmpty)
    }
}
