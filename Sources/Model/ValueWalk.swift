/// The walks over a value that the program knows: leaves are what is neither a list nor a map.
extension Value {
    /// Whether a condition holds for a leaf in it.
    package func containsLeaf(where condition: (Value) -> Bool) -> Bool {
        switch self {
        case .list(let elements): elements.contains { $0.containsLeaf(where: condition) }
        case .map(let members): members.values.contains { $0.containsLeaf(where: condition) }
        default: condition(self)
        }
    }

    /// Its leaves, those of a map in no order.
    package func forEachLeaf(_ body: (Value) -> Void) {
        switch self {
        case .list(let elements): for element in elements { element.forEachLeaf(body) }
        case .map(let members): for member in members.values { member.forEachLeaf(body) }
        default: body(self)
        }
    }

    /// The same with other leaves.
    package func mapLeaves(_ transform: (Value) -> Value) -> Value {
        switch self {
        case .list(let elements): .list(elements.map { $0.mapLeaves(transform) })
        case .map(let members): .map(members.mapValues { $0.mapLeaves(transform) })
        default: transform(self)
        }
    }

    /// Its leaves with their paths, in the order of the lists and of the members' names.
    ///
    /// - Parameter path: where it stands itself.
    package func leaves(at path: PropertyPath = .root) -> [(path: PropertyPath, leaf: Value)] {
        switch self {
        case .list(let elements): elements.enumerated().flatMap { $1.leaves(at: path[$0]) }
        case .map(let members): members.sorted { $0.key < $1.key }.flatMap { $1.leaves(at: path[$0]) }
        default: [(path, self)]
        }
    }
}

extension Value {
    /// This value with `other` laid over it: maps member by member, anything else replaced.
    package func overlaid(by other: Value) -> Value {
        guard case .map(let mine) = self, case .map(let theirs) = other else { return other }
        return .map(mine.merging(theirs) { $0.overlaid(by: $1) })
    }
}
