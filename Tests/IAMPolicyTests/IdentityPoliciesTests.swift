import IAMPolicy
import Model
import Schema
import Testing

@Suite("What identity policies say of a request")
struct IdentityPoliciesTests {
    private static let request = PolicyRequest(
        "s3:GetObject", on: "arn:aws:s3:::data/us-east-1:me/a",
        context: ["s3:prefix": ["us-east-1:me/"], "dynamodb:leadingkeys": []])

    private static func statement(
        _ more: String, effect: String = "Allow", action: String = #""Action":"s3:GetObject""#
    ) -> String {
        #"{"Effect":"\#(effect)",\#(action),\#(more)}"#
    }
    private static func resource(_ text: String) -> String { #""Resource":"\#(text)""# }
    private static let anything = resource("*")
    private static let ifPrefix = #""Condition":{"StringLike":{"S3:Prefix":["x","${a:own}/*"]}}"#

    @Test(
        arguments: [
            ([], .no),
            ([statement(anything)], .yes),
            ([statement(anything, action: #""Action":["x:Y","S3:get*"]"#)], .yes),
            ([statement(anything, action: #""Action":"s3:GetObjec?s""#)], .no),
            ([statement(anything, action: #""NotAction":"s3:Put*""#)], .yes),
            ([statement(anything, action: #""NotAction":"s3:*""#)], .no),
            ([statement(resource("arn:aws:s3:::data/*/?"))], .yes),
            ([statement(resource("arn:aws:s3:::data"))], .no),
            ([statement(#""NotResource":"arn:aws:s3:::other/*""#)], .yes),
            // Variables: known, without a value, unknown.
            ([statement(resource("arn:aws:s3:::data/${a:own}/*"))], .yes),
            ([statement(resource("arn:aws:s3:::data/${a:none}*"))], .no),
            ([statement(resource("arn:aws:s3:::data/${a:else}/*"))], .unclear),
            ([statement(resource("arn:aws:s3:::other/${a:else}/*"))], .no),
            // Conditions.
            ([statement("\(anything),\(ifPrefix)")], .yes),
            ([statement(anything + #","Condition":{"StringEquals":{"s3:prefix":"${a:own}/*"}}"#)], .no),
            ([statement(anything + #","Condition":{"Bool":{"aws:SecureTransport":"true"}}"#)], .unclear),
            ([statement(anything + #","Condition":{"StringNotLike":{"s3:prefix":"x"}}"#)], .unclear),
            ([statement(anything + #","Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"x"}}"#)], .yes),
            ([statement(anything + #","Condition":{"StringEquals":{"dynamodb:LeadingKeys":"x"}}"#)], .no),
            (
                [
                    statement(
                        anything
                            + #","Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"x"},"Null":{"dynamodb:LeadingKeys":"false"}}"#
                    )
                ], .no
            ),
            // A denial wins, where it is certain; where it may be, nothing is.
            ([statement(anything), statement(anything, effect: "Deny")], .no),
            ([statement(anything), statement(anything, effect: "Deny", action: #""NotAction":"s3:*""#)], .yes),
            (
                [
                    statement(anything),
                    statement(anything + #","Condition":{"Bool":{"aws:SecureTransport":"false"}}"#, effect: "Deny"),
                ], .unclear
            ),
        ] as [([String], Certainty)])
    func allows(statements: [String], expected: Certainty) throws {
        let document = try json(#"{"Version":"2012-10-17","Statement":[\#(statements.joined(separator: ","))]}"#)
        let policies = IdentityPolicies([document], variables: ["${a:own}": "us-east-1:me", "${a:none}": nil])
        #expect(policies.allows(Self.request) == expected)
    }

    @Test("before version 2012-10-17 a variable is plain text")
    func oldVersion() throws {
        let document = try json(#"{"Statement":\#(Self.statement(Self.resource("arn:aws:s3:::data/${a:own}/*")))}"#)
        let policies = IdentityPolicies([document], variables: ["${a:own}": "us-east-1:me"])
        #expect(policies.allows(Self.request) == .no)
        #expect(policies.allows(PolicyRequest("s3:GetObject", on: "arn:aws:s3:::data/${a:own}/x")) == .yes)
    }
}
