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
