import Diagnostics
import Model
import Records
import Schema

extension PlanCheck {
    /// What a resource's `lifecycle`, or the stack, protects against being replaced or deleted.
    static let protectedResources = PlanCheck { attempt in
        attempt.decisions.sorted { $0.key < $1.key }.compactMap { address, decision in
            guard let type = attempt.planner.types[address.section] else { return nil }
            if let resource = attempt.planner.desired.resources[address] {
                guard [.replace, .rotate].contains(decision.change.kind) else { return nil }
                return attempt.protection(
                    of: address, type, isProtected: resource.lifecycle.isProtected, at: resource.origin,
                    from: "replaced")
            }
            guard decision.deletesLiveObject else { return nil }
            return attempt.protection(
                of: address, type, isProtected: attempt.priorResources[address]?.isProtected == true, at: nil,
                from: "deleted")
        }
    }
}

extension PlanAttempt {
    fileprivate func protection(
        of address: Address, _ type: ResourceType, isProtected: Bool, at place: SourceRange?, from fate: String
    ) -> Finding? {
        if isProtected {
            return .problem(
                "protected", "\(address) would be \(fate), and its `lifecycle` protects it", about: address, at: place,
                help: "Take `protect: true` out of its `lifecycle`, apply, and try again.")
        }
        guard planner.desired.isProtected, type.losesWhenDeleted != nil else { return nil }
        return .problem(
            "protected",
            "\(address) would be \(fate), and the stack is protected against losing \(loss(type, address) ?? "data")",
            about: address, at: place, help: "Take `protect: true` out of the stack file, apply, and try again.")
    }
}
