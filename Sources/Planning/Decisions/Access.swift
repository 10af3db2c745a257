import Model
import Schema

/// What an attempt's decisions mean for access.
extension PlanAttempt {
    /// What is gained and lost by what this plan changes, and by nothing else: what is left alone is as it was.
    var permissions: [PermissionChange] {
        decisions.values.compactMap { decision in
            let address = decision.change.address
            guard let type = planner.types[address.section], decision.isReplaced || decision.before != decision.after
            else { return nil }
            let resourcePolicy = planner.observation.resourcePolicies[address]
            return PermissionChange(
                of: address,
                from: decision.before.map { AccessPolicies($0, of: type, resourcePolicy: resourcePolicy) }
                    ?? AccessPolicies(),
                to: decision.after.map {
                    AccessPolicies($0, of: type, resourcePolicy: decision.isReplaced ? nil : resourcePolicy)
                } ?? AccessPolicies(),
                documents: planner.observation.policies, account: planner.context.account)
        }.inOrder
    }

    /// What the object that an address has by the end of this plan will be like: a new one as it is wanted, another one as it is live
    /// but for what changes.
    func outcome(of changes: [AttributeChange], _ decision: Decision, _ type: ResourceType, live: Value) -> Value {
        decision.isCreated || decision.isReplaced ? decision.wanted : type.properties(live, with: \.after, of: changes)
    }
}
