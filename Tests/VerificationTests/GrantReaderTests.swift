import IAMPolicy
import Model
import Schema
import Testing

@testable import Verification

@Suite("What can be tried of a role's policies")
struct GrantReaderTests {
    private static let tag = "${aws:PrincipalTag/CognitoIdentityId}"
    private static let subject = "${cognito-identity.amazonaws.com:sub}"

    private static func session(
        _ kind: SessionKind = .long, region: String = "us-east-1", partition: String = "aws", doubt: String? = nil
    ) -> GrantReader.Login {
        GrantReader.Login(
            kind: kind, region: region, partition: partition, account: "123456789012", identity: "me", neighbour: "you",
            calledFunction: "proxy", doubt: doubt)
    }

    private static func document(_ statements: Value..., version: Value = "2012-10-17") -> Value {
        ["Version": version, "Statement": .list(statements)]
    }
    private static func allow(_ actions: Value, _ resources: Value, _ condition: Value = .null, effect: Value = "Allow")
        -> Value
    {
        let statement: Value = ["Effect": effect, "Action": actions, "Resource": resources]
        return condition.isNull ? statement : statement.with("Condition", condition)
    }

    /// `read s3://data/<>/ get(data, me/x) others: get(data, you/x)` and what else is said of a probe.
    private static func shown(_ probe: Probe) -> String {
        func attempt(_ attempt: Probe.Attempt) -> String {
            switch attempt {
            case .list(let bucket, let prefix): "list(\(bucket), \(prefix))"
            case .getObject(let bucket, let key): "get(\(bucket), \(key))"
            case .abortUpload(let bucket, let key): "abort(\(bucket), \(key))"
            case .getItem(let table, let key): "item(\(table), \(key))"
            case .deleteItem(let table, let key): "delete(\(table), \(key))"
            case .invoke(let function): "invoke(\(function))"
            }
        }
        return [
            "\(probe.access) \(probe.place.text("<>")) \(attempt(probe.own))",
            probe.others.map { "others: \(attempt($0))" },
            probe.doubt.map { "doubt: \($0)" }, probe.mayList ? "may list" : nil,
            probe.openings.isEmpty ? nil : "openings: \(probe.openings.joined(separator: ", "))",
        ].compactMap(\.self).joined(separator: "; ")
    }

    private static func shown(_ list: ProbeList) -> [String] {
        list.probes.map(shown) + list.unchecked.map { "– \($0)" }
    }

    @Test(
        "each short form, as it is compiled, in each partition and kind of session",
        arguments: [
            ("us-east-1", "aws"), ("us-gov-west-1", "aws-us-gov"), ("us-gov-east-1", "aws-us-gov"),
            ("cn-north-1", "aws-cn"),
        ], [SessionKind.short, .long])
    func shortForms(place: (region: String, partition: String), kind: SessionKind) throws {
        let context = GrantContext(
            StackContext(stack: "prod", partition: place.partition, region: place.region, account: "123456789012"),
            identityVariable: kind == .short ? .tokenSubject : .sessionTag)
        let own = try Grants.compile(
            [
                ["cognitoIdentity": "credentials"],
                [
                    "invokeFunction": .string(
                        "arn:\(place.partition):lambda:\(place.region):123456789012:function:proxy")
                ],
                ["s3": ["bucket": "data", "access": "readWrite", "isolateBy": "identity"]],
                ["s3": ["bucket": "data", "prefix": "in", "access": "write", "isolateBy": "identity"]],
                ["s3": ["bucket": "shared", "access": "read"]],
                ["dynamodb": ["table": "sessions", "access": "readWrite", "isolateBy": "identity"]],
                ["dynamodb": ["table": "all", "access": "read"]],
                ["invokeFunctions": ["pattern": "user-*"]],
                ["readSecret": "s"],
            ], context)
        let list = GrantReader.probes(
            in: [own], of: Self.session(kind, region: place.region, partition: place.partition))
        #expect(
            Self.shown(list) == [
                "read s3://data/<>/ get(data, me/cogstack-verify); others: get(data, you/cogstack-verify); may list",
                "write s3://data/<>/ abort(data, me/cogstack-verify); others: abort(data, you/cogstack-verify)",
                "list s3://data/<>/ list(data, me/); others: list(data, you/)",
                "write s3://data/in/<>/ abort(data, in/me/cogstack-verify); others: abort(data, in/you/cogstack-verify)",
                "read s3://shared/ get(shared, cogstack-verify); may list",
                "list s3://shared/ list(shared, me/)",
                "read table sessions item(sessions, me); others: item(sessions, you)",
                "write table sessions delete(sessions, me); others: delete(sessions, you)",
                "read table all item(all, me)",
                "invoke functions user-* invoke(user-cogstack-verify)",
                "– secretsmanager:GetSecretValue: verify does not try it",
            ])
    }

    @Test(
        "statements by hand",
        arguments: [
            // S3 listings.
            (
                [allow("s3:*", ["arn:aws:s3:::data", "arn:aws:s3:::data/*"])],
                [
                    "list s3://data/ list(data, me/)", "read s3://data/ get(data, cogstack-verify); may list",
                    "write s3://data/ abort(data, cogstack-verify)",
                ]
            ),
            (
                [
                    allow(
                        "s3:ListBucket", "arn:aws:s3:::data",
                        ["StringLike": ["s3:prefix": ["", "home/*", .string("\(tag)*")]]])
                ],
                [
                    "list s3://data/ list(data, )", "list s3://data/home/ list(data, home/)",
                    "list s3://data/<> list(data, me); others: list(data, you)",
                ]
            ),
            (
                [allow("s3:ListBucket", "arn:aws:s3:::data", ["StringEquals": ["s3:prefix": .string("\(tag)/")]])],
                [
                    "list s3://data/<>/ list(data, me/); others: list(data, you/)"
                ]
            ),
            ([allow("s3:ListBucket", "arn:aws:s3:::data*")], ["– s3://data*: it names no single bucket"]),
            ([allow("s3:ListBucket", "*")], ["– *: it names nothing that could be tried"]),
            (
                [
                    allow(
                        "s3:ListBucket", "arn:aws:s3:::data",
                        ["StringLike": ["s3:prefix": "x/*"], "Bool": ["aws:SecureTransport": "true"]])
                ],
                [
                    "– listing s3://data: it is under a condition on aws:securetransport, s3:prefix"
                ]
            ),
            (
                [allow("s3:ListBucket", "arn:aws:s3:::data", ["StringLike": ["s3:prefix": "${aws:username}/*"]])],
                [
                    "– listing s3://data: what ${aws:username}/* stands for is not known"
                ]
            ),
            // S3 objects.
            (
                [allow("s3:PutObject", "arn:aws:s3:::data/a/*")],
                ["– writing to s3://data/a/: without s3:AbortMultipartUpload it cannot be tried harmlessly"]
            ),
            (
                [allow("s3:GetObject", "arn:aws:s3:::data/*/${aws:userid}/*")],
                [
                    "– arn:aws:s3:::data/*/${aws:userid}/*: what ${aws:userid} stands for is not known"
                ]
            ),
            (
                [allow("s3:GetObject", "arn:aws:s3:::data/?/*/b", ["IpAddress": ["aws:SourceIp": "10.0.0.0/8"]])],
                [
                    "– objects in s3://data/?/*/b: it is under a condition on aws:sourceip"
                ]
            ),
            (
                [allow("s3:GetObject", "arn:aws:s3:::data/?/*/b*")],
                ["read s3://data/?/*/b get(data, x/x/bcogstack-verify)"]
            ),
            ([allow("s3:GetBucketLocation", "arn:aws:s3:::data")], ["– s3:GetBucketLocation: verify does not try it"]),
            // The other kind's variable: tried, since the grant means it.
            (
                [allow("s3:GetObject", .string("arn:aws:s3:::data/\(subject)/*"))],
                [
                    "read s3://data/<>/ get(data, me/cogstack-verify); others: get(data, you/cogstack-verify)"
                ]
            ),
            // DynamoDB.
            (
                [
                    allow(
                        "dynamodb:GetItem", ["arn:aws:dynamodb:*:*:table/t", "arn:aws:dynamodb:*:*:table/t/index/*"],
                        ["ForAllValues:StringLike": ["dynamodb:LeadingKeys": ["public", .string("user#\(tag)*")]]])
                ],
                [
                    "read table t, key public item(t, public)",
                    "read table t item(t, user#me); others: item(t, user#you)",
                ]
            ),
            (
                [allow(["dynamodb:Query", "dynamodb:PutItem"], "arn:aws:dynamodb:us-east-1:123456789012:table/t")],
                [
                    "– reading table t: without dynamodb:GetItem it cannot be tried harmlessly",
                    "– writing to table t: without dynamodb:DeleteItem it cannot be tried harmlessly",
                ]
            ),
            (
                [
                    allow(
                        "dynamodb:*",
                        [
                            "arn:aws:dynamodb:eu-west-1:123456789012:table/t",
                            "arn:aws:dynamodb:us-east-1:210987654321:table/u",
                            "arn:aws:dynamodb:us-east-1:123456789012:table/v*",
                        ])
                ],
                [
                    "– table t: it is in eu-west-1", "– table u: it is in the account 210987654321",
                    "– table v*: it names no single table",
                ]
            ),
            (
                [
                    allow(
                        "dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:123456789012:table/t",
                        [
                            "ForAllValues:StringEquals": [
                                "dynamodb:LeadingKeys": .string(tag), "dynamodb:Attributes": "a",
                            ]
                        ])
                ],
                [
                    "– table t: it is under a condition on dynamodb:attributes, dynamodb:leadingkeys"
                ]
            ),
            (
                [
                    allow(
                        "dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:123456789012:table/t",
                        ["Null": ["dynamodb:LeadingKeys": "true"]])
                ],
                [
                    "– table t: it is under a condition on dynamodb:leadingkeys"
                ]
            ),
            // Lambda.
            (
                [
                    allow(
                        "lambda:*",
                        [
                            "arn:aws:lambda:us-east-1:123456789012:function:f",
                            "arn:aws:lambda:us-east-1:123456789012:function:f:live",
                            "arn:aws:lambda:us-east-1:123456789012:layer:l",
                        ])
                ],
                [
                    "invoke function f invoke(f)", "– function f:live: it is about a version or an alias",
                ]
            ),
            (
                [allow("lambda:InvokeFunction", "arn:aws:lambda:us-west-2:123456789012:function:a*")],
                ["– functions a*: it is in us-west-2"]
            ),
            // What cannot be listed.
            (
                [["Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::data"]],
                ["– a statement with NotAction or NotResource: what it grants cannot be listed"]
            ),
            ([allow("*", "arn:aws:s3:::data", effect: "Deny")], []),
        ] as [([Value], [String])])
    func statements(statements: [Value], expected: [String]) {
        let list = GrantReader.probes(in: statements.map { Self.document($0) }, of: Self.session())
        #expect(Self.shown(list) == expected)
    }

    private static let own = allow("s3:GetObject", .string("arn:aws:s3:::data/\(tag)/*"))

    @Test(
        "a refusal that something else may have caused proves nothing",
        arguments: [
            (allow("s3:Put*", "*", effect: "Deny"), nil),
            (allow("s3:*", "arn:aws:s3:::data/you/*", effect: "Deny"), nil),
            (allow("s3:*", .string("arn:aws:s3:::data/\(tag)/*"), effect: "Deny"), "a Deny statement may cover it"),
            // A variable without a value matches nothing, one that is not known may match.
            (allow("s3:*", .string("arn:aws:s3:::data/\(subject)/*"), effect: "Deny"), nil),
            (allow("s3:*", "arn:aws:s3:::data/${aws:userid}/*", effect: "Deny"), "a Deny statement may cover it"),
            (
                allow("*", "*", ["Bool": ["aws:SecureTransport": "false"]], effect: "Deny"),
                "a Deny statement may cover it"
            ),
            (["Effect": "Deny", "NotAction": "dynamodb:*", "Resource": "*"], "a Deny statement may cover it"),
            (
                ["Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::other/*"],
                "a Deny statement may cover it"
            ),
        ] as [(Value, String?)])
    func doubts(deny: Value, doubt: String?) {
        let list = GrantReader.probes(in: [Self.document(Self.own), Self.document(deny)], of: Self.session())
        #expect(list.probes.map(\.doubt) == [doubt])
        #expect(
            GrantReader.probes(in: [Self.document(Self.own)], of: Self.session(doubt: "a boundary")).probes.map(\.doubt)
                == ["a boundary"])
    }

    private static func items(_ null: Value = .null) -> Value {
        var condition: Value = ["ForAllValues:StringEquals": ["dynamodb:LeadingKeys": .string(tag)]]
        if !null.isNull { condition["Null"] = ["dynamodb:LeadingKeys": null] }
        return allow(
            ["dynamodb:GetItem", "dynamodb:Scan"], "arn:aws:dynamodb:us-east-1:123456789012:table/t", condition)
    }

    @Test(
        "what other statements may allow of somebody else's, though the attempt does not show it",
        arguments: [
            ([own], []),
            ([own, allow("s3:GetObject", "arn:aws:s3:::data/*")], ["s3:GetObject"]),
            (
                [own, allow("s3:GetObject", "arn:aws:s3:::data/*", ["Bool": ["aws:SecureTransport": "true"]])],
                ["s3:GetObject"]
            ),
            ([own, allow("s3:GetObject", "arn:aws:s3:::data/public/*")], []),
            (
                [allow("s3:AbortMultipartUpload", .string("arn:aws:s3:::data/\(tag)/*")), allow("s3:Put*", "*")],
                ["s3:PutObject"]
            ),
            // A scan has no keys, which a test for all of them lets through.
            ([items()], ["dynamodb:Scan"]),
            ([items("false")], []),
            ([items("false"), allow("dynamodb:Query", "*")], ["dynamodb:Query"]),
        ] as [([Value], [String])])
    func openings(statements: [Value], expected: [String]) {
        let list = GrantReader.probes(in: statements.map { Self.document($0) }, of: Self.session())
        #expect(list.probes.first?.openings == expected)
    }

    @Test(
        "an isolating grant of a place is tried beside another one of the same, whatever their order",
        arguments: [true, false])
    func beside(isReversed: Bool) {
        let everything = Self.allow("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:123456789012:table/t")
        let documents = [Self.items("false"), everything].map { Self.document($0) }
        let list = GrantReader.probes(in: isReversed ? documents.reversed() : documents, of: Self.session())
        #expect(list.probes.compactMap(\.others) == [.getItem(table: "t", key: "you")])
    }

    @Test("before version 2012-10-17 nothing isolates", arguments: [Value.null, "2008-10-17"])
    func version(version: Value) {
        let listing = Self.allow(
            "s3:ListBucket", "arn:aws:s3:::data", ["StringLike": ["s3:prefix": .string("\(Self.tag)/*")]])
        let list = GrantReader.probes(in: [Self.document(Self.own, listing, version: version)], of: Self.session())
        #expect(
            list.probes.isEmpty && list.unchecked.count == 2
                && list.unchecked.allSatisfy { $0.contains("lacks `Version: 2012-10-17`") })
    }
}
