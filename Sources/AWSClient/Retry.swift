package import Foundation

/// What one attempt came to, as far as sending again is concerned.
package enum Setback: Sendable, Hashable {
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
/// after throttling, out of 500), which differs from the older one (one second base, cost 5 or 10) in every number.
package struct RetryPolicy: Sendable, Hashable {
    /// Attempts in all, the first one included.
    package var maxAttempts: Int
    /// Attempts in all where AWS asks to slow down, which proves that nothing happened: no reason to give up half-way.
    package var maxThrottledAttempts: Int
    /// The longest wait in seconds.
    package var maxDelay: Double

    package init(maxAttempts: Int = 3, maxThrottledAttempts: Int? = nil, maxDelay: Double = 20) {
        self.maxAttempts = maxAttempts
        self.maxThrottledAttempts = maxThrottledAttempts ?? maxAttempts
        self.maxDelay = maxDelay
    }

    package enum Decision: Sendable, Hashable {
        /// Sent again after so many seconds.
        case again(after: Double)
        case giveUp
    }

    /// - Parameters:
    ///   - attempt: attempts made, from 1.
    ///   - retryAfter: the header `x-amz-retry-after`, in milliseconds.
    ///   - random: from 0 to 1; the part of the full delay that is waited (full jitter).
    package func decide(
        _ setback: Setback, _ effect: AWSOperation.Effect, attempt: Int, retryAfter: String? = nil,
        quota: inout RetryQuota, random: Double
    ) -> Decision {
        guard attempt < (setback == .throttled ? maxThrottledAttempts : maxAttempts), Self.isSafe(setback, effect), quota.spend(setback) else { return .giveUp }
        let base = setback == .throttled ? 1 : 0.05
        let delay = random * min(base * pow(2, Double(attempt - 1)), maxDelay)
        guard let wanted = retryAfter.flatMap({ Int($0) }) else { return .again(after: delay) }
        return .again(after: min(max(Double(wanted) / 1000, delay), delay + 5))
    }

    /// Whether sending again can do no harm.
    static func isSafe(_ setback: Setback, _ effect: AWSOperation.Effect) -> Bool {
        switch setback {
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

    static func cost(_ setback: Setback) -> Int { setback == .throttled ? 5 : 14 }

    mutating func spend(_ setback: Setback) -> Bool {
        guard tokens >= Self.cost(setback) else { return false }
        tokens -= Self.cost(setback)
        return true
    }

    /// Gives back what the last repeat cost, or one token where the first attempt succeeded.
    package mutating func succeeded(after setback: Setback?) {
        tokens = min(Self.capacity, tokens + (setback.map(Self.cost) ?? 1))
    }
}

/// Holds a service's requests to the rate that it takes, once it has throttled.
///
/// A token bucket that is open until the first throttling; then the rate is half of what was being sent, is halved
/// again with every further throttling (at most once in half a second, as one burst is refused many times), and
/// grows with every success until it no longer matters.
package actor RateLimiter {
    private let time: Time
    /// Requests a second; nil while there is no limit.
    package private(set) var rate: Double?
    private var tokens = 0.0
    private var filled = Date.distantPast
    private var halved = Date.distantPast
    private var recent: [Date] = []

    private static let slowest = 0.5
    private static let noLimit = 50.0

    package init(time: Time) { self.time = time }

    /// Waits until a request may be sent; false when the wait was cut short.
    @discardableResult package func acquire() async -> Bool {
        let now = time.now()
        recent.removeAll { now.timeIntervalSince($0) > 1 }
        recent.append(now)
        guard let rate else { return true }
        tokens = min(max(rate, 1), tokens + now.timeIntervalSince(filled) * rate) - 1
        filled = now
        // Going below zero is how those who wait stand in line: each waits for its own place.
        if tokens >= 0 { return true }
        return (try? await time.sleep(-tokens / rate)) != nil
    }

    package func throttled() {
        let now = time.now()
        guard now.timeIntervalSince(halved) > 0.5 else { return }
        halved = now
        if rate == nil {
            tokens = 0
            filled = now
        }
        rate = max(Self.slowest, (rate ?? Double(recent.count)) / 2)
    }

    package func succeeded() {
        guard let current = rate else { return }
        // One request a second more for each second of sending at the full rate.
        rate = current >= Self.noLimit ? nil : current + 1 / current
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
    static let transient: Set<String> = [
        "RequestTimeout", "RequestTimeoutException", "InternalError", "InternalErrorException", "InternalFailure",
        "InternalServerError", "ServiceFailure", "ServiceException", "ServiceUnavailable", "ServiceUnavailableException",
    ]
    /// Refused before anything ran, because of the signature's date or a key.
    static let skewed: Set<String> = [
        "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException",
        "SignatureDoesNotMatch", "AuthFailure",
    ]
    static let expired: Set<String> = ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"]
    static let credentials: Set<String> = skewed.union([
        "UnrecognizedClientException", "UnrecognizedClient", "InvalidClientTokenId", "InvalidAccessKeyId",
        "MissingAuthenticationToken", "MissingAuthenticationTokenException", "IncompleteSignature",
        "IncompleteSignatureException",
    ])
}
