package import Foundation

/// What one attempt came to, as far as sending again is concerned.
package enum RetryCause: Sendable, Hashable {
    /// AWS asked to slow down; the request was not carried out.
    case throttled
    /// The request did not leave.
    case notSent
    /// A server error, a lost connection or a timeout: it may have been carried out.
    case unclear
    /// An answer that sending again will not change.
    case final
}

/// When an attempt is repeated and how long to wait first. Pure; the quota and the random number are passed in.
///
/// AWS's "standard" mode in its newer generation (2026; 50 ms base, one second after throttling, retry cost 14, or 5
/// after throttling, out of 500), which differs from the older one (one second base, cost 5 or 10) in every number. With
/// `throttleDeadline`, throttling is retried beyond it: it proves that nothing happened, so there is no reason to give up half-way.
package struct RetryPolicy: Sendable, Hashable {
    /// Attempts in all, the first one included.
    package var maxAttempts: Int
    /// Seconds from a call's first throttling on for which it is sent again, whatever the attempts and the quota; nil where
    /// throttling counts as any other retryCause.
    package var throttleDeadline: Double?
    /// The longest wait in seconds.
    package var maxDelay: Double

    package init(maxAttempts: Int = 3, throttleDeadline: Double? = nil, maxDelay: Double = 20) {
        self.maxAttempts = maxAttempts
        self.throttleDeadline = throttleDeadline
        self.maxDelay = maxDelay
    }

    /// Five minutes. AWS's limits are a few requests a second for an account and refill as fast, so what lasts longer is another
    /// client that takes all there is.
    package static let usualThrottleDeadline = 300.0

    package enum Decision: Sendable, Hashable {
        /// Sent again after so many seconds.
        case again(after: Double)
        case giveUp
    }

    /// - Parameters:
    ///   - attempt: attempts made, from 1; with `throttleDeadline`, those that were throttled and the others are counted apart.
    ///   - throttledFor: seconds since the call's first throttling.
    ///   - retryAfter: the header `x-amz-retry-after`, in milliseconds.
    ///   - random: from 0 to 1; the part of the full delay that is waited (full jitter).
    package func decide(
        _ retryCause: RetryCause, _ effect: AWSOperation.Effect, attempt: Int, throttledFor: Double = 0,
        retryAfter: String? = nil,
        quota: inout RetryQuota, random: Double
    ) -> Decision {
        guard Self.isSafe(retryCause, effect) else { return .giveUp }
        if let throttleDeadline, retryCause == .throttled {
            guard throttledFor < throttleDeadline else { return .giveUp }
        } else {
            guard attempt < maxAttempts, quota.spend(retryCause) else { return .giveUp }
        }
        let base = retryCause == .throttled ? 1 : 0.05
        // The bound of the exponent only keeps the number finite.
        let delay = random * min(base * pow(2, Double(min(attempt - 1, 30))), maxDelay)
        guard let wanted = retryAfter.flatMap({ Int($0) }) else { return .again(after: delay) }
        return .again(after: min(max(Double(wanted) / 1000, delay), delay + 5))
    }

    /// Whether sending again can do no harm.
    static func isSafe(_ retryCause: RetryCause, _ effect: AWSOperation.Effect) -> Bool {
        switch retryCause {
        case .throttled, .notSent: true
        case .unclear: effect != .create
        case .final: false
        }
    }
}

/// The tokens that repeats cost, shared by all calls: when a service is down, the calls together soon stop repeating.
package struct RetryQuota: Sendable, Hashable {
    package static let capacity = 500

    package private(set) var tokens: Int

    package init(tokens: Int = RetryQuota.capacity) { self.tokens = tokens }

    static func cost(_ retryCause: RetryCause) -> Int { retryCause == .throttled ? 5 : 14 }

    mutating func spend(_ retryCause: RetryCause) -> Bool {
        guard tokens >= Self.cost(retryCause) else { return false }
        tokens -= Self.cost(retryCause)
        return true
    }

    /// Gives back what the last repeat cost, or one token where the first attempt succeeded.
    package mutating func succeeded(after retryCause: RetryCause?) {
        tokens = min(Self.capacity, tokens + (retryCause.map(Self.cost) ?? 1))
    }
}

/// The clock, passed in so that tests can turn it.
package struct Time: Sendable {
    package let now: @Sendable () -> Date
    /// Waits so many seconds; throws when it is cut short: the task is cancelled, or the run is asked to stop.
    package let sleep: @Sendable (Double) async throws -> Void

    package init(now: @escaping @Sendable () -> Date, sleep: @escaping @Sendable (Double) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    package static let system = Time(now: { Date() }, sleep: { try await Task.sleep(for: .seconds($0)) })
}

/// What AWS's error codes mean, from botocore's retry tables. IAM's, Cognito's and Logs' `LimitExceeded…` codes are
/// quotas and not among the throttling codes here.
enum ErrorCodes {
    static let throttling: Set<String> = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "RequestThrottled",
        "TooManyRequestsException", "RequestLimitExceeded", "BandwidthLimitExceeded", "SlowDown",
        "PriorRequestNotComplete", "EC2ThrottledException",
    ]
    /// What Lambda gives as the reason of a `TooManyRequestsException` that is about who calls, and not about a function's concurrency
    /// (Lambda API, ThrottleReason).
    static let callersRate: Set<String> = ["CallerRateLimitExceeded"]
    static let transient: Set<String> = [
        "RequestTimeout", "RequestTimeoutException", "InternalError", "InternalErrorException", "InternalFailure",
        "InternalServerError", "ServiceFailure", "ServiceException", "ServiceUnavailable",
        "ServiceUnavailableException",
    ]
    /// Refused before anything ran, because of the signature's date or a key.
    static let skewed: Set<String> = [
        "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException",
        "SignatureDoesNotMatch", "AuthFailure",
    ]
    /// What an endpoint that is not AWS's own says of a call that it does not have; AWS itself says so to a mistyped one.
    private static let unknownCall: Set<String> = [
        "NotImplemented", "NotImplementedException", "UnknownOperation", "UnknownOperationException", "InvalidAction",
        "UnsupportedOperation", "UnsupportedOperationException",
    ]

    /// The code of an answer that says that the endpoint does not have the call; nil for any other.
    static func notImplemented(_ answer: Message.Answer, status: Int) -> String? {
        switch answer {
        case .failure(let code, _, _) where status == 501 || unknownCall.contains(code): code
        case .garbled where status == 501: "NotImplemented"
        default: nil
        }
    }

    static let expired: Set<String> = ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"]
    static let credentials: Set<String> = skewed.union([
        "UnrecognizedClientException", "UnrecognizedClient", "InvalidClientTokenId", "InvalidAccessKeyId",
        "MissingAuthenticationToken", "MissingAuthenticationTokenException", "IncompleteSignature",
        "IncompleteSignatureException",
    ])
}
