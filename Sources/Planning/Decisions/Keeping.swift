import Diagnostics
import Model
import Records
import Schema

/// What an attempt decides about the live object that an address has or may have.
extension PlanAttempt {
    /// The live object that this address has or may have; nil where one is to be made.
    mutating func acceptedLive(
        for address: Address, _ resource: DesiredResource, _ type: ResourceType, _ decision: inout Decision
    ) -> Live? {
        let live = planner.observation.live[address]
        if let live, live.physicalId == priorResources[address]?.physicalId {
            // What a lost call made besides the recorded object is provably this stack's, and orphaned.
            switch planner.observation.located[address] {
            case .ours(let id): decision.old.orphans.append(id)
            case .lost(let ids): decision.old.orphans += ids
            case .ambiguous(let ids):
                notices.append(
                    "a lost call for \(address) may have made one of \(ids.joined(separator: ", ")): nothing tells which"
                )
            default: break
            }
            return live
        }
        let place = resource.origin(of: "name") ?? resource.origin
        switch planner.observation.located[address] {
        case nil, .some(.none):
            return nil
        case .lost(let ids):
            decision.old.orphans += ids
            return nil
        case .ours(let physicalId):
            if let other = owners.owner(of: physicalId, excluding: address) {
                // What another address of the file has is that one's, and this one gets its own.
                if planner.desired.resources[other] == nil {
                    refuse(physicalId, recordedAs: other, for: address, place)
                }
                return nil
            }
            decision.fate = .kept(isReadopted: live != nil)
            return live
        case .unowned(let physicalId):
            if resource.lifecycle.mayAdopt {
                decision.fate = .kept(isReadopted: true)
                decision.change.kind = .adopt
                decision.change.reason = "exists already, and `lifecycle: { adopt: true }` lets it be taken over"
                return live
            }
            refuseUnowned(physicalId, place)
        case .foreign(let physicalId, let owner):
            if let other = owners.owner(of: physicalId, excluding: address), planner.desired.resources[other] == nil {
                refuse(physicalId, recordedAs: other, for: address, place)
                return nil
            }
            refuseName(physicalId, of: owner, for: address, place)
        case .ambiguous(let ids):
            problems.error(
                "ambiguous-live-object",
                "several live objects could be \(address): \(ids.joined(separator: ", "))", at: place,
                help: "Delete those that nothing uses, and plan again.")
        }
        return nil
    }

    /// An address of the file wants the object of one that the file does not have any more: to take it over here and delete it there
    /// would lose it, and which was meant only a person knows.
    private mutating func refuse(
        _ physicalId: String, recordedAs other: Address, for address: Address, _ place: SourceRange?
    ) {
        problems.error(
            "recorded-elsewhere", "\(physicalId) is recorded as \(other), which the file does not have any more",
            at: place,
            help:
                "If it has another name in the file now, say so: `cogstack state mv \(planner.desired.file) \(other) \(address)`. Otherwise give \(address) another name."
        )
    }

    /// What a run changed just before it was cut short may not have arrived, and nothing has asked it whether it works.
    func finishWhatWasCutShort(_ decision: inout Decision, _ live: Live, _ type: ResourceType) {
        let isAskable = type.attributes.contains { $0.isProbe && !decision.wanted[$0.name].isNull }
        let wasCutShort = planner.observation.interrupted.contains(decision.change.address)
        guard decision.change.kind == .none || decision.change.kind == .adopt, decision.changed.isEmpty,
            live.isUnfinished ? wasCutShort || decision.isReadopted : wasCutShort && isAskable
        else { return }
        decision.mustBeFinished = true
        guard decision.change.kind == .none else { return }
        decision.change.kind = .update
        decision.change.reason =
            isAskable
            ? "a run was cut short while it changed this, so it is asked whether it works"
            : "a run was cut short while it changed this, and AWS is still at work on it"
    }
}
