import Model
import Schema

extension PlanCheck {
    /// What cannot be read cannot be changed without losing what is in it, nor be seen to have what it is about to lose elsewhere.
    static let unreadableProperties = PlanCheck { attempt in
        attempt.decided.flatMap { decision, resource, _ -> [Finding] in
            let address = resource.address
            let changed = Set(decision.differences.map(\.attribute))
            let unreadable = (attempt.live(of: decision)?.unreadable ?? [:]).sorted { $0.key < $1.key }
            return unreadable.compactMap { name, help in
                let isWrittenAgain =
                    attempt.graph.deferred[address]?.contains(name) != true
                    && resource.attributes[name].references.contains {
                        attempt.isRecreated($0.address) || attempt.decisions[$0.address]?.isReplaced == true
                    }
                guard changed.contains(name) || isWrittenAgain else { return nil }
                return .problem(
                    "unreadable",
                    "\(name) of \(address) cannot be read, so it can neither be changed nor be seen to be right",
                    about: address, at: resource.origin(of: name), help: help)
            }
        }
    }
}
