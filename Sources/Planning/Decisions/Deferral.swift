import Diagnostics
import Model
import Records
import Schema

/// What an attempt decides about properties that close a cycle.
extension PlanAttempt {
    /// A property that closes a cycle, once everything that it may refer to is decided.
    mutating func decideDeferred(of address: Address) {
        guard let names = graph.deferred[address], var decision = decisions[address],
            let resource = planner.desired.resources[address], let type = planner.types[address.section],
            let wanted = canonicalForm(resource, type)
        else { return }
        let deferred = Value.map((wanted.map ?? [:]).filter { names.contains($0.key) })
        let isNew = decision.isCreated || decision.isReplaced
        let applied = decision.reinstated?.attributes ?? priorResources[address]?.attributes ?? [:]
        let there = decision.reinstated?.live ?? planner.observation.live[address]
        let live = (isNew ? nil : there?.assuming(applied)) ?? Live("", attributes: [:], outputs: [:])
        // Rows that are not deferred were compared before.
        let changes = differences(type, resource, wanted: deferred, live: live, prior: applied).filter {
            names.contains($0.attribute)
        }
        decision.wanted = decision.wanted.overlaid(by: deferred)
        decision.deferral.rows = Set(changes.map(\.attribute))
        for row in type.attributes where names.contains(row.name) && !decision.deferral.rows.contains(row.name) {
            guard let target = replacedTarget(of: row, resource) else { continue }
            decision.deferral.rows.insert(row.name)
            decision.change.reason = bound(row, to: target)
        }
        decision.after = outcome(of: changes, decision, type, live: decision.after ?? live.attributes)
        decision.deferral.dependsOn = Set(names.flatMap { resource.attributes[$0].references.map(\.address) })
        decision.change.attributes = decision.change.attributes.filter { !names.contains($0.attribute) } + changes
        decision.changed.subtract(names)
        if decision.change.kind == .none, !decision.deferral.rows.isEmpty { decision.change.kind = .update }
        if decision.change.kind == .update, decision.changed.isEmpty, decision.deferral.rows.isEmpty,
            !decision.mustBeFinished
        {
            decision.change.kind = .none
        }
        decisions[address] = decision
    }
}
