package import Model

/// An object as it is in AWS.
package struct Live: Sendable, Equatable {
    package var physicalId: String
    /// In the table's names and AWS's form; whatever the table does not declare is left out.
    package var attributes: Value
    package var outputs: [String: Value]
    /// What AWS tells of it that nobody sets or refers to, such as when it was made. Never recorded or compared.
    package var facts: [String: Value]
    /// Properties that AWS does not show to whoever asked, and what would let it.
    package var unreadable: [String: String]
    /// Whether AWS is still at work on it: what was changed has not arrived everywhere.
    package var isUnfinished: Bool
    /// Whether AWS accepts it no more, although it is there.
    package var isOff: Bool
    /// Why AWS would not take another object beside it, and what to do; nil where it would.
    package var quotaProblem: RuleProblem?
    /// Set where AWS's own texts say that something is wrong with it, such as a principal that is gone.
    package var warnings: [String]

    package init(
        _ physicalId: String, attributes: Value, outputs: [String: Value], facts: [String: Value] = [:],
        unreadable: [String: String] = [:], isUnfinished: Bool = false, isOff: Bool = false,
        quotaProblem: RuleProblem? = nil, warnings: [String] = []
    ) {
        self.physicalId = physicalId
        self.attributes = attributes
        self.outputs = outputs
        self.facts = facts
        self.unreadable = unreadable
        self.isUnfinished = isUnfinished
        self.isOff = isOff
        self.quotaProblem = quotaProblem
        self.warnings = warnings
    }

    /// The same, where what cannot be read is taken to be as it was applied last: nobody can say that it changed.
    package func assuming(_ applied: Value) -> Live {
        var live = self
        for name in unreadable.keys { live.attributes[name] = applied[name] }
        return live
    }
}

/// What a look for an address's object found.
package enum Located: Sendable, Equatable {
    case none
    /// It carries this stack's tags for this address, or can be nobody else's.
    case ours(String)
    /// It has the wanted name and no owner's tags.
    case unowned(String)
    /// It belongs to another stack or another address, as its tags say.
    case foreign(String, owner: String)
    /// Made by a lost create call, and of no use since what it came with is lost: to be deleted.
    case lost([String])
    /// Several fit and nothing tells them apart.
    case ambiguous([String])
}

extension Located {
    /// What was found, whosever it is.
    package var physicalIds: [String] {
        switch self {
        case .none: []
        case .ours(let id), .unowned(let id), .foreign(let id, _): [id]
        case .lost(let ids), .ambiguous(let ids): ids
        }
    }
}
