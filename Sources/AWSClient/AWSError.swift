/// Why an operation failed, and whether it may have happened all the same.
package struct AWSError: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// AWS understood the request and refused it; `code` says why. Nothing happened.
        case service
        /// AWS asked to slow down, and went on asking. Nothing happened.
        case throttled
        /// No request arrived: no name, no connection, no TLS. Nothing happened.
        case unreachable
        /// The answer to a change was lost, or it was a server error: it may have happened.
        case uncertain
        /// The service failed (5xx), or the connection broke, on an operation that is safe to repeat.
        case unavailable
        /// The answer is not AWS's, such as a page of HTML: nothing follows from it.
        case garbled
        /// There are no credentials to sign with, or AWS does not know them. Nothing happened.
        case credentials
        /// The credentials were good and have expired. Nothing happened.
        case expiredCredentials
        /// The run was asked to stop before the request was sent. Nothing happened.
        case cancelled
        /// The input cannot be sent: a reference not resolved yet, or a path member missing. Nothing happened.
        case invalidInput
    }

    package let kind: Kind
    /// AWS's error code without namespace, such as `NoSuchEntity` or `ResourceNotFoundException`; empty where there is none.
    package let code: String
    /// AWS's own words where there are any, else what happened.
    package let message: String
    package let operation: AWSOperation
    package let endpoint: String
    package let requestId: String?
    package let httpStatus: Int?
    /// How often the operation was sent.
    package let attempts: Int
    /// Where the credentials came from, where it is they that have expired.
    package let credentialsSource: String?

    package init(
        _ kind: Kind, code: String = "", message: String, operation: AWSOperation, endpoint: String = "",
        requestId: String? = nil, httpStatus: Int? = nil, attempts: Int = 1, credentialsSource: String? = nil
    ) {
        self.kind = kind
        self.code = code
        self.message = message
        self.operation = operation
        self.endpoint = endpoint
        self.requestId = requestId
        self.httpStatus = httpStatus
        self.attempts = attempts
        self.credentialsSource = credentialsSource
    }

    /// Whether the operation may have happened although it failed.
    package var mayHaveHappened: Bool {
        switch kind {
        case .uncertain: true
        case .unavailable, .garbled: operation.effect != .read
        default: false
        }
    }

    /// Why every other call will fail as this one did; nil where it may well not.
    package var concernsAllCalls: String? {
        if ErrorCodes.expired.contains(code) { return "the credentials have expired" }
        return kind == .credentials || ErrorCodes.credentials.contains(code) ? "AWS does not take the credentials" : nil
    }
}

extension AWSError: CustomStringConvertible {
    /// What happened, in AWS's words, and what to do.
    package var description: String {
        let words = [code, message].filter { !$0.isEmpty }.joined(separator: ": ")
        let facts = [
            isNotAWS ? nil : httpStatus.map { "HTTP \($0)" }, requestId.map { "request id \($0)" },
            attempts > 1 ? "\(attempts) attempts" : nil,
        ].compactMap(\.self)
        let place = endpoint.isEmpty ? "AWS" : endpoint
        let what =
            switch kind {
            case .service: "\(operation) was refused: \(words)"
            case .throttled: "\(operation) was throttled: \(words)"
            case .unreachable: "\(operation) could not reach \(place): \(words)"
            case .uncertain: "\(operation) at \(place) may or may not have happened: \(words)"
            case .unavailable, .garbled: "\(operation) failed at \(place): \(words)"
            case .credentials: "\(operation) was not authorised: \(words)"
            case .expiredCredentials: "\(operation) was refused, since the credentials have expired: \(words)"
            case .cancelled: "\(operation) was not sent: \(words)"
            case .invalidInput: "\(operation) cannot be sent: \(words)"
            }
        let details = facts.isEmpty ? "" : " (\(facts.joined(separator: ", ")))"
        let end = what.last.map { ".!?".contains($0) } == true && details.isEmpty ? "" : "."
        return what + details + end + (advice.map { " " + $0 } ?? "")
    }

    /// What to do; nil where AWS's words say all.
    package var advice: String? {
        switch kind {
        case .service, .cancelled: nil
        case .throttled: "Something else takes all that AWS allows this account. Run it again later to go on."
        case .unreachable: "Check the network, the region, the proxy and the endpoint URL."
        case .uncertain:
            (isNotAWS ? Self.checkEndpoint + " Then run" : "Run")
                + " the same command again: it looks for what this call may have made."
        case .unavailable: "Run it again; if it goes on, look at the AWS Health Dashboard."
        case .garbled: Self.checkEndpoint
        case .credentials:
            "Check the access key, the profile and the clock; `cogstack whoami` shows where the credentials came from."
        case .expiredCredentials:
            (credentialsSource.map { "They came from \($0). " } ?? "")
                + "What was done is recorded. Renew them (for instance by signing in again), and run the same command again to go on."
        case .invalidInput: "This is a defect of cogstack: please report it with this message."
        }
    }

    /// Whether what came was no answer of AWS's, which its message then describes, status included.
    private var isNotAWS: Bool { code.isEmpty && httpStatus != nil }

    private static let checkEndpoint =
        "Check that the endpoint URL is the service's own and that no proxy answers in its place."
}
