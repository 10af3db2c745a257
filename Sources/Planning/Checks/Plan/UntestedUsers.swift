import Model
import Schema

extension PlanCheck {
    /// Users that cannot be asked whether they work with a new secret.
    static let untestedUsers = PlanCheck { attempt in
        attempt.decided.flatMap { decision, resource, type -> [Finding] in
            guard decision.isReplaced, !type.onceShownSecrets.isEmpty else { return [] }
            return decision.retirement.users.compactMap { user in
                guard let probe = attempt.planner.types[user.section]?.attributes.first(where: \.isProbe),
                    attempt.decisions[user]?.wanted[probe.name].isNull == true
                else { return nil }
                return .notice(
                    "\(user) has no `\(probe.name)`, so nothing tests whether it works with the new one of \(resource.address)",
                    about: resource.address)
            }
        }
    }
}
