/// Something that carries one request to a server and brings the answer back. Knows nothing of AWS and never retries.
package protocol Transport: Sendable {
    /// Sends a request and waits for the whole answer, whatever its status; redirects come back as they are.
    ///
    /// Cancelling the task that waits does not abort the request: what was sent is answered and recorded, which is what
    /// an apply that is being interrupted needs. A request that must not hold the program back is bounded by its read timeout.
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse
}

/// Why there is no answer, and whether the request can have reached the server.
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
        /// What came is no answer, as it is not HTTP or goes beyond the ``Bounds``: the request may have arrived, and sending it
        /// again will not help.
        case unreadable
    }

    package let kind: Kind
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// A proxy made no tunnel to the server, so nothing of the request went out.
    ///
    /// - Parameters:
    ///   - proxy: `host:port`; nil where it is not known.
    ///   - status: what it answered to `CONNECT`; nil where it closed the connection.
    static func refused(byProxy proxy: String?, _ request: HTTPRequest, status: String?) -> TransportError {
        let name = proxy.map { " \($0)" } ?? ""
        return TransportError(
            .notSent,
            "the proxy\(name) refused to connect to \(request.target): \(status ?? "it closed the connection")")
    }
}
