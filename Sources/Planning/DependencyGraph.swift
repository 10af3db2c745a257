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
        for (address, attribute, targets) in weak {
            if targets.contains(where: { Self.reaches(address, from: $0, in: strong) }) {
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
        let keepers = edges.keys.sorted().filter { address in
            types[address.section]?.outputs.contains {
                if case .onceShownSecret = $0.secrecy { true } else { false }
            } ?? false
        }
        for keeper in keepers {
            for (user, needs) in edges.sorted(by: { $0.key < $1.key }) where user != keeper && needs.contains(keeper) {
                for need in needs.sorted() where need != keeper && !reaches(keeper, from: need, in: edges) {
                    edges[keeper, default: []].insert(need)
                }
            }
        }
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
        var order: [Address] = []
        var done: Set<Address> = []
        var waiting = edges.keys.sorted()
        while !waiting.isEmpty {
            let ready = waiting.filter { (edges[$0] ?? []).isSubset(of: done) }
            guard !ready.isEmpty else { throw DependencyCycle(cycle(in: edges, among: Set(waiting))) }
            order += ready
            done.formUnion(ready)
            waiting.removeAll { done.contains($0) }
        }
        return order
    }

    private static func cycle(in edges: [Address: Set<Address>], among waiting: Set<Address>) -> [Address] {
        guard var next = waiting.min() else { return [] }
        var path: [Address] = []
        while !path.contains(next) {
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
