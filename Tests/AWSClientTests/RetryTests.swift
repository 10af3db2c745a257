import Foundation
import Model
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
            var last: RetryCause?
            for step in test["responses"].elements {
                let expected = step["expected"]
                let response = step["response"]
                attempt += 1
                if response["status_code"] == 200 {
                    quota.succeeded(after: last)
                    attempt = 0
                    last = nil
                } else {
                    let retryCause: RetryCause = response["error_code"] == "Throttling" ? .throttled : .unclear
                    let decision = policy.decide(
                        retryCause, .read, attempt: attempt,
                        retryAfter: response["headers"]["x-amz-retry-after"].string,
                        quota: &quota, random: 1)
                    if expected["outcome"] == "retry_request" {
                        #expect(decision == .again(after: try #require(Self.double(expected["delay"]))), "\(name)")
                        last = retryCause
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
        ] as [(RetryCause, Set<AWSOperation.Effect>)])
    func safety(retryCause: RetryCause, effects: Set<AWSOperation.Effect>) {
        for effect in [AWSOperation.Effect.read, .repeatable, .create] {
            var quota = RetryQuota()
            let decision = RetryPolicy().decide(retryCause, effect, attempt: 1, quota: &quota, random: 0.5)
            #expect((decision != .giveUp) == effects.contains(effect))
        }
    }

    @Test("with a throttle deadline, throttling is retried by the clock, whatever the attempts and the quota")
    func throttleDeadline() {
        let policy = RetryPolicy(maxAttempts: 3, throttleDeadline: 300)
        var quota = RetryQuota(tokens: 0)
        #expect(
            policy.decide(.throttled, .create, attempt: 99, throttledFor: 299, quota: &quota, random: 1)
                == .again(after: 20))
        #expect(policy.decide(.throttled, .create, attempt: 2, throttledFor: 300, quota: &quota, random: 1) == .giveUp)
        #expect(policy.decide(.notSent, .create, attempt: 1, quota: &quota, random: 1) == .giveUp)
        #expect(quota.tokens == 0)
    }
}
