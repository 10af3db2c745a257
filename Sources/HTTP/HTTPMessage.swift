package import Foundation

/// A request as it goes over the wire.
package struct HTTPRequest: Sendable {
    package var method: String
    /// Scheme, host and port: `https://iam.amazonaws.com`.
    package var origin: String
    /// The path, percent-encoded as sent, from the first `/` on.
    package var path: String
    /// The query string, percent-encoded as sent, without `?`; empty where there is none.
    package var query: String
    package var headers: [(name: String, value: String)]
    package var body: Data
    /// Whether the request has to go over a connection of its own. An HTTP library may silently send a request once
    /// more when a kept-alive connection breaks under it; what makes a new thing each time must not be sent so.
    package var needsFreshConnection: Bool
    /// Seconds without a byte after which the answer counts as lost; nil for as long as the transport bears.
    package var readTimeout: Double?

    package init(
        method: String, origin: String, path: String = "/", query: String = "",
        headers: [(name: String, value: String)] = [], body: Data = Data(), needsFreshConnection: Bool = false,
        readTimeout: Double? = nil
    ) {
        self.method = method
        self.origin = origin
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.needsFreshConnection = needsFreshConnection
        self.readTimeout = readTimeout
    }

    package var url: String { origin + path + (query.isEmpty ? "" : "?" + query) }

    /// `host:port`, as a proxy is asked for it.
    var target: String {
        let end = host.split(separator: "]", omittingEmptySubsequences: false).last ?? ""
        return end.contains(":") ? host : host + (origin.hasPrefix("https:") ? ":443" : ":80")
    }

    /// The value of `Host`: the origin without its scheme, and without a port that the scheme implies.
    package var host: String {
        let authority =
            origin.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first.map(String.init) ?? ""
        let implied = origin.hasPrefix("https:") ? ":443" : ":80"
        return authority.hasSuffix(implied) ? String(authority.dropLast(implied.count)) : authority
    }
}

/// An answer.
package struct HTTPResponse: Sendable {
    package let status: Int
    /// Names in lower case.
    package let headers: [String: String]
    package let body: Data

    package init(status: Int, headers: [String: String] = [:], body: Data = Data()) {
        self.status = status
        self.headers = Dictionary(headers.map { ($0.lowercased(), $1) }, uniquingKeysWith: { first, _ in first })
        self.body = body
    }
}
