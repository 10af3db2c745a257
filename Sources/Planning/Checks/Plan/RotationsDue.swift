import Model
import Schema

extension PlanCheck {
    /// Secrets that are too old, unless this plan replaces them.
    static let rotationsDue = PlanCheck { attempt in
        attempt.decided.compactMap { decision, resource, type in
            let address = resource.address
            guard let isDue = type.rotationIsDue, !attempt.rotated.contains(address),
                let live = attempt.live(of: decision),
                let reason = isDue(decision.wanted, live, attempt.planner.now)
            else { return nil }
            return .notice("\(address) \(reason): `cogstack rotate` replaces it", about: address)
        }
    }
}
