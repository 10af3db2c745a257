import Model
import Schema

extension PlanCheck {
    /// Changes of properties that are set once and for all.
    static let refusedChanges = PlanCheck { attempt in
        attempt.decided.flatMap { decision, resource, type in
            decision.differences.compactMap { change in
                guard case .refused(let advice) = type.attribute(change.attribute)?.change else { return nil }
                let address = resource.address
                let accounts = attempt.planner.observation.userAccounts[address] ?? 0
                let stake = accounts > 0 ? " (\(accounts) user accounts are at stake)" : ""
                return .problem(
                    "cannot-change", "AWS cannot change \(change.path) of \(address) once it exists\(stake)",
                    about: address,
                    at: resource.origin(of: change.path), help: advice)
            }
        }
    }
}
