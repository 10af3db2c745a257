import Model
import Schema

extension PlanCheck {
    /// What would stop a deletion half-way stops the plan, before anything is deleted. What an earlier run was to delete holds up nothing
    /// else.
    static let obstacles = PlanCheck { attempt in
        attempt.planner.observation.obstacles.sorted { $0.key < $1.key }.map { address, obstacle in
            let kind = attempt.decisions[address]?.change.kind
            guard kind == .delete || kind == .replace else {
                return .notice("what \(address) had before cannot be deleted: \(obstacle.message)")
            }
            return .problem(
                "cannot-delete",
                "\(address) cannot be \(kind == .delete ? "deleted" : "replaced"): \(obstacle.message)", about: address,
                at: attempt.planner.desired.resources[address]?.origin, help: obstacle.help)
        }
    }
}
