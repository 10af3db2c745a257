import Foundation
import HTTP
import Model
import Schema
import Synchronization
import Testing

@testable import AWSClient

@Suite("The client")
struct AWSClientTests {
    static let start = Timestamp.date("20150830T123600Z")
    static let read = AWSOperation(.cognitoIdentityProvider, "DescribeUserPool", .read, answers: "UserPool.Id")
    static let update = AWSOperation(.cognitoIdentityProvider, "UpdateUserPool", .repeatable, answers: "UserPool.Id")
    static let create = AWSOperation(.cognitoIdentityProvider, "CreateUserPool", .create, answers: "UserPool.Id")

    let clock = ManualTime(start)

    private func client(
        _ transport: ScriptedTransport, credentials: (any CredentialsProvider)? = Credentials.example,
        attempts: Int = 3,
        observer: (@Sendable (AWSClient.Attempt) -> Void)? = nil
    ) throws -> AWSClient {
        AWSClient(
            credentials: credentials, endpoints: try Endpoints(region: "us-east-1"), transport: transport,
            retry: RetryPolicy(maxAttempts: attempts), time: clock.time, random: { 1 }, observer: observer)
    }

    typealias Step = ScriptedTransport.Step
    static let good = Step.answer(200, #"{"UserPool":{"Id":"x"}}"#)
    static func error(_ status: Int, _ code: String, _ headers: [String: String] = [:]) -> Step {
        .answer(status, #"{"__type":"\#(code)","message":"words"}"#, headers: headers)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let steps: [Step]
        let operation: AWSOperation
        /// Requests that go out.
        let sent: Int
        /// Nil for success.
        let kind: AWSError.Kind?
        var mayHaveHappened = false
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "a good answer", steps: [good], operation: create, sent: 1, kind: nil),
        Case(
            name: "a refusal is final", steps: [error(400, "InvalidParameterException")], operation: read, sent: 1,
            kind: .service),
        Case(
            name: "a call that the endpoint does not have, told by 501", steps: [error(501, "X"), good],
            operation: create, sent: 1, kind: .service),
        Case(
            name: "a page of HTML with 501", steps: [.answer(501, "<html>"), good], operation: create, sent: 1,
            kind: .service),
        Case(
            name: "a call that the endpoint does not have, told by its code",
            steps: [error(400, "UnknownOperationException"), good],
            operation: read, sent: 1, kind: .service),
        Case(
            name: "a quota is no throttling", steps: [error(400, "LimitExceededException")], operation: read, sent: 1,
            kind: .service),
        Case(
            name: "throttled, then good", steps: [error(400, "TooManyRequestsException"), good], operation: create,
            sent: 2, kind: nil),
        Case(
            name: "429 for the concurrency of a function is an answer about it",
            steps: [
                .answer(
                    429, #"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","message":"Rate Exceeded."}"#,
                    headers: ["x-amzn-ErrorType": "TooManyRequestsException"]), good,
            ],
            operation: update, sent: 1, kind: .service),
        Case(
            name: "429 for the caller's rate is throttling",
            steps: [
                .answer(
                    429, #"{"Reason":"CallerRateLimitExceeded"}"#,
                    headers: ["x-amzn-ErrorType": "TooManyRequestsException"]), good,
            ],
            operation: update, sent: 2, kind: nil),
        Case(name: "429, then good", steps: [error(429, "Strange"), good], operation: create, sent: 2, kind: nil),
        Case(
            name: "throttled for good", steps: .init(repeating: error(400, "ThrottlingException"), count: 3),
            operation: create,
            sent: 3, kind: .throttled),
        Case(
            name: "a read after 5xx", steps: [error(500, "InternalErrorException"), good], operation: read, sent: 2,
            kind: nil),
        Case(name: "a repeatable after 5xx", steps: [error(503, "X"), good], operation: update, sent: 2, kind: nil),
        Case(
            name: "a create after 5xx", steps: [error(500, "InternalErrorException"), good], operation: create, sent: 1,
            kind: .uncertain, mayHaveHappened: true),
        Case(
            name: "a read after a lost connection", steps: [.failure(.lost), .failure(.timedOut), good],
            operation: read, sent: 3, kind: nil),
        Case(
            name: "a create after a lost connection", steps: [.failure(.lost), good], operation: create, sent: 1,
            kind: .uncertain,
            mayHaveHappened: true),
        Case(
            name: "a create after a timeout", steps: [.failure(.timedOut), good], operation: create, sent: 1,
            kind: .uncertain,
            mayHaveHappened: true),
        Case(
            name: "a create that never left", steps: [.failure(.notSent), good], operation: create, sent: 2, kind: nil),
        Case(
            name: "no connection at all", steps: .init(repeating: .failure(.notSent), count: 3), operation: create,
            sent: 3,
            kind: .unreachable),
        Case(
            name: "a read whose answer is beyond all bounds", steps: [.failure(.unreadable), good], operation: read,
            sent: 1, kind: .garbled),
        Case(
            name: "a create whose answer is beyond all bounds", steps: [.failure(.unreadable), good], operation: create,
            sent: 1,
            kind: .uncertain, mayHaveHappened: true),
        Case(name: "no TLS", steps: [.failure(.tls), good], operation: read, sent: 1, kind: .unreachable),
        Case(
            name: "throttled, then lost", steps: [error(400, "ThrottlingException"), .failure(.lost), good],
            operation: create, sent: 2,
            kind: .uncertain, mayHaveHappened: true),
        Case(
            name: "lost, then no connection: it may have happened",
            steps: [.failure(.lost), .failure(.notSent), .failure(.notSent)],
            operation: update, sent: 3, kind: .unavailable, mayHaveHappened: true),
        Case(
            name: "a page of HTML with 500 is not asked for again", steps: [.answer(500, "<html>"), good],
            operation: read, sent: 1,
            kind: .garbled),
        Case(
            name: "a page of HTML with 200 is not either",
            steps: [.answer(200, "<!doctype html><h1>Sign in</h1>"), good], operation: read,
            sent: 1, kind: .garbled),
        Case(
            name: "a read whose answer is cut off", steps: [.answer(200, #"{"UserPool":"#), good], operation: read,
            sent: 2, kind: nil),
        Case(
            name: "a repeatable whose answer is cut off each time",
            steps: .init(repeating: .answer(200, #"{"UserPool":"#), count: 3),
            operation: update, sent: 3, kind: .garbled, mayHaveHappened: true),
        Case(
            name: "a refusal that is cut off", steps: [.answer(404, #"{"__ty"#), good], operation: read, sent: 2,
            kind: nil),
        Case(name: "a read without a body", steps: [.answer(200, ""), good], operation: read, sent: 2, kind: nil),
        Case(
            name: "a create without a body", steps: [.answer(200, ""), good], operation: create, sent: 1,
            kind: .uncertain,
            mayHaveHappened: true),
        Case(name: "a gateway's page is", steps: [.answer(503, "<html>"), good], operation: read, sent: 2, kind: nil),
        Case(
            name: "a create whose answer is cut off", steps: [.answer(200, #"{"UserPool":"#), good], operation: create,
            sent: 1,
            kind: .uncertain, mayHaveHappened: true),
        Case(
            name: "a create that a proxy refused", steps: [.answer(407, "<html>"), good], operation: create, sent: 1,
            kind: .garbled),
        Case(
            name: "a redirect", steps: [.answer(302, "", headers: ["location": "http://x/"]), good], operation: read,
            sent: 1, kind: .garbled),
        Case(
            name: "unknown key", steps: [error(400, "UnrecognizedClientException")], operation: read, sent: 1,
            kind: .credentials),
        Case(
            name: "expired session", steps: [error(400, "ExpiredTokenException")], operation: read, sent: 1,
            kind: .expiredCredentials),
    ]

    @Test("what each answer leads to", arguments: cases)
    func outcomes(test: Case) async throws {
        let transport = ScriptedTransport(test.steps)
        let client = try client(transport)
        do throws(AWSError) {
            let output = try await client.call(test.operation, ["UserPoolId": "x"])
            #expect(test.kind == nil)
            #expect(output == ["UserPool": ["Id": "x"]])
        } catch {
            #expect(error.kind == test.kind)
            #expect(error.attempts == test.sent)
            #expect(
                error.mayHaveHappened
                    == (test.mayHaveHappened || (error.kind == .garbled && test.operation.effect != .read)))
        }
        #expect(transport.sent.count == test.sent)
        #expect(client.apiCalls == test.sent)
    }

    @Test("each attempt is signed anew, with the time it is sent at")
    func signsAnew() async throws {
        let transport = ScriptedTransport(Self.error(500, "X"), Self.error(400, "ThrottlingException"), Self.good)
        _ = try await client(transport).call(Self.read, [:])
        #expect(clock.waits == [0.05, 2])
        let dates = transport.sent.map { request in request.headers.filter { $0.name == "X-Amz-Date" }.map(\.value) }
        #expect(dates == [["20150830T123600Z"], ["20150830T123600Z"], ["20150830T123602Z"]])
        #expect(transport.sent.allSatisfy { request in request.headers.count { $0.name == "Authorization" } == 1 })
    }

    @Test("after a connection that broke, the repeat goes over a new one")
    func newConnection() async throws {
        let transport = ScriptedTransport(.failure(.lost), Self.good)
        _ = try await client(transport).call(Self.read, [:])
        #expect(transport.sent.map(\.needsFreshConnection) == [false, true])
    }

    @Test("a wrong clock is set by the server's, once, even for a create and with one attempt")
    func skew() async throws {
        let date = "Sun, 30 Aug 2015 13:36:00 GMT"
        let transport = ScriptedTransport(
            Self.error(403, "InvalidSignatureException", ["Date": date]), Self.good, Self.good,
            Self.error(403, "InvalidSignatureException", ["Date": "Sun, 30 Aug 2015 14:36:00 GMT"]),
            Self.error(403, "InvalidSignatureException", ["Date": "Sun, 30 Aug 2015 15:36:00 GMT"]))
        let client = try client(transport, attempts: 1)
        _ = try await client.call(Self.create, [:])
        _ = try await client.call(Self.read, [:])
        let error = await #expect(throws: AWSError.self) { try await client.call(Self.read, [:]) }
        #expect(error?.kind == .credentials)
        let dates = transport.sent.compactMap { request in request.headers.first { $0.name == "X-Amz-Date" }?.value }
        #expect(
            dates == [
                "20150830T123600Z", "20150830T133600Z", "20150830T133600Z", "20150830T133600Z", "20150830T143600Z",
            ])
    }

    @Test("a refused signature with the right clock is a matter of the key")
    func noSkew() async throws {
        let transport = ScriptedTransport(
            Self.error(403, "InvalidSignatureException", ["Date": "Sun, 30 Aug 2015 12:38:00 GMT"]), Self.good)
        let client = try client(transport)
        let error = await #expect(throws: AWSError.self) { try await client.call(Self.read, [:]) }
        #expect(error?.kind == .credentials)
        #expect(transport.sent.count == 1)
    }

    /// What each service says to a signature from a wrong clock.
    @Test(
        "calls that meet the wrong clock together all go on, whatever the service calls it",
        arguments: [
            (.json, 400, "InvalidSignatureException"), (.json, 400, "RequestExpired"),
            (.json, 403, "RequestTimeTooSkewed"),
            (.xml, 403, "SignatureDoesNotMatch"), (.xml, 400, "RequestExpired"),
        ] as [(Form, Int, String)])
    func skewTogether(form: Form, status: Int, code: String) async throws {
        let refusal = Step.answer(
            status,
            form == .xml
                ? "<ErrorResponse><Error><Code>\(code)</Code><Message>Signature expired</Message></Error></ErrorResponse>"
                : #"{"__type":"\#(code)","message":"Signature expired"}"#,
            headers: ["Date": "Sun, 30 Aug 2015 12:56:00 GMT"])
        let good =
            form == .xml
            ? Step.answer(
                200,
                "<GetUserResponse><GetUserResult><A>1</A></GetUserResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetUserResponse>"
            ) : Self.good
        let operation = form == .xml ? AWSOperation(.iam, "GetUser", .read, answers: "A") : Self.create
        let transport = SkewedService(refusal: refusal, good: good, together: 2)
        let client = AWSClient(
            credentials: Credentials.example, endpoints: try Endpoints(region: "us-east-1"), transport: transport,
            time: clock.time)
        async let first = client.call(operation, [:])
        async let second = client.call(operation, [:])
        _ = try await (first, second)
        #expect(client.now == clock.now.addingTimeInterval(1200))
    }

    enum Form { case json, xml }

    @Test("expired credentials are asked for once more, and the request is signed with the new ones")
    func renewal() async throws {
        let renewed = Credentials(
            accessKeyId: "AKIAI44QH8DHBEXAMPLE", secretAccessKey: Secret("s"), source: "the documentation")
        let reads = Mutex(0)
        let provider = RenewableCredentials(.example) { () throws(ConfigurationError) in
            reads.withLock { $0 += 1 }
            return renewed
        }
        let transport = ScriptedTransport(Self.error(400, "ExpiredTokenException"), Self.good, Self.good)
        let client = try client(transport, credentials: provider, attempts: 1)
        _ = try await client.call(Self.create, [:])
        _ = try await client.call(Self.create, [:])
        let keys = transport.sent.map { request in
            request.headers.first { $0.name == "Authorization" }?.value.split(separator: "/").first?.split(
                separator: "="
            ).last
        }
        #expect(keys == ["AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE", "AKIAI44QH8DHBEXAMPLE"])
        #expect(reads.withLock(\.self) == 1)
    }

    @Test("where there are no others, or they have expired too, it ends, and says whose they were")
    func noRenewal() async throws {
        let other = Credentials(
            accessKeyId: "AKIAI44QH8DHBEXAMPLE", secretAccessKey: Secret("s"), source: "the other file")
        let failing = ConfigurationError(.file, "cannot be read")
        let cases: [(Result<Credentials, ConfigurationError>, Int, String)] = [
            (.success(.example), 1, "the documentation"), (.success(other), 2, "the other file"),
            (.failure(failing), 1, "the documentation"),
        ]
        for (found, sent, source) in cases {
            let transport = ScriptedTransport(.init(repeating: Self.error(400, "ExpiredTokenException"), count: 9))
            let client = try client(
                transport,
                credentials: RenewableCredentials(.example) { () throws(ConfigurationError) in try found.get() })
            let error = await #expect(throws: AWSError.self) { try await client.call(Self.create, [:]) }
            #expect(transport.sent.count == sent)
            #expect(error?.kind == .expiredCredentials && error?.credentialsSource == source)
            #expect(error?.description.contains("They came from \(source). What was done is recorded.") == true)
            #expect(error?.concernsAllCalls == "the credentials have expired")
        }
    }

    @Test("a read is asked again after less silence than a change, and bears more each time")
    func readTimeouts() async throws {
        for (operation, readTimeouts) in [(Self.read, [20, 40, 60]), (Self.update, [nil, nil, nil])]
            as [(AWSOperation, [Double?])]
        {
            let transport = ScriptedTransport(.failure(.timedOut), .failure(.timedOut), Self.good)
            _ = try await client(transport).call(operation, [:])
            #expect(transport.sent.map(\.readTimeout) == readTimeouts)
        }
    }

    @Test("IAM is signed for the partition's global region")
    func scope() async throws {
        let transport = ScriptedTransport(
            .answer(
                200,
                "<GetUserResponse><GetUserResult><A>1</A></GetUserResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetUserResponse>"
            ))
        let client = AWSClient(
            credentials: Credentials.example, endpoints: try Endpoints(region: "eu-west-1"), transport: transport,
            time: clock.time)
        _ = try await client.call(AWSOperation(.iam, "GetUser", .read, answers: "A"), [:])
        let authorization = transport.sent[0].headers.first { $0.name == "Authorization" }?.value
        #expect(authorization?.contains("/20150830/us-east-1/iam/aws4_request") == true)
        #expect(transport.sent[0].url == "https://iam.amazonaws.com/")
    }

    @Test("S3 has the bucket in the path, the body's digest in a signed header, and XML for answers")
    func s3() async throws {
        let list = AWSOperation(
            .s3, "ListObjectsV2", .read, "GET", "/{Bucket}", query: ["ListType": "list-type", "Prefix": "prefix"],
            answers: "ListBucketResult.Name")
        let transport = ScriptedTransport(
            .answer(
                200,
                "<?xml version='1.0'?><ListBucketResult xmlns='u'><Name>data</Name><KeyCount>0</KeyCount></ListBucketResult>"
            ),
            .answer(404, "<Error><Code>NoSuchBucket</Code><Message>m</Message><BucketName>data</BucketName></Error>"))
        let client = try client(transport)
        let input: Value = ["Bucket": "data", "ListType": 2, "Prefix": "us-east-1:1/"]
        #expect(try await client.call(list, input)["KeyCount"] == "0")
        let error = await #expect(throws: AWSError.self) { try await client.call(list, input) }
        #expect(error?.code == "NoSuchBucket" && error?.kind == .service)

        let sent = transport.sent[0]
        #expect(
            sent.url == "https://s3.us-east-1.amazonaws.com/data?list-type=2&prefix=us-east-1%3A1%2F"
                && sent.body.isEmpty)
        let digest = sent.headers.first { $0.name == "X-Amz-Content-Sha256" }?.value
        #expect(digest == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        let authorization = sent.headers.first { $0.name == "Authorization" }?.value
        #expect(
            authorization?.contains("/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date")
                == true)
    }

    @Test("without credentials a request goes unsigned")
    func anonymous() async throws {
        let transport = ScriptedTransport(Self.good)
        _ = try await client(transport, credentials: nil).call(Self.read, [:])
        #expect(transport.sent[0].headers.allSatisfy { $0.name != "Authorization" })
    }

    @Test("a provider without credentials is told as it is, and nothing is sent")
    func noCredentials() async throws {
        struct None: CredentialsProvider {
            func credentials() async throws(ConfigurationError) -> Credentials {
                throw ConfigurationError(.noCredentials, "none here")
            }
            func renewed(after expired: Credentials) async throws(ConfigurationError) -> Bool { false }
        }
        let transport = ScriptedTransport(Self.good)
        let client = try client(transport, credentials: None())
        let error = await #expect(throws: AWSError.self) { try await client.call(Self.read, [:]) }
        #expect(error?.kind == .credentials && error?.message == "none here")
        #expect(transport.sent.isEmpty && client.apiCalls == 0)
    }

    @Test("an input with a template in it is not sent")
    func template() async throws {
        let transport = ScriptedTransport(Self.good)
        let client = try client(transport)
        let error = await #expect(throws: AWSError.self) {
            try await client.call(Self.read, ["A": .template(Template(reading: "$(a.b.c)"))])
        }
        #expect(error?.kind == .invalidInput && error?.message.contains("input.A") == true)
        #expect(transport.sent.isEmpty)
    }

    @Test("a cancelled task sends nothing new")
    func cancelled() async throws {
        let transport = ScriptedTransport(Self.good)
        let client = try client(transport)
        let task = Task {
            try? await Task.sleep(for: .seconds(600))
            return try await client.call(Self.read, [:])
        }
        task.cancel()
        let result = await task.result
        guard case .failure(let error as AWSError) = result else {
            Issue.record("it was sent")
            return
        }
        #expect(error.kind == .cancelled)
        #expect(transport.sent.isEmpty)
    }

    @Test("a wait that is cut short ends a throttled call, and lets no other begin")
    func cutShort() async throws {
        let transport = ScriptedTransport(Self.error(400, "TooManyRequestsException"), Self.good)
        let clock = clock
        let client = AWSClient(
            credentials: Credentials.example, endpoints: try Endpoints(region: "us-east-1"), transport: transport,
            time: Time(now: { clock.now }, sleep: { _ in throw CancellationError() }))
        for kind in [AWSError.Kind.throttled, .cancelled] {
            let error = await #expect(throws: AWSError.self) { try await client.call(Self.create, [:]) }
            #expect(error?.kind == kind)
            #expect(error?.mayHaveHappened == false)
        }
        #expect(transport.sent.count == 1)
    }

    @Test("when calls fail together, they soon stop repeating")
    func quota() async throws {
        let transport = ScriptedTransport(.init(repeating: Self.error(500, "X"), count: 300))
        let client = try client(transport)
        for _ in 0..<100 { _ = try? await client.call(Self.read, [:]) }
        // 500 tokens pay for 35 repeats at 14 each.
        #expect(transport.sent.count == 135)
    }

    @Test("the observer is told of every attempt, and of nothing secret")
    func observer() async throws {
        let seen = Mutex<[AWSClient.Attempt]>([])
        let secret = "do-not-tell"
        let transport = ScriptedTransport(
            Self.error(500, "InternalErrorException", ["x-amzn-RequestId": "r1"]), .failure(.lost),
            .answer(
                200, #"{"UserPool":{"Id":"x"},"UserPoolClient":{"ClientSecret":"\#(secret)"}}"#,
                headers: ["x-amzn-RequestId": "r2"]))
        let client = try client(transport) { attempt in seen.withLock { $0.append(attempt) } }
        let read = Operation(
            .cognitoIdentityProvider, "DescribeUserPool", .read, answers: "UserPool.Id",
            secrets: ["UserPoolClient.ClientSecret"])
        let output = try await client.call(read, ["Password": .secret(Secret(secret))])
        let attempts = seen.withLock(\.self)
        #expect(attempts.map(\.number) == [1, 2, 3])
        #expect(attempts.map(\.status) == [500, nil, 200])
        #expect(attempts.map(\.requestId) == ["r1", nil, "r2"])
        #expect(attempts.map(\.error) == ["InternalErrorException", "as scripted", nil])
        #expect(!"\(attempts)".contains(secret) && !"\(output)".contains(secret))
        #expect(!"\(attempts)".contains("wJalrXUtn"))
        #expect(String(decoding: transport.sent[0].body, as: UTF8.self).contains(secret))
    }
}

@Suite("Paged lists")
struct PagingTests {
    private static let list = AWSOperation(.iam, "ListRoles", .read)

    private func caller(_ pages: Value...) -> Pages { Pages(pages) }

    private final class Pages: AWSCaller {
        let pages: Mutex<[Value]>
        let inputs = Mutex<[Value]>([])
        init(_ pages: [Value]) { self.pages = Mutex(pages) }

        func signing(with credentials: Credentials?) -> any AWSCaller { self }

        func call(_ operation: AWSOperation, _ input: Value) async throws(AWSError) -> Value {
            inputs.withLock { $0.append(input) }
            return pages.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        }
    }

    @Test("pages are put together in order")
    func pages() async throws {
        let caller = caller(
            ["Roles": [1, 2], "Marker": "a", "IsTruncated": "true"],
            ["Roles": "", "Marker": "b", "IsTruncated": "true"], ["Roles": [3], "IsTruncated": "false", "Marker": "c"])
        let all = try await caller.all(
            Self.list, ["PathPrefix": "/"], items: "Roles", inputToken: "Marker", outputToken: "Marker",
            more: "IsTruncated")
        #expect(all == [1, 2, 3])
        #expect(
            caller.inputs.withLock(\.self) == [
                ["PathPrefix": "/"], ["PathPrefix": "/", "Marker": "a"], ["PathPrefix": "/", "Marker": "b"],
            ])
    }

    @Test(
        "without a token the list is at its end",
        arguments: [["I": [1]], ["I": [1], "T": ""], ["I": [1], "T": .null]] as [Value])
    func end(page: Value) async throws {
        #expect(try await caller(page).all(Self.list, items: "I", inputToken: "T", outputToken: "T") == [1])
    }

    @Test("a list without end is an error")
    func endless() async {
        let caller = Endless()
        let error = await #expect(throws: AWSError.self) {
            try await caller.all(Self.list, items: "I", inputToken: "T", outputToken: "T")
        }
        #expect(error?.code == "TooManyPages" && caller.number.withLock(\.self) == pageLimit)
    }

    private final class Endless: AWSCaller {
        let number = Mutex(0)

        func signing(with credentials: Credentials?) -> any AWSCaller { self }

        func call(_ operation: AWSOperation, _ input: Value) async throws(AWSError) -> Value {
            [
                "I": [],
                "T": .integer(
                    number.withLock {
                        $0 += 1; return $0
                    }),
            ]
        }
    }

    @Test("a token that comes again is an error")
    func repeated() async {
        let caller = caller(["I": [1], "T": "a"], ["I": [2], "T": "b"], ["I": [3], "T": "a"])
        let error = await #expect(throws: AWSError.self) {
            try await caller.all(Self.list, items: "I", inputToken: "T", outputToken: "T")
        }
        #expect(error?.code == "RepeatedPageToken")
    }
}

@Suite("Errors")
struct AWSErrorTests {
    @Test(
        "say what happened, where, and what to do",
        arguments: [
            (.service, "IAM CreateUser was refused: Code: words (HTTP 409, request id r)."),
            (
                .unreachable,
                "IAM CreateUser could not reach https://h: Code: words (HTTP 409, request id r). Check the network"
            ),
            (
                .uncertain,
                "IAM CreateUser at https://h may or may not have happened: Code: words (HTTP 409, request id r). Run the same command again"
            ),
        ] as [(AWSError.Kind, String)])
    func words(kind: AWSError.Kind, text: String) {
        let error = AWSError(
            kind, code: "Code", message: "words", operation: AWSOperation(.iam, "CreateUser", .create),
            endpoint: "https://h",
            requestId: "r", httpStatus: 409)
        #expect(error.description.hasPrefix(text))
    }
}
