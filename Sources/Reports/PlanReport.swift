package import Planning
internal import Model
internal import Schema
internal import Records

/// A plan as it is shown: counted, cut down to what changes, with what it cost to make.
package struct PlanReport: Sendable {
    package let plan: Plan
    package let cost: Cost
    let origin: Origin
    /// What happens, in the order of addresses: the plan's changes, and objects that earlier replacements left behind.
    let shown: [Change]
    /// Resources whose record goes while AWS is not touched.
    let forgotten: Set<Address>
    private let counts: [Change.Kind: Int]

    package init(_ plan: Plan, cost: Cost, _ origin: Origin = Origin()) {
        self.plan = plan
        self.cost = cost
        self.origin = origin
        let forgotten = Set(plan.actions.filter { $0.kind == .forget }.map(\.address))
        self.forgotten = forgotten
        let changes = (plan.changes + Self.leftovers(of: plan)).sorted { $0.address < $1.address }
        counts = Dictionary(
            changes.filter { !forgotten.contains($0.address) || $0.kind != .none }.map { ($0.kind, 1) },
            uniquingKeysWith: +)
        shown = changes.filter { change in
            change.kind != .none || forgotten.contains(change.address) || change.reason != nil
                || !change.attributes.isEmpty
        }
    }

    /// Whether the account is other than the file says: the answer of `--detailed-exitcode`.
    package var hasDifference: Bool { shown.contains { $0.kind != .none } }

    /// Whether applying the plan would do nothing at all, not even to the records.
    package var isEmpty: Bool { !hasDifference && plan.actions.isEmpty }

    /// How many resources there are of a kind of change; of `.none`, those that stay as they are.
    func count(_ kind: Change.Kind) -> Int { counts[kind] ?? 0 }

    private static func leftovers(of plan: Plan) -> [Change] {
        let changes = Dictionary(plan.changes.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        return plan.actions.compactMap { action in
            guard let deletion = action.deletion else { return nil }
            let change = changes[action.address]
            if let change, [.delete, .replace, .rotate].contains(change.kind), change.physicalId == deletion.physicalId
            {
                return nil
            }
            return Change(
                address: action.address, type: change?.type ?? action.address.section, kind: .delete,
                physicalId: deletion.physicalId,
                reason: deletion.isOrphan
                    ? "orphaned by an earlier run; nothing uses it"
                    : "replaced by an earlier run; deleted once nothing uses it\(deletion.grace.map { ", \($0)" } ?? "")"
            )
        }
    }
}

/// What a run took.
package struct Cost: Sendable, Equatable {
    /// Requests sent to AWS, those sent again included.
    package let apiCalls: Int
    package let seconds: Double

    package init(apiCalls: Int, seconds: Double) {
        self.apiCalls = apiCalls
        self.seconds = seconds
    }

    /// `14 API calls in 0.09 s.`
    var sentence: String { "\(counted(apiCalls, "API call")) in \(duration(seconds))." }
}
