package import Foundation
package import HTTP
package import Model
import Synchronization

/// The AWS API over a transport: writes, signs, sends, repeats where that is safe, reads.
///
/// A value that is cheap to copy; copies share the count, the clock's correction and the limits.
package struct AWSClient: AWSCaller {
    /// One sending of a request, for `--verbose`. What comes from a body has its secrets masked.
    package struct Attempt: Sendable {
        package let operation: AWSOperation
        /// From 1.
        package let number: Int
        package let endpoint: String
        /// Nil where no answer came.
        package let status: Int?
        package let requestId: String?
        /// AWS's error code, or why no answer came; nil for a success.
        package let error: String?
        /// Seconds.
        package let duration: Double
        /// What was sent, in the operation's own members.
        package let input: Value
        /// What was answered; null where nothing was, or AWS refused.
        package let output: Value
    }

    package let endpoints: Endpoints
    private var credentials: (any CredentialsProvider)?
    private let transport: any Transport
    private let retry: RetryPolicy
    private let time: Time
    private let random: @Sendable () -> Double
    private let observer: (@Sendable (Attempt) -> Void)?
    private let shared: Shared
    private var waits: WaitObserver = { _ in }

    /// - Parameters:
    ///   - credentials: nil for the operations that need none (Cognito's `InitiateAuth`, `GetId`): they go unsigned.
    ///   - random: a number from 0 to 1, for the waits between attempts.
    ///   - observer: called with every attempt when it is over.
    package init(
        credentials: (any CredentialsProvider)?, endpoints: Endpoints, transport: any Transport,
        retry: RetryPolicy = RetryPolicy(), time: Time = .system,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        observer: (@Sendable (Attempt) -> Void)? = nil
    ) {
        self.credentials = credentials
        self.endpoints = endpoints
        self.transport = transport
        self.retry = retry
        self.time = time
        self.random = random
        self.observer = observer
        shared = Shared(time: time)
    }

    /// Requests sent so far, repeats included.
    package var apiCalls: Int { shared.state.withLock(\.calls) }

    /// The time as AWS has it: this machine's, set right where AWS has refused a signature for it.
    package var now: Date { time.now().addingTimeInterval(shared.state.withLock(\.clockOffset)) }

    package func tellingWaits(_ observer: @escaping WaitObserver) -> any AWSCaller {
        var copy = self
        copy.waits = observer
        return copy
    }

    package func signing(with credentials: Credentials?) -> any AWSCaller {
        var other = self
        other.credentials = credentials
        return other
    }

    package func call(_ operation: AWSOperation, _ input: Value) async throws(AWSError) -> Value {
        let endpoint = endpoints[operation.service]
        var request: HTTPRequest
        do {
            request = try Message.request(operation, input, to: endpoint)
        } catch {
            throw AWSError(
                .invalidInput, message: "\(PropertyPath("input") + error.path): \(error.reason)", operation: operation,
                endpoint: endpoint.origin,
                attempts: 0)
        }
        let limiter = shared.limiter(of: operation.service)
        let slowness = "\(operation.service.name) asks to slow down"
        var history = AttemptHistory()
        while true {
            let permit = await limiter.acquire { await waits(slowness) }
            // What was begun is brought to an end: only a call of which nothing was sent yet stops here.
            guard history.attempts > 0 || (!permit.isCutShort && !Task.isCancelled) else {
                throw AWSError(
                    .cancelled, message: "interrupted", operation: operation, endpoint: endpoint.origin, attempts: 0)
            }
            request.readTimeout = operation.effect == .read ? Self.readTimeout * Double(history.others + 1) : nil
            let outcome = try await attempt(operation, input, request, endpoint, &history)
            if outcome.retryCause == .throttled {
                await limiter.throttled(permit)
            } else if outcome.wasAnswered {
                await limiter.succeeded()
            }
            guard let failure = outcome.failure else {
                shared.state.withLock { $0.quota.succeeded(after: history.lastRetryCause) }
                return outcome.output
            }
            if correctsClock(outcome, &history) { continue }
            if try await renewsCredentials(failure, &history) { continue }
            history.note(outcome.retryCause, at: time.now())
            if outcome.retryCause == .unclear { request.needsFreshConnection = true }
            let decision = shared.state.withLock { state in
                retry.decide(
                    outcome.retryCause, operation.effect, attempt: history.attempts(of: outcome.retryCause, retry),
                    throttledFor: history.throttledSince.map { time.now().timeIntervalSince($0) } ?? 0,
                    retryAfter: outcome.retryAfter, quota: &state.quota, random: random())
            }
            guard case .again(let delay) = decision else { throw failure.annotated(with: history) }
            if outcome.retryCause == .throttled { await waits(slowness) }
            guard (try? await time.sleep(delay)) != nil else { throw failure.annotated(with: history) }
            history.lastRetryCause = outcome.retryCause
        }
    }

    /// Seconds of silence after which a read is asked again; the second time twice as many, and so on. A change has the
    /// transport's own limit, since a change is not sent twice without need.
    private static let readTimeout = 20.0

    /// What has happened to a call so far.
    fileprivate struct AttemptHistory {
        var attempts = 0
        /// Those of them that were throttled.
        var throttled = 0
        var throttledSince: Date?
        var lastRetryCause: RetryCause?
        var clockWasCorrected = false
        /// Seconds that were added to the clock for the last signature.
        var clockOffset = 0.0
        /// What the last attempt was signed with.
        var credentials: Credentials?
        var credentialsWereRenewed = false
        /// An attempt before the last may have been carried out.
        var mayHaveHappened = false

        var others: Int { attempts - throttled }

        mutating func note(_ retryCause: RetryCause, at now: Date) {
            if retryCause == .unclear { mayHaveHappened = true }
            guard retryCause == .throttled else { return }
            throttled += 1
            throttledSince = throttledSince ?? now
        }

        func attempts(of retryCause: RetryCause, _ policy: RetryPolicy) -> Int {
            policy.throttleDeadline == nil ? attempts : retryCause == .throttled ? throttled : others
        }
    }

    private struct Outcome {
        var output: Value = .null
        var failure: AWSError?
        var retryCause = RetryCause.final
        var retryAfter: String?
        var serverDate: Date?
        var wasAnswered: Bool { failure?.httpStatus != nil || failure == nil }
    }

    private func attempt(
        _ operation: AWSOperation, _ input: Value, _ request: HTTPRequest, _ endpoint: Endpoint,
        _ history: inout AttemptHistory
    ) async throws(AWSError) -> Outcome {
        history.attempts += 1
        let signed = try await sign(request, operation, endpoint, &history)
        shared.state.withLock { $0.calls += 1 }
        let start = time.now()
        var outcome: Outcome
        var response: HTTPResponse?
        do throws(TransportError) {
            let answer = try await transport.send(signed)
            response = answer
            outcome = read(answer, operation, endpoint)
        } catch {
            outcome = Self.unanswered(error, operation, endpoint)
        }
        observer?(
            Attempt(
                operation: operation, number: history.attempts, endpoint: endpoint.origin, status: response?.status,
                requestId: response.flatMap(Message.requestId),
                error: outcome.failure.map { $0.code.isEmpty ? $0.message : $0.code },
                duration: time.now().timeIntervalSince(start), input: operation.shown(input),
                output: operation.shown(outcome.output)))
        return outcome
    }

    private func sign(
        _ request: HTTPRequest, _ operation: AWSOperation, _ endpoint: Endpoint, _ history: inout AttemptHistory
    ) async throws(AWSError) -> HTTPRequest {
        var request = request
        request.headers.append(("User-Agent", "cogstack"))
        guard let credentials else { return request }
        do {
            let current = try await credentials.credentials()
            history.credentials = current
            history.clockOffset = shared.state.withLock(\.clockOffset)
            let isS3 = operation.service == .s3
            return SignatureV4(
                credentials: current, region: endpoints.signingRegion(operation.service),
                service: operation.service.signingName, date: time.now().addingTimeInterval(history.clockOffset),
                pathRule: isS3 ? .asSent : .normalised
            ).sign(request, sendsPayloadHash: isS3)
        } catch {
            throw AWSError(
                .credentials, message: error.description, operation: operation, endpoint: endpoint.origin, attempts: 0)
        }
    }

    private func read(_ response: HTTPResponse, _ operation: AWSOperation, _ endpoint: Endpoint) -> Outcome {
        var outcome = Outcome(
            retryAfter: response.headers["x-amz-retry-after"],
            serverDate: response.headers["date"].flatMap(Timestamp.httpDate))
        func fail(_ kind: AWSError.Kind, _ code: String, _ message: String, _ retryCause: RetryCause) {
            outcome.retryCause = retryCause
            outcome.failure = AWSError(
                kind, code: code, message: message, operation: operation, endpoint: endpoint.origin,
                requestId: Message.requestId(response), httpStatus: response.status)
        }
        let isCreate = operation.effect == .create
        let isServerError = response.status >= 500
        let answer = Message.answer(to: operation, response)
        if let code = ErrorCodes.notImplemented(answer, status: response.status) {
            // A refusal as any other: nothing happened, and asking again does not change it.
            fail(.service, code, "this endpoint does not implement \(operation.name)", .final)
            return outcome
        }
        switch answer {
        case .success(let output): outcome.output = output
        case .failure(let code, let message, let reason?) where !ErrorCodes.callersRate.contains(reason):
            // Lambda's 429 for a limit of the function's own: an answer about the function, which asking again does not change.
            fail(.service, code, "\(message) (\(reason))", .final)
        case .failure(let code, let message, _):
            if ErrorCodes.throttling.contains(code) || response.status == 429 {
                fail(.throttled, code, message, .throttled)
            } else if isServerError || ErrorCodes.transient.contains(code) {
                fail(isCreate ? .uncertain : .unavailable, code, message, .unclear)
            } else if ErrorCodes.expired.contains(code) {
                fail(.expiredCredentials, code, message, .final)
            } else {
                fail(ErrorCodes.credentials.contains(code) ? .credentials : .service, code, message, .final)
            }
        case .garbled(let form):
            // A gateway's page says that the service behind it could not be reached for now; any other page says that
            // this is not the service. What is no page is an answer that was spoilt on its way.
            let isGateway = (502...504).contains(response.status)
            let isSpoilt = !response.isPage && !(300..<400).contains(response.status)
            let mayHaveHappened = isServerError || response.status < 300
            fail(
                isCreate && mayHaveHappened ? .uncertain : isGateway ? .unavailable : .garbled, "",
                "this is not AWS's answer: \(form)", isGateway || isSpoilt ? .unclear : .final)
        }
        return outcome
    }

    private static func unanswered(_ error: TransportError, _ operation: AWSOperation, _ endpoint: Endpoint) -> Outcome
    {
        let (kind, retryCause): (AWSError.Kind, RetryCause) =
            switch error.kind {
            case .notSent: (.unreachable, .notSent)
            case .tls: (.unreachable, .final)
            case .unreadable: (operation.effect == .create ? .uncertain : .garbled, .final)
            case .lost, .timedOut: (operation.effect == .create ? .uncertain : .unavailable, .unclear)
            }
        return Outcome(
            failure: AWSError(kind, message: error.message, operation: operation, endpoint: endpoint.origin),
            retryCause: retryCause)
    }

    /// Sets the clock by the server's when a signature was refused and the two are more than four minutes apart (AWS
    /// allows five), once in a call; the request was refused before it ran and is signed and sent anew.
    private func correctsClock(_ outcome: Outcome, _ history: inout AttemptHistory) -> Bool {
        guard let code = outcome.failure?.code, ErrorCodes.skewed.contains(code), let serverDate = outcome.serverDate,
            !history.clockWasCorrected
        else { return false }
        history.clockWasCorrected = true
        let offset = serverDate.timeIntervalSince(time.now())
        // Compared with what this request was signed with: another call may have set the clock meanwhile.
        guard abs(offset - history.clockOffset) > 240 else { return false }
        shared.state.withLock { $0.clockOffset = offset }
        return true
    }

    /// Whether there are other credentials than those that have expired, asked for once in a call; the request was refused
    /// before it ran and is signed and sent anew.
    private func renewsCredentials(_ failure: AWSError, _ history: inout AttemptHistory) async throws(AWSError) -> Bool
    {
        guard failure.kind == .expiredCredentials, let expired = history.credentials, !history.credentialsWereRenewed
        else {
            return false
        }
        history.credentialsWereRenewed = true
        // A source that fails now is as good as one that has nothing new: what AWS said is what the user has to know.
        return (try? await credentials?.renewed(after: expired)) ?? false
    }
}

extension AWSError {
    /// The error of the last attempt, with what the attempts before it leave open.
    fileprivate func annotated(with history: AWSClient.AttemptHistory) -> AWSError {
        // "Nothing happened" holds for the last attempt only.
        let isOpen = history.mayHaveHappened && operation.effect != .read
        let claimsNothing: Set<Kind> = [.unreachable, .throttled, .credentials, .expiredCredentials]
        let kind = isOpen && claimsNothing.contains(self.kind) ? .unavailable : self.kind
        return AWSError(
            kind, code: code, message: message, operation: operation, endpoint: endpoint, requestId: requestId,
            httpStatus: httpStatus, attempts: history.attempts,
            credentialsSource: self.kind == .expiredCredentials ? history.credentials?.source : nil)
    }
}

/// What the copies of a client have in common.
private final class Shared: Sendable {
    struct State {
        var calls = 0
        var quota = RetryQuota()
        /// Seconds that the server's clock is ahead.
        var clockOffset = 0.0
        var limiters: [Service: RateLimiter] = [:]
    }

    let state = Mutex(State())
    private let time: Time

    init(time: Time) { self.time = time }

    func limiter(of service: Service) -> RateLimiter {
        state.withLock { state in
            if let limiter = state.limiters[service] { return limiter }
            let limiter = RateLimiter(time: time)
            state.limiters[service] = limiter
            return limiter
        }
    }
}
