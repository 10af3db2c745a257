package import Model
package import Schema

/// Who must be there before whom. Cycles that a type can break, by getting a property after its creation, are broken here.
package struct DependencyGraph: Sendable {
    /// The addresses that each address waits for, of those that the file has.
    package let dependencies: [Address: Set<Address>]
    /// Properties that an address gets in an action of its own, after what they refer to.
    package let deferred: [Address: Set<String>]
    /// All addresses, each after those it waits for.
    package let order: [Address]

    /// - Throws: `DependencyCycle` where no property could be deferred to break one.
    package init(
        _ resources: [Address: DesiredResource], types: [String: ResourceType]
    ) throws(DependencyCycle) {
        // Numbered in the order of their names.
        let addresses = resources.keys.sorted()
        let edges = Edges(addresses.compactMap { resources[$0] }, types)
        let levels = AcyclicOrder.levels(edges.strong)
        guard !levels.contains(nil) else {
            throw DependencyCycle(Self.cycle(in: edges.strong, levels).map { addresses[$0] })
        }
        var graph = AcyclicOrder(edges.strong)
        var deferred: [Address: Set<String>] = [:]
        for (node, attribute, targets) in edges.weak {
            if graph.isWaited(for: node, byAnyOf: targets) {
                deferred[addresses[node], default: []].insert(attribute)
            } else {
                for target in targets { _ = graph.add(node, waitsFor: target) }
            }
        }
        Self.createSecretsLast(&graph, addresses, types)
        dependencies = Dictionary(
            uniqueKeysWithValues: zip(addresses, graph.needs).map { address, needs in
                (address, Set(needs.map { addresses[$0] }))
            })
        self.deferred = deferred
        let finalLevels = AcyclicOrder.levels(graph.needs)
        order = addresses.indices.sorted { (finalLevels[$0] ?? 0, $0) < (finalLevels[$1] ?? 0, $1) }.map {
            addresses[$0]
        }
    }

    /// The resources that others name in their texts.
    private struct NamedResources {
        private let resources: [DesiredResource]
        /// The numbers of a section's resources, by what they have in common with those that name them.
        private var groups: [[String]: [Value: [Int]]] = [:]

        init(_ resources: [DesiredResource]) { self.resources = resources }

        mutating func targets(of resource: DesiredResource, _ type: ResourceType) -> Set<Int> {
            var targets: Set<Int> = []
            for row in type.attributes {
                guard let naming = row.naming else { continue }
                let value = resource.attributes[row.name]
                let texts = value.list?.compactMap(\.string) ?? [value.string ?? ""]
                for number in group(naming)[resource.attributes[naming.within]] ?? [] {
                    let other = resources[number].attributes
                    if texts.contains(where: { naming.isNamed($0, other) }) { targets.insert(number) }
                }
            }
            return targets
        }

        private mutating func group(_ naming: Naming) -> [Value: [Int]] {
            let key = [naming.section, naming.within]
            if let group = groups[key] { return group }
            let numbers = resources.indices.filter { resources[$0].address.section == naming.section }
            let group = Dictionary(grouping: numbers) { resources[$0].attributes[naming.within] }
            groups[key] = group
            return group
        }
    }

    private struct Edges {
        /// What each resource waits for in any case.
        var strong: [Set<Int>] = []
        /// What a property refers to that its resource can get later.
        var weak: [(node: Int, attribute: String, targets: Set<Int>)] = []

        init(_ resources: [DesiredResource], _ types: [String: ResourceType]) {
            let numbers = Dictionary(
                zip(resources.map(\.address), resources.indices), uniquingKeysWith: { first, _ in first })
            var named = NamedResources(resources)
            for (node, resource) in resources.enumerated() {
                strong.append(Set(resource.dependsOn.compactMap { numbers[$0] }))
                guard let type = types[resource.address.section], let members = resource.attributes.map else {
                    continue
                }
                strong[node].formUnion(named.targets(of: resource, type))
                for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                    let references = value.references.filter {
                        $0.address != resource.address && Self.mustBeWaitedFor($0, types)
                    }
                    let targets = Set(references.compactMap { numbers[$0.address] })
                    if targets.isEmpty { continue }
                    if type.attribute(name)?.isDeferred == true {
                        weak.append((node, name, targets))
                    } else {
                        strong[node].formUnion(targets)
                    }
                }
            }
        }

        /// A value that follows from the file alone is known before its resource is there.
        private static func mustBeWaitedFor(_ reference: Reference, _ types: [String: ResourceType]) -> Bool {
            reference.isOrdering || types[reference.address.section]?.output(reference.attribute)?.predict == nil
        }
    }

    /// What is shown only once is created when everything else that its users need is there, so a failure on the way
    /// leaves no credential that nothing uses.
    private static func createSecretsLast(
        _ graph: inout AcyclicOrder, _ addresses: [Address], _ types: [String: ResourceType]
    ) {
        let holders = addresses.indices.filter { types[addresses[$0].section]?.onceShownSecrets.isEmpty == false }
        for holder in holders {
            for user in graph.users[holder].sorted() {
                // What waits for the holder itself is not waited for.
                for need in graph.needs[user].sorted() where need != holder { _ = graph.add(holder, waitsFor: need) }
            }
        }
    }

    private static func cycle(in needs: [Set<Int>], _ levels: [Int?]) -> [Int] {
        guard var next = needs.indices.first(where: { levels[$0] == nil }) else { return [] }
        var path: [Int] = []
        var places: [Int: Int] = [:]
        while places[next] == nil {
            places[next] = path.count
            path.append(next)
            guard let step = needs[next].filter({ levels[$0] == nil }).min() else { return path }
            next = step
        }
        return Array(path[(places[next] ?? 0)...])
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
