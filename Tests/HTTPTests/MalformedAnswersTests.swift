import Foundation
import Testing
import TestSupport

@testable import HTTP

/// Answers whose heads, lengths, chunks, trailers and encodings were spoilt at random: each is an answer or an error within its
/// bounds, and the next request is served as if nothing had been. `COGSTACK_SEED` plays one seed again.
@Suite("Malformed answers", .enabled(if: CurlLibrary.loaded != nil, "there is no libcurl in the process"))
struct MalformedAnswersTests {
    static let seeds: Range<UInt64> = {
        let seed = ProcessInfo.processInfo.environment["COGSTACK_SEED"].flatMap(UInt64.init)
        return seed.map { $0..<$0 + 1 } ?? 1..<2_001
    }()

    static let bounds: Bounds = {
        var bounds = Bounds()
        (bounds.body, bounds.bodies, bounds.silence, bounds.total) = (1 << 20, 2 << 20, 2, 4)
        return bounds
    }()

    @Test("end as an answer or an error", .timeLimit(.minutes(5)))
    func ends() async throws {
        let transport = try Kind.curl.transport { $0.bounds = Self.bounds }
        let server = try LoopbackServer()
        defer { server.stop() }
        var outcomes: [String: Int] = [:]
        for seed in Self.seeds {
            // After it the server closes, so that each request has a connection of its own.
            let spoilt = Spoilt(seed)
            server.play(.bytesAndClose(spoilt.bytes))
            let origin = server.origin
            var outcome = "answered"
            do {
                let response = try await transport.send(
                    HTTPRequest(method: "POST", origin: origin, body: Data("x".utf8), needsFreshConnection: true))
                #expect((200...599).contains(response.status), "COGSTACK_SEED=\(seed)")
                #expect(response.body.count <= spoilt.bytes.count, "COGSTACK_SEED=\(seed)")
            } catch {
                outcome = "\(error.kind)"
                // It arrived, and nothing may say that it did not.
                #expect(error.kind != .notSent && error.kind != .tls, "COGSTACK_SEED=\(seed) \(error.message)")
            }
            outcomes[outcome, default: 0] += 1
        }
        #expect(server.seen.requests.count == Self.seeds.count)
        #expect(try await transport.send(HTTPRequest(method: "GET", origin: server.origin)).body == Data("ok".utf8))
        print(
            "seeds \(Self.seeds): \(outcomes.sorted { $0.key < $1.key }.map { "\($0) \($1)" }.joined(separator: ", "))")
    }
}

/// An answer that was right before something was done to it.
private struct Spoilt {
    let bytes: [UInt8]

    init(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = Self.good(&random)
        for _ in 0..<Int.random(in: 1...4, using: &random) { Self.spoil(&bytes, &random) }
        self.bytes = bytes
    }

    private static func good(_ random: inout SeededGenerator) -> [UInt8] {
        let body = String(repeating: #"{"a":"é"}"#, count: .random(in: 0...20, using: &random))
        var head =
            "HTTP/1.1 \([200, 200, 204, 301, 304, 400, 500].randomElement(using: &random) ?? 200) OK\r\nContent-Type: application/json\r\n"
        if Bool.random(using: &random) { head += "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" }
        switch Int.random(in: 0...2, using: &random) {
        case 0: return Array((head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body).utf8)
        case 1: return Array((head + "\r\n" + body).utf8)
        default:
            let chunk = body.isEmpty ? "" : "\(String(body.utf8.count, radix: 16));x=y\r\n\(body)\r\n"
            return Array((head + "Transfer-Encoding: chunked\r\n\r\n\(chunk)0\r\nX-Trailer: a\r\n\r\n").utf8)
        }
    }

    private static let pieces: [[UInt8]] =
        [
            "\r\n", "\n", "\r", "\0", ":", " ", "HTTP/1.1 200 OK\r\n", "HTTP/0.9", "HTTP/9.9 999",
            "HTTP/1.1 101 Switching Protocols\r\n\r\n",
            "Content-Length: 5\r\n", "Content-Length: -1\r\n", "Content-Length: 99999999999999999999\r\n",
            "Content-Length: 0x10\r\n",
            "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: nonsense\r\n",
            "Content-Encoding: gzip\r\n",
            "ffffffffffffffff\r\n", "-1\r\n", "0\r\n\r\n", "7fffffffffffffff\r\n", "Connection: close\r\n",
            "Connection: upgrade\r\nUpgrade: h2c\r\n",
            "Set-Cookie: a=b\r\n", "Location: http://127.0.0.1:1/\r\n", "WWW-Authenticate: Basic\r\n",
            "WWW-Authenticate: NTLM\r\n", "Alt-Svc: h2=\":1\"\r\n",
            "Strict-Transport-Security: max-age=1\r\n", "Trailer: X\r\n", "Content-Range: bytes 5-1/0\r\n",
            "Last-Modified: nonsense\r\n", "Retry-After: -1\r\n",
        ].map { Array($0.utf8) } + [
            [0xff, 0xfe], [0x80], Array(repeating: 0x61, count: 120_000), Array(repeating: 0x20, count: 5_000),
        ]

    private static func spoil(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 0...40, using: &random))
        switch Int.random(in: 0...5, using: &random) {
        case 0: bytes.removeSubrange(place..<end)
        case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 2: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
        case 3:
            bytes.replaceSubrange(
                place..<end, with: (place..<end).map { _ in UInt8.random(in: 0...255, using: &random) })
        case 4: bytes.removeSubrange(place...)
        default: insertIntoHead(&bytes, &random)
        }
    }

    /// Where it does the most: at the beginning of a line.
    private static func insertIntoHead(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let starts = bytes.indices.filter { bytes[$0] == 10 }.map { $0 + 1 }
        bytes.insert(
            contentsOf: pieces.randomElement(using: &random) ?? [], at: starts.randomElement(using: &random) ?? 0)
    }
}
