import Foundation
import Testing

@testable import HTTP

/// What a server that means harm, or a broken one, can do: nothing.
@Suite("Bounds of an answer", .enabled(if: CurlLibrary.loaded != nil, "there is no libcurl in the process"))
struct BoundsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let step: LoopbackServer.Step
        let kind: TransportError.Kind
        let message: String
        var testDescription: String { name }
    }

    static let small: Bounds = {
        var bounds = Bounds()
        (bounds.head, bounds.body, bounds.bodies) = (4 << 10, 1 << 20, 2 << 20)
        (bounds.silence, bounds.total, bounds.connecting) = (1, 2, 1)
        return bounds
    }()

    static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    static let chunk = "1000\r\n" + String(repeating: "x", count: 4096) + "\r\n"

    @Test(arguments: [
        Case(
            name: "an endless body", step: .endless(chunked, chunk, every: 0), kind: .unreadable,
            message: "the answer has more than 1 MiB"),
        Case(
            name: "a length beyond the bound", step: .answer("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx"),
            kind: .unreadable, message: "the answer has more than 1 MiB"),
        Case(
            name: "an endless head", step: .endless("HTTP/1.1 200 OK\r\n", "A: b\r\n", every: 0), kind: .unreadable,
            message: "the head of the answer has more than 4 KiB"),
        Case(
            name: "endless interim answers", step: .endless("", "HTTP/1.1 100 Continue\r\n\r\n", every: 0),
            kind: .unreadable, message: "the head of the answer has more than 4 KiB"),
        Case(
            name: "an endless trailer", step: .endless(chunked + "0\r\n", "A: b\r\n", every: 0), kind: .unreadable,
            message: "the head of the answer has more than 4 KiB"),
        Case(
            name: "drop by drop", step: .endless(chunked, "1\r\nx\r\n", every: 0.3), kind: .unreadable,
            message: "the answer was not complete after 2 seconds"),
        Case(name: "silence before the answer", step: .late(30), kind: .timedOut, message: "nothing came for a second"),
        Case(
            name: "silence within it", step: .endless(chunked, "1\r\nx\r\n", every: 30), kind: .timedOut,
            message: "nothing came for a second"),
        Case(
            name: "two lengths", step: .answer("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
            kind: .unreadable, message: "the answer has two different lengths"),
    ])
    func bounds(_ row: Case) async throws {
        let server = try LoopbackServer(row.step)
        defer { server.stop() }
        let transport = try Kind.curl.transport { $0.bounds = Self.small }
        let error = await #expect(throws: TransportError.self) {
            try await transport.send(HTTPRequest(method: "POST", origin: server.origin, body: Data("x".utf8)))
        }
        #expect(error == TransportError(row.kind, row.message))
        // It is as good as new afterwards.
        #expect(try await transport.send(HTTPRequest(method: "GET", origin: server.origin)).status == 200)
    }

    @Test("a slow answer that makes progress is waited for")
    func progress() async throws {
        let server = try LoopbackServer(
            .slowly("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "x", times: 3, every: 0.6))
        defer { server.stop() }
        let transport = try Kind.curl.transport { $0.bounds.silence = 1.5 }
        #expect(try await transport.send(HTTPRequest(method: "GET", origin: server.origin)).body == Data("xxx".utf8))
    }

    @Test("a server that does not speak TLS, nor anything else: it was not sent")
    func connecting() async throws {
        let server = try LoopbackServer(isMute: true)
        defer { server.stop() }
        let transport = try Kind.curl.transport { $0.bounds = Self.small }
        let error = await #expect(throws: TransportError.self) {
            try await transport.send(HTTPRequest(method: "GET", origin: "https://127.0.0.1:\(server.port)"))
        }
        #expect(error == TransportError(.notSent, "no connection was made in a second"))
    }
}
