import Foundation
import Synchronization

/// The transport over libcurl: one thread that waits for all requests at once; connections are kept and shared, TLS sessions
/// resumed, certificates read once; no cookies, no cache, no redirect is followed, HTTP/1.1 alone. Why not Foundation's own
/// networking: see `.github/decisions/libcurl.md`.
///
/// A request is sent at most once. libcurl would send one again without a word when a connection that it had kept breaks before the
/// answer; here it asks before each sending (``Transfer``), and is refused the second.
package final class CurlTransport: Transport {
    private let inbox: Inbox
    private let proxies: ProxyRules

    init(_ settings: TransportSettings, _ library: CurlLibrary) {
        let inbox = Inbox()
        self.inbox = inbox
        proxies = settings.proxies
        let thread = Thread { EventLoop(settings, library, inbox)?.run() ?? inbox.refuseAll() }
        thread.name = "cogstack.transport"
        thread.start()
    }

    deinit { inbox.close() }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let unsendable = request.headers.first { header in
            (header.name + header.value).utf8.contains { $0 == 10 || $0 == 13 || $0 == 0 }
        }
        if let unsendable { throw TransportError(.notSent, "the header \(unsendable.name) would have a line break") }
        let result: Result<HTTPResponse, TransportError> = await withCheckedContinuation { continuation in
            inbox.put(Exchange(request: request, continuation: continuation))
        }
        return try result.get()
    }
}

/// A request and the task that waits for its answer.
struct Exchange: Sendable {
    let request: HTTPRequest
    let continuation: CheckedContinuation<Result<HTTPResponse, TransportError>, Never>

    /// The same, over a connection of its own.
    var overFreshConnection: Exchange {
        var request = request
        request.needsFreshConnection = true
        return Exchange(request: request, continuation: continuation)
    }

    func end(_ result: Result<HTTPResponse, TransportError>) { continuation.resume(returning: result) }
}

/// Where requests wait for the event loop to take them. Its pipe wakes the loop.
final class Inbox: Sendable {
    private struct State {
        var exchanges: [Exchange] = []
        var isClosed = false
        var isRefusing = false
    }

    private let state = Mutex(State())
    /// The ends of the pipe; -1 where there is none.
    private let pipeEnds: (read: Int32, write: Int32)

    init() {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            }
        }
        pipeEnds = (ends[0], ends[1])
    }

    deinit {
        Foundation.close(pipeEnds.read)
        Foundation.close(pipeEnds.write)
    }

    /// What becomes readable when something was put in.
    var wakeDescriptor: Int32 { pipeEnds.read }

    func put(_ exchange: Exchange) {
        let isRefused = state.withLock { state in
            if !state.isRefusing { state.exchanges.append(exchange) }
            return state.isRefusing
        }
        if isRefused { exchange.end(.failure(Self.refusal)) } else { wake() }
    }

    /// Nothing will be put in any more.
    func close() {
        state.withLock { $0.isClosed = true }
        wake()
    }

    /// What was put in since the last time, and whether that was all.
    func take() -> (exchanges: [Exchange], isAll: Bool) {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(pipeEnds.read, &bytes, bytes.count) > 0 {}
        return state.withLock { state in
            defer { state.exchanges = [] }
            return (state.exchanges, state.isClosed)
        }
    }

    /// Where there is no loop: whatever is put in has not been sent.
    func refuseAll() {
        let waiting = state.withLock { state in
            defer { state = State(isRefusing: true) }
            return state.exchanges
        }
        for exchange in waiting { exchange.end(.failure(Self.refusal)) }
    }

    private func wake() {
        var byte: UInt8 = 1
        // A full pipe wakes the loop as well.
        _ = write(pipeEnds.write, &byte, 1)
    }

    private static let refusal = TransportError(.notSent, "there is not enough memory for a connection")
}
