package import Model
package import Schema

/// Who must be there before whom. Cycles that a type can break, by getting a property after its creation, are broken here.
package struct DependencyGraph: Sendable {
    /// The addresses that each address waits for, of those that the file has.
    package private(set) var dependencies: [Address: Set<Address>]
    /// Properties that an address gets in an action of its own, after what they refer to.
    package private(set) var deferred: [Address: Set<String>]
    /// All addresses, each after those it waits for.
    package private(set) var order: [Address]

    /// - Throws: `DependencyCycle` where no property could be deferred to break one.
    package init(
        _ resources: [Address: DesiredResource], types: [String: ResourceType]
    ) throws(DependencyCycle) {
        var strong: [Address: Set<Address>] = [:]
        var weak: [(address: Address, attribute: String, targets: Set<Address>)] = []
        for (address, resource) in resources.sorted(by: { $0.key < $1.key }) {
            strong[address] = Set(resource.dependsOn)
            guard let type = types[address.section], let members = resource.attributes.map else { continue }
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                let targets = Set(value.references.filter { Self.mustBeWaitedFor($0, types) }.map(\.address))
                    .subtracting([address])
                if targets.isEmpty { continue }
                if type.attribute(name)?.isDeferrable == true {
                    weak.append((address, name, targets))
                } else {
                    strong[address, default: []].formUnion(targets)
                }
            }
        }
        let known = Set(resources.keys)
        strong = strong.mapValues { $0.intersection(known) }
        var deferred: [Address: Set<String>] = [:]
        let rings = Self.rings(in: weak.reduce(into: strong) { $0[$1.address, default: []].formUnion($1.targets.intersection(known)) })
        for (address, attribute, targets) in weak {
            // What is in no ring with it cannot wait for it.
            let near = targets.filter { rings[$0] == rings[address] }
            if near.contains(where: { Self.reaches(address, from: $0, in: strong) }) {
                deferred[address, default: []].insert(attribute)
            } else {
                strong[address, default: []].formUnion(targets.intersection(known))
            }
        }
        Self.makeSecretsLast(&strong, types)
        self.dependencies = strong
        self.deferred = deferred
        self.order = try Self.sorted(strong)
    }

    /// A value that follows from the file alone is known before its resource is there.
    private static func mustBeWaitedFor(_ reference: Reference, _ types: [String: ResourceType]) -> Bool {
        reference.isOrdering || types[reference.address.section]?.output(reference.attribute)?.predict == nil
    }

    /// What is shown only once is made when everything else that its users need is there, so that a failure on the way
    /// leaves no credential that nothing uses.
    private static func makeSecretsLast(_ edges: inout [Address: Set<Address>], _ types: [String: ResourceType]) {
        let secretHolders = edges.keys.sorted().filter { address in
            types[address.section]?.outputs.contains {
                if case .onceShownSecret = $0.secrecy { true } else { false }
            } ?? false
        }
        guard !secretHolders.isEmpty else { return }
        var users: [Address: Set<Address>] = [:]
        for (user, needs) in edges { for need in needs { users[need, default: []].insert(user) } }
        for holder in secretHolders {
            for user in (users[holder] ?? []).sorted() where user != holder {
                for need in (edges[user] ?? []).sorted() where need != holder && !reaches(holder, from: need, in: edges) {
                    if edges[holder, default: []].insert(need).inserted { users[need, default: []].insert(holder) }
                }
            }
        }
    }

    /// For each address the number of the ring that it is in: all that wait for each other, directly or through others, have one
    /// (Tarjan, "Depth-first search and linear graph algorithms", 1972; without recursion, as a chain may be long).
    private static func rings(in edges: [Address: Set<Address>]) -> [Address: Int] {
        var ring: [Address: Int] = [:]
        var seen: [Address: (index: Int, low: Int)] = [:]
        var stack: [Address] = []
        for root in edges.keys where seen[root] == nil {
            var open: [(address: Address, next: [Address])] = []
            func enter(_ address: Address) {
                seen[address] = (seen.count, seen.count)
                stack.append(address)
                open.append((address, Array(edges[address] ?? [])))
            }
            enter(root)
            while let (address, next) = open.last {
                if let target = next.last {
                    open[open.count - 1].next.removeLast()
                    if seen[target] == nil {
                        enter(target)
                    } else if ring[target] == nil, let there = seen[target]?.index {
                        let low = seen[address]?.low ?? there
                        seen[address]?.low = min(low, there)
                    }
                    continue
                }
                open.removeLast()
                guard let (index, low) = seen[address] else { continue }
                if let above = open.last?.address {
                    let lowAbove = seen[above]?.low ?? low
                    seen[above]?.low = min(lowAbove, low)
                }
                guard low == index else { continue }
                while let member = stack.popLast() {
                    ring[member] = index
                    if member == address { break }
                }
            }
        }
        return ring
    }

    private static func reaches(_ target: Address, from start: Address, in edges: [Address: Set<Address>]) -> Bool {
        var seen: Set<Address> = []
        var open = [start]
        while let next = open.popLast() {
            if next == target { return true }
            if seen.insert(next).inserted { open += edges[next] ?? [] }
        }
        return false
    }

    /// Each address after its dependencies, otherwise by name.
    private static func sorted(_ edges: [Address: Set<Address>]) throws(DependencyCycle) -> [Address] {
        var users: [Address: [Address]] = [:]
        var missing: [Address: Int] = [:]
        for (address, needs) in edges {
            missing[address] = needs.count
            for need in needs { users[need, default: []].append(address) }
        }
        var order: [Address] = []
        var ready = edges.keys.filter { edges[$0]?.isEmpty != false }
        while !ready.isEmpty {
            ready.sort()
            order += ready
            var next: [Address] = []
            for address in ready {
                for user in users[address] ?? [] {
                    missing[user, default: 0] -= 1
                    if missing[user] == 0 { next.append(user) }
                }
            }
            ready = next
        }
        guard order.count == edges.count else { throw DependencyCycle(cycle(in: edges, among: Set(edges.keys).subtracting(order))) }
        return order
    }

    private static func cycle(in edges: [Address: Set<Address>], among waiting: Set<Address>) -> [Address] {
        guard var next = waiting.min() else { return [] }
        var path: [Address] = []
        var on: Set<Address> = []
        while on.insert(next).inserted {
            path.append(next)
            guard let step = (edges[next] ?? []).intersection(waiting).min() else { return path }
            next = step
        }
        return Array(path.drop { $0 != next })
    }
}

/// Resources that wait for each other.
package struct DependencyCycle: Error, Sendable, Equatable {
    /// Each waits for the next, and the last for the first.
    package let addresses: [Address]

    package init(_ addresses: [Address]) {
        self.addresses = addresses
    }
}
