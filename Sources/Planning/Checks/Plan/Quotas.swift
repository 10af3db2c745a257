import Model
import Records
import Schema

extension PlanCheck {
    /// AWS bounds how many there can be, and what stands in the way is not the stack's to delete.
    static let quotas = PlanCheck { attempt in
        attempt.decided.compactMap { decision, resource, _ in
            let address = resource.address
            guard let problem = attempt.live(of: decision)?.quotaProblem, decision.old.orphans.isEmpty,
                decision.old.deposed.isEmpty
            else { return nil }
            let message = "\(address): \(problem.message)"
            return attempt.rotated.contains(address)
                ? .problem("no-room", message, about: address, at: resource.origin, help: problem.help)
                : .notice(message, about: address)
        }
    }
}
