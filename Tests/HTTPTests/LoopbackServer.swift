import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A server on 127.0.0.1 that plays one step for each request and counts connections and requests.
final class LoopbackServer: Sendable {
    enum Step: Sendable {
        /// Answers with these bytes and keeps the connection.
        case answer(String)
        /// Answers with these bytes and closes the connection.
        case answerAndClose(String)
        /// Reads the request and closes the connection.
        case drop
        /// Answers `good` after so many seconds.
        case late(Double)
        /// The same with bytes that are no text.
        case bytesAndClose([UInt8])
        /// Answers with the first text and then the second so many times, waiting so many seconds before each.
        case slowly(String, String, times: Int, every: Double)

        /// The same without end, until the other side goes away.
        static func endless(_ start: String, _ more: String, every seconds: Double) -> Step {
            .slowly(start, more, times: .max, every: seconds)
        }
    }

    static let good = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Test: a\r\nContent-Length: 2\r\n\r\nok"

    struct Count: Sendable {
        var connections = 0
        var requests: [String] = []
    }

    private let count = Mutex(Count())
    private let isStopped = Mutex(false)
    private let isMute: Bool
    private let steps: Mutex<[Step]>
    private let socket: Int32
    let port: UInt16

    /// Plays `good` when the steps are over.
    ///
    /// - Parameter isMute: whether it takes connections and does nothing with them.
    init(_ steps: Step..., isMute: Bool = false) throws {
        self.steps = Mutex(steps)
        self.isMute = isMute
        #if canImport(Glibc)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let listener = Self.open(stream)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard isBound else { throw CocoaError(.fileReadUnknown) }
        socket = listener
        port = UInt16(bigEndian: address.sin_port)
        Thread { self.accept() }.start()
    }

    /// Plays one more step after those that are left.
    func play(_ step: Step) { steps.withLock { $0.append(step) } }

    var origin: String { "http://127.0.0.1:\(port)" }
    var seen: Count { count.withLock(\.self) }

    func stop() {
        isStopped.withLock { $0 = true }
        _ = shutdown(socket, Int32(SHUT_RDWR))
    }

    private static func open(_ type: Int32) -> Int32 {
        #if canImport(Glibc)
            Glibc.socket(AF_INET, type, 0)
        #else
            Darwin.socket(AF_INET, type, 0)
        #endif
    }

    private func accept() {
        while true {
            #if canImport(Glibc)
                let connection = Glibc.accept(socket, nil, nil)
            #else
                let connection = Darwin.accept(socket, nil, nil)
            #endif
            guard connection >= 0 else { break }
            count.withLock { $0.connections += 1 }
            Thread { self.serve(connection) }.start()
        }
        close(socket)
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        if isMute { return wait(.infinity) }
        while let request = readRequest(connection) {
            let step = count.withLock { count in
                count.requests.append(request)
                return steps.withLock { $0.isEmpty ? Step.answer(Self.good) : $0.removeFirst() }
            }
            switch step {
            case .answer(let text): write(text, connection)
            case .answerAndClose(let text):
                write(text, connection)
                return
            case .drop: return
            case .late(let seconds):
                wait(seconds)
                write(Self.good, connection)
            case .bytesAndClose(let bytes):
                write(bytes, connection)
                return
            case .slowly(let start, let more, let times, let seconds):
                guard write(start, connection) else { return }
                for _ in 0..<times {
                    wait(seconds)
                    guard !isStopped.withLock(\.self), write(more, connection) else { return }
                }
            }
        }
    }

    /// Waits, and no longer when the server is stopped.
    private func wait(_ seconds: Double) {
        let end = ContinuousClock.now + .seconds(min(seconds, 3600))
        while ContinuousClock.now < end, !isStopped.withLock(\.self) {
            Thread.sleep(forTimeInterval: min(seconds, 0.05))
        }
    }

    @discardableResult
    private func write(_ text: String, _ connection: Int32) -> Bool { write(Array(text.utf8), connection) }

    /// False where the other side has gone.
    @discardableResult
    private func write(_ bytes: [UInt8], _ connection: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    /// Head and body of a request; nil when the connection is over, or begins with a TLS handshake.
    private func readRequest(_ connection: Int32) -> String? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let length =
                    text.lowercased().components(separatedBy: "content-length: ").dropFirst().first
                    .flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
                if text[end.upperBound...].utf8.count >= length { return text }
            }
            let received = recv(connection, &buffer, buffer.count, 0)
            guard received > 0, buffer[0] != 0x16 else { return nil }
            bytes += buffer[..<received]
        }
    }
}
