import Foundation
import IAMPolicy
import Model
import Schema
import Testing
import TestSupport

private let allow = #"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"}"#

@Suite struct EquivalenceTests {
    @Test(
        arguments: [
            (#""Action":"s3:GetObject","Resource":"*""#, #""Action":["S3:getobject","s3:GetObject"],"Resource":["*"]"#),
            (#""Action":["s3:*","s3:GetObject"],"Resource":"*""#, #""Action":"s3:*","Resource":"*""#),
            (#""Action":"*","Resource":"*","Sid":"A""#, #""Action":"*","Resource":"*","Sid":"B""#),
            (#""Action":"*","Principal":"*""#, #""Action":"*","Principal":{"AWS":"*"}"#),
            (
                #""Action":"*","Principal":{"AWS":"123456789012"}"#,
                #""Action":"*","Principal":{"AWS":["arn:aws-cn:iam::123456789012:root"]}"#
            ),
            (
                #""Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":true}}"#,
                #""Action":"*","Resource":"*","Condition":{"bool":{"AWS:securetransport":["true"]}}"#
            ),
            (
                #""Action":"*","Resource":"*","Condition":{"NumericLessThan":{"a:b":[1, 2.5]}}"#,
                #""Action":"*","Resource":"*","Condition":{"NumericLessThan":{"a:b":["2.5", "1"]}}"#
            ),
            (#""NotAction":["iam:*","sts:*"],"Resource":"*""#, #""NotAction":["sts:*","IAM:*"],"Resource":"*""#),
        ])
    func sameMeaning(left: String, right: String) throws {
        let left = try policy(#"{"Effect":"Allow",\#(left)}"#)
        let right = try policy(#"{"Effect":"Allow",\#(right)}"#)
        #expect(PolicyDocument.equivalent(left, right))
        #expect(PolicyDocument.equivalent(right, left))
    }

    @Test(
        arguments: [
            (#""Action":"s3:GetObject","Resource":"*""#, #""Action":"s3:Get*","Resource":"*""#),
            (#""Action":"*","Resource":"arn:aws:s3:::a""#, #""Action":"*","Resource":"arn:aws:s3:::A""#),
            (#""Action":"*","Resource":"*""#, #""NotAction":"iam:*","Resource":"*""#),
            (#""NotAction":["iam:*"],"Resource":"*""#, #""NotAction":["iam:*","sts:*"],"Resource":"*""#),
            (#""Action":"s3:*","Resource":"*""#, #""NotAction":"s3:*","Resource":"*""#),
            (#""Action":"*","Principal":{"AWS":"*"}"#, #""Action":"*","Principal":{"Service":"*"}"#),
            (#""Action":"*","Principal":{"AWS":"123456789012"}"#, #""Action":"*","Principal":{"AWS":"210987654321"}"#),
            (
                #""Action":"*","Resource":"*","Condition":{"StringEquals":{"a:b":"x"}}"#,
                #""Action":"*","Resource":"*","Condition":{"StringLike":{"a:b":"x"}}"#
            ),
            (
                #""Action":"*","Resource":"*","Condition":{"StringEquals":{"a:b":"x"}}"#,
                #""Action":"*","Resource":"*","Condition":{"StringEqualsIfExists":{"a:b":"x"}}"#
            ),
            (
                #""Action":"*","Resource":"*","Condition":{"StringEquals":{"a:b":"x"}}"#,
                #""Action":"*","Resource":"*","Condition":{"StringEquals":{"a:b":["x", "y"]}}"#
            ),
            (
                #""Action":"*","Resource":"*","Condition":{"StringEquals":{"a:b":"x"}}"#,
                #""Action":"*","Resource":"*","Condition":{"StringEquals":{"a:b":"X"}}"#
            ),
            (#""Action":"*","Resource":"*","Unheard":1"#, #""Action":"*","Resource":"*""#),
        ])
    func otherMeaning(left: String, right: String) throws {
        let left = try policy(#"{"Effect":"Allow",\#(left)}"#)
        let right = try policy(#"{"Effect":"Allow",\#(right)}"#)
        #expect(!PolicyDocument.equivalent(left, right))
        #expect(!PolicyDocument.equivalent(right, left))
    }

    @Test func versions() throws {
        #expect(PolicyDocument.equivalent(try policy(allow, version: nil), try policy(allow, version: "2008-10-17")))
        #expect(!PolicyDocument.equivalent(try policy(allow, version: nil), try policy(allow)))
        #expect(PolicyDocument.equivalent(.null, [:]))
        #expect(!PolicyDocument.equivalent(.null, try policy(allow, version: nil)))
    }

    @Test func statementsAreTheirCombinations() throws {
        let whole = try policy(
            #"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]}"#
        )
        let divided = try policy(
            #"{"Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::b/*","arn:aws:s3:::a/*"]}"#,
            #"{"Effect":"Allow","Action":"s3:PutObject","Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]}"#)
        let crossed = try policy(
            #"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"}"#,
            #"{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*"}"#)
        #expect(PolicyDocument.equivalent(whole, divided))
        #expect(!PolicyDocument.equivalent(whole, crossed))
    }

    @Test func aReferenceOnlyEqualsItself() throws {
        func document(_ resource: Value) -> Value {
            ["Version": "2012-10-17", "Statement": [["Effect": "Allow", "Action": "*", "Resource": resource]]]
        }
        func role(_ name: String) -> Value {
            .template(Template(Reference(Address(section: "roles", name: name), "arn")))
        }
        #expect(PolicyDocument.equivalent(document(role("a")), document([role("a")])))
        #expect(!PolicyDocument.equivalent(document(role("a")), document(role("b"))))
        #expect(!PolicyDocument.equivalent(document(role("a")), document("$(roles.a.arn)")))
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func survivesRewriting(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let document = Sample.document(using: &random)
        let other = Sample.document(using: &random)
        let rewritten = Rewrite.document(document, using: &random)
        #expect(PolicyDocument.equivalent(document, document), "seed \(seed)")
        #expect(PolicyDocument.equivalent(document, rewritten), "seed \(seed)")
        #expect(PolicyDocument.equivalent(rewritten, document), "seed \(seed)")
        #expect(
            PolicyDocument.equivalent(document, other) == PolicyDocument.equivalent(other, document), "seed \(seed)")
        #expect(
            PolicyDocument.equivalent(rewritten, other) == PolicyDocument.equivalent(document, other), "seed \(seed)")
    }
}

/// HashiCorp's table of pairs, read where it lies beside the package.
@Suite struct EquivalenceVectors {
    private static let file = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        .appending(path: "shared/vectors/iam-policy-equivalence/hashicorp-cases.json")

    struct Table: Decodable {
        let cases: [Case]
    }

    struct Case: Decodable {
        let name: String
        let policy1: String
        let policy2: String
        let equivalent: Bool
        let err: Bool
    }

    /// `[]` and `[{}]` are no policy documents; the table calls them equal because its comparison takes both as empty.
    static let contradicted: Set<String> = ["Different empty lists"]

    @Test(.enabled(if: FileManager.default.fileExists(atPath: file.path)))
    func table() throws {
        let table = try JSONDecoder().decode(Table.self, from: Data(contentsOf: Self.file))
        #expect(table.cases.count == 46)
        for row in table.cases {
            if row.err {
                #expect(throws: DecodingError.self, "\(row.name)") { try json(row.policy1) }
                continue
            }
            let left = row.policy1.isEmpty ? .null : try json(row.policy1)
            let right = row.policy2.isEmpty ? .null : try json(row.policy2)
            let expected = row.equivalent != Self.contradicted.contains(row.name)
            #expect(PolicyDocument.equivalent(left, right) == expected, "\(row.name)")
            #expect(PolicyDocument.equivalent(right, left) == expected, "\(row.name)")
        }
    }
}
