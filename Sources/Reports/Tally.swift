internal import Planning
internal import Model
internal import Schema

/// What a plan, its progress and its result count alike: each resource that changes, and each object that an earlier run left.
struct Tally: Sendable {
    /// What is done to one of them.
    private struct Item: Sendable {
        let kind: Change.Kind
        /// Actions that have not come to an end.
        var left: Int
        var outcome = Outcome.done
    }

    /// From the best to the worst: a resource's is that of its worst action.
    enum Outcome: Int, Sendable {
        case done, notDone, failed
    }

    private var items: [Address: [Item]] = [:]
    /// Resources whose record goes while AWS is not touched.
    private let forgotten: Set<Address>

    init(_ plan: Plan) {
        let report = PlanReport(plan, cost: Cost(apiCalls: 0, seconds: 0))
        forgotten = report.forgotten
        let actions = Dictionary(plan.actions.map { ($0.address, 1) }, uniquingKeysWith: +)
        for change in report.shown where change.kind != .none || report.forgotten.contains(change.address) {
            items[change.address, default: []].append(Item(kind: change.kind, left: 0))
        }
        for (address, count) in actions where items[address] != nil { share(count, among: address) }
    }

    /// One object that goes besides has one action; the rest are the resource's own.
    private mutating func share(_ count: Int, among address: Address) {
        guard var list = items[address] else { return }
        list.sort { $0.kind != .delete && $1.kind == .delete }
        for index in list.indices { list[index].left = index == 0 ? max(1, count - list.count + 1) : 1 }
        items[address] = list
    }

    /// Whether something of it is counted: taking a known object into the state is no change, and no plan names it.
    func counts(_ address: Address) -> Bool { items[address] != nil }

    var total: Int { items.values.map(\.count).reduce(0, +) }
    var settled: Int { items.values.joined().filter { $0.left == 0 }.count }

    /// An action of an address came to its end.
    mutating func settle(_ address: Address, _ kind: Action.Kind, _ outcome: Outcome) {
        guard let list = items[address] else { return }
        let wanted =
            kind == .delete ? list.lastIndex { $0.left > 0 && $0.kind == .delete } : list.firstIndex { $0.left > 0 }
        guard let index = wanted ?? list.firstIndex(where: { $0.left > 0 }) else { return }
        items[address]?[index].left -= 1
        if outcome.rawValue > list[index].outcome.rawValue { items[address]?[index].outcome = outcome }
    }

    /// How many came to such an end.
    func count(_ outcome: Outcome) -> Int {
        items.values.joined().filter { $0.left == 0 && $0.outcome == outcome }.count
    }

    /// What was done to how many, in the order in which a plan tells it: `3 created`.
    var done: [String] {
        let whole = items.flatMap { address, list in
            list.filter { $0.left == 0 && $0.outcome == .done }.map {
                $0.kind == .none && forgotten.contains(address) ? nil : $0.kind
            }
        }
        let counts = Dictionary(whole.map { ($0, 1) }, uniquingKeysWith: +)
        let words = Change.Kind.allCases.filter { $0 != .none }.compactMap { kind in
            counts[kind].map { "\($0) \(kind.done)" }
        }
        return words + (counts[nil].map { ["\($0) forgotten"] } ?? [])
    }
}

extension Change.Kind {
    /// `created`
    var done: String {
        switch self {
        case .create: "created"
        case .update: "updated"
        case .replace: "replaced"
        case .delete: "deleted"
        case .adopt: "adopted"
        case .rotate: "rotated"
        case .none: "unchanged"
        }
    }
}
