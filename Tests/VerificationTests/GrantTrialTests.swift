import AWSClient
import Model
import Schema
import Records
import Testing
import TestSupport

@testable import Verification

@Suite("Trying the grants")
struct GrantTrialTests {
    private static let everywhere =
        "in both sessions s3://data/<>/ (list, read, write); in the long session table sessions (read, write)"

    private func outcome(_ link: Link, _ results: [LinkResult]) -> LinkResult.Outcome? {
        results.first { $0.link == link }?.outcome
    }

    @Test("all is tried: with each session what its role grants, of the own and of a neighbour's")
    func all() async {
        let (results, script) = await Chain.run()
        let own = Self.everywhere.replacing("<>", with: "<identity>")
        #expect(outcome(.grants, results) == .holds("\(own), functions user-*"))
        #expect(outcome(.isolation, results) == .holds("refused \(Self.everywhere.replacing("<>", with: "<another>"))"))

        let keys: [Value] = ["us-east-1:me/cogstack-verify", .string("\(Chain.neighbour)/cogstack-verify")]
        #expect(script.inputs("GetObject").map { $0["Key"] } == [keys[0], keys[0], keys[1], keys[1]])
        #expect(script.inputs("AbortMultipartUpload").map { $0["Key"] } == [keys[0], keys[0], keys[1], keys[1]])
        #expect(
            script.inputs("ListObjectsV2").map { $0["Prefix"] } == [
                "us-east-1:me/", "us-east-1:me/", .string("\(Chain.neighbour)/"), .string("\(Chain.neighbour)/"),
            ])
        for operation in ["GetObject", "AbortMultipartUpload"] {
            #expect(script.signers(operation) == ["SHORT", "LONG", "SHORT", "LONG"])
        }
        #expect(script.signers("DescribeTable") == ["run"])
        #expect(
            script.inputs("GetItem").map { $0["Key"] }
                == ["us-east-1:me", .string(Chain.neighbour)].map { ["user": ["S": $0], "at": ["N": "0"]] })
        #expect(script.signers("GetItem") + script.signers("DeleteItem") == ["LONG", "LONG", "LONG", "LONG"])
        // Whatever the item, the condition is not met.
        #expect(
            Set(script.inputs("DeleteItem").map { $0["ConditionExpression"] }) == [
                "attribute_exists(#k) AND attribute_not_exists(#k)"
            ])
        #expect(script.inputs("DeleteItem").first?["ExpressionAttributeNames"] == ["#k": "user"])
        let invoked = script.inputs("Invoke").last
        #expect(invoked == ["FunctionName": "user-cogstack-verify", "InvocationType": "DryRun"])
    }

    @Test("without a proxy it is tried with the short session alone")
    func short() async {
        let (results, _) = await Chain.run(
            signIn: SignIn(
                region: "us-east-1", userPoolId: "us-east-1_AbCdEfGhI", clientId: "client",
                identityPoolId: "us-east-1:pool", proxy: nil))
        #expect(outcome(.grants, results) == .holds("s3://data/<identity>/ (list, read, write)"))
        #expect(outcome(.isolation, results) == .holds("refused s3://data/<another>/ (list, read, write)"))
    }

    @Test(
        "what is refused in spite of a grant is named, with session, action, resource, AWS's words and where to look",
        arguments: [
            (
                "GetObject by SHORT of self", Chain.denied("s3:GetObject"),
                "the short session may not read s3://data/us-east-1:me/ (s3:GetObject)", "the bucket's own policy"
            ),
            (
                "GetObject by LONG of self", .refused("AccessDenied", "Access Denied"),
                "the long session may not read s3://data/us-east-1:me/ (s3:GetObject)",
                "the session tag CognitoIdentityId"
            ),
            (
                "AbortMultipartUpload of self", Chain.denied("s3:AbortMultipartUpload"),
                "the short session may not write s3://data/us-east-1:me/ (s3:AbortMultipartUpload); the long session may not write",
                "the bucket's own policy"
            ),
            (
                "GetItem of self", .refused("AccessDeniedException", "no"),
                "the long session may not read items of us-east-1:me in table sessions (dynamodb:GetItem)",
                "the table's own policy"
            ),
            (
                "DeleteItem of self", .refused("AccessDeniedException", "no"),
                "the long session may not write items of us-east-1:me in table sessions (dynamodb:DeleteItem)",
                "the table's own policy"
            ),
            (
                "Invoke by LONG", .refused("AccessDeniedException", "no"),
                "the long session may not invoke functions user-* (lambda:InvokeFunction)", "the function's own policy"
            ),
        ] as [(String, ScriptedAWS.Answer, String, String)])
    func refused(key: String, answer: ScriptedAWS.Answer, what: String, advice: String) async throws {
        let (results, _) = await Chain.run([key: [answer]])
        let found = try #require(Chain.broken(results))
        #expect(
            found.link == .grants && found.cause.what.contains(what) && found.cause.advice?.contains(advice) == true,
            "\(found.cause)")
        guard case .refused(let code, let words, _) = answer else { return }
        #expect(found.cause.words == "\(code): \(words)")
    }

    @Test("all that is refused is named, a place once")
    func severalRefused() async throws {
        let no = ScriptedAWS.Answer.refused("AccessDeniedException", "no")
        let (results, _) = await Chain.run([
            "ListObjectsV2": [Self.bare], "GetObject of self": [Self.bare], "AbortMultipartUpload of self": [Self.bare],
            "GetItem of self": [no],
            "DeleteItem of self": [no],
        ])
        let place = "list, read or write s3://data/us-east-1:me/ (s3:ListBucket, s3:GetObject, s3:AbortMultipartUpload)"
        let items = "read or write items of us-east-1:me in table sessions (dynamodb:GetItem, dynamodb:DeleteItem)"
        #expect(
            try #require(Chain.broken(results)).cause.what
                == "the short session may not \(place); the long session may not \(place), nor \(items)")
    }

    @Test("a variable that has no value in the session is named")
    func variable() async throws {
        let swapped = Chain.policy(Chain.objects("${cognito-identity.amazonaws.com:sub}"))
        let (results, _) = await Chain.run([
            "GetRolePolicy of long": [swapped], "ListObjectsV2 by LONG of self": [Chain.denied("s3:ListBucket")],
        ])
        let found = try #require(Chain.broken(results))
        #expect(
            found.link == .grants
                && found.cause.what.contains("the long session may not list s3://data/us-east-1:me/ (s3:ListBucket)"))
        #expect(
            found.cause.advice?.contains(
                "isolates by ${cognito-identity.amazonaws.com:sub}, which has no value in the long session: there it is ${aws:"
            ) == true)
    }

    private static let bare = ScriptedAWS.Answer.refused("AccessDenied", "Access Denied")
    /// Objects alone, without their listing.
    private static let readOnly = Chain.policy([Chain.objects("${cognito-identity.amazonaws.com:sub}")[0]])
    private static let denying = Chain.policy(
        Chain.objects("${cognito-identity.amazonaws.com:sub}") + [
            [
                "Effect": "Deny", "Action": "s3:*", "Resource": "*",
                "Condition": ["Bool": ["aws:SecureTransport": "false"]],
            ]
        ])

    @Test(
        "what proves nothing is not checked, and said, and never broken",
        arguments: [
            (
                [
                    "ListObjectsV2": [.refused("NoSuchBucket", "no")],
                    "GetObject of self": [.refused("NoSuchBucket", "no")],
                    "AbortMultipartUpload of self": [.refused("NoSuchBucket", "no")],
                ],
                "the bucket data does not exist", .isolation
            ),
            (
                ["ListObjectsV2": [.refused("PermanentRedirect", "no")]], "the bucket data is in another region",
                .isolation
            ),
            (
                ["AbortMultipartUpload of self": [.refused("MethodNotAllowed", "no")]],
                "S3 AbortMultipartUpload was answered with MethodNotAllowed: no", .isolation
            ),
            (
                ["DescribeTable": [.refused("ResourceNotFoundException", "no")]],
                "the table sessions does not exist (long session)", .isolation
            ),
            (
                ["DescribeTable": [.refused("AccessDeniedException", "no")]],
                "the key of the table sessions cannot be read: AccessDeniedException: no (long session)", .isolation
            ),
            (
                ["DescribeTable": [Chain.table("N")]],
                "the partition key of the table sessions is no string, and so no identity id (long session)", .isolation
            ),
            // Whoever may not list is not told.
            (
                ["GetRolePolicy of auth": [readOnly], "GetObject by SHORT": [bare]],
                "s3://data/<identity>/ (read): it is refused, and S3 does not say whether a missing object may be read where it may not be listed (short session)",
                .grants
            ),
            (
                ["GetRolePolicy of auth": [denying], "AbortMultipartUpload by SHORT of self": [bare]],
                "s3://data/<identity>/ (write): it is refused, and a Deny statement may cover it (short session)",
                .grants
            ),
            (
                [
                    "GetRole": [
                        .value([
                            "Role": [
                                "MaxSessionDuration": "43200",
                                "PermissionsBoundary": [
                                    "PermissionsBoundaryArn": "arn:aws:iam::123456789012:policy/edge"
                                ],
                            ]
                        ])
                    ], "GetItem of self": [.refused("AccessDeniedException", "no")],
                ],
                "table sessions (read): it is refused, and the permissions boundary edge may refuse it (long session)",
                .grants
            ),
            (
                ["GetRolePolicy of auth": [.refused("AccessDenied", "no")]],
                "the policies of the role auth cannot be read: AccessDenied: no (short session)", .grants
            ),
            (
                ["GetCallerIdentity by SHORT": [.value(["Arn": "arn:aws:iam::123456789012:root"])]],
                "STS does not say of what role the session is (short session)", .grants
            ),
            // Of the neighbour's.
            (
                [
                    "GetRolePolicy of auth": [
                        Chain.policy(
                            Chain.objects("${cognito-identity.amazonaws.com:sub}") + [
                                ["Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"]
                            ])
                    ]
                ],
                "s3://data/<another>/ (write): it is refused, and other statements may allow s3:PutObject there (short session)",
                .isolation
            ),
            (
                ["GetObject by SHORT of another": [Chain.denied("s3:ListBucket")]],
                "s3://data/<another>/ (read): S3 refuses only to list there (short session)", .isolation
            ),
        ] as [([String: [ScriptedAWS.Answer]], String, Link)])
    func unchecked(changes: [String: [ScriptedAWS.Answer]], reason: String, link: Link) async throws {
        let (results, _) = await Chain.run(changes)
        #expect(Chain.broken(results) == nil, "\(results)")
        switch outcome(link, results) {
        case .holds(_, let rest?): #expect(rest.contains(reason), "\(rest)")
        case .notChecked(let why): #expect(why.contains(reason), "\(why)")
        case let other: Issue.record("\(String(describing: other))")
        }
    }

    @Test("an object that is missing to whoever may not list may be read all the same")
    func onlyListing() async {
        let (results, _) = await Chain.run([
            "GetRolePolicy of auth": [Self.readOnly], "GetObject by SHORT of self": [Chain.denied("s3:ListBucket")],
        ])
        guard case .holds(let seen, nil) = outcome(.grants, results) else {
            Issue.record("\(results)")
            return
        }
        #expect(seen.contains("in the short session s3://data/<identity>/ (read, write)"))
    }

    @Test(
        "what a grant beside the isolating one gives of somebody else's is named",
        arguments: [
            (
                "ListObjectsV2 by LONG of another", .value([:]),
                "the long session may reach what belongs to another identity: list s3://data/\(Chain.neighbour)/"
            ),
            (
                "GetObject by SHORT of another", .refused("NoSuchKey", "no"),
                "the short session may reach what belongs to another identity: read s3://data/\(Chain.neighbour)/"
            ),
            ("GetObject by LONG of another", .value([:]), "read s3://data/\(Chain.neighbour)/"),
            (
                "AbortMultipartUpload of another", .refused("NoSuchUpload", "no"),
                "write s3://data/\(Chain.neighbour)/; the long session may reach"
            ),
            ("GetItem of another", .value([:]), "read items of \(Chain.neighbour) in table sessions"),
            (
                "DeleteItem of another", .refused("ConditionalCheckFailedException", "no"),
                "write items of \(Chain.neighbour) in table sessions"
            ),
        ] as [(String, ScriptedAWS.Answer, String)])
    func leaks(key: String, answer: ScriptedAWS.Answer, what: String) async throws {
        let (results, _) = await Chain.run([key: [answer]])
        let found = try #require(Chain.broken(results))
        #expect(found.link == .isolation && found.cause.what.contains(what), "\(found.cause)")
        #expect(found.cause.advice?.contains("other policies of the role") == true)
    }

    @Test(
        "a missing object that may be read but not listed is somebody else's all the same, where the policies say so too"
    )
    func leakWithoutListing() async throws {
        let beside: [Value] = [["Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"]]
        let (results, _) = await Chain.run([
            "GetRolePolicy of auth": [Chain.policy(Chain.objects("${cognito-identity.amazonaws.com:sub}") + beside)],
            "GetObject by SHORT of another": [Chain.denied("s3:ListBucket")],
        ])
        let found = try #require(Chain.broken(results))
        #expect(
            found.link == .isolation && found.cause.what.contains("read s3://data/\(Chain.neighbour)/")
                && found.cause.what.hasSuffix("refuses no more than to say what is missing"))
    }

    @Test("a refusal may pass, where nothing else explains it")
    func consistencyBudget() async {
        let (results, script) = await Chain.run(
            ["AbortMultipartUpload by SHORT of self": [Self.bare, Self.bare, .refused("NoSuchUpload", "no")]],
            consistencyBudget: 2)
        #expect(Chain.broken(results) == nil && script.inputs("AbortMultipartUpload").count == 6)
        let (_, other) = await Chain.run(
            ["GetRolePolicy of auth": [Self.denying], "AbortMultipartUpload by SHORT of self": [Self.bare]],
            consistencyBudget: 2)
        #expect(other.inputs("AbortMultipartUpload").count == 4)
    }

    @Test("roles that grant nothing of these kinds")
    func nothing() async {
        let (results, _) = await Chain.run(["ListRolePolicies": [.value(["PolicyNames": ""])]])
        #expect(outcome(.grants, results) == .absent("the roles grant nothing that could be tried"))
        #expect(outcome(.isolation, results) == .absent("no grant isolates by the identity"))
    }
}
