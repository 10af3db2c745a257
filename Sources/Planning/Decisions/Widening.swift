import IAMPolicy
import Model
import Schema
import Records

/// What an attempt decides about access while an object takes another one's place: whoever grants it is widened first, then what uses the
/// object goes over to the new one, and only then is the access to the old one taken away.
extension PlanAttempt {
    /// Whether an address has another object by the end of this plan than something may be using until then.
    private func changesObject(_ address: Address) -> Bool {
        guard let decision = decisions[address], !decision.freesName else { return false }
        return decision.isCreated || decision.isReplaced || decision.reinstated != nil || !decision.old.deposed.isEmpty
    }

    mutating func decideWidening(of address: Address) {
        guard let type = planner.types[address.section],
            type.attributes.contains(where: { $0.access?.isDocument == true }),
            let resource = planner.desired.resources[address], var decision = decisions[address], !decision.isCreated,
            !decision.isReplaced
        else { return }
        let live = (decision.reinstated?.live ?? planner.observation.live[address])?.attributes ?? [:]
        for row in type.attributes where row.access?.isDocument == true && decision.changed.contains(row.name) {
            let targets = Set(resource.attributes[row.name].references.map(\.address)).filter(changesObject)
            guard !targets.isEmpty else { continue }
            decision.widening.targets.formUnion(targets)
            // Where others may add policies, theirs are none of this plan's.
            var held = live[row.name]
            if row.exclusiveUnless.map({ decision.wanted[$0] == false }) == true, let members = held.map {
                let own = [decision.wanted[row.name], priorResources[address]?.attributes[row.name] ?? .null]
                    .compactMap(\.map).flatMap(\.keys)
                held = .map(members.filter { own.contains($0.key) })
            }
            guard let widened = row.union(live: held, decision.wanted[row.name]) else { continue }
            // What only gains is written once.
            if row.documentsAreEquivalent(widened, decision.wanted[row.name]) { continue }
            decision.widening.rows[row.name] = widened
            if row.documentsAreEquivalent(widened, held) { decision.widening.held.insert(row.name) }
        }
        if !fits(decision, type) {
            notices.append(
                "\(address) cannot hold what it allows now together with what it will allow: for a moment, what uses it may be refused"
            )
            decision.widening.rows = [:]
            decision.widening.held = []
        }
        decisions[address] = decision
    }

    private func fits(_ decision: Decision, _ type: ResourceType) -> Bool {
        for row in type.attributes where decision.widening.rows[row.name] != nil {
            guard let limit = row.sizeLimit else { continue }
            let size = type.attributes.filter { $0.access == row.access }.flatMap { other in
                other.documents(in: decision.widening.rows[other.name] ?? decision.wanted[other.name])
            }.map(PolicyDocument.size).reduce(0, +)
            if size > limit { return false }
        }
        return true
    }
}

extension Attribute {
    /// The row's live documents together with the wanted ones; nil where they cannot be put together.
    fileprivate func union(live: Value, _ wanted: Value) -> Value? {
        guard case .map = type else { return PolicyDocument.union(live: live, wanted) }
        var united = live.map ?? [:]
        for (name, document) in wanted.map ?? [:] {
            guard let old = united[name], !document.isNull else {
                united[name] = document
                continue
            }
            guard let both = PolicyDocument.union(live: old, document) else { return nil }
            united[name] = both
        }
        return .map(united)
    }

    fileprivate func documentsAreEquivalent(_ one: Value, _ other: Value) -> Bool {
        guard case .map = type else { return PolicyDocument.equivalent(one, other) }
        let (ones, others) = (one.map ?? [:], other.map ?? [:])
        return Set(ones.keys) == Set(others.keys)
            && ones.allSatisfy { PolicyDocument.equivalent($0.value, others[$0.key] ?? .null) }
    }
}
