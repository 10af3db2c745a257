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
    /// Seconds without a byte in either direction. A request may have a shorter limit of its own.
    package var silence = 60.0
    /// Seconds from the connection to the end of the answer, beside what the request's own body takes (``uploadRate``).
    package var total = 300.0
    /// Bytes a second at which a request's body goes out at the worst.
    package var uploadRate = 16 << 10

    package init() {}

    /// Seconds in which a request with a body of so many bytes must be answered.
    func total(sending bytes: Int) -> Double { total + Double(bytes / uploadRate) }
}
