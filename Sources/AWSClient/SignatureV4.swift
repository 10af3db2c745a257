import Digest
package import Foundation
package import HTTP
import Model

/// AWS Signature Version 4, pure: credentials, scope and date in, signed request out.
///
/// Specified in "Create a signed AWS API request" of the IAM User Guide; S3's two exceptions (the path is not encoded a
/// second time and not normalised) in "Authenticating Requests" of the S3 API Reference.
package struct SignatureV4: Sendable {
    /// How the path is written into what is signed.
    package enum PathRule: Sendable {
        /// `.` and `..` resolved, each segment encoded once more: every service but S3.
        case normalised
        /// Each segment encoded once more.
        case encoded
        /// As sent: S3.
        case asSent
    }

    package let credentials: Credentials
    package let region: String
    /// The signing name, `iam`.
    package let service: String
    package let date: Date
    package let pathRule: PathRule

    package init(
        credentials: Credentials, region: String, service: String, date: Date, pathRule: PathRule = .normalised
    ) {
        self.credentials = credentials
        self.region = region
        self.service = service
        self.date = date
        self.pathRule = pathRule
    }

    /// The payload hash of a presigned S3 request, whose body is not known when it is signed.
    package static let unsignedPayload = "UNSIGNED-PAYLOAD"

    /// The request with `X-Amz-Date`, `X-Amz-Security-Token` where there is a session, and `Authorization`.
    ///
    /// Every header that stands in the request is signed, except those that a proxy or the HTTP library may touch.
    /// - Parameter sendsPayloadHash: adds `X-Amz-Content-Sha256`, which S3 requires.
    package func sign(_ request: HTTPRequest, sendsPayloadHash: Bool = false) -> HTTPRequest {
        var request = request
        let payloadHash = SHA256.hash(request.body).hexadecimal
        request.headers.removeAll { Self.ownHeaders.contains($0.name.lowercased()) }
        if !request.headers.contains(where: { $0.name.lowercased() == "host" }) {
            request.headers.append(("Host", request.host))
        }
        request.headers.append(("X-Amz-Date", timestamp))
        if let token = credentials.sessionToken { request.headers.append(("X-Amz-Security-Token", token.clearText)) }
        if sendsPayloadHash {
            request.headers.removeAll { $0.name.lowercased() == "x-amz-content-sha256" }
            request.headers.append(("X-Amz-Content-Sha256", payloadHash))
        }
        let canonical = canonicalRequest(request, payloadHash: payloadHash)
        request.headers.append(
            (
                "Authorization",
                "\(Self.algorithm) Credential=\(credentials.accessKeyId)/\(scope), SignedHeaders=\(signedHeaders(request)), "
                    + "Signature=\(signature(stringToSign(canonical)))"
            ))
        return request
    }

    /// The request with its signature in the query string, valid for `lifetime` seconds (at most 604,800).
    package func presign(_ request: HTTPRequest, lifetime: Int, payloadHash: String? = nil) -> HTTPRequest {
        var request = request
        if !request.headers.contains(where: { $0.name.lowercased() == "host" }) {
            request.headers.append(("Host", request.host))
        }
        var parameters = [
            ("X-Amz-Algorithm", Self.algorithm), ("X-Amz-Credential", "\(credentials.accessKeyId)/\(scope)"),
            ("X-Amz-Date", timestamp), ("X-Amz-Expires", String(lifetime)),
            ("X-Amz-SignedHeaders", signedHeaders(request)),
        ]
        if let token = credentials.sessionToken { parameters.append(("X-Amz-Security-Token", token.clearText)) }
        let added = parameters.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&")
        request.query += (request.query.isEmpty ? "" : "&") + added
        let canonical = canonicalRequest(request, payloadHash: payloadHash ?? SHA256.hash(request.body).hexadecimal)
        request.query += "&X-Amz-Signature=\(signature(stringToSign(canonical)))"
        return request
    }

    // MARK: - The steps, as the specification names them

    func canonicalRequest(_ request: HTTPRequest, payloadHash: String) -> String {
        let headers = canonicalHeaders(request)
        return [
            request.method, canonicalPath(request.path), canonicalQuery(request.query),
            headers.map { "\($0):\($1)\n" }.joined(), headers.map(\.0).joined(separator: ";"), payloadHash,
        ].joined(separator: "\n")
    }

    func stringToSign(_ canonicalRequest: String) -> String {
        [Self.algorithm, timestamp, scope, SHA256.hash(canonicalRequest).hexadecimal].joined(separator: "\n")
    }

    func signature(_ stringToSign: String) -> String {
        var key = Array("AWS4\(credentials.secretAccessKey.clearText)".utf8)
        for part in [String(timestamp.prefix(8)), region, service, "aws4_request"] {
            key = HMAC.sha256(key: key, Array(part.utf8))
        }
        return HMAC.sha256(key: key, Array(stringToSign.utf8)).hexadecimal
    }

    private static let algorithm = "AWS4-HMAC-SHA256"
    private static let ownHeaders: Set<String> = ["authorization", "x-amz-date", "x-amz-security-token"]
    private static let unsignedHeaders: Set<String> = [
        "authorization", "user-agent", "connection", "expect", "transfer-encoding", "x-amzn-trace-id",
    ]

    private var timestamp: String { Timestamp.basic(date) }
    private var scope: String { "\(timestamp.prefix(8))/\(region)/\(service)/aws4_request" }

    private func signedHeaders(_ request: HTTPRequest) -> String {
        canonicalHeaders(request).map(\.0).joined(separator: ";")
    }

    private func canonicalHeaders(_ request: HTTPRequest) -> [(String, String)] {
        var values: [String: [String]] = [:]
        for (name, value) in request.headers where !Self.unsignedHeaders.contains(name.lowercased()) {
            let words = value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            values[name.lowercased(), default: []].append(words)
        }
        return values.sorted { $0.key < $1.key }.map { ($0, $1.joined(separator: ",")) }
    }

    private func canonicalPath(_ path: String) -> String {
        let path = path.isEmpty ? "/" : path
        switch pathRule {
        case .asSent: return path
        case .encoded: return PercentEncoding.encode(path, keeping: "/")
        case .normalised: return PercentEncoding.encode(normalise(path), keeping: "/")
        }
    }

    /// Dot segments and empty segments removed; a trailing `/` stays.
    private func normalise(_ path: String) -> String {
        var kept: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." { _ = kept.popLast() } else { kept.append(segment) }
        }
        let end = path.hasSuffix("/") && !kept.isEmpty ? "/" : ""
        return "/" + kept.joined(separator: "/") + end
    }

    /// Each name and value decoded and encoded again in SigV4's own way, sorted by bytes.
    private func canonicalQuery(_ query: String) -> String {
        query.split(separator: "&").map { parameter in
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.map { PercentEncoding.encode($0.removingPercentEncoding ?? String($0)) }
                + (parts.count == 1 ? [""] : [])
        }
        .sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
        .map { "\($0[0])=\($0[1])" }
        .joined(separator: "&")
    }
}
