import Model
import Schema

extension PlanCheck {
    /// Objects that AWS does not delete as they are.
    static let blockedDeletions = PlanCheck { attempt in
        attempt.decisions.sorted { $0.key < $1.key }.compactMap { address, decision in
            guard decision.deletesLiveObject, let before = decision.before,
                let problem = attempt.planner.types[address.section]?.blocksDeletion?(before)
            else { return nil }
            return .problem(
                "cannot-delete", "\(address) cannot be deleted: \(problem.message)", about: address, at: nil,
                help: problem.help)
        }
    }
}
