import Foundation
import Testing

@testable import AWSClient

@Suite("The transport over URLSession")
struct TransportTests {
    private let transport = URLSessionTransport(timeout: 30)

    private func get(_ server: LoopbackServer, fresh: Bool = false) -> HTTPRequest {
        HTTPRequest(
            method: "POST", origin: server.origin, path: "/a%20b%2Fc", query: "x=%24y", headers: [("Host", "other"), ("X-One", "1")],
            body: Data("body".utf8), needsFreshConnection: fresh)
    }

    @Test("a request goes out as it is, and the answer comes back as it is")
    func plain() async throws {
        let server = try LoopbackServer(.answer("HTTP/1.1 404 Not Found\r\nX-Test: a\r\nContent-Length: 2\r\n\r\nno"))
        defer { server.stop() }
        let response = try await transport.send(get(server))
        #expect(response.status == 404 && response.body == Data("no".utf8) && response.headers["x-test"] == "a")
        let request = try #require(server.seen.requests.first)
        #expect(request.hasPrefix("POST /a%20b%2Fc?x=%24y HTTP/1.1\r\n"))
        #expect(request.hasSuffix("\r\n\r\nbody") && request.contains("X-One: 1") && request.contains("Host: 127.0.0.1:\(server.port)"))
    }

    @Test("one connection serves many requests")
    func keepAlive() async throws {
        let server = try LoopbackServer()
        defer { server.stop() }
        for _ in 0..<20 { _ = try await transport.send(get(server)) }
        #expect(server.seen.connections == 1 && server.seen.requests.count == 20)
    }

    @Test("a redirect is an answer")
    func redirect() async throws {
        let server = try LoopbackServer(.answer("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"))
        defer { server.stop() }
        let response = try await transport.send(get(server))
        #expect(response.status == 302 && server.seen.requests.count == 1)
    }

    /// Without a Location, which S3's redirects lack, Foundation on Linux drops the body: the headers have to do.
    @Test(
        "a redirect has its headers, and its body where there is a Location",
        arguments: ["", "Location: /elsewhere\r\n", "Location: http://127.0.0.1:1/x\r\n"], [301, 302, 307])
    func redirectBody(location: String, status: Int) async throws {
        let body = "<Error><Code>PermanentRedirect</Code></Error>"
        let server = try LoopbackServer(
            .answer("HTTP/1.1 \(status) Moved\r\n\(location)x-amz-bucket-region: eu-west-1\r\nContent-Length: \(body.count)\r\n\r\n\(body)"))
        defer { server.stop() }
        let response = try await transport.send(get(server))
        #expect(response.status == status && response.headers["x-amz-bucket-region"] == "eu-west-1")
        #expect(location.isEmpty || String(decoding: response.body, as: UTF8.self) == body)
        #expect(server.seen.requests.count == 1)
    }

    @Test("cookies are not kept")
    func cookies() async throws {
        let server = try LoopbackServer(.answer("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"))
        defer { server.stop() }
        for _ in 0..<2 { _ = try await transport.send(get(server)) }
        #expect(server.seen.requests.allSatisfy { !$0.contains("a=b") })
    }

    @Test("no listener: it was not sent")
    func refused() async throws {
        let server = try LoopbackServer()
        let request = get(server)
        server.stop()
        try await Task.sleep(for: .milliseconds(50))
        let error = await #expect(throws: TransportError.self) { try await transport.send(request) }
        #expect(error?.kind == .notSent)
    }

    @Test("no such host: it was not sent")
    func noHost() async throws {
        let error = await #expect(throws: TransportError.self) {
            try await transport.send(HTTPRequest(method: "GET", origin: "http://no-such-host.invalid"))
        }
        #expect(error?.kind == .notSent)
    }

    @Test("a handshake that breaks off: it was not sent")
    func noTLS() async throws {
        let server = try LoopbackServer()
        defer { server.stop() }
        let error = await #expect(throws: TransportError.self) {
            try await transport.send(HTTPRequest(method: "GET", origin: "https://127.0.0.1:\(server.port)"))
        }
        #expect(error?.kind == .notSent)
    }

    @Test("a connection that breaks before the answer is over: it may have arrived", arguments: [nil, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal"])
    func lost(half: String?) async throws {
        let server = try LoopbackServer(half.map { .answerAndClose($0) } ?? .drop)
        defer { server.stop() }
        let error = await #expect(throws: TransportError.self) { try await transport.send(get(server, fresh: true)) }
        #expect(error?.kind == .lost)
        #expect(server.seen.requests.count == 1)
    }

    /// libcurl sends a request again by itself when a connection that it kept breaks before the first byte of the answer.
    @Test("what must not be sent twice is not, even by the library below")
    func noSilentRepeat() async throws {
        let server = try LoopbackServer(.answer(LoopbackServer.good), .drop)
        defer { server.stop() }
        _ = try await transport.send(get(server))
        let error = await #expect(throws: TransportError.self) { try await transport.send(get(server, fresh: true)) }
        #expect(error?.kind == .lost)
        #expect(server.seen.requests.count == 2 && server.seen.connections == 2)
    }

    /// Without an answer of ours to libcurl's wish to send it again, this takes the whole timeout.
    @Test("a kept connection that breaks before the answer is noticed at once, and the transport goes on working")
    func brokenKeptConnection() async throws {
        let server = try LoopbackServer()
        defer { server.stop() }
        _ = try await transport.send(get(server))
        for _ in 0..<20 {
            server.play(.drop)
            let error = await #expect(throws: TransportError.self) { try await transport.send(get(server)) }
            #expect(error?.kind == .lost && error?.message == "the connection broke before the answer")
            #expect(try await transport.send(get(server)).status == 200)
        }
    }

    @Test("a request with less patience than the transport")
    func patience() async throws {
        let server = try LoopbackServer(.late(30))
        defer { server.stop() }
        var request = get(server)
        request.patience = 1
        let error = await #expect(throws: TransportError.self) { try await transport.send(request) }
        #expect(error?.kind == .timedOut)
    }

    @Test("silence is a timeout: it may have arrived")
    func timeout() async throws {
        let server = try LoopbackServer(.late(30))
        defer { server.stop() }
        let error = await #expect(throws: TransportError.self) { try await URLSessionTransport(timeout: 1).send(get(server)) }
        #expect(error?.kind == .timedOut)
    }

    @Test("cancelling the task lets a request under way finish")
    func cancellation() async throws {
        let server = try LoopbackServer(.late(0.3))
        defer { server.stop() }
        let request = get(server)
        let task = Task { try await transport.send(request) }
        while server.seen.requests.isEmpty { await Task.yield() }
        task.cancel()
        #expect(try await task.value.status == 200)
    }
}
