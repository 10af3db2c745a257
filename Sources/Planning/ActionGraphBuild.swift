import Model

/// A graph of actions while it grows.
struct ActionGraphBuild {
    private(set) var actions: [Action] = []
    /// What each action waits for.
    private var after: [Set<Int>] = []
    /// The action after which an address is as the file says, deferred properties aside.
    var done: [Address: Int] = [:]
    /// The action that records an object again before anything changes it.
    var adoptions: [Address: Int] = [:]
    /// Every action that writes an address.
    var writes: [Address: [Int]] = [:]
    /// Actions that write a property which may refer to what comes later.
    var deferredWrites: [Address: [Int]] = [:]
    /// Objects that go: which action deletes them.
    var deletes: [Address: [Int]] = [:]
    /// Of what nobody can use: these wait for nothing.
    var orphans: [Address: [Int]] = [:]
    /// Deletions of what belonged to an address when it was replaced.
    var dependentDeletions: [Address: [Int]] = [:]
    /// Deletions that free a name.
    var nameReleases: [Address: [Int]] = [:]

    mutating func add(_ action: Action) -> Int {
        var action = action
        action.id = actions.count + 1
        actions.append(action)
        after.append(Set(action.after))
        return action.id
    }

    mutating func wait(_ id: Int, for others: [Int]) {
        for other in others where other != id { after[id - 1].insert(other) }
    }

    /// Lets an action wait for another one where that does not wait for it.
    ///
    /// - Parameter order: the order of all actions, which are numbered from 0 there.
    mutating func wait(_ id: Int, for other: Int, in order: inout AcyclicOrder) {
        if order.add(id - 1, waitsFor: other - 1) { after[id - 1].insert(other) }
    }

    var order: AcyclicOrder { AcyclicOrder(needs) }

    private var needs: [Set<Int>] { after.map { ids in Set(ids.map { $0 - 1 }) } }

    /// Nobody is waited for or asked before an object is deleted.
    mutating func deleteAtOnce(_ id: Int) {
        guard var deletion = actions[id - 1].deletion else { return }
        deletion.grace = nil
        deletion.users = []
        actions[id - 1].work = .delete(deletion)
    }

    /// In an order in which they could run one by one, numbered in it.
    func sorted() throws(DependencyCycle) -> [Action] {
        let levels = AcyclicOrder.levels(needs)
        guard !levels.contains(nil) else {
            throw DependencyCycle(
                Set(actions.indices.filter { levels[$0] == nil }.map { actions[$0].address }).sorted())
        }
        let order = actions.indices.sorted { (levels[$0] ?? 0, $0) < (levels[$1] ?? 0, $1) }
        var numbers = Array(repeating: 0, count: actions.count)
        for (number, index) in order.enumerated() { numbers[index] = number + 1 }
        return order.map { index in
            var action = actions[index]
            action.id = numbers[index]
            action.after = after[index].map { numbers[$0 - 1] }.sorted()
            return action
        }
    }
}
