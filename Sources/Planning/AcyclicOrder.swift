/// A graph of numbered nodes that wait for each other, kept free of cycles while it grows.
///
/// A topological order is kept up to date with each edge (Pearce and Kelly, "A Dynamic Topological Sort Algorithm for Directed Acyclic
/// Graphs", 2006): mostly two positions tell that an edge closes no cycle, and else only the nodes between them are looked at.
struct AcyclicOrder {
    /// What each node waits for.
    private(set) var needs: [Set<Int>]
    /// What waits for each node.
    private(set) var users: [[Int]]
    private var positions: [Int]

    /// - Parameter needs: without a cycle.
    init(_ needs: [Set<Int>]) {
        self.needs = needs
        users = Self.users(of: needs)
        positions = Array(repeating: 0, count: needs.count)
        let levels = Self.levels(needs)
        let order = needs.indices.sorted { (levels[$0] ?? .max, $0) < (levels[$1] ?? .max, $1) }
        for (position, node) in order.enumerated() { positions[node] = position }
    }

    /// Lets one node wait for another one.
    ///
    /// - Returns: whether it does; it does not where that would close a cycle.
    mutating func add(_ node: Int, waitsFor other: Int) -> Bool {
        if node == other { return false }
        if positions[other] > positions[node] {
            let after = reach(from: node, { users[$0] }, where: { positions[$0] <= positions[other] })
            if after.contains(other) { return false }
            let before = reach(from: other, { needs[$0] }, where: { positions[$0] >= positions[node] })
            reorder(before: before, after: after)
        }
        if needs[node].insert(other).inserted { users[other].append(node) }
        return true
    }

    /// Whether one of some others waits for a node, directly or through others.
    func isWaited(for node: Int, byAnyOf others: Set<Int>) -> Bool {
        guard let last = others.map({ positions[$0] }).max() else { return false }
        var found: Set<Int> = [node]
        var open = [node]
        while let next = open.popLast() {
            if others.contains(next) { return true }
            for user in users[next] where positions[user] <= last && found.insert(user).inserted { open.append(user) }
        }
        return false
    }

    private func reach<Nodes: Sequence<Int>>(from node: Int, _ next: (Int) -> Nodes, where isNear: (Int) -> Bool)
        -> Set<Int>
    {
        var found: Set<Int> = [node]
        var open = [node]
        while let node = open.popLast() {
            for other in next(node) where isNear(other) && found.insert(other).inserted { open.append(other) }
        }
        return found
    }

    /// Puts nodes before others, in the places that all of them have now.
    private mutating func reorder(before: Set<Int>, after: Set<Int>) {
        let nodes = before.sorted { positions[$0] < positions[$1] } + after.sorted { positions[$0] < positions[$1] }
        let places = nodes.map { positions[$0] }.sorted()
        for (node, place) in zip(nodes, places) { positions[node] = place }
    }

    private static func users(of needs: [Set<Int>]) -> [[Int]] {
        var users = Array(repeating: [Int](), count: needs.count)
        for (node, needed) in needs.enumerated() {
            for need in needed { users[need].append(node) }
        }
        return users
    }

    /// How many nodes stand at most one behind the other before each; nil for those that wait for themselves through others, and for what
    /// waits for these.
    static func levels(_ needs: [Set<Int>]) -> [Int?] {
        let users = users(of: needs)
        var levels = [Int?](repeating: nil, count: needs.count)
        var missing = needs.map(\.count)
        var ready = needs.indices.filter { missing[$0] == 0 }
        var level = 0
        while !ready.isEmpty {
            var next: [Int] = []
            for node in ready {
                levels[node] = level
                for user in users[node] {
                    missing[user] -= 1
                    if missing[user] == 0 { next.append(user) }
                }
            }
            ready = next
            level += 1
        }
        return levels
    }
}
