import Foundation
import HTTP
import Model
import Schema
import Synchronization
import Testing
import TestSupport

@testable import AWSClient

@Suite("Rate limiter")
struct RateLimiterTests {
    private let clock = ManualTime(Timestamp.date("20150830T123600Z"))

    /// Sends so many requests at once, of which the last is refused.
    private func throttledAfter(_ number: Int) async -> RateLimiter {
        let limiter = RateLimiter(time: clock.time)
        var permit = await limiter.acquire()
        for _ in 1..<number { permit = await limiter.acquire() }
        await limiter.throttled(permit)
        return limiter
    }

    @Test("nothing waits before the first throttling")
    func open() async {
        let limiter = RateLimiter(time: clock.time)
        for _ in 0..<1000 {
            _ = await limiter.acquire()
            await limiter.succeeded()
        }
        #expect(clock.waits.isEmpty)
    }

    @Test(
        "a burst that is refused many times counts once, a refusal after it again, down to one request in two seconds")
    func reduces() async throws {
        let limiter = RateLimiter(time: clock.time)
        var permits: [RateLimiter.Permit] = []
        for _ in 0..<20 { permits.append(await limiter.acquire()) }
        clock.advance(0.1)
        for permit in permits { await limiter.throttled(permit) }
        let first = try #require(await limiter.rate)
        // 20 in half a second, smoothed, and 0.7 of that.
        #expect(abs(first - 22.4) < 0.1)
        for _ in 0..<20 { await limiter.throttled(await limiter.acquire()) }
        #expect(await limiter.rate == 0.5)
    }

    @Test("once throttled, requests keep to the rate, in the order in which they came")
    func keeps() async throws {
        let limiter = await throttledAfter(20)
        let rate = try #require(await limiter.rate)
        let start = clock.now
        for _ in 0..<30 { _ = await limiter.acquire() }
        #expect(abs(clock.now.timeIntervalSince(start) - 30 / rate) < 0.1)
    }

    @Test("a long wait is told, a short one is not")
    func tells() async {
        let limiter = await throttledAfter(20)
        let told = Mutex(0)
        _ = await limiter.acquire { told.withLock { $0 += 1 } }
        #expect(told.withLock(\.self) == 0)
        for _ in 0..<20 { await limiter.throttled(await limiter.acquire()) }
        _ = await limiter.acquire { told.withLock { $0 += 1 } }
        #expect(told.withLock(\.self) == 1)
    }

    @Test("a clock that is set back does not hold requests up for long")
    func clockSetBack() async {
        let limiter = await throttledAfter(20)
        clock.advance(-3600)
        let start = clock.now
        _ = await limiter.acquire()
        #expect(clock.now.timeIntervalSince(start) < 1)
    }

    @Test("a cancelled task waits no longer and leaves its place to the next")
    func cancelled() async {
        let limiter = await throttledAfter(20)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = await limiter.acquire()
        }
        await task.value
        #expect(clock.waits.isEmpty)
        _ = await limiter.acquire()
        #expect(!clock.waits.isEmpty)
    }
}

/// A service with a limit of its own, on the test's clock: each request takes 10 ms.
private final class LimitedService: Transport {
    struct State {
        var rate: Double
        var tokens: Double
        var filled: Date
        var sent = 0
        var refused = 0
    }

    let state: Mutex<State>
    let clock: ManualTime

    /// - Parameter rate: requests a second.
    init(rate: Double, _ clock: ManualTime) {
        self.clock = clock
        state = Mutex(State(rate: rate, tokens: max(1, rate), filled: clock.now))
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        clock.advance(0.01)
        return state.withLock { state in
            state.sent += 1
            state.tokens = min(
                max(1, state.rate), state.tokens + clock.now.timeIntervalSince(state.filled) * state.rate)
            state.filled = clock.now
            guard state.tokens >= 1 else {
                state.refused += 1
                return HTTPResponse(
                    status: 400, body: Data(#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#.utf8))
            }
            state.tokens -= 1
            return HTTPResponse(status: 200, headers: ["x-amzn-RequestId": "r"], body: Data("{}".utf8))
        }
    }
}

@Suite("A service with a limit")
struct LimitedServiceTests {
    private let clock = ManualTime(Timestamp.date("20150830T123600Z"))

    private func client(_ service: LimitedService, random: @escaping @Sendable () -> Double) throws -> AWSClient {
        AWSClient(
            credentials: nil, endpoints: try Endpoints(region: "us-east-1"), transport: service,
            retry: RetryPolicy(throttleDeadline: RetryPolicy.usualThrottleDeadline), time: clock.time, random: random)
    }

    private static let create = AWSOperation(.cognitoIdentityProvider, "CreateUserPool", .create, answers: "UserPool?")

    @Test(
        "two hundred calls all succeed, at half the pace that the service allows or better",
        arguments: [0.2, 0.5, 1, 5, 20])
    func adapts(rate: Double) async throws {
        let service = LimitedService(rate: rate, clock)
        let generator = Mutex(SeededGenerator(seed: 7))
        let client = try client(service) { generator.withLock { Double.random(in: 0...1, using: &$0) } }
        let start = clock.now
        for _ in 0..<200 { _ = try await client.call(Self.create, [:]) }
        let seconds = clock.now.timeIntervalSince(start)
        let state = service.state.withLock(\.self)
        #expect(seconds < 200 / rate * 2)
        // Below one request in two seconds it is asked too often, above it about as often as it is let through.
        #expect(Double(state.refused) < 200 * (rate < 0.5 ? 5 : 1.3))
    }

    @Test("without a limit nothing waits")
    func unlimited() async throws {
        let service = LimitedService(rate: 1e9, clock)
        let client = try client(service) { 1 }
        for _ in 0..<200 { _ = try await client.call(Self.create, [:]) }
        #expect(clock.waits.isEmpty)
    }

    @Test("when the limit goes away, the rate is back within seconds")
    func recovers() async throws {
        let service = LimitedService(rate: 1, clock)
        let client = try client(service) { 0.5 }
        for _ in 0..<20 { _ = try await client.call(Self.create, [:]) }
        service.state.withLock { $0.rate = 1e9 }
        let start = clock.now
        for _ in 0..<200 { _ = try await client.call(Self.create, [:]) }
        #expect(clock.now.timeIntervalSince(start) < 15)
        let last = clock.waits.count
        for _ in 0..<200 { _ = try await client.call(Self.create, [:]) }
        #expect(clock.waits.count == last)
    }

    @Test("throttling without end ends after five minutes, and was told all along")
    func endless() async throws {
        let service = LimitedService(rate: 0, clock)
        service.state.withLock { $0.tokens = 0 }
        let told = Mutex<Set<String>>([])
        let client = try client(service) { 0.5 }.tellingWaits { reason in told.withLock { _ = $0.insert(reason) } }
        let start = clock.now
        let error = await #expect(throws: AWSError.self) { try await client.call(Self.create, [:]) }
        let seconds = clock.now.timeIntervalSince(start)
        #expect(error?.kind == .throttled && error?.mayHaveHappened == false)
        #expect(seconds >= 300 && seconds < 330)
        #expect(told.withLock(\.self) == ["Cognito Identity Provider asks to slow down"])
    }
}
