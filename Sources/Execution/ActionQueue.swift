import Model
import Planning

/// The actions of a plan that have not started: the first of those whose turn it is comes next. What it costs grows with the number of
/// actions and of what they wait for, and with nothing else.
struct ActionQueue {
    private let actions: [Action]
    private let indices: [Int: Int]
    /// What waits for each action, by their places in the plan.
    private var users: [[Int]]
    /// How many each action still waits for.
    private var missing: [Int]
    private var isWaiting: [Bool]
    private var ready = Heap()

    /// - Parameter actions: each after all that it waits for.
    init(_ actions: [Action]) {
        self.actions = actions
        indices = Dictionary(zip(actions.map(\.id), actions.indices), uniquingKeysWith: { first, _ in first })
        users = Array(repeating: [], count: actions.count)
        missing = actions.map(\.after.count)
        isWaiting = Array(repeating: true, count: actions.count)
        for (index, action) in actions.enumerated() {
            for id in action.after {
                if let needed = indices[id] { users[needed].append(index) }
            }
            if action.after.isEmpty { ready.insert(index) }
        }
    }

    /// Takes out the first action that waits for nothing any more; nil where there is none.
    mutating func next() -> Action? {
        while let index = ready.removeFirst() {
            if isWaiting[index] {
                isWaiting[index] = false
                return actions[index]
            }
        }
        return nil
    }

    /// An action was done: what waited for nothing else is ready.
    mutating func finish(_ action: Action) {
        guard let index = indices[action.id] else { return }
        for user in users[index] {
            missing[user] -= 1
            if missing[user] == 0 { ready.insert(user) }
        }
    }

    /// Takes out whatever waits for an action that came to nothing, directly or through others, in the order of the plan.
    mutating func block(by action: Action) -> [Action] {
        var blocked: [Int] = []
        var open = indices[action.id].map { users[$0] } ?? []
        while let index = open.popLast() {
            if !isWaiting[index] { continue }
            isWaiting[index] = false
            blocked.append(index)
            open += users[index]
        }
        return blocked.sorted().map { actions[$0] }
    }

    /// The actions that have not started.
    var waiting: [Action] { actions.indices.filter { isWaiting[$0] }.map { actions[$0] } }
}

/// Numbers, the least of which comes first.
private struct Heap {
    private var numbers: [Int] = []

    mutating func insert(_ number: Int) {
        numbers.append(number)
        var child = numbers.count - 1
        while child > 0, numbers[child] < numbers[(child - 1) / 2] {
            numbers.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() -> Int? {
        guard let first = numbers.first, let last = numbers.popLast() else { return nil }
        if numbers.isEmpty { return first }
        numbers[0] = last
        var parent = 0
        while let child = [2 * parent + 1, 2 * parent + 2].filter({ $0 < numbers.count }).min(by: { numbers[$0] < numbers[$1] }),
            numbers[child] < numbers[parent]
        {
            numbers.swapAt(child, parent)
            parent = child
        }
        return first
    }
}
