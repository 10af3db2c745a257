import Model
import Records
import Schema

extension PlanCheck {
    /// With `--target`, what stays as it is must not lose what it uses.
    static let usersOutsideTargets = PlanCheck { attempt in
        guard attempt.planner.targets != nil else { return [] }
        return attempt.decisions.sorted { $0.key < $1.key }.flatMap { address, decision -> [Finding] in
            guard decision.changesItsObject || decision.change.kind == .delete else { return [] }
            return attempt.liveUsersOutsideTargets(of: address).map { user in
                .problem(
                    "used-outside-targets",
                    "\(user) uses \(address), which would be \(decision.changesItsObject ? "replaced" : "deleted")",
                    about: address, at: attempt.planner.desired.resources[user]?.origin,
                    help: "Name it too, with `--target \(user)`, or leave `--target` out.")
            }
        }
    }
}
