/// Something that carries one request to a server and brings the answer back. Knows nothing of AWS and never retries.
package protocol Transport: Sendable {
    /// Sends a request and waits for the whole answer, whatever its status; redirects come back as they are.
    ///
    /// Cancelling the task that waits does not abort the request: what was sent is answered and recorded, which is what
    /// an apply that is being interrupted needs. A request that must not hold the program back is bounded by its patience.
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
}

/// How much of a server's answer is taken, and how long one is waited for. A slow answer that makes progress is waited for to the
/// end of ``total``.
package struct Bounds: Sendable, Hashable {
    /// Bytes of an answer's head, those of interim answers (1xx) and of a trailer included.
    package var head = 256 << 10
    /// Bytes of an answer's body. The largest that AWS gives here, a page of GetAccountAuthorizationDetails, stays below a quarter.
    package var body = 16 << 20
    /// Bytes of all bodies together that are being received.
    package var bodies = 20 << 20
    /// Seconds for name, connection and TLS.
    package var connecting = 20.0
    /// Seconds without a byte in either direction. A request may have less patience.
    package var silence = 60.0
    /// Seconds from the connection to the end of the answer, beside what the request's own body takes (``uploadRate``).
    package var total = 300.0
    /// Bytes a second at which a request's body goes out at the worst.
    package var uploadRate = 16 << 10

    package init() {}

    /// Seconds in which a request with a body of so many bytes must be answered.
    func total(sending bytes: Int) -> Double { total + Double(bytes / uploadRate) }
}

/// What a transport goes by, as options, environment and config files say it.
package struct TransportSettings: Sendable, Hashable {
    /// What servers' certificates are checked against; nil where no server is reached over TLS.
    package var certificates: Certificates?
    package var proxies: ProxyRules
    package var bounds = Bounds()
    /// Connections to one host at a time; more requests wait.
    package var connectionsPerHost = 32

    package init(certificates: Certificates? = nil, proxies: ProxyRules = ProxyRules([:])) {
        self.certificates = certificates
        self.proxies = proxies
    }
}

/// What servers' certificates are checked against.
package struct Certificates: Sendable, Hashable {
    package enum Place: Sendable, Hashable {
        /// A file of certificates in PEM.
        case bundle(String)
        /// A folder of certificates under the hashes of their names, as OpenSSL has it.
        case folder(String)
    }

    package let place: Place
    /// The variable or setting that names it; nil for the system's.
    package let namedBy: String?

    package init(_ place: Place, namedBy: String? = nil) {
        self.place = place
        self.namedBy = namedBy
    }

    package var path: String {
        switch place {
        case .bundle(let path), .folder(let path): path
        }
    }

    /// For a sentence: `/etc/ssl/bundle.pem, which AWS_CA_BUNDLE names`.
    var inWords: String { namedBy.map { "\(path), which \($0) names" } ?? "\(path) (AWS_CA_BUNDLE names another file)" }
}

/// The transport of this machine: over libcurl where Foundation has loaded it into the process, as on Linux, else over
/// `URLSession`.
///
/// - Throws: where certificates of one's own are asked for and the system's are the only ones there can be.
package func makeTransport(_ settings: TransportSettings) throws(TransportError) -> any Transport {
    if let library = CurlLibrary.loaded { return CurlTransport(settings, library) }
    if let named = settings.certificates?.namedBy {
        throw TransportError(
            .tls, "\(named) names certificates, and there is no libcurl 7.80 or later here that could use them: put them among the system's")
    }
    return URLSessionTransport(settings)
}
