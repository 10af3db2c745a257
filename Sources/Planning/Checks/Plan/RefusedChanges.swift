import Model
import Schema

extension PlanCheck {
    /// Changes of properties that are set once and for all.
    static let refusedChanges = PlanCheck { attempt in
        attempt.decided.flatMap { decision, resource, type in
            decision.differences.compactMap { change in
                guard let limit = type.limit(on: change.path),
                    // A new object has nothing yet that could not be taken away.
                    let advice = limit.change.advice(
                        against: change,
                        isTakenOut: decision.change.kind != .replace && resource.attributes[limit.place].isNull)
                else { return nil }
                let address = resource.address
                let accounts = attempt.planner.observation.userAccounts[address] ?? 0
                let stake = accounts > 0 ? " (\(accounts) user accounts are at stake)" : ""
                return .problem(
                    "cannot-change",
                    "AWS cannot \(change.after.isNull ? "take away" : "change") \(change.path) of \(address) once it exists\(stake)",
                    about: address,
                    at: resource.origin(of: change.path), help: advice)
            }
        }
    }
}

extension Mutability {
    /// What to do in place of a change that AWS would refuse; nil where it takes it.
    fileprivate func advice(against change: AttributeChange, isTakenOut: Bool) -> String? {
        switch self {
        case .refused(let advice): advice
        case .additive(let advice): change.before.isNull ? nil : advice
        case .lasting(let advice): isTakenOut ? advice : nil
        case .inPlace, .replacement: nil
        }
    }
}
