import Planning

/// Which actions of a plan's graph can start, in the order of the plan. A value without tasks: it is notified of what happens.
struct ActionQueue {
    private let actions: [Action]
    /// By id, where an action stands in the plan.
    private let places: [Int: Int]
    /// What waits for each action, by their places.
    private let waiters: [[Int]]
    /// How many actions each one still waits for.
    private var missing: [Int]
    private var isLeft: [Bool]
    /// The places of those that can start, the first one last.
    private var ready: [Int]

    /// - Parameter actions: each after those that it waits for.
    init(_ actions: [Action]) {
        self.actions = actions
        let places = Dictionary(actions.indices.map { (actions[$0].id, $0) }, uniquingKeysWith: { first, _ in first })
        var waiters = actions.map { _ in [Int]() }
        for (place, action) in actions.enumerated() {
            for id in action.after { if let other = places[id] { waiters[other].append(place) } }
        }
        self.places = places
        self.waiters = waiters
        missing = actions.map(\.after.count)
        isLeft = actions.map { _ in true }
        ready = actions.indices.filter { actions[$0].after.isEmpty }.reversed()
    }

    /// Takes out the first action that can start.
    mutating func next() -> Action? {
        guard let place = ready.popLast() else { return nil }
        isLeft[place] = false
        return actions[place]
    }

    /// An action has succeeded.
    mutating func finished(_ action: Action) {
        for waiter in places[action.id].map({ waiters[$0] }) ?? [] {
            missing[waiter] -= 1
            if missing[waiter] == 0 { ready.insert(waiter, at: ready.partitioningIndex { $0 < waiter }) }
        }
    }

    /// An action has failed: takes out all that waits for it, directly or through others, and gives it back in the plan's order.
    mutating func failed(_ action: Action) -> [Action] {
        var open = places[action.id].map { waiters[$0] } ?? []
        var blocked: [Int] = []
        while let place = open.popLast() {
            guard isLeft[place] else { continue }
            isLeft[place] = false
            blocked.append(place)
            open += waiters[place]
        }
        return blocked.sorted().map { actions[$0] }
    }

    /// What has not started, in the plan's order.
    var left: [Action] { actions.indices.filter { isLeft[$0] }.map { actions[$0] } }
}

extension [Int] {
    /// The first place from which a condition holds of every element, where it does not hold of any before.
    fileprivate func partitioningIndex(where belongs: (Int) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
