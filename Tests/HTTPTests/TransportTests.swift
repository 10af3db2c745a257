import Foundation
import Testing

@testable import HTTP

/// The transports that there are.
enum Kind: String, CaseIterable, CustomTestStringConvertible {
    case curl, urlSession

    /// Those that this machine has.
    static let here = allCases.filter { $0 != .curl || CurlLibrary.loaded != nil }

    var testDescription: String { rawValue }

    func transport(_ change: (inout TransportSettings) -> Void = { _ in }) throws -> any Transport {
        var settings = TransportSettings()
        change(&settings)
        switch self {
        case .curl: return CurlTransport(settings, try #require(CurlLibrary.loaded))
        case .urlSession: return URLSessionTransport(settings)
        }
    }
}

@Suite("Every transport")
struct TransportTests {

    private func get(_ server: LoopbackServer, fresh: Bool = false) -> HTTPRequest {
        HTTPRequest(
            method: "POST", origin: server.origin, path: "/a%20b%2Fc", query: "x=%24y",
            headers: [("Host", "other"), ("X-One", "1")],
            body: Data("body".utf8), needsFreshConnection: fresh)
    }

    @Test("a request goes out as it is, and the answer comes back as it is", arguments: Kind.here)
    func plain(kind: Kind) async throws {
        let transport = try kind.transport()
        let server = try LoopbackServer(.answer("HTTP/1.1 404 Not Found\r\nX-Test: a\r\nContent-Length: 2\r\n\r\nno"))
        defer { server.stop() }
        let response = try await transport.send(get(server))
        #expect(response.status == 404 && response.body == Data("no".utf8) && response.headers["x-test"] == "a")
        let request = try #require(server.seen.requests.first)
        #expect(request.hasPrefix("POST /a%20b%2Fc?x=%24y HTTP/1.1\r\n"))
        #expect(
            request.hasSuffix("\r\n\r\nbody") && request.contains("X-One: 1")
                && request.contains("Host: 127.0.0.1:\(server.port)"))
    }

    @Test("one connection serves many requests", arguments: Kind.here)
    func keepAlive(kind: Kind) async throws {
        let transport = try kind.transport()
        let server = try LoopbackServer()
        defer { server.stop() }
        for _ in 0..<20 { _ = try await transport.send(get(server)) }
        #expect(server.seen.connections == 1 && server.seen.requests.count == 20)
    }

    @Test("a redirect is an answer", arguments: Kind.here)
    func redirect(kind: Kind) async throws {
        let transport = try kind.transport()
        let server = try LoopbackServer(
            .answer("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"))
        defer { server.stop() }
        let response = try await transport.send(get(server))
        #expect(response.status == 302 && server.seen.requests.count == 1)
    }

    /// S3's PermanentRedirect has no Location, and says in its body where the bucket is. Foundation on Linux drops that body.
    @Test(
        "a redirect has its headers and its body", arguments: Kind.here,
        ["", "Location: /elsewhere\r\n", "Location: http://127.0.0.1:1/x\r\n"])
    func redirectBody(kind: Kind, location: String) async throws {
        let body = "<Error><Code>PermanentRedirect</Code></Error>"
        for status in [301, 302, 307] {
            let server = try LoopbackServer(
                .answer(
                    "HTTP/1.1 \(status) Moved\r\n\(location)x-amz-bucket-region: eu-west-1\r\nContent-Length: \(body.count)\r\n\r\n\(body)"
                ))
            defer { server.stop() }
            let response = try await kind.transport().send(get(server))
            #expect(response.status == status && response.headers["x-amz-bucket-region"] == "eu-west-1")
            #expect((kind == .urlSession && location.isEmpty) || String(decoding: response.body, as: UTF8.self) == body)
            #expect(server.seen.requests.count == 1)
        }
    }

    @Test("cookies are not kept", arguments: Kind.here)
    func cookies(kind: Kind) async throws {
        let transport = try kind.transport()
        let server = try LoopbackServer(.answer("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"))
        defer { server.stop() }
        for _ in 0..<2 { _ = try await transport.send(get(server)) }
        #expect(server.seen.requests.allSatisfy { !$0.contains("a=b") })
    }

    @Test("no listener: it was not sent", arguments: Kind.here)
    func refused(kind: Kind) async throws {
        let transport = try kind.transport()
        let server = try LoopbackServer()
        let request = get(server)
        server.stop()
        try await Task.sleep(for: .milliseconds(50))
        let error = await #expect(throws: TransportError.self) { try await transport.send(request) }
        #expect(error?.kind == .notSent)
    }

    @Test("no such host: it was not sent", arguments: Kind.here)
    func noHost(kind: Kind) async throws {
        let transport = try kind.transport()
        let error = await #expect(throws: TransportError.self) {
            try await transport.send(HTTPRequest(method: "GET", origin: "http://no-such-host.invalid"))
        }
        #expect(error?.kind == .notSent)
    }

    @Test("a handshake that breaks off: it was not sent", arguments: Kind.here)
    func noTLS(kind: Kind) async throws {
        let transport = try kind.transport()
        let server = try LoopbackServer()
        defer { server.stop() }
        let error = await #expect(throws: TransportError.self) {
            try await transport.send(HTTPRequest(method: "GET", origin: "https://127.0.0.1:\(server.port)"))
        }
        #expect(error?.kind == .notSent)
    }

    @Test(
        "a connection that breaks before the answer is over: it may have arrived", arguments: Kind.here,
        [nil, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal"])
    func lost(kind: Kind, half: String?) async throws {
        let transport = try kind.transport()
        let server = try LoopbackServer(half.map { .answerAndClose($0) } ?? .drop)
        defer { server.stop() }
        let error = await #expect(throws: TransportError.self) { try await transport.send(get(server, fresh: true)) }
        #expect(error?.kind == .lost)
        #expect(server.seen.requests.count == 1)
    }

    /// libcurl sends a request again by itself when a connection that it kept breaks before the first byte of the answer.
    @Test("what must not be sent twice is not, even by the library below", arguments: Kind.here)
    func noSilentRepeat(kind: Kind) async throws {
        let transport = try kind.transport()
        let server = try LoopbackServer(.answer(LoopbackServer.good), .drop)
        defer { server.stop() }
        _ = try await transport.send(get(server))
        let error = await #expect(throws: TransportError.self) { try await transport.send(get(server, fresh: true)) }
        #expect(error?.kind == .lost)
        #expect(server.seen.requests.count == 2 && server.seen.connections == 2)
    }

    /// Without an answer of ours to libcurl's wish to send it again, this takes the whole timeout.
    @Test(
        "a kept connection that breaks before the answer is noticed at once, and the transport goes on working",
        arguments: Kind.here)
    func brokenKeptConnection(kind: Kind) async throws {
        let transport = try kind.transport()
        let server = try LoopbackServer()
        defer { server.stop() }
        _ = try await transport.send(get(server))
        for number in 0..<20 {
            server.play(.drop)
            let request = number.isMultiple(of: 2) ? get(server) : HTTPRequest(method: "GET", origin: server.origin)
            // Without a body URLSession cannot stop libcurl from sending it again, and the second time it is answered.
            if kind == .urlSession, request.body.isEmpty {
                #expect(try await transport.send(request).status == 200)
                continue
            }
            let error = await #expect(throws: TransportError.self) { try await transport.send(request) }
            #expect(error?.kind == .lost && error?.message == "the connection broke before the answer")
            #expect(try await transport.send(get(server)).status == 200)
        }
        #expect(kind == .urlSession || server.seen.requests.count == 41)
    }

    @Test(
        "what comes on a kept connection without being asked for is not taken for the next answer", arguments: [0, 0.1])
    func unasked(after seconds: Double) async throws {
        let transport = try Kind.curl.transport()
        let server = try LoopbackServer(
            .slowly(
                LoopbackServer.good, "HTTP/1.1 500 Not Yours\r\nContent-Length: 0\r\n\r\n", times: 1, every: seconds))
        defer { server.stop() }
        _ = try await transport.send(get(server))
        try await Task.sleep(for: .seconds(0.3))
        #expect(try await transport.send(get(server)).status == 200)
        #expect(server.seen.requests.count == 2)
    }

    @Test("a request with a shorter read timeout than the transport", arguments: Kind.here)
    func readTimeout(kind: Kind) async throws {
        let transport = try kind.transport()
        let server = try LoopbackServer(.late(30))
        defer { server.stop() }
        var request = get(server)
        request.readTimeout = 1
        let error = await #expect(throws: TransportError.self) { try await transport.send(request) }
        #expect(error?.kind == .timedOut)
    }

    @Test("silence is a timeout: it may have arrived", arguments: Kind.here)
    func timeout(kind: Kind) async throws {
        let server = try LoopbackServer(.late(30))
        defer { server.stop() }
        let error = await #expect(throws: TransportError.self) {
            try await kind.transport { $0.bounds.silence = 1 }.send(get(server))
        }
        #expect(error?.kind == .timedOut)
    }

    @Test("cancelling the task lets a request under way finish", arguments: Kind.here)
    func cancellation(kind: Kind) async throws {
        let transport = try kind.transport()
        let server = try LoopbackServer(.late(0.3))
        defer { server.stop() }
        let request = get(server)
        let task = Task { try await transport.send(request) }
        while server.seen.requests.isEmpty { await Task.yield() }
        task.cancel()
        #expect(try await task.value.status == 200)
    }
}
