import Foundation

/// Holds a service's requests to the rate that it takes, once it has throttled.
///
/// A token bucket that is open until the first throttling. From then on the rate follows the SDKs' adaptive mode (botocore,
/// `retries/adaptive.py`, `throttling.py`), which is CUBIC's curve (RFC 9438): a throttling takes the rate down to 0.7 of
/// what was being sent; afterwards it climbs fast towards where it was, slowly past that, and then fast again, and never to
/// more than twice what is being sent. Two things differ: one burst counts once, however often it is refused, as in TCP; and a
/// rate that no longer matters is no limit any more.
package actor RateLimiter {
    /// A request's leave to go.
    package struct Permit: Sendable {
        fileprivate let given: Date
        /// Whether the wait for it was cut short, so it came before its time.
        package let isCutShort: Bool
    }

    private let time: Time
    /// Requests a second; nil while there is no limit.
    package private(set) var rate: Double?
    private var tokens = 0.0
    private var filled = Date.distantPast
    /// Those who wait, first come, first served.
    private var line: [Int] = []
    private var next = 0
    /// The last throttling that changed the rate, and what was being sent then.
    private var last = (at: Date.distantPast, rate: 0.0)
    private var measured: MeasuredRate

    private static let slowest = 0.5
    private static let noLimit = 50.0
    private static let reduction = 0.7
    private static let climb = 0.4

    package init(time: Time) {
        self.time = time
        measured = MeasuredRate(start: time.now())
    }

    /// Waits until a request may be sent. Returns early when the wait is cut short.
    ///
    /// - Parameter waiting: called once, where it will be for more than a second.
    package func acquire(waiting: () async -> Void = {}) async -> Permit {
        let place = next
        next += 1
        line.append(place)
        var isTold = false
        var isCutShort = false
        while let rate {
            refill()
            // Clocks count in steps: what is left out at the end of a wait is no reason to wait again.
            if line.first == place, tokens > 1 - 1e-6 {
                tokens -= 1
                break
            }
            let ahead = Double(line.firstIndex(of: place) ?? 0)
            let wait = max((ahead + 1 - tokens) / rate, 1e-3)
            if wait > 1, !isTold {
                isTold = true
                await waiting()
            }
            // In steps, as the rate may change meanwhile.
            if (try? await time.sleep(min(wait, 1))) == nil {
                isCutShort = true
                break
            }
        }
        line.removeAll { $0 == place }
        measured.count(at: time.now())
        return Permit(given: time.now(), isCutShort: isCutShort)
    }

    /// The service took the request, whatever it thought of it.
    package func succeeded() {
        guard rate != nil else { return }
        let since = max(0, time.now().timeIntervalSince(last.at))
        let steepest = cbrt(last.rate * (1 - Self.reduction) / Self.climb)
        set(rate: Self.climb * pow(since - steepest, 3) + last.rate)
    }

    /// - Parameter permit: the refused request's. One that went before the last reduction says nothing of the new rate.
    package func throttled(_ permit: Permit) {
        guard permit.given >= last.at else { return }
        let sent = measured.rate(at: time.now())
        last = (time.now(), min(sent, rate ?? sent))
        if rate == nil {
            tokens = 0
            filled = last.at
        }
        set(rate: last.rate * Self.reduction)
    }

    private func set(rate wanted: Double) {
        refill()
        let rate = max(min(wanted, 2 * measured.rate(at: time.now())), Self.slowest)
        self.rate = rate < Self.noLimit ? rate : nil
    }

    private func refill() {
        guard let rate else { return }
        let now = time.now()
        tokens = min(max(rate, 1), tokens + max(0, now.timeIntervalSince(filled)) * rate)
        filled = now
    }
}

/// How many requests a second go out: counted by half seconds, older ones weighing less and less.
private struct MeasuredRate {
    private var begun: Date
    private var number = 0.0
    private var smooth = 0.0

    private static let span = 0.5
    private static let weight = 0.8

    init(start: Date) { begun = start }

    mutating func count(at now: Date) {
        roll(now)
        number += 1
    }

    mutating func rate(at now: Date) -> Double {
        roll(now)
        // A first burst is refused before its half second is over.
        return max(smooth, number / Self.span * Self.weight)
    }

    private mutating func roll(_ now: Date) {
        let elapsed = now.timeIntervalSince(begun)
        guard elapsed >= Self.span || elapsed < 0 else { return }
        smooth = number / max(elapsed, Self.span) * Self.weight + smooth * (1 - Self.weight)
        number = 0
        begun = now
    }
}
