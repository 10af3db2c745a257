import Foundation
import Synchronization

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension TransportError {
    /// Whether libcurl's words say that a proxy made no tunnel to the server: then nothing of the request went out.
    static func isProxyRefusal(_ message: String) -> Bool {
        ["CONNECT tunnel failed", "from proxy after CONNECT", "Proxy CONNECT aborted"].contains { message.contains($0) }
    }

    /// Says which proxy refused, and what it was asked for.
    func namingProxy(_ proxy: String?, _ request: HTTPRequest) -> TransportError {
        guard Self.isProxyRefusal(message) else { return self }
        let numbers: [Substring] = message.split { !$0.isNumber }
        return .refused(byProxy: proxy, request, status: numbers.last { $0.count == 3 }.map(String.init))
    }
}

/// The transport over `URLSession`, for where there is no libcurl: connections are kept and shared; no cookies, no cache, no redirect
/// is followed. Of the bounds it keeps those of body, silence and time in all. Proxies and certificates are the system's.
///
/// On Linux the library keeps one thread busy while it waits for the first answer of a connection; once a connection is
/// kept, waiting costs nothing. So requests that may share a connection should.
package final class URLSessionTransport: Transport {
    private let session: URLSession
    private let configuration: @Sendable () -> URLSessionConfiguration
    private let settings: TransportSettings

    package init(_ settings: TransportSettings) {
        self.settings = settings
        configuration = {
            let configuration = URLSessionConfiguration.ephemeral
            configuration.httpMaximumConnectionsPerHost = settings.connectionsPerHost
            configuration.timeoutIntervalForRequest = settings.bounds.silence
            configuration.timeoutIntervalForResource = settings.bounds.total
            configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
            configuration.urlCache = nil
            configuration.httpCookieStorage = nil
            configuration.httpShouldSetCookies = false
            return configuration
        }
        session = URLSession(configuration: configuration(), delegate: Receiver(settings.bounds), delegateQueue: nil)
    }

    deinit { session.finishTasksAndInvalidate() }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        guard let url = URL(string: request.url) else {
            throw TransportError(.notSent, "\(request.origin) and the path do not make a URL")
        }
        var urlRequest = URLRequest(url: url)
        urlRequest.httpMethod = request.method
        if !request.body.isEmpty { urlRequest.httpBody = request.body }
        if let readTimeout = request.readTimeout {
            urlRequest.timeoutInterval = min(readTimeout, session.configuration.timeoutIntervalForRequest)
        }
        // Host is the library's own to write, from the same URL that the signature took it from.
        for (name, value) in request.headers where name.lowercased() != "host" {
            urlRequest.addValue(value, forHTTPHeaderField: name)
        }
        do {
            return try await send(urlRequest, fresh: request.needsFreshConnection)
        } catch {
            throw error.namingProxy(settings.proxies.name(for: request.origin), request)
        }
    }

    private func send(_ urlRequest: URLRequest, fresh: Bool) async throws(TransportError) -> HTTPResponse {
        guard fresh else { return try await Self.send(urlRequest, over: session) }
        // A session has its own connections, so the first request of a new one never meets a connection gone stale. Measured:
        // when a kept connection breaks before the answer, libcurl sends even a POST again without a word.
        let ownSession = URLSession(
            configuration: configuration(), delegate: Receiver(settings.bounds), delegateQueue: nil)
        defer { ownSession.finishTasksAndInvalidate() }
        return try await Self.send(urlRequest, over: ownSession)
    }

    private static func send(_ request: URLRequest, over session: URLSession) async throws(TransportError)
        -> HTTPResponse
    {
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
        /// Why it was ended from here.
        var end: TransportError?
    }

    private let bounds: Bounds

    init(_ bounds: Bounds) { self.bounds = bounds }

    private let exchanges = Mutex<[Int: Exchange]>([:])

    func start(_ task: URLSessionDataTask, _ continuation: Continuation) {
        exchanges.withLock { $0[task.taskIdentifier] = Exchange(continuation: continuation) }
        task.resume()
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooMuch = exchanges.withLock { exchanges in
            guard let size = exchanges[dataTask.taskIdentifier]?.body.count, size + data.count > bounds.body else {
                exchanges[dataTask.taskIdentifier]?.body.append(data)
                return false
            }
            exchanges[dataTask.taskIdentifier]?.end = TransportError(
                .unreadable, "the answer has more than \(bounds.body >> 20) MiB")
            return true
        }
        if isTooMuch { dataTask.cancel() }
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
        _ session: URLSession, task: URLSessionTask,
        needNewBodyStream completionHandler: @escaping (InputStream?) -> Void
    ) {
        exchanges.withLock {
            $0[task.taskIdentifier]?.end = TransportError(.lost, "the connection broke before the answer")
        }
        completionHandler(nil)
        // Not from here: this runs on the queue that ends a task.
        DispatchQueue.global().async { task.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard let exchange = exchanges.withLock({ $0.removeValue(forKey: task.taskIdentifier) }) else { return }
        exchange.continuation.resume(
            returning: exchange.end.map(Result.failure) ?? Self.result(task.response, exchange.body, error))
    }

    private static func result(
        _ response: URLResponse?, _ body: Data, _ error: (any Error)?
    ) -> Result<HTTPResponse, TransportError> {
        if let error { return .failure(failure(error)) }
        guard let response = response as? HTTPURLResponse else {
            return .failure(TransportError(.lost, "no answer came"))
        }
        var headers: [String: String] = [:]
        for (name, value) in response.allHeaderFields { headers["\(name)"] = "\(value)" }
        return .success(HTTPResponse(status: response.statusCode, headers: headers, body: body))
    }

    private static func failure(_ error: any Error) -> TransportError {
        let message = error.localizedDescription
        if TransportError.isProxyRefusal(message) { return TransportError(.notSent, message) }
        let kind: TransportError.Kind =
            switch (error as? URLError)?.code {
            case .cannotFindHost, .dnsLookupFailed, .cannotConnectToHost, .notConnectedToInternet,
                .secureConnectionFailed:
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
