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
            .tls,
            "\(named) names certificates, and there is no libcurl 7.80 or later here that could use them: put them among the system's"
        )
    }
    return URLSessionTransport(settings)
}
