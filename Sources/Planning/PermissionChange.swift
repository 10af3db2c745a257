package import IAMPolicy
package import Schema

/// Access that a principal gains and loses.
package struct PermissionChange: Sendable, Equatable, Codable {
    package var principal: Address
    package var gained: [Access]
    package var lost: [Access]

    package init(principal: Address, gained: [Access], lost: [Access]) {
        self.principal = principal
        self.gained = gained
        self.lost = lost
    }

    /// What changes by the policy documents of a resource; nil where nothing does. That nobody can be a principal that goes
    /// needs no words.
    init?(of address: Address, _ type: ResourceType, before: Value, after: Value) {
        let rows = type.attributes.filter { $0.access == .identity }
        guard !rows.isEmpty else { return nil }
        var old: [Value] = []
        var new: [Value] = []
        for row in rows {
            let live = row.documents(in: before[row.name])
            old += live
            // Where the row is not wholly the file's, what the file does not name stays as it is.
            let isWhole = row.exclusiveUnless.map { after[$0] != false } ?? !after[row.name].isNull
            new += row.documents(in: isWhole ? after[row.name] : before[row.name].overlaid(byMembersOf: after[row.name]))
        }
        let change = AccessChange(from: old, to: new)
        guard !change.gained.isEmpty || !change.lost.isEmpty else { return nil }
        self.init(principal: address, gained: change.gained, lost: change.lost)
    }
}

extension Attribute {
    /// The policy documents in a value of this row: itself, or the members of a map of them.
    func documents(in value: Value) -> [Value] {
        guard let members = value.map, !members.isEmpty else { return [] }
        if case .map = type { return members.sorted { $0.key < $1.key }.map(\.value) }
        return [value]
    }
}

extension Value {
    /// A map with the members of another in place of its own of the same names; the other value where one is no map.
    fileprivate func overlaid(byMembersOf other: Value) -> Value {
        guard case .map(let mine) = self, case .map(let theirs) = other else { return other.isNull ? self : other }
        return .map(mine.merging(theirs) { $1 })
    }
}
