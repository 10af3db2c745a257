package import Model

/// The tags that say whose an object is, written by the call that makes it.
package enum Ownership {
    package static let stackTag = "cogstack:stack"
    package static let addressTag = "cogstack:address"

    package static func tags(stack: String, address: Address) -> [String: Value] {
        [stackTag: .string(stack), addressTag: .string(address.description)]
    }

    /// Tags without those that say whose it is: every resource has these, so they tell a reader nothing.
    package static func withoutOwner(_ tags: Value) -> Value {
        .map((tags.map ?? [:]).filter { $0.key != stackTag && $0.key != addressTag })
    }

    /// Whose an object with these tags is, seen from one stack and address.
    ///
    /// - Parameter tags: a map of tag names to their values.
    package static func located(_ physicalId: String, tags: Value, stack: String, address: Address) -> Located {
        guard let owner = tags[stackTag].string else { return .unowned(physicalId) }
        let theirs = tags[addressTag].string ?? "an unknown address"
        if owner == stack && theirs == address.description { return .ours(physicalId) }
        return .foreign(physicalId, owner: owner == stack ? "\(theirs) of this stack" : "stack \(owner) (\(theirs))")
    }
}
