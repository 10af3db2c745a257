import Diagnostics
import Model
import Schema
import Records

/// What an attempt decides about what the file does not name any more.
extension PlanAttempt {
    mutating func decideRemoval(of address: Address) {
        guard var record = priorResources[address] else { return }
        guard let type = planner.types[address.section] else {
            problems.error(
                "unknown-type", "the state records \(address), a type that this cogstack does not know", at: nil,
                help: "Use the version of cogstack that made it.")
            return
        }
        switch planner.observation.located[address] {
        case .ours(let id) where planner.observation.live[address]?.physicalId == id: record.physicalId = id
        case .ours(let id): record.deposed.append(Deposed(id))
        case .lost(let ids): record.deposed += ids.map { Deposed($0, isOrphan: true) }
        default: break
        }
        var decision = Decision(
            change: Change(address: address, type: type.name, kind: .delete, physicalId: record.physicalId),
            wanted: [:], settings: RecordSettings(dependsOn: record.dependsOn))
        decision.fate = .deleted
        // Whatever used them goes too, or has been reported: nothing is waited for.
        decision.old.deposed = record.deposed.map {
            Deposed($0.physicalId, isOrphan: $0.isOrphan, dependsOn: $0.dependsOn)
        }
        keepWhatIsNotOurs(&decision, type)
        if let reason = type.staysBecause {
            decision.fate = .forgotten
            decision.change.kind = .none
            notices.append("\(address) is no longer managed and stays in AWS: \(reason)")
        } else if record.isRetained {
            decision.fate = .forgotten
            decision.change.kind = .none
            notices.append("\(address) stays in AWS as \(record.physicalId ?? "nothing"): its `lifecycle` retains it")
        } else if record.physicalId != nil, planner.observation.live[address] == nil,
            planner.observation.interrupted.contains(address)
        {
            // A function's log goes by the same action as the function, and after it.
            decision.change.reason = "a run that was cut short may have left a part of it"
        } else if record.physicalId == nil || planner.observation.live[address] == nil {
            decision.fate = .forgotten
            decision.change.reason = "gone from AWS already"
            decision.change.kind = .none
        } else if let live = planner.observation.live[address], let owner = wrongOwner(of: live, type) {
            disown(live.physicalId, owner, &decision)
            decision.fate = .forgotten
            decision.change.kind = .none
        } else {
            decision.before = planner.observation.live[address]?.attributes
            decision.userAccountsLost = planner.observation.userAccounts[address] ?? 0
            decision.change.loses = loss(type, address)
        }
        decisions[address] = decision
    }
}
