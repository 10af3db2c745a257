import Model
import Schema

extension PlanCheck {
    /// What providers say of live objects.
    static let liveWarnings = PlanCheck { attempt in
        attempt.decided.flatMap { decision, resource, _ in
            (attempt.live(of: decision)?.warnings ?? []).map {
                .notice("\(resource.address): \($0)", about: resource.address)
            }
        }
    }
}
