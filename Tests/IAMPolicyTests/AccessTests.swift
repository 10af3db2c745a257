import Foundation
import IAMPolicy
import Model
import Schema
import Testing
import TestSupport

@Suite struct AccessTests {
    /// Each row: the statements before, the statements after, and the lines that say what changed.
    @Test(
        arguments: [
            (
                [], [#""Action":"s3:DeleteObject","Resource":"arn:aws:s3:::b/*""#],
                ["may now s3:DeleteObject on arn:aws:s3:::b/*"]
            ),
            ([#""Action":"s3:*","Resource":"*""#], [], ["may no longer s3:* on *"]),
            (
                [#""Action":"s3:*","Resource":"*""#], [#""Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*""#],
                ["may no longer s3:* on *"]
            ),
            (
                [#""Action":"s3:GetObject","Resource":"arn:aws:s3:::b/a/*""#],
                [#""Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*""#],
                ["may now s3:GetObject on arn:aws:s3:::b/*"]
            ),
            (
                [#""Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*""#],
                [
                    #""Action":["s3:PutObject","s3:GetObject","s3:DeleteObject"],"Resource":["arn:aws:s3:::b/*","arn:aws:s3:::c/*"]"#
                ],
                [
                    "may now s3:DeleteObject, s3:GetObject, s3:PutObject on arn:aws:s3:::c/*",
                    "may now s3:DeleteObject, s3:PutObject on arn:aws:s3:::b/*",
                ]
            ),
            (
                [],
                [
                    #""Action":"s3:ListBucket","Resource":"arn:aws:s3:::b","Condition":{"StringLike":{"s3:prefix":["b/*","a/*"]}}"#
                ],
                ["may now s3:ListBucket on arn:aws:s3:::b, where s3:prefix is like a/* or b/*"]
            ),
            (
                [#""Action":"*","Resource":"*""#],
                [#""Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":true}}"#],
                ["may no longer * on *"]
            ),
            (
                [#""Action":"*","Resource":"*","Condition":{"StringEquals":{"a:b":["x","y"]}}"#],
                [#""Action":"*","Resource":"*","Condition":{"StringEquals":{"a:b":"x"}}"#],
                ["may no longer * on *, where a:b is x or y"]
            ),
            (
                [#""Action":"*","Resource":"*","Condition":{"StringNotEquals":{"a:b":["x","y"]}}"#],
                [#""Action":"*","Resource":"*","Condition":{"StringNotEquals":{"a:b":"x"}}"#],
                ["may now * on *, where a:b is not x"]
            ),
            (
                [],
                [
                    #""Action":"dynamodb:Query","Resource":"*","Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"me"},"Null":{"dynamodb:LeadingKeys":"false"}}"#
                ],
                [
                    "may now dynamodb:Query on *, where dynamodb:LeadingKeys is present and every dynamodb:LeadingKeys is me"
                ]
            ),
            (
                [], [#""NotAction":["iam:*"],"NotResource":"arn:aws:s3:::a""#],
                ["may now every action but iam:* on every resource but arn:aws:s3:::a"]
            ),
            (
                [], [#""Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::123456789012:user/proxy"}"#],
                ["may now be assumed by arn:aws:iam::123456789012:user/proxy with sts:AssumeRole"]
            ),
            (
                [#""Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}"#],
                [#""Action":"sts:AssumeRole","Principal":{"AWS":["123456789012","210987654321"]}"#],
                [
                    "may now be assumed by 123456789012, 210987654321 with sts:AssumeRole",
                    "may no longer be assumed by lambda.amazonaws.com with sts:AssumeRole",
                ]
            ),
        ])
    func allowed(before: [String], after: [String], lines: [String]) throws {
        #expect(try change(before, after, effect: "Allow").lines == lines)
    }

    @Test(
        arguments: [
            ([#""Action":"s3:*","Resource":"*""#], [], ["is no longer denied s3:* on *"]),
            ([], [#""Action":"s3:*","Resource":"*""#], ["is now denied s3:* on *"]),
            (
                [], [#""Action":"sts:AssumeRole","Principal":"*""#], ["is now denied to everybody with sts:AssumeRole"]
            ),
        ])
    func denied(before: [String], after: [String], lines: [String]) throws {
        #expect(try change(before, after, effect: "Deny").lines == lines)
    }

    private func change(_ before: [String], _ after: [String], effect: String) throws -> AccessChange {
        func documents(_ statements: [String]) throws -> [Value] {
            try statements.map { try policy(#"{"Effect":"\#(effect)",\#($0)}"#) }
        }
        return AccessChange(from: try documents(before), to: try documents(after))
    }

    /// Each row: who is trusted, under which condition, and how it is told in account 123456789012.
    @Test(
        arguments: [
            (#""*""#, "", "everybody"),
            (#"{"AWS":"*"}"#, #""Bool":{"aws:SecureTransport":"true"}"#, "everybody"),
            (#"{"AWS":"arn:aws:iam::123456789012:role/own"}"#, "", "arn:aws:iam::123456789012:role/own"),
            (#"{"AWS":"123456789012"}"#, "", "123456789012"),
            (#"{"AWS":"210987654321"}"#, "", "other accounts (210987654321)"),
            (#"{"AWS":"arn:aws-cn:iam::210987654321:root"}"#, "", "other accounts (arn:aws-cn:iam::210987654321:root)"),
            (
                #"{"AWS":"arn:aws:sts::210987654321:assumed-role/a/b"}"#, "",
                "other accounts (arn:aws:sts::210987654321:assumed-role/a/b)"
            ),
            (
                #"{"Federated":"arn:aws:iam::210987654321:saml-provider/x"}"#, "",
                "other accounts (arn:aws:iam::210987654321:saml-provider/x)"
            ),
            (#"{"AWS":"AROAIOSFODNN7EXAMPLE1"}"#, "", "AROAIOSFODNN7EXAMPLE1"),
            (#"{"AWS":"$(iamUsers.proxy.arn)"}"#, "", "$$(iamUsers.proxy.arn)"),
            (#"{"Service":"lambda.amazonaws.com"}"#, "", "lambda.amazonaws.com"),
            (#"{"Federated":"cognito-identity.amazonaws.com"}"#, "", "everybody (cognito-identity.amazonaws.com)"),
            (
                #"{"Federated":"cognito-identity.amazonaws.com"}"#,
                #""StringEquals":{"cognito-identity.amazonaws.com:aud":"p"}"#,
                "guests (cognito-identity.amazonaws.com)"
            ),
            (
                #"{"Federated":"cognito-identity.amazonaws.com"}"#,
                #""StringEquals":{"cognito-identity.amazonaws.com:aud":"p"},"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"unauthenticated"}"#,
                "guests (cognito-identity.amazonaws.com)"
            ),
            (
                #"{"Federated":"cognito-identity.amazonaws.com"}"#,
                #""StringEquals":{"cognito-identity.amazonaws.com:aud":"p"},"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":["authenticated","un*"]}"#,
                "guests (cognito-identity.amazonaws.com)"
            ),
            (
                #"{"Federated":"cognito-identity.amazonaws.com"}"#,
                #""StringEquals":{"cognito-identity.amazonaws.com:aud":"p"},"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"authenticated"}"#,
                "cognito-identity.amazonaws.com"
            ),
            (#"{"Federated":"accounts.google.com"}"#, "", "everybody (accounts.google.com)"),
            (
                #"{"Federated":"accounts.google.com"}"#, #""StringEquals":{"accounts.google.com:aud":"p"}"#,
                "accounts.google.com"
            ),
        ])
    func audiences(principal: String, condition: String, who: String) throws {
        let trust = try policy(
            #"{"Effect":"Allow","Principal":\#(principal),"Action":"sts:AssumeRole","Condition":{\#(condition)}}"#)
        let change = AccessChange(from: [], to: [trust], account: "123456789012")
        let line = try #require(change.lines.first)
        #expect(line.hasPrefix("may now be assumed by \(who) with sts:AssumeRole"), "\(line)")
    }

    @Test func theWidestAudienceComesFirst() throws {
        let trust = try policy(
            #"{"Effect":"Allow","Principal":{"Service":"a.amazonaws.com","AWS":["*","210987654321","123456789012"]},"Action":"sts:AssumeRole"}"#,
            #"{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"p"}}}"#
        )
        let change = AccessChange(from: [], to: [trust], account: "123456789012")
        #expect(change.gained.map(\.audience) == [.everybody, .guests, nil])
    }

    /// A policy of AWS's own is told by its services, and does not make a plan slow.
    @Test func manyActionsAreToldByTheirServices() throws {
        let actions = (0..<1500).map { #""service\#($0 % 30):Action\#($0)X*""# }.joined(separator: ",")
        let change = AccessChange(
            from: [], to: [try policy(#"{"Effect":"Allow","Action":[\#(actions),"one:Only"],"Resource":"*"}"#)])
        let line = try #require(change.lines.first)
        #expect(
            line.hasPrefix(
                "may now one:Only, 50 actions of service0, 50 actions of service1, 50 actions of service10, "),
            "\(line)")
        #expect(change.gained[0].actions.count == 1501)
    }

    @Test(
        arguments: [
            (Access(policy: "arn:p"), ["may now do all that arn:p allows", "may no longer do what arn:p allows"]),
            (Access(isBoundary: true, policy: "arn:p"), ["is no longer bounded by arn:p", "is now bounded by arn:p"]),
            (
                Access(actions: ["s3:*"], resources: ["*"], isBoundary: true),
                [
                    "its permissions boundary now lets through s3:* on *",
                    "its permissions boundary no longer lets through s3:* on *",
                ]
            ),
            (
                Access(.deny, actions: ["s3:*"], resources: ["*"], isBoundary: true),
                [
                    "its permissions boundary no longer denies s3:* on *",
                    "its permissions boundary now denies s3:* on *",
                ]
            ),
            (
                Access(principals: ["guests"], actions: ["sts:AssumeRole"], resources: ["arn:r"], audience: .guests),
                ["guests may now sts:AssumeRole on arn:r", "guests may no longer sts:AssumeRole on arn:r"]
            ),
            (
                Access(actions: ["s3:*"], resources: ["*"], audience: .guests),
                ["may now s3:* on * (open to guests)", "may no longer s3:* on * (open to guests)"]
            ),
        ])
    func words(access: Access, lines: [String]) throws {
        #expect([access.words(.gained), access.words(.lost)] == lines)
        #expect(try JSONDecoder().decode(Access.self, from: JSONEncoder().encode(access)) == access)
    }

    @Test func movingAStatementToAnotherDocumentChangesNothing() throws {
        let one = #"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#
        let other = #"{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}"#
        #expect(AccessChange(from: [try policy(one), try policy(other)], to: [try policy(other, one)]).isEmpty)
    }

    @Test func variablesNeedTheLaterVersion() throws {
        let statement = #"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}/*"}"#
        let change = AccessChange(from: [try policy(statement, version: "2008-10-17")], to: [try policy(statement)])
        #expect(
            change.lines == [
                "may now s3:GetObject on arn:aws:s3:::b/${aws:username}/*",
                "may no longer s3:GetObject on arn:aws:s3:::b/${aws:username}/*, where ${…} is plain text",
            ])
    }

    /// What is covered is gained by nobody; a wrong yes would hide access, so the doubtful cases say no.
    @Test(
        arguments: [
            ("*", "arn:aws:s3:::a", true),
            ("arn:aws:s3:::a/*", "arn:aws:s3:::a/b/*", true),
            ("arn:aws:s3:::a/*", "arn:aws:s3:::a/${aws:username}/*", true),
            ("arn:aws:s3:::*/x", "arn:aws:s3:::a/*/x", true),
            ("arn:aws:s3:::a*b*c", "arn:aws:s3:::aXbYbZc", true),
            ("arn:aws:s3:::a?", "arn:aws:s3:::ab", true),
            ("arn:aws:s3:::a?", "arn:aws:s3:::a?", true),
            ("arn:aws:logs:*:1:log-group:*", "arn:aws:logs:us-east-1:1:log-group:a:*", true),
            ("arn:aws:s3:::a?", "arn:aws:s3:::a*", false),
            ("arn:aws:s3:::a/b*", "arn:aws:s3:::a/*", false),
            ("arn:aws:s3:::a/?", "arn:aws:s3:::a/${x}", false),
            ("arn:aws:s3:::a/????", "arn:aws:s3:::a/${x}", false),
            ("arn:aws:s3:::${aws:username}", "arn:aws:s3:::a", false),
            ("arn:aws:logs:*:log-group", "arn:aws:logs:us-east-1:1:x:log-group", false),
            ("arn:aws:s3:::a*b*c", "arn:aws:s3:::aXbYbZ", false),
            ("arn:aws:s3:::A/*", "arn:aws:s3:::a/b", false),
        ])
    func coverage(wide: String, narrow: String, covers: Bool) throws {
        func document(_ resource: String) throws -> Value {
            try policy(#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"\#(resource)"}"#)
        }
        #expect(AccessChange(from: [try document(wide)], to: [try document(narrow)]).gained.isEmpty == covers)
    }

    /// Against a matcher that is plain instead of fast; and what covers a pattern covers all that the pattern covers.
    @Test(arguments: 0..<500 as Range<UInt64>)
    func coverageIsSound(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func text(_ letters: [Character]) -> String {
            String((0..<Int.random(in: 0...5, using: &random)).map { _ in random.pick(letters) })
        }
        func covers(_ wide: String, _ narrow: String) throws -> Bool {
            func document(_ resource: String) throws -> Value {
                try policy(#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::\#(resource)"}"#)
            }
            return AccessChange(from: [try document(wide)], to: [try document(narrow)]).gained.isEmpty
        }
        func matches(_ pattern: Substring, _ text: Substring) -> Bool {
            switch pattern.first {
            case nil: text.isEmpty
            case "*"?: matches(pattern.dropFirst(), text) || !text.isEmpty && matches(pattern, text.dropFirst())
            case let letter?:
                !text.isEmpty && (letter == "?" || letter == text.first)
                    && matches(pattern.dropFirst(), text.dropFirst())
            }
        }
        let (wide, narrow, literal) = (text(["a", "b", "*", "?", "*"]), text(["a", "b", "*", "?"]), text(["a", "b"]))
        #expect(try covers(wide, literal) == matches(wide[...], literal[...]), "seed \(seed): \(wide) \(literal)")
        if try covers(wide, narrow), try covers(narrow, literal) {
            #expect(try covers(wide, literal), "seed \(seed): \(wide) \(narrow) \(literal)")
        }
    }

    @Test(arguments: [
        ("iam:*", "s3:GetObject", true), ("iam:*", "iam:PassRole", false), ("iam:*", "iam:*", false),
        ("iam:*", "*", false),
        ("iam:PassRole", "iam:*", false),
    ])
    func notActionCovers(excluded: String, action: String, covers: Bool) throws {
        let before = try policy(#"{"Effect":"Allow","NotAction":"\#(excluded)","Resource":"*"}"#)
        let after = try policy(#"{"Effect":"Allow","Action":"\#(action)","Resource":"*"}"#)
        #expect(AccessChange(from: [before], to: [after]).gained.isEmpty == covers)
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func laws(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let before = [Sample.document(using: &random), Sample.document(using: &random)]
        let after = [Sample.document(using: &random)]
        let change = AccessChange(from: before, to: after)
        let back = AccessChange(from: after, to: before)
        #expect(AccessChange(from: before, to: before).isEmpty, "seed \(seed)")
        #expect(
            AccessChange(from: before, to: before.map { Rewrite.document($0, using: &random) }).isEmpty, "seed \(seed)")
        #expect(change.gained == back.lost, "seed \(seed)")
        #expect(change.lost == back.gained, "seed \(seed)")
        if PolicyDocument.equivalent(before[0], after[0]) {
            #expect(AccessChange(from: [before[0]], to: after).isEmpty, "seed \(seed)")
        }
    }

    @Test func jsonLeavesOutWhatIsEmpty() throws {
        let change = AccessChange(
            from: [try policy(#"{"Effect":"Deny","Action":"s3:PutObject","Resource":"*"}"#)],
            to: [try policy(#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}"#)])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(change)
        #expect(
            String(decoding: data, as: UTF8.self)
                == #"{"gained":[{"actions":["s3:GetObject"],"resources":["arn:aws:s3:::b/*"]},{"actions":["s3:PutObject"],"effect":"Deny","resources":["*"]}],"lost":[]}"#
        )
        #expect(try JSONDecoder().decode(AccessChange.self, from: data) == change)
    }

    @Test func orphanedPrincipals() throws {
        let document = try policy(
            #"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":["AROAIOSFODNN7EXAMPLE1","arn:aws:iam::123456789012:user/AIDAX"]}}"#,
            #"{"Effect":"Deny","Action":"sts:AssumeRole","NotPrincipal":{"AWS":"AIDAIOSFODNN7EXAMPLE1"}}"#)
        #expect(PolicyDocument.orphanedPrincipals(in: document) == ["AIDAIOSFODNN7EXAMPLE1", "AROAIOSFODNN7EXAMPLE1"])
    }
}
