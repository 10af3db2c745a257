import Schema
import Testing

@testable import Verification

@Suite("What a role's policies let a session list")
struct PrefixGrantTests {
    private static func document(_ statement: Value) -> Value { ["Version": "2012-10-17", "Statement": statement] }
    private static func listing(_ resource: Value, _ condition: Value = .null, action: Value = "s3:ListBucket") -> Value {
        var statement: Value = ["Effect": "Allow", "Action": action, "Resource": resource]
        if !condition.isNull { statement["Condition"] = condition }
        return document([statement])
    }
    private static let own: Value = ["StringLike": ["s3:prefix": "${aws:PrincipalTag/CognitoIdentityId}/*"]]

    @Test(
        "grants",
        arguments: [
            ([listing("arn:aws:s3:::data")], ["data nil"]),
            ([listing(["arn:aws:s3:::data", "arn:aws:s3:::data/*"], action: ["s3:GetObject", "s3:*"])], ["data nil"]),
            ([listing("arn:aws:s3:::data", own)], ["data ${aws:PrincipalTag/CognitoIdentityId}/*"]),
            ([listing("arn:aws:s3:::data", own), listing("arn:aws:s3:::data")], ["data ${aws:PrincipalTag/CognitoIdentityId}/*", "data nil"]),
            ([listing("arn:aws:s3:::data*")], []),
            ([listing("arn:aws:s3:::data", action: "s3:GetObject")], []),
            ([listing("arn:aws:s3:::data", ["StringLike": ["s3:prefix": "x/*"], "Bool": ["aws:SecureTransport": "true"]])], []),
            ([document(["Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::data"])], []),
            ([document(["Effect": "Allow", "Action": "*", "Resource": "*"])], []),
        ] as [([Value], [String])])
    func grants(documents: [Value], expected: [String]) {
        #expect(PrefixGrant.all(in: documents).map { "\($0.bucket) \($0.pattern ?? "nil")" } == expected)
    }

    @Test("a prefix that a grant allows")
    func prefixes() {
        let isolated = PrefixGrant(bucket: "data", pattern: "people/${aws:PrincipalTag/CognitoIdentityId}/*")
        #expect(isolated.isolates && isolated.prefix(of: "us-east-1:1") == "people/us-east-1:1/")
        let whole = PrefixGrant(bucket: "data", pattern: nil)
        #expect(!whole.isolates && whole.place(of: "us-east-1:1") == "s3://data/us-east-1:1/")
    }
}
