import Foundation
import HTTP
import Model
import Schema
import Synchronization

@testable import AWSClient

/// The vectors that others wrote, beside the package; the tests that need them are skipped where they are absent.
enum Vectors {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/vectors")
    static let arePresent = FileManager.default.fileExists(atPath: folder.path)

    static func text(_ path: String) throws -> String {
        try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    }

    static func json(_ path: String) throws -> Value {
        try JSONText.decode(Data(contentsOf: folder.appending(path: path)))
    }

    static func names(in path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: path).path)) ?? []).sorted()
    }
}

/// A transport that plays a script, one step a request, and keeps what was sent.
final class ScriptedTransport: Transport {
    enum Step: Sendable {
        case answer(Int, String, headers: [String: String] = [:])
        case failure(TransportError.Kind)
    }

    private let steps: Mutex<[Step]>
    private let requests = Mutex<[HTTPRequest]>([])

    init(_ steps: [Step]) { self.steps = Mutex(steps) }
    convenience init(_ steps: Step...) { self.init(steps) }

    var sent: [HTTPRequest] { requests.withLock(\.self) }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        requests.withLock { $0.append(request) }
        let step = steps.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        switch step {
        case .answer(let status, let body, let headers):
            // AWS gives every answer an id.
            return HTTPResponse(
                status: status, headers: ["x-amzn-RequestId": "r"].merging(headers) { $1 }, body: Data(body.utf8))
        case .failure(let kind): throw TransportError(kind, "as scripted")
        case nil: throw TransportError(.tls, "the script is over")
        }
    }
}

/// Refuses what is signed before 12:50, once so many requests have come: all of them were signed before any was refused.
actor SkewedService: Transport {
    private let refusal, good: ScriptedTransport.Step
    private var missing: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(refusal: ScriptedTransport.Step, good: ScriptedTransport.Step, together: Int) {
        self.refusal = refusal
        self.good = good
        missing = together
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        missing -= 1
        if missing > 0 {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
        let date = request.headers.first { $0.name == "X-Amz-Date" }?.value ?? ""
        return try await ScriptedTransport(date < "20150830T125000Z" ? refusal : good).send(request)
    }
}

/// A clock that stands still, except that waiting moves it on.
final class ManualTime: Sendable {
    private let state: Mutex<(now: Date, waits: [Double])>

    init(_ now: Date) { state = Mutex((now, [])) }

    var waits: [Double] { state.withLock(\.waits) }
    var now: Date { state.withLock(\.now) }
    func advance(_ seconds: Double) { state.withLock { $0.now.addTimeInterval(seconds) } }

    var time: Time {
        Time(
            now: { self.now },
            sleep: { seconds in
                try Task.checkCancellation()
                self.state.withLock {
                    $0.waits.append(seconds)
                    $0.now.addTimeInterval(seconds)
                }
            })
    }
}

extension Credentials {
    /// The keys that AWS's documentation publishes.
    static let example = Credentials(
        accessKeyId: "AKIAIOSFODNN7EXAMPLE",
        secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), source: "the documentation")
}

extension Timestamp {
    /// Reads `20130524T000000Z` and `2015-08-30T12:36:00Z`.
    static func date(_ text: String) -> Date {
        let digits = text.filter(\.isNumber)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func part(_ start: Int, _ count: Int) -> Substring { digits.dropFirst(start).prefix(count) }
        let month = months[(Int(part(4, 2)) ?? 1) - 1]
        return httpDate("Mon, \(part(6, 2)) \(month) \(part(0, 4)) \(part(8, 2)):\(part(10, 2)):\(part(12, 2)) GMT")
            ?? .distantPast
    }
}
