import Model
import Schema
import Testing
import Planning
import Synchronization

typealias Purpose = Plan.Purpose

/// Counts from several tasks.
final class Counter: Sendable {
    private let count = Mutex(0)
    func add() { count.withLock { $0 += 1 } }
    var value: Int { count.withLock { $0 } }
}

/// True the first time.
final class Once: Sendable {
    private let isOver = Mutex(false)
    func isFirst() -> Bool {
        isOver.withLock { isOver in
            defer { isOver = true }
            return !isOver
        }
    }
}

extension Bench {
    /// A bench with everything of ``CrashTests/whole`` in place.
    static func furnished() async throws -> Bench {
        let bench = try Bench()
        #expect(try await bench.apply(Toys.stack(CrashTests.whole)).isDone)
        return bench
    }
}

func address(_ text: String) throws -> Address { try #require(Address(text)) }
