import Foundation
import HTTP
import Model
import Schema
import TestSupport
import Testing

@testable import AWSClient

@Suite("JSON text")
struct JSONTextTests {
    @Test(
        "values read and written",
        arguments: [
            (#"{"a":[1,-2,true,false,"x"]}"#, ["a": [1, -2, true, false, "x"]]),
            (#"{"a":"q\"\\\n\u0001\t"}"#, ["a": "q\"\\\n\u{1}\t"]),
            ("[]", []), ("{}", [:]), (#"{"é":"😀"}"#, ["é": "😀"]), ("9007199254740993", 9_007_199_254_740_993),
            ("1.5", .number(1.5)), ("{\"$template\":\"$(a.b.c)\"}", ["$template": "$(a.b.c)"]),
        ] as [(String, Value)])
    func roundTrip(text: String, value: Value) throws {
        #expect(try JSONText.decode(Data(text.utf8)) == value)
        #expect(try JSONText.decode(JSONText.encode(value)) == value)
    }

    @Test(
        "forms that are only read",
        arguments: [
            (" { \"a\" :\r\n[ null ,1 ] }\t", ["a": [.null, 1]]), (#""\/\b\f\ud83d\ude00\u00e9""#, "/\u{8}\u{c}😀é"),
            ("1.7E9", .number(1_700_000_000)), (#""\ud83d""#, "\u{fffd}"), (#"{"a":1,"a":2}"#, ["a": 2]),
        ] as [(String, Value)])
    func reads(text: String, value: Value) throws {
        #expect(try JSONText.decode(Data(text.utf8)) == value)
    }

    @Test(
        "what is no JSON is refused",
        arguments: [
            "", " ", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "\"x", "\"\\q\"", "\"\\u12\"", "tru", "nul",
            "1 2", "<html>",
            "1.2.3", "-", "NaN", String(repeating: "[", count: 100_000),
        ])
    func refuses(text: String) {
        #expect(throws: DecodingFailure.self) { try JSONText.decode(Data(text.utf8)) }
    }

    @Test("a body reveals secrets, leaves nulls out and sorts its keys")
    func encodes() throws {
        let body = try JSONText.encode(["b": .secret(Secret("s3\"cret")), "a": .null, "c": .list([.null])])
        #expect(String(decoding: body, as: UTF8.self) == #"{"b":"s3\"cret","c":[null]}"#)
    }

    @Test("an unresolved template is refused, with its place", arguments: [true, false])
    func template(inList: Bool) {
        let template = Value.template(Template(reading: "x-$(roles.a.arn)"))
        #expect(
            throws: EncodingFailure(
                path: inList ? PropertyPath("a")[1]["b"] : PropertyPath("a"),
                reason: "x-$(roles.a.arn) is not resolved yet")
        ) {
            try JSONText.encode(["a": inList ? [1, ["b": template]] : template])
        }
    }

    @Test("a number that JSON does not know is refused", arguments: [Double.nan, .infinity])
    func number(number: Double) {
        #expect(throws: EncodingFailure.self) { try JSONText.encode(["a": .number(number)]) }
    }
}

@Suite("XML text")
struct XMLTextTests {
    @Test(
        "values",
        arguments: [
            ("<a>x</a>", "x"), ("<a/>", ""), ("<a></a>", ""), ("<a b='>' c=\"/\" />", ""),
            ("<a><b>1</b><c> y </c></a>", ["b": "1", "c": " y "]),
            ("<a>\n <member>1</member>\n <member><k>2</k></member>\n</a>", ["1", ["k": "2"]]),
            ("<a><entry><key>k</key><value>v</value></entry></a>", ["k": "v"]),
            ("<a><b>1</b><b>2</b></a>", ["b": ["1", "2"]]),
            ("<n:a xmlns:n='u'><n:b>1</n:b></n:a>", ["b": "1"]),
            ("<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x1F600;</a>", "<&>\"'A😀"),
            ("<a>x<![CDATA[<b>&amp;]]]]><![CDATA[>]]>y<!-- <c/> --></a>", "x<b>&amp;]]>y"),
            ("\u{FEFF}<?xml version=\"1.0\"?>\n<!-- c --><a>1</a >\n", "1"),
        ] as [(String, Value)])
    func values(text: String, value: Value) throws {
        let root = try XMLText.decode(Data(text.utf8))
        #expect(root.name == "a")
        #expect(root.content == value)
    }

    @Test(
        "what is no XML of AWS's is refused",
        arguments: [
            "", "x", "<a>", "<a></b>", "<a", "<a b='>", "<a>&nope;</a>", "<a>&#xD800;</a>", "<a>&amp</a>", "<a/><b/>",
            "<a><b></a></b>",
            "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "{}", "<a><!-- </a>", String(repeating: "<a>", count: 100_000),
        ])
    func refuses(text: String) {
        #expect(throws: DecodingFailure.self) { try XMLText.decode(Data(text.utf8)) }
    }
}

@Suite("Messages")
struct MessageTests {
    static let createRole = AWSOperation(.iam, "CreateRole", .create, answers: "Role.RoleName")
    static let describePool = AWSOperation(.cognitoIdentityProvider, "DescribeUserPool", .read, answers: "UserPool.Id")
    static let getFunction = AWSOperation(
        .lambda, "GetFunction", .read, "GET", "/2015-03-31/functions/{FunctionName}", query: ["Qualifier": "Qualifier"],
        answers: "Configuration.FunctionName")
    static let untag = AWSOperation(
        .lambda, "UntagResource", .repeatable, "DELETE", "/2017-03-31/tags/{Resource}", query: ["TagKeys": "tagKeys"],
        statuses: [204])
    static let invoke = AWSOperation(
        .lambda, "Invoke", .create, "POST", "/2015-03-31/functions/{FunctionName}/invocations", payload: "Payload")

    private func request(_ operation: AWSOperation, _ input: Value, path: String = "") throws -> HTTPRequest {
        try Message.request(operation, input, to: Endpoint(origin: "https://h", path: path))
    }

    @Test("JSON 1.1")
    func json() throws {
        let request = try request(Self.describePool, ["UserPoolId": "us-east-1_x"], path: "/base")
        #expect(request.method == "POST" && request.path == "/base/" && request.query.isEmpty)
        #expect(
            request.headers.first { $0.name == "X-Amz-Target" }?.value
                == "AWSCognitoIdentityProviderService.DescribeUserPool")
        #expect(request.headers.first { $0.name == "Content-Type" }?.value == "application/x-amz-json-1.1")
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"UserPoolId":"us-east-1_x"}"#)
    }

    @Test(
        "query forms",
        arguments: [
            (["RoleName": "a b+ü"], "RoleName=a%20b%2B%C3%BC"),
            (
                ["Tags": [["Key": "k", "Value": "v"], ["Key": "l", "Value": ""]]],
                "Tags.member.1.Key=k&Tags.member.1.Value=v&Tags.member.2.Key=l&Tags.member.2.Value="
            ),
            (
                ["MaxSessionDuration": 3600, "On": true, "None": .null, "Tags": []],
                "MaxSessionDuration=3600&On=true&Tags="
            ),
            (["Secret": .secret(Secret("s&t"))], "Secret=s%26t"),
        ] as [(Value, String)])
    func query(input: Value, form: String) throws {
        let body = String(decoding: try request(Self.createRole, input).body, as: UTF8.self)
        #expect(
            Set(body.split(separator: "&")) == Set("Action=CreateRole&Version=2010-05-08&\(form)".split(separator: "&"))
        )
    }

    @Test("REST: path, query string and body")
    func rest() throws {
        let arn: Value = "arn:aws:lambda:us-east-1:123456789012:function:f/x"
        let get = try request(Self.getFunction, ["FunctionName": arn, "Qualifier": "$LATEST"], path: "/base")
        #expect(
            get.url
                == "https://h/base/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af%2Fx?Qualifier=%24LATEST"
        )
        #expect(get.method == "GET" && get.body.isEmpty)
        let untag = try request(Self.untag, ["Resource": "r", "TagKeys": ["a b", "c"]])
        #expect(untag.url == "https://h/2017-03-31/tags/r?tagKeys=a%20b&tagKeys=c")
        #expect(untag.method == "DELETE" && untag.body.isEmpty)
        let update = AWSOperation(.lambda, "U", .repeatable, "PUT", "/f/{FunctionName}/configuration")
        #expect(try request(update, ["FunctionName": "f", "Timeout": 3]).body == Data(#"{"Timeout":3}"#.utf8))
        #expect(try request(update, ["FunctionName": "f"]).body == Data("{}".utf8))
        #expect(try request(Self.invoke, ["FunctionName": "f", "Payload": "{\"a\":1}"]).body == Data("{\"a\":1}".utf8))
    }

    @Test("members that are headers, and keys of S3 that keep their slashes")
    func headersAndKeys() throws {
        let headers = ["InvocationType": "X-Amz-Invocation-Type"]
        let dryRun = AWSOperation(
            .lambda, "Invoke", .read, "POST", "/functions/{FunctionName}/invocations", headers: headers,
            payload: "Payload")
        let invocation = try request(dryRun, ["FunctionName": "f", "InvocationType": "DryRun"])
        #expect(
            invocation.headers.map { "\($0.name): \($0.value)" } == [
                "X-Amz-Invocation-Type: DryRun", "Content-Type: application/octet-stream",
            ])
        #expect(invocation.body.isEmpty)

        let getObject = AWSOperation(
            .s3, "GetObject", .read, "GET", "/{Bucket}/{Key+}", headers: ["Range": "Range"], payload: "Body",
            statuses: [200, 206])
        let reading = try request(getObject, ["Bucket": "b", "Key": "us-east-1:1/a b", "Range": "bytes=0-0"])
        #expect(reading.path == "/b/us-east-1%3A1/a%20b" && reading.body.isEmpty)
        #expect(reading.headers.map { "\($0.name): \($0.value)" } == ["Range: bytes=0-0"])
        // Whatever the object holds: it is no message.
        #expect(answer(getObject, 206, "<") == .success(["Body": "<", "StatusCode": 206]))
        #expect(
            answer(
                AWSOperation(.s3, "AbortMultipartUpload", .repeatable, "DELETE", "/{Bucket}/{Key+}", statuses: [204]),
                204, "") == .success([:]))
    }

    @Test("DynamoDB speaks JSON 1.0")
    func json10() throws {
        let sent = try request(AWSOperation(.dynamoDB, "GetItem", .read), [:])
        #expect(sent.headers.map(\.value) == ["application/x-amz-json-1.0", "DynamoDB_20120810.GetItem"])
    }

    @Test(
        "a path member that is missing or empty is refused",
        arguments: [[:], ["FunctionName": ""], ["FunctionName": .null], ["FunctionName": ["a"]]] as [Value])
    func missing(input: Value) {
        #expect(throws: EncodingFailure.self) { try request(Self.getFunction, input) }
    }

    @Test("only what makes a new thing goes over a connection of its own")
    func connections() throws {
        #expect(try request(Self.createRole, [:]).needsFreshConnection)
        #expect(try !request(Self.describePool, [:]).needsFreshConnection)
    }

    private func answer(_ operation: AWSOperation, _ status: Int, _ body: String, _ headers: [String: String] = [:])
        -> Message.Answer
    {
        let all = ["x-amzn-RequestId": "r"].merging(headers) { $1 }
        return Message.answer(to: operation, HTTPResponse(status: status, headers: all, body: Data(body.utf8)))
    }

    @Test("a query answer is what stands in its result")
    func queryAnswer() {
        let body = """
            <CreateRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><CreateRoleResult><Role><Tags/>
            <RoleName>r</RoleName><MaxSessionDuration>3600</MaxSessionDuration></Role></CreateRoleResult>
            <ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></CreateRoleResponse>
            """
        #expect(
            answer(Self.createRole, 200, body)
                == .success(["Role": ["Tags": "", "RoleName": "r", "MaxSessionDuration": "3600"]]))
        let empty =
            "<DeleteRoleResponse><ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></DeleteRoleResponse>"
        #expect(answer(AWSOperation(.iam, "DeleteRole", .repeatable), 200, empty) == .success([:]))
    }

    @Test("an answer without a body is an empty map, except where what was read or made should be")
    func empty() {
        #expect(answer(Self.untag, 204, "") == .success([:]))
        #expect(
            answer(Self.describePool, 200, "")
                == .garbled("HTTP 200, 0 bytes without a content type, it has no UserPool.Id"))
    }

    @Test("Invoke's answer is its payload, with the function's error")
    func payload() {
        #expect(
            answer(Self.invoke, 200, "{\"errorMessage\":\"x\"}", ["X-Amz-Function-Error": "Unhandled"])
                == .success(["Payload": "{\"errorMessage\":\"x\"}", "StatusCode": 200, "FunctionError": "Unhandled"]))
    }

    @Test("what the operation declares comes as a secret, and nothing because of its name")
    func secrets() {
        let body = """
            {"UserPool":{"Id":"x","UserPoolTags":{"Session":"blue","Token":"green"}},
            "UserPoolClient":{"ClientSecret":"s","ClientId":"i","TokenValidityUnits":{"AccessToken":"hours"}},
            "AuthenticationResult":{"AccessToken":"t","ExpiresIn":3600},"List":[{"SecretKey":"k"}],
            "SecretString":"v","Parameter":{"Name":"n","Value":"p"},"Tags":[{"Key":"a","Value":"b"}]}
            """
        let operation = Operation(
            .cognitoIdentityProvider, "DescribeUserPool", .read, answers: "UserPool.Id",
            secrets: [
                "UserPoolClient.ClientSecret", "AuthenticationResult.AccessToken", "List[].SecretKey", "SecretString",
                "Parameter.Value",
                "Absent.Secret", "List[].Absent",
            ])
        guard case .success(let output) = answer(operation, 200, body) else {
            Issue.record("it was not taken for an answer")
            return
        }
        #expect(output["UserPool"]["UserPoolTags"] == ["Session": "blue", "Token": "green"])
        #expect(output["UserPoolClient"]["ClientSecret"] == .secret(Secret("s")))
        #expect(output["UserPoolClient"]["ClientId"] == "i")
        #expect(output["UserPoolClient"]["TokenValidityUnits"] == ["AccessToken": "hours"])
        #expect(output["AuthenticationResult"] == ["AccessToken": .secret(Secret("t")), "ExpiresIn": 3600])
        #expect(output["List"] == [["SecretKey": .secret(Secret("k"))]])
        #expect(output["SecretString"] == .secret(Secret("v")))
        #expect(output["Parameter"] == ["Name": "n", "Value": .secret(Secret("p"))])
        #expect(output["Tags"] == [["Key": "a", "Value": "b"]])
    }

    @Test(
        "errors, in each protocol's forms",
        arguments: [
            (
                describePool, #"{"__type":"ResourceNotFoundException","message":"m"}"#, [:],
                "ResourceNotFoundException", "m"
            ),
            (
                describePool, #"{"__type":"com.amazonaws.cognito#NotAuthorizedException","Message":"m"}"#, [:],
                "NotAuthorizedException", "m"
            ),
            (describePool, #"{"__type":"a.b#C:http://internal/","message":"m"}"#, [:], "C", "m"),
            (
                getFunction, #"{"Type":"User","Message":"m"}"#,
                ["x-amzn-ErrorType": "TooManyRequestsException:http://x/"], "TooManyRequestsException", "m"
            ),
            (getFunction, #"{"code":"AccessDeniedException"}"#, [:], "AccessDeniedException", ""),
            (getFunction, "<html>", ["X-Amzn-Errortype": "X"], "X", ""),
            (
                createRole,
                "<ErrorResponse xmlns='u'><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>a &amp; b</Message></Error><RequestId>r</RequestId></ErrorResponse>",
                [:], "NoSuchEntity", "a & b"
            ),
            (createRole, "<Error><Code>NoSuchKey</Code><Message>m</Message></Error>", [:], "NoSuchKey", "m"),
        ] as [(AWSOperation, String, [String: String], String, String)])
    func errors(operation: AWSOperation, body: String, headers: [String: String], code: String, message: String) {
        #expect(answer(operation, 400, body, headers) == .failure(code: code, message: message))
    }

    @Test(
        "an answer of another form is garbled, and nothing of it is told",
        arguments: [
            (describePool, 500, "<html>top</html>"), (describePool, 200, "{\"top\":"), (describePool, 200, "[\"top\"]"),
            (createRole, 200, "{\"top\":1}"), (createRole, 200, "<html>top</html>"), (createRole, 500, "top"),
            (getFunction, 301, "top"),
            (getFunction, 404, "{\"top\":1}"),
        ])
    func garbled(operation: AWSOperation, status: Int, body: String) throws {
        guard case .garbled(let reason) = answer(operation, status, body, ["content-type": "text/html"]) else {
            Issue.record("it was taken for an answer")
            return
        }
        #expect(reason.contains("text/html") && !reason.contains("top"))
    }

    @Test("S3's redirect to another region is known by its header where the body is lost")
    func otherRegion() {
        let list = AWSOperation(.s3, "ListObjectsV2", .read, "GET", "/{Bucket}", answers: "ListBucketResult.Name")
        let region = ["x-amz-bucket-region": "eu-west-1"]
        #expect(
            answer(list, 301, "", region) == .failure(code: "PermanentRedirect", message: "the bucket is in eu-west-1"))
        guard case .garbled = answer(Self.describePool, 301, "", region) else {
            Issue.record("it is S3's alone"); return
        }
    }

    @Test("the request id is in a header or in an XML error")
    func requestId() {
        #expect(Message.requestId(HTTPResponse(status: 200, headers: ["X-Amzn-RequestId": "a"])) == "a")
        #expect(
            Message.requestId(HTTPResponse(status: 404, body: Data("<E><Error/><RequestId>b</RequestId></E>".utf8)))
                == "b")
        #expect(Message.requestId(HTTPResponse(status: 404)) == nil)
    }

    @Test("readers even out what XML and JSON write differently")
    func readers() {
        #expect(("" as Value).elements == [] && Value.null.elements == [] && ([1] as Value).elements == [1])
        #expect(
            ("3600" as Value).wireInteger == 3600 && (3600 as Value).wireInteger == 3600
                && ("x" as Value).wireInteger == nil)
        #expect(
            ("true" as Value).wireBoolean == true && (false as Value).wireBoolean == false
                && ("" as Value).wireBoolean == nil)
    }
}
