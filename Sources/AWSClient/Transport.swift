import Foundation
import Synchronization

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Something that carries one request to a server and brings the answer back. Knows nothing of AWS and never retries.
package protocol Transport: Sendable {
    /// Sends a request and waits for the whole answer, whatever its status; redirects come back as they are.
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse
}

/// Why no answer came, and whether the request can have reached the server.
package struct TransportError: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// No connection was made: the request did not leave.
        case notSent
        /// No secure connection was made, and trying again will not help: the request did not leave.
        case tls
        /// The connection broke: the request may have arrived.
        case lost
        /// Nothing came in time: the request may have arrived.
        case timedOut
    }

    package let kind: Kind
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

extension TransportError {
    /// Whether libcurl's words say that a proxy made no tunnel to the server: then nothing of the request went out.
    static func isProxyRefusal(_ message: String) -> Bool {
        ["CONNECT tunnel failed", "from proxy after CONNECT", "Proxy CONNECT aborted"].contains { message.contains($0) }
    }

    /// Says which proxy refused, and what it was asked for.
    func namingProxy(_ proxy: String?, host: String) -> TransportError {
        guard Self.isProxyRefusal(message) else { return self }
        let numbers: [Substring] = message.split { !$0.isNumber }
        let status = numbers.last { $0.count == 3 }.map(String.init)
        let target = host.contains(":") ? host : "\(host):443"
        return TransportError(
            .notSent,
            "the proxy\(proxy.map { " \($0)" } ?? "") refused to connect to \(target): \(status ?? "it closed the connection")")
    }
}

/// The transport over `URLSession`: connections are kept and shared; no cookies, no cache, no redirect is followed.
///
/// Cancelling the task that waits does not abort the request: what was sent is answered and recorded, which is what
/// an apply that is being interrupted needs. A request that must not hold the program back is bounded by the timeout.
/// Proxies are those of the environment (`https_proxy`, `no_proxy`).
///
/// On Linux the library keeps one thread busy while it waits for the first answer of a connection; once a connection is
/// kept, waiting costs nothing. So requests that may share a connection should.
package final class URLSessionTransport: Transport {
    private let session: URLSession
    private let configuration: @Sendable () -> URLSessionConfiguration
    private let proxy: String?

    /// - Parameters:
    ///   - connectionLimit: connections kept to one host at a time; more requests wait.
    ///   - timeout: seconds without a byte, connecting included; 60 as in the AWS CLI. A request may have less patience.
    ///   - proxy: what the environment says of a proxy for HTTPS, to name it where it refuses; the library reads it by itself.
    package init(connectionLimit: Int = 32, timeout: Double = 60, proxy: String? = nil) {
        self.proxy = proxy.map(Self.withoutCredentials)
        configuration = {
            let configuration = URLSessionConfiguration.ephemeral
            configuration.httpMaximumConnectionsPerHost = connectionLimit
            configuration.timeoutIntervalForRequest = timeout
            configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
            configuration.urlCache = nil
            configuration.httpCookieStorage = nil
            configuration.httpShouldSetCookies = false
            return configuration
        }
        session = URLSession(configuration: configuration(), delegate: Receiver(), delegateQueue: nil)
    }

    deinit { session.finishTasksAndInvalidate() }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        guard let url = URL(string: request.url) else {
            throw TransportError(.notSent, "\(request.origin) and the path do not make a URL")
        }
        var urlRequest = URLRequest(url: url)
        urlRequest.httpMethod = request.method
        if !request.body.isEmpty { urlRequest.httpBody = request.body }
        if let patience = request.patience { urlRequest.timeoutInterval = min(patience, session.configuration.timeoutIntervalForRequest) }
        // Host is the library's own to write, from the same URL that the signature took it from.
        for (name, value) in request.headers where name.lowercased() != "host" {
            urlRequest.addValue(value, forHTTPHeaderField: name)
        }
        do {
            return try await send(urlRequest, fresh: request.needsFreshConnection)
        } catch {
            throw error.namingProxy(proxy, host: request.host)
        }
    }

    private func send(_ urlRequest: URLRequest, fresh: Bool) async throws(TransportError) -> HTTPResponse {
        guard fresh else { return try await Self.send(urlRequest, over: session) }
        // A session has its own connections, so the first request of a new one never meets a connection gone stale. Measured:
        // when a kept connection breaks before the answer, libcurl sends even a POST again without a word.
        let ownSession = URLSession(configuration: configuration(), delegate: Receiver(), delegateQueue: nil)
        defer { ownSession.finishTasksAndInvalidate() }
        return try await Self.send(urlRequest, over: ownSession)
    }

    /// `host:port` of a proxy's URL, in which a name and a password may stand.
    private static func withoutCredentials(_ url: String) -> String {
        let authority = url.split(separator: "://").last.map(String.init) ?? url
        return String(authority.split(separator: "@").last?.prefix { $0 != "/" } ?? "")
    }

    private static func send(_ request: URLRequest, over session: URLSession) async throws(TransportError) -> HTTPResponse {
        guard let receiver = session.delegate as? Receiver else {
            throw TransportError(.notSent, "the session was closed")
        }
        let result: Result<HTTPResponse, TransportError> = await withCheckedContinuation { continuation in
            receiver.start(session.dataTask(with: request), continuation)
        }
        return try result.get()
    }
}

/// Gathers the answers of a session's tasks. A delegate instead of a completion handler, as only a delegate can refuse a
/// redirect on Linux.
private final class Receiver: NSObject, URLSessionDataDelegate, Sendable {
    typealias Continuation = CheckedContinuation<Result<HTTPResponse, TransportError>, Never>

    private struct Exchange {
        let continuation: Continuation
        var body = Data()
        /// Whether its connection broke under it.
        var isLost = false
    }

    private let exchanges = Mutex<[Int: Exchange]>([:])

    func start(_ task: URLSessionDataTask, _ continuation: Continuation) {
        exchanges.withLock { $0[task.taskIdentifier] = Exchange(continuation: continuation) }
        task.resume()
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        exchanges.withLock { $0[dataTask.taskIdentifier]?.body.append(data) }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    /// Asked for when libcurl wants to send a request once more, since a connection that it had kept broke before the answer.
    /// On Linux a body cannot be given twice: the request would go out without it, and both sides would wait for the
    /// other until the timeout. So the task ends here, as what it is: a lost connection.
    func urlSession(
        _ session: URLSession, task: URLSessionTask, needNewBodyStream completionHandler: @escaping (InputStream?) -> Void
    ) {
        exchanges.withLock { $0[task.taskIdentifier]?.isLost = true }
        completionHandler(nil)
        // Not from here: this runs on the queue that ends a task.
        DispatchQueue.global().async { task.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard let exchange = exchanges.withLock({ $0.removeValue(forKey: task.taskIdentifier) }) else { return }
        exchange.continuation.resume(
            returning: exchange.isLost
                ? .failure(TransportError(.lost, "the connection broke before the answer"))
                : Self.result(task.response, exchange.body, error))
    }

    private static func result(
        _ response: URLResponse?, _ body: Data, _ error: (any Error)?
    ) -> Result<HTTPResponse, TransportError> {
        if let error { return .failure(failure(error)) }
        guard let response = response as? HTTPURLResponse else { return .failure(TransportError(.lost, "no answer came")) }
        var headers: [String: String] = [:]
        for (name, value) in response.allHeaderFields { headers["\(name)"] = "\(value)" }
        return .success(HTTPResponse(status: response.statusCode, headers: headers, body: body))
    }

    private static func failure(_ error: any Error) -> TransportError {
        let message = error.localizedDescription
        if TransportError.isProxyRefusal(message) { return TransportError(.notSent, message) }
        let kind: TransportError.Kind =
            switch (error as? URLError)?.code {
            case .cannotFindHost, .dnsLookupFailed, .cannotConnectToHost, .notConnectedToInternet, .secureConnectionFailed:
                .notSent
            case .serverCertificateUntrusted, .serverCertificateHasBadDate, .serverCertificateNotYetValid,
                .serverCertificateHasUnknownRoot, .clientCertificateRejected, .clientCertificateRequired,
                .appTransportSecurityRequiresSecureConnection, .badURL, .unsupportedURL:
                .tls
            case .timedOut: .timedOut
            // On Linux only libcurl's words tell a failed handshake from a connection that broke later. Where they change,
            // the answer falls back to the careful one.
            case .unknown where message.contains("certificate"): .tls
            case .unknown where message.contains("SSL_connect"): .notSent
            default: .lost
            }
        return TransportError(kind, message)
    }
}
