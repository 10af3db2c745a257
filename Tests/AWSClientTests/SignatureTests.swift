import Foundation
import HTTP
import Model
import Schema
import Testing

@testable import AWSClient

@Suite("Signature Version 4")
struct SignatureTests {
    static let suite = "aws-c-auth-sigv4/tests/aws-signing-test-suite/v4"

    @Test(
        "AWS's suite, in headers and in the query string", .enabled(if: Vectors.arePresent, "the vectors are absent"),
        arguments: Vectors.names(in: suite))
    func awsSuite(name: String) throws {
        let folder = "\(Self.suite)/\(name)"
        let context = try Vectors.json("\(folder)/context.json")
        let omitsToken = context["omit_session_token"].boolean == true
        let keys = context["credentials"]
        let signer = SignatureV4(
            credentials: Credentials(
                accessKeyId: keys["access_key_id"].string ?? "",
                secretAccessKey: Secret(keys["secret_access_key"].string ?? ""),
                sessionToken: omitsToken ? nil : keys["token"].string.map(Secret.init), source: "the suite"),
            region: context["region"].string ?? "", service: context["service"].string ?? "",
            date: Timestamp.date(context["timestamp"].string ?? ""),
            pathRule: context["normalize"].boolean == true ? .normalised : .encoded)
        let request = Self.parse(try Vectors.text("\(folder)/request.txt"))

        let signed = signer.sign(request, sendsPayloadHash: context["sign_body"].boolean == true)
        let hash = try #require(try Vectors.text("\(folder)/header-canonical-request.txt").split(separator: "\n").last)
        let canonical = signer.canonicalRequest(signed, payloadHash: String(hash))
        #expect(canonical == (try Vectors.text("\(folder)/header-canonical-request.txt")))
        #expect(signer.stringToSign(canonical) == (try Vectors.text("\(folder)/header-string-to-sign.txt")))
        let authorization = try #require(signed.headers.last { $0.name == "Authorization" }?.value)
        #expect(authorization.hasSuffix("Signature=" + (try Vectors.text("\(folder)/header-signature.txt"))))

        let presigned = signer.presign(request, lifetime: context["expiration_in_seconds"].integer ?? 0)
        #expect(presigned.query.hasSuffix("&X-Amz-Signature=" + (try Vectors.text("\(folder)/query-signature.txt"))))
    }

    @Test(
        "a path that is encoded already is encoded once more",
        .enabled(if: Vectors.arePresent, "the vectors are absent"),
        arguments: ["double-encode-path", "double-url-encode"])
    func doubleEncoding(name: String) throws {
        let folder = "smithy-rs-sigv4/aws/rust-runtime/aws-sigv4/aws-signing-test-suite/v4/\(name)"
        let request = Self.parse(try Vectors.text("\(folder)/request.txt"))
        let signer = SignatureV4(
            credentials: .example, region: "us-east-1", service: "service",
            date: Timestamp.date("20210511T154045Z"))
        let signed = signer.sign(request)
        let expected = try Vectors.text("\(folder)/header-canonical-request.txt")
        let hash = try #require(expected.split(separator: "\n").last)
        #expect(signer.canonicalRequest(signed, payloadHash: String(hash)) == expected)
    }

    @Test("S3's documented examples", .enabled(if: Vectors.arePresent, "the vectors are absent"))
    func s3() throws {
        let suite = try Vectors.json("sigv4-s3-doc-examples/cases.json")
        #expect(suite["cases"].elements.count == 5)
        for test in suite["cases"].elements {
            let target = (test["requestTarget"].string ?? "").split(separator: "?", maxSplits: 1)
            let request = HTTPRequest(
                method: test["method"].string ?? "", origin: "https://examplebucket.s3.amazonaws.com",
                path: PercentEncoding.encode(String(target[0]), keeping: "/"),
                query: target.count > 1 ? String(target[1]) : "",
                headers: (test["headers"].map ?? [:]).map { ($0, $1.string ?? "") },
                body: Data((test["body"].string ?? "").utf8))
            let signer = SignatureV4(
                credentials: .example, region: "us-east-1", service: "s3",
                date: Timestamp.date(suite["timestamp"].string ?? ""), pathRule: .asSent)
            let signature = test["signature"].string ?? "none"
            if test["payloadHash"] == "UNSIGNED-PAYLOAD" {
                var bare = request
                bare.query = ""
                let presigned = signer.presign(bare, lifetime: 86400, payloadHash: SignatureV4.unsignedPayload)
                #expect(presigned.query == request.query + "&X-Amz-Signature=" + signature)
            } else {
                let signed = signer.sign(request, sendsPayloadHash: true)
                let canonical = signer.canonicalRequest(signed, payloadHash: test["payloadHash"].string ?? "")
                #expect(canonical == test["canonicalRequest"].string)
                #expect(signed.headers.last?.value.hasSuffix("Signature=\(signature)") == true)
            }
        }
    }

    /// The signature does not depend on what an earlier one left in the headers: each attempt is signed anew.
    @Test("signing a signed request again gives the new date only")
    func again() {
        let first = SignatureV4(
            credentials: .example, region: "us-east-1", service: "iam", date: Timestamp.date("20150830T123600Z"))
        let second = SignatureV4(
            credentials: .example, region: "us-east-1", service: "iam", date: Timestamp.date("20150830T124100Z"))
        let request = HTTPRequest(method: "POST", origin: "https://iam.amazonaws.com", body: Data("x".utf8))
        func lines(_ request: HTTPRequest) -> [String] { request.headers.map { "\($0): \($1)" }.sorted() }
        #expect(lines(second.sign(first.sign(request))) == lines(second.sign(request)))
    }

    @Test(
        "the host is the origin's, without a port that the scheme implies",
        arguments: [
            ("https://iam.amazonaws.com", "iam.amazonaws.com"), ("https://h:443", "h"), ("http://h:80", "h"),
            ("http://127.0.0.1:4566", "127.0.0.1:4566"), ("http://h:443", "h:443"), ("http://[::1]:80", "[::1]"),
        ])
    func host(origin: String, host: String) {
        #expect(HTTPRequest(method: "GET", origin: origin).host == host)
    }

    @Test(
        "dates, over leap years",
        arguments: [
            (0.0, "19700101T000000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "20000229T000000Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_440_938_160, "20150830T123600Z", "Sun, 30 Aug 2015 12:36:00 GMT"),
            (4_107_542_399, "21000228T235959Z", "Sun, 28 Feb 2100 23:59:59 GMT"),
            (4_107_542_400, "21000301T000000Z", "Mon, 01 Mar 2100 00:00:00 GMT"),
        ])
    func dates(seconds: Double, basic: String, http: String) {
        #expect(Timestamp.basic(Date(timeIntervalSince1970: seconds + 0.9)) == basic)
        #expect(Timestamp.httpDate(http) == Date(timeIntervalSince1970: seconds))
    }

    @Test(
        "what is no HTTP date is none",
        arguments: ["", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET"])
    func noDate(text: String) {
        #expect(Timestamp.httpDate(text) == nil)
    }

    /// Reads a request in the suite's form: the path is raw, a header may be folded.
    private static func parse(_ text: String) -> HTTPRequest {
        let parts = text.components(separatedBy: "\n\n")
        var lines = parts[0].components(separatedBy: "\n").filter { !$0.isEmpty }
        let first = lines.removeFirst()
        let target = first.dropLast(" HTTP/1.1".count).drop { $0 != " " }.dropFirst()
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var request = HTTPRequest(
            method: String(first.prefix { $0 != " " }), origin: "https://example.amazonaws.com",
            path: String(halves[0]),
            query: halves.count > 1 ? String(halves[1]) : "",
            body: Data(parts.dropFirst().joined(separator: "\n\n").utf8))
        for line in lines {
            if line.hasPrefix(" ") {
                request.headers[request.headers.count - 1].value += line
            } else {
                let pair = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                request.headers.append((String(pair[0]), String(pair[1])))
            }
        }
        return request
    }
}
