import Diagnostics
import Model
import Records
import Schema

/// What an attempt decides about what is replaced, and about what is bound to it.
extension PlanAttempt {
    func keepsKey(_ type: ResourceType, _ wanted: Value, _ live: Live) -> Bool {
        type.key(wanted).map { type.isSameKey($0, type.key(live.attributes) ?? live.physicalId) } ?? false
    }

    /// AWS binds some properties to the object that they named, so they must be written again when it is re-created,
    /// even where their text stays the same.
    ///
    /// - Returns: whether the resource must be replaced with what it is bound to.
    mutating func refreshWhatIsBoundToReplaced(
        _ decision: inout Decision, _ resource: DesiredResource, _ type: ResourceType
    ) -> Bool {
        var mustBeReplaced = false
        for row in type.attributes where !decision.changed.contains(row.name) {
            guard let target = replacedTarget(of: row, resource) else { continue }
            if case .replacement = row.change {
                mustBeReplaced = true
            } else {
                decision.changed.insert(row.name)
            }
            decision.change.reason = bound(row, to: target)
        }
        return mustBeReplaced
    }

    /// What a property is bound to that is re-created, or was since it was written.
    func replacedTarget(of row: Attribute, _ resource: DesiredResource) -> Address? {
        // What cannot be changed belongs to the object, such as a key to its user.
        guard row.isBoundToObject || row.change == .replacement else { return nil }
        return targets(of: row, resource).sorted().first { target in
            guard let decision = decisions[target] else { return false }
            if decision.isReplaced || decision.isCreated { return decision.isReplaced || priorResources[target] != nil }
            let outputs = (decision.reinstated?.live ?? planner.observation.live[target])?.outputs ?? [:]
            guard let boundId = boundId(of: resource.address, to: target),
                let now = planner.types[target.section]?.uniqueId(in: outputs)
            else { return false }
            return now != boundId
        }
    }

    /// The object to which what an address has by the end of this plan was bound when it was written.
    private func boundId(of address: Address, to target: Address) -> String? {
        decisions[address]?.reinstated?.boundIds[target] ?? priorResources[address]?.boundIds[target]
    }

    /// What a property refers to and must wait for.
    func targets(of row: Attribute, _ resource: DesiredResource) -> [Address] {
        resource.attributes[row.name].references.filter(\.isOrdering).map(\.address)
    }

    func bound(_ row: Attribute, to target: Address) -> String {
        let isStillToCome = decisions[target].map { $0.isReplaced || $0.isCreated } ?? false
        return "\(target) \(isStillToCome ? "is" : "was") re-created; AWS binds \(row.name) to the old object's id"
    }
}
