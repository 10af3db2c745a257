import Foundation
import Schema
import Testing

@testable import AWSClient

@Suite("Retry")
struct RetryTests {
    static let file = "retry-standard-sep/standard-retry-cases.json"
    static let group = "NewStandardRetryIntegrationTestResources.kt"

    /// The newer generation of the standard mode; the older one contradicts it in every number.
    @Test(
        "the standard mode's cases", .enabled(if: Vectors.arePresent, "the vectors are absent"),
        arguments: [("newStandardRetryIntegrationTestCases", 12), ("newStandardRetryMultiInvocationTestCases", 1)])
    func standard(kind: String, count: Int) throws {
        let cases = try Vectors.json(Self.file)[Self.group][kind].map ?? [:]
        #expect(cases.count == count)
        for (name, test) in cases {
            let given = test["given"]
            let policy = RetryPolicy(
                maxAttempts: given["max_attempts"].integer ?? 3, maxDelay: Self.double(given["max_backoff_time"]) ?? 20)
            var quota = RetryQuota(tokens: given["initial_retry_tokens"].integer ?? RetryQuota.capacity)
            var attempt = 0
            var last: Setback?
            for step in test["responses"].elements {
                let expected = step["expected"]
                let response = step["response"]
                attempt += 1
                if response["status_code"] == 200 {
                    quota.succeeded(after: last)
                    attempt = 0
                    last = nil
                } else {
                    let setback: Setback = response["error_code"] == "Throttling" ? .throttled : .unclear
                    let decision = policy.decide(
                        setback, .read, attempt: attempt, retryAfter: response["headers"]["x-amz-retry-after"].string,
                        quota: &quota, random: 1)
                    if expected["outcome"] == "retry_request" {
                        #expect(decision == .again(after: try #require(Self.double(expected["delay"]))), "\(name)")
                        last = setback
                    } else {
                        #expect(decision == .giveUp, "\(name)")
                    }
                }
                #expect(quota.tokens == expected["retry_quota"].integer, "\(name)")
            }
        }
    }

    private static func double(_ value: Value) -> Double? {
        switch value {
        case .number(let number): number
        case .integer(let number): Double(number)
        default: nil
        }
    }

    @Test(
        "what is safe to send again",
        arguments: [
            (.throttled, [.read, .repeatable, .create]), (.notSent, [.read, .repeatable, .create]),
            (.unclear, [.read, .repeatable]), (.final, []),
        ] as [(Setback, Set<AWSOperation.Effect>)])
    func safety(setback: Setback, effects: Set<AWSOperation.Effect>) {
        for effect in [AWSOperation.Effect.read, .repeatable, .create] {
            var quota = RetryQuota()
            let decision = RetryPolicy().decide(setback, effect, attempt: 1, quota: &quota, random: 0.5)
            #expect((decision != .giveUp) == effects.contains(effect))
        }
    }

    @Test("throttling is borne for longer than what may have happened")
    func throttlingIsBorneLonger() {
        let policy = RetryPolicy(maxAttempts: 3, maxThrottledAttempts: 10)
        var quota = RetryQuota()
        #expect(policy.decide(.throttled, .create, attempt: 9, quota: &quota, random: 0) == .again(after: 0))
        #expect(policy.decide(.throttled, .create, attempt: 10, quota: &quota, random: 0) == .giveUp)
        #expect(policy.decide(.notSent, .create, attempt: 3, quota: &quota, random: 0) == .giveUp)
    }
}

@Suite("Rate limiter")
struct RateLimiterTests {
    private let clock = ManualTime(Timestamp.date("20150830T123600Z"))

    @Test("nothing waits before the first throttling")
    func open() async {
        let limiter = RateLimiter(time: clock.time)
        for _ in 0..<1000 { await limiter.acquire() }
        #expect(clock.waits.isEmpty)
    }

    @Test("a throttling halves what was being sent, a burst of them only once, and later ones again")
    func halves() async {
        let limiter = RateLimiter(time: clock.time)
        for _ in 0..<20 { await limiter.acquire() }
        for _ in 0..<20 { await limiter.throttled() }
        #expect(await limiter.rate == 10)
        clock.advance(1)
        await limiter.throttled()
        #expect(await limiter.rate == 5)
        for _ in 0..<20 {
            clock.advance(1)
            await limiter.throttled()
        }
        #expect(await limiter.rate == 0.5)
    }

    @Test("once throttled, requests keep to the rate")
    func keeps() async {
        let limiter = RateLimiter(time: clock.time)
        for _ in 0..<20 { await limiter.acquire() }
        await limiter.throttled()
        let start = clock.now
        for _ in 0..<30 { await limiter.acquire() }
        let seconds = clock.now.timeIntervalSince(start)
        #expect(seconds > 2.5 && seconds < 3.5)
    }

    @Test("successes lift the limit in the end")
    func recovers() async {
        let limiter = RateLimiter(time: clock.time)
        for _ in 0..<4 { await limiter.acquire() }
        await limiter.throttled()
        var last = 2.0
        for _ in 0..<2000 {
            await limiter.succeeded()
            guard let rate = await limiter.rate else { break }
            #expect(rate > last)
            last = rate
        }
        #expect(await limiter.rate == nil)
    }
}
