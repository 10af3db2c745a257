import CLibCurl
import Foundation

/// One request on its way, and what has come of its answer. Belongs to the event loop's thread.
final class Transfer {
    let exchange: Exchange
    let easy: CurlLibrary.Handle
    private let library: CurlLibrary
    private let settings: TransportSettings
    private let budget: Budget
    private let sockets: Sockets
    private let headers: CurlList
    private let errorText: UnsafeMutablePointer<CChar>

    private var head = ResponseHead()
    private var headSize = 0
    private var body = Data()
    private var bodyTaken = 0
    private var bytesSent = 0
    /// When libcurl began to send; nil before.
    private var sentAt: ContinuousClock.Instant?
    private var lastProgress = ContinuousClock.now
    private var counts: (got: Int64, sent: Int64) = (0, 0)
    /// Why this side ended it; nil where it did not.
    private var breach: Breach?

    /// A bound that was reached.
    private enum Breach {
        case head, body, bodies, silence, total, secondSending
        /// A kept connection on which something came that nobody had asked for: it would be taken for the answer.
        case uncleanConnection
    }

    /// - Throws: where the request cannot be sent as it is.
    init(
        _ exchange: Exchange, _ settings: TransportSettings, _ library: CurlLibrary, share: CurlLibrary.Handle,
        budget: Budget, sockets: Sockets
    ) throws(TransportError) {
        guard let easy = library.easyInit() else {
            throw TransportError(.notSent, "there is not enough memory for a connection")
        }
        self.exchange = exchange
        self.easy = easy
        self.library = library
        self.settings = settings
        self.budget = budget
        self.sockets = sockets
        headers = CurlList(Self.lines(of: exchange.request), library)
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        set(CURLOPT_SHARE, share)
        configureRequest()
        configureConnection()
        configureCallbacks()
    }

    deinit {
        library.easyCleanup(easy)
        errorText.deallocate()
        budget.give(bodyTaken)
    }

    private var request: HTTPRequest { exchange.request }
    private var bounds: Bounds { settings.bounds }
    private var silence: Double { min(request.readTimeout ?? bounds.silence, bounds.silence) }

    // MARK: Options of libcurl

    private func set(_ option: Int, _ value: Int) {
        _ = curl_set_number(library.easySet.pointer, easy, Int32(option), value)
    }

    private func set(_ option: Int, _ value: UnsafeRawPointer?) {
        _ = curl_set_pointer(library.easySet.pointer, easy, Int32(option), value)
    }

    /// libcurl keeps a copy.
    private func set(_ option: Int, text: String) {
        _ = text.withCString { curl_set_pointer(library.easySet.pointer, easy, Int32(option), $0) }
    }

    /// Host is libcurl's own to write, from the same URL that the signature took it from. `Expect` would cost a round trip.
    private static func lines(of request: HTTPRequest) -> [String] {
        var lines = ["Expect:"]
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            lines.append("Content-Type:")
        }
        for (name, value) in request.headers where name.lowercased() != "host" {
            lines.append(value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        return lines
    }

    private func configureRequest() {
        set(CURLOPT_URL, text: request.url)
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_HTTPHEADER, UnsafeRawPointer(headers.first))
        if request.method == "HEAD" {
            set(CURLOPT_NOBODY, 1)
        } else if request.body.isEmpty, ["GET", "DELETE"].contains(request.method) {
            set(CURLOPT_HTTPGET, 1)
        } else {
            set(CURLOPT_POST, 1)
            _ = curl_set_size(
                library.easySet.pointer, easy, Int32(CURLOPT_POSTFIELDSIZE_LARGE), Int64(request.body.count))
        }
        set(CURLOPT_CUSTOMREQUEST, text: request.method)
    }

    private func configureConnection() {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(bounds.connecting * 1000))
        if request.needsFreshConnection { set(CURLOPT_FRESH_CONNECT, 1) }
        // Even where there is none, as libcurl would look into the environment by itself.
        set(CURLOPT_PROXY, text: settings.proxies[request.origin])
        set(CURLOPT_NOPROXY, text: settings.proxies.exceptions)
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        guard let certificates = settings.certificates else { return }
        // One of the two at a time: libcurl keeps a bundle that it has parsed only where no folder is set, and Debian's
        // libcurl has one from the start. Measured there: 40 ms of processor time a connection.
        for (bundle, folder) in [(CURLOPT_CAINFO, CURLOPT_CAPATH), (CURLOPT_PROXY_CAINFO, CURLOPT_PROXY_CAPATH)] {
            switch certificates.place {
            case .bundle(let path):
                set(bundle, text: path)
                set(folder, nil)
            case .folder(let path):
                set(bundle, nil)
                set(folder, text: path)
            }
        }
    }

    private func configureCallbacks() {
        let this = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        let easySet = library.easySet.pointer
        set(CURLOPT_ERRORBUFFER, UnsafeRawPointer(errorText))
        set(CURLOPT_PREREQDATA, this)
        _ = curl_set_prereq_callback(easySet, easy, Int32(CURLOPT_PREREQFUNCTION)) { context, _, _, _, localPort in
            Transfer.at(context)?.mayBeSent(fromLocalPort: Int(localPort)) == true ? 0 : 1
        }
        set(CURLOPT_SOCKOPTDATA, this)
        _ = curl_set_socket_callback(easySet, easy, Int32(CURLOPT_SOCKOPTFUNCTION)) { context, socket, _ in
            Transfer.at(context)?.sockets.add(socket)
            return 0
        }
        set(CURLOPT_READDATA, this)
        _ = curl_set_data_callback(easySet, easy, Int32(CURLOPT_READFUNCTION)) { bytes, size, count, context in
            guard let bytes, let transfer = Transfer.at(context) else { return 0 }
            return transfer.nextOfBody(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        }
        set(CURLOPT_HEADERDATA, this)
        _ = curl_set_data_callback(easySet, easy, Int32(CURLOPT_HEADERFUNCTION)) { bytes, size, count, context in
            guard let bytes, let transfer = Transfer.at(context) else { return 0 }
            return transfer.tookHead(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
        set(CURLOPT_WRITEDATA, this)
        _ = curl_set_data_callback(easySet, easy, Int32(CURLOPT_WRITEFUNCTION)) { bytes, size, count, context in
            guard let bytes, let transfer = Transfer.at(context) else { return 0 }
            return transfer.tookBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
        set(CURLOPT_NOPROGRESS, 0)
        set(CURLOPT_XFERINFODATA, this)
        _ = curl_set_progress_callback(easySet, easy, Int32(CURLOPT_XFERINFOFUNCTION)) { context, _, got, _, sent in
            Transfer.at(context)?.progress(got, sent)
            return 0
        }
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: What libcurl tells

    /// Asked when a connection is there and before anything of the request goes out over it.
    private func mayBeSent(fromLocalPort localPort: Int) -> Bool {
        guard sentAt == nil else {
            breach = .secondSending
            return false
        }
        guard number(CURLINFO_NUM_CONNECTS) > 0 || !sockets.somethingIsThere(atLocalPort: localPort) else {
            breach = .uncleanConnection
            return false
        }
        sentAt = .now
        lastProgress = .now
        return true
    }

    /// Whether the connection was not fit for it, so nothing has left and it can go over another.
    var needsAnotherConnection: Bool { breach == .uncleanConnection }

    private func nextOfBody(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let start = request.body.startIndex + bytesSent
        let count = min(room.count, request.body.endIndex - start)
        request.body.copyBytes(to: room, from: start..<(start + count))
        bytesSent += count
        return count
    }

    private func tookHead(_ line: UnsafeRawBufferPointer) -> Bool {
        lastProgress = .now
        headSize += line.count
        guard headSize <= bounds.head else {
            breach = .head
            return false
        }
        if body.isEmpty { head.add(line) }
        return true
    }

    private func tookBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        lastProgress = .now
        guard body.count + bytes.count <= bounds.body, head.length.map({ $0 <= bounds.body }) ?? true else {
            breach = .body
            return false
        }
        guard budget.take(bytes.count) else {
            breach = .bodies
            return false
        }
        bodyTaken += bytes.count
        body.append(contentsOf: bytes)
        return true
    }

    private func progress(_ got: Int64, _ sent: Int64) {
        guard (got, sent) != counts else { return }
        counts = (got, sent)
        lastProgress = .now
    }

    // MARK: Its end

    /// When it is given up; libcurl itself gives up connecting.
    var deadline: ContinuousClock.Instant {
        guard let sentAt else { return lastProgress + .seconds(bounds.connecting + 10) }
        return min(lastProgress + .seconds(silence), sentAt + .seconds(bounds.total(sending: request.body.count)))
    }

    func giveUp(at now: ContinuousClock.Instant) {
        guard sentAt != nil else { return }
        breach = lastProgress + .seconds(silence) <= now ? .silence : .total
    }

    func result(code: Int32) -> Result<HTTPResponse, TransportError> {
        guard code == Int32(CURLE_OK) else { return .failure(failure(code)) }
        let status = number(CURLINFO_RESPONSE_CODE)
        guard (200...599).contains(status), !head.isContradictory else {
            return .failure(
                TransportError(
                    .unreadable,
                    head.isContradictory ? "the answer has two different lengths" : "the answer's status is \(status)"))
        }
        return .success(HTTPResponse(status: status, headers: head.headers, body: body))
    }

    private func failure(_ code: Int32) -> TransportError {
        if let breach { return failure(breach) }
        let words = String(cString: errorText)
        let reason = words.isEmpty ? "libcurl's error \(code)" : words
        guard sentAt != nil else { return unsent(code, reason) }
        switch code {
        // That it cannot go back in the body is one more reason for libcurl not to send a request again.
        case Int32(CURLE_SEND_FAIL_REWIND): return failure(.secondSending)
        case Int32(CURLE_OPERATION_TIMEDOUT): return TransportError(.timedOut, reason)
        case _ where Self.isTooLong.contains(code) || reason.contains("response headers"):
            return TransportError(.unreadable, "the head of the answer has a line, or lines, that are too long")
        case _ where Self.isUnreadable.contains(code):
            return TransportError(.unreadable, "the answer is not HTTP (\(reason))")
        default: return TransportError(.lost, "the connection broke before the answer was complete (\(reason))")
        }
    }

    private func failure(_ breach: Breach) -> TransportError {
        switch breach {
        case .head: TransportError(.unreadable, "the head of the answer has more than \(bounds.head >> 10) KiB")
        case .body: TransportError(.unreadable, "the answer has more than \(bounds.body >> 20) MiB")
        case .bodies:
            TransportError(.unreadable, "the answers that come together have more than \(bounds.bodies >> 20) MiB")
        case .silence: TransportError(.timedOut, "nothing came for \(Self.seconds(silence))")
        case .total:
            TransportError(
                .unreadable,
                "the answer was not complete after \(Self.seconds(bounds.total(sending: request.body.count)))")
        case .secondSending: TransportError(.lost, "the connection broke before the answer")
        case .uncleanConnection: TransportError(.notSent, "there was more on the connection than was asked for")
        }
    }

    private func unsent(_ code: Int32, _ reason: String) -> TransportError {
        if let trouble = proxyTrouble(code, reason) { return trouble }
        switch code {
        case Int32(CURLE_OPERATION_TIMEDOUT):
            return TransportError(.notSent, "no connection was made in \(Self.seconds(bounds.connecting))")
        case Int32(CURLE_PEER_FAILED_VERIFICATION), Int32(CURLE_SSL_CACERT_BADFILE), Int32(CURLE_SSL_ISSUER_ERROR):
            let place = settings.certificates.map { "; it is checked against \($0.inWords)" } ?? ""
            return TransportError(
                .tls, "the certificate of \(request.host) is not accepted: \(Self.withoutPrefix(reason))\(place)")
        case Int32(CURLE_SSL_CONNECT_ERROR) where reason.contains("error:"),
            Int32(CURLE_SSL_CERTPROBLEM), Int32(CURLE_SSL_CIPHER):
            // OpenSSL's own errors, an old protocol among them. A handshake that breaks off has none.
            return TransportError(.tls, "no secure connection: \(reason)")
        default: return TransportError(.notSent, reason)
        }
    }

    /// What the proxy did, where it is the proxy that is not passed.
    private func proxyTrouble(_ code: Int32, _ reason: String) -> TransportError? {
        guard let proxy = settings.proxies.name(for: request.origin) else { return nil }
        let status = number(CURLINFO_HTTP_CONNECTCODE)
        // libcurl's words tell which of the two cannot be connected to: one that NO_PROXY names is not behind the proxy.
        let isProxy = reason.contains(proxy.replacing(":", with: " port "))
        if code == Int32(CURLE_COULDNT_RESOLVE_PROXY) || code == Int32(CURLE_COULDNT_CONNECT) && isProxy {
            return TransportError(.notSent, "the proxy \(proxy) cannot be reached: \(reason)")
        }
        guard status / 100 != 2, status != 0 || reason.contains("CONNECT") else { return nil }
        return .refused(byProxy: proxy, request, status: status == 0 ? nil : "\(status)")
    }

    private func number(_ info: Int) -> Int {
        var value = 0
        _ = curl_get_number(library.easyGet.pointer, easy, Int32(info), &value)
        return value
    }

    private static func withoutPrefix(_ reason: String) -> String {
        reason.replacing("SSL certificate problem: ", with: "").replacing("SSL: ", with: "")
    }

    private static func seconds(_ count: Double) -> String {
        count == 1 ? "a second" : "\(Int(count.rounded())) seconds"
    }

    /// CURLE_UNSUPPORTED_PROTOCOL (an answer in HTTP/0.9), CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING.
    private static let isUnreadable: Set<Int32> = [1, 8, 61]
    /// CURLE_OUT_OF_MEMORY and CURLE_TOO_LARGE: a header beyond the 100 KiB that libcurl has for one.
    private static let isTooLong: Set<Int32> = [27, 100]
}
