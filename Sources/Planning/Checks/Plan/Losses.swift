import Model
import Schema

extension PlanCheck {
    /// What a change of a property takes away for good: of the live object, or of what is there under the name of one that is created.
    static let losses = PlanCheck { attempt in
        attempt.decided.flatMap { decision, resource, type in
            let address = resource.address
            let live = decision.isReplaced ? nil : attempt.live(of: decision)
            guard let before = live?.attributes ?? attempt.planner.observation.parts[address] else {
                return [Finding]()
            }
            let written = live == nil ? Set((before.map ?? [:]).keys) : decision.changed
            return type.attributes.compactMap { row in
                guard written.contains(row.name), let loss = row.losing?(before[row.name], decision.wanted[row.name])
                else { return nil }
                return .notice("\(address): \(loss)", about: address)
            }
        }
    }
}
