import Foundation
import HTTP
import Model
import Schema
import Testing

@testable import AWSClient

/// Whatever is not the operation's own answer is none: nothing may follow from it.
@Suite("Wrong answers")
struct WrongAnswersTests {
    static let read = AWSOperation(.cognitoIdentityProvider, "DescribeUserPool", .read, answers: "UserPool.Id")
    static let list = AWSOperation(.cognitoIdentityProvider, "ListUserPools", .read, answers: "UserPools[].Id")
    static let delete = AWSOperation(.cognitoIdentityProvider, "DeleteUserPool", .repeatable)
    static let signIn = AWSOperation(
        .cognitoIdentityProvider, "InitiateAuth", .repeatable, answers: "ChallengeName|AuthenticationResult")
    static let item = AWSOperation(.dynamoDB, "GetItem", .read, answers: "Item?")
    static let getRole = AWSOperation(.iam, "GetRole", .read, answers: "Role.RoleName")
    static let policies = AWSOperation(.iam, "ListRolePolicies", .read, answers: "PolicyNames[]")
    static let deleteRole = AWSOperation(.iam, "DeleteRole", .repeatable)
    static let updateRole = AWSOperation(.iam, "UpdateRole", .repeatable)
    static let function = AWSOperation(
        .lambda, "GetFunction", .read, "GET", "/f/{F}", answers: "Configuration.FunctionName")
    static let deleteFunction = AWSOperation(
        .lambda, "DeleteFunction", .repeatable, "DELETE", "/f/{F}", statuses: [204])
    static let invoke = AWSOperation(.lambda, "Invoke", .repeatable, "POST", "/f/{F}/invocations", payload: "Payload")
    static let bucket = AWSOperation(.s3, "ListObjectsV2", .read, "GET", "/{B}", answers: "ListBucketResult.Name")

    static let json = ["Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": "r"]
    static let rest = ["Content-Type": "application/json", "x-amzn-RequestId": "r"]
    static let xml = ["Content-Type": "text/xml"]
    static let s3 = ["Content-Type": "application/xml", "x-amz-request-id": "r"]
    static let html = ["Content-Type": "text/html"]
    static let page = "<!doctype html><html><head><title>\n Welcome\u{202e} </title></head><body>Sign in</body></html>"

    private static func xml(
        _ operation: String, _ result: String,
        metadata: String = "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
    ) -> String {
        "<\(operation)Response xmlns='u'>\(result)\(metadata)</\(operation)Response>"
    }

    typealias Row = (AWSOperation, Int, [String: String], String)

    static let right: [Row] = [
        (read, 200, json, #"{"UserPool":{"Id":"x"}}"#),
        (read, 200, ["x-amzn-RequestId": "r"], #"{"UserPool":{"Id":"x"}}"#),
        (list, 200, json, #"{"UserPools":[]}"#), (list, 200, json, #"{"UserPools":[{"Id":"x"}]}"#),
        (delete, 200, json, ""), (delete, 200, json, "{}"), (signIn, 200, json, #"{"ChallengeName":"x"}"#),
        (signIn, 200, json, #"{"AuthenticationResult":{"ExpiresIn":1}}"#), (item, 200, json, "{}"),
        (getRole, 200, xml, xml("GetRole", "<GetRoleResult><Role><RoleName>x</RoleName></Role></GetRoleResult>")),
        (
            policies, 200, xml,
            xml("ListRolePolicies", "<ListRolePoliciesResult><PolicyNames/></ListRolePoliciesResult>")
        ),
        (deleteRole, 200, xml, xml("DeleteRole", "")), (updateRole, 200, xml, xml("UpdateRole", "<UpdateRoleResult/>")),
        (function, 200, rest, #"{"Configuration":{"FunctionName":"x"}}"#),
        (deleteFunction, 204, ["x-amzn-RequestId": "r"], ""),
        (invoke, 200, rest, "null"), (invoke, 200, rest, page),
        (bucket, 200, s3, "<ListBucketResult><Name>x</Name></ListBucketResult>"),
    ]

    static let wrong: [Row] = [
        // Pages.
        (read, 200, html, page), (delete, 200, html, page), (getRole, 200, html, page), (deleteRole, 200, html, page),
        (function, 200, html, page), (deleteFunction, 204, html, page), (invoke, 200, html, page),
        (bucket, 200, html, page),
        (delete, 404, html, page), (deleteRole, 404, html, page), (deleteFunction, 404, html, page),
        (deleteFunction, 404, [:], ""),
        (delete, 302, ["Location": "http://portal/"], ""), (read, 403, html, page), (read, 407, html, page),
        (getRole, 200, xml, "<html><body>x</body></html>"), (deleteRole, 200, xml, "<html/>"),
        // Nothing, or something that says nothing.
        (read, 200, json, ""), (read, 200, json, "{}"), (read, 200, json, "[]"), (read, 200, json, "null"),
        (read, 200, json, "OK"),
        (read, 200, json, "\"UserPool\""), (delete, 200, json, "[]"), (delete, 200, json, "null"),
        (delete, 200, json, "true"),
        (delete, 200, json, "OK"), (deleteRole, 200, xml, ""), (deleteRole, 200, xml, "OK"), (getRole, 200, xml, ""),
        (function, 204, rest, ""),
        (read, 204, json, ""), (delete, 204, json, ""), (deleteRole, 204, xml, ""), (deleteFunction, 200, rest, ""),
        (item, 200, json, "[]"),
        (signIn, 200, json, "{}"), (signIn, 200, json, #"{"Session":"x"}"#),
        // Without what the caller needs.
        (read, 200, json, #"{"UserPool":{}}"#), (read, 200, json, #"{"UserPool":{"Id":null}}"#),
        (read, 200, json, #"{"UserPool":{"Id":""}}"#),
        (read, 200, json, #"{"UserPool":[]}"#), (list, 200, json, "{}"), (list, 200, json, #"{"UserPools":null}"#),
        (list, 200, json, #"{"UserPools":""}"#), (list, 200, json, #"{"UserPools":{}}"#),
        (list, 200, json, #"{"UserPools":[{"Name":"x"}]}"#),
        (getRole, 200, xml, xml("GetRole", "")), (getRole, 200, xml, xml("GetRole", "<GetRoleResult/>")),
        (getRole, 200, xml, xml("GetRole", "<GetRoleResult><Role/></GetRoleResult>")),
        (
            policies, 200, xml,
            xml("ListRolePolicies", "<ListRolePoliciesResult><IsTruncated>false</IsTruncated></ListRolePoliciesResult>")
        ),
        (
            policies, 200, xml,
            xml("ListRolePolicies", "<ListRolePoliciesResult><PolicyNames>x</PolicyNames></ListRolePoliciesResult>")
        ),
        (bucket, 200, s3, "<ListBucketResult/>"), (bucket, 200, s3, "<Other><Name>x</Name></Other>"),
        // Another operation's.
        (read, 200, json, #"{"UserPools":[{"Id":"x"}]}"#), (delete, 200, json, #"{"UserPool":{"Id":"x"}}"#),
        (deleteRole, 200, xml, xml("DeleteUser", "")),
        (getRole, 200, xml, xml("GetUser", "<GetUserResult><User><UserName>x</UserName></User></GetUserResult>")),
        (getRole, 200, xml, xml("GetRole", "<GetUserResult><Role><RoleName>x</RoleName></Role></GetUserResult>")),
        (deleteRole, 200, xml, xml("DeleteRole", "<DeleteRoleResult><Role/></DeleteRoleResult>")),
        // Another format.
        (read, 200, json, "<GetUserResponse/>"), (getRole, 200, xml, #"{"Role":{"RoleName":"x"}}"#),
        (read, 200, ["Content-Type": "text/plain", "x-amzn-RequestId": "r"], #"{"UserPool":{"Id":"x"}}"#),
        (getRole, 200, json, xml("GetRole", "<GetRoleResult><Role><RoleName>x</RoleName></Role></GetRoleResult>")),
        (read, 200, json, "\u{FEFF}{\"UserPool\":{\"Id\":\"x\"}}"), (read, 200, json, #"{"UserPool":{"Id":"x"}} {}"#),
        // Spoilt.
        (read, 200, json, #"{"UserPool":{"Id":"x""#),
        (getRole, 200, xml, "<GetRoleResponse><GetRoleResult><Role><RoleName>x</RoleName>"),
        // Without a request id.
        (read, 200, ["Content-Type": "application/x-amz-json-1.1"], #"{"UserPool":{"Id":"x"}}"#),
        (delete, 200, [:], ""), (delete, 200, [:], "{}"),
        (deleteRole, 200, xml, "<DeleteRoleResponse/>"),
        (deleteRole, 200, xml, xml("DeleteRole", "", metadata: "<ResponseMetadata/>")),
        (function, 200, ["Content-Type": "application/json"], #"{"Configuration":{"FunctionName":"x"}}"#),
        (deleteFunction, 204, [:], ""),
        (invoke, 200, ["Content-Type": "application/json"], "null"),
        // Success and failure at once.
        (delete, 200, json, #"{"__type":"ResourceNotFoundException","message":"x"}"#),
        (read, 500, json, #"{"UserPool":{"Id":"x"}}"#),
        (
            deleteRole, 200, xml,
            "<ErrorResponse><Error><Code>NoSuchEntity</Code></Error><RequestId>r</RequestId></ErrorResponse>"
        ),
        (deleteRole, 404, xml, xml("DeleteRole", "")),
        (deleteRole, 404, xml, "<x><Error><Code>NoSuchEntity</Code></Error></x>"),
        (deleteFunction, 404, rest, #"{"message":"Not Found"}"#), (delete, 404, json, "{}"),
    ]

    @Test("what is the operation's own counts", arguments: right)
    func counts(row: Row) {
        let answer = Message.answer(to: row.0, HTTPResponse(status: row.1, headers: row.2, body: Data(row.3.utf8)))
        guard case .success = answer else {
            Issue.record("\(answer)")
            return
        }
    }

    @Test("nothing else does", arguments: wrong)
    func countsNot(row: Row) {
        let answer = Message.answer(to: row.0, HTTPResponse(status: row.1, headers: row.2, body: Data(row.3.utf8)))
        guard case .garbled = answer else {
            Issue.record("\(answer)")
            return
        }
    }

    @Test(
        "bytes that are no text",
        arguments: [
            Data([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), Data([0, 0xff, 0xfe]),
            Data(#"{"UserPool":{"Id":"x"}}"#.data(using: .utf16) ?? Data()),
        ])
    func bytes(body: Data) {
        for operation in [Self.read, Self.delete] {
            guard
                case .garbled = Message.answer(to: operation, HTTPResponse(status: 200, headers: Self.json, body: body))
            else {
                Issue.record("\(operation) was taken for answered")
                return
            }
        }
    }

    @Test("it is told what came, with the page's title made harmless, and no other word of it")
    func told() {
        let answer = Message.answer(
            to: Self.delete, HTTPResponse(status: 200, headers: Self.html, body: Data(Self.page.utf8)))
        #expect(
            answer
                == .garbled(
                    "HTTP 200, \(Self.page.utf8.count) bytes of text/html, titled “Welcome\\u{202e}”, it has no request id"
                ))
    }
}
