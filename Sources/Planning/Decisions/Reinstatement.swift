import Diagnostics
import Model
import Schema
import Records

/// An object that becomes its address's again: one that was replaced and not deleted yet, or one that has the wanted name already.
struct Reinstated {
    var live: Live
    /// The properties that were applied to it last; none where no state tells.
    var attributes: Value
    var boundIds: [Address: String]
    /// Why it is taken, for people.
    var reason: String
}

/// What an attempt decides about objects that an address had before, and about those that have the name it is to get.
extension PlanAttempt {
    /// Takes what is not this stack's out of what is to be deleted: it stays in AWS, and the plan names it.
    mutating func keepWhatIsNotOurs(_ decision: inout Decision, _ type: ResourceType) {
        let address = decision.change.address
        for deposed in decision.old.deposed {
            guard let live = planner.observation.deposed[address]?[deposed.physicalId],
                let owner = wrongOwner(of: live, type)
            else { continue }
            decision.old.deposed.remove(deposed.physicalId)
            disown(deposed.physicalId, owner, &decision)
        }
    }

    /// Whose a live object is, where its type carries tags and these do not say that it is this stack's; nil where nothing says that
    /// it is somebody else's.
    func wrongOwner(of live: Live, _ type: ResourceType) -> String? {
        guard type.identity.isTaggable, live.unreadable["tags"] == nil else { return nil }
        guard let owner = live.attributes["tags"][Ownership.stackTag].string else { return "it has no owner tags" }
        return owner == planner.context.stack ? nil : "it belongs to stack \(owner)"
    }

    mutating func disown(_ physicalId: String, _ owner: String, _ decision: inout Decision) {
        decision.old.disowned.append(physicalId)
        notices.append(
            "\(physicalId), recorded for \(decision.change.address), stays in AWS: \(owner), so it is not deleted. If it is this stack's, delete it by hand"
        )
    }

    /// The object that takes the place of the current one instead of a new one: where the file wants what was replaced again, and
    /// where its new name is had already by an object that may be taken over.
    mutating func reinstated(
        for resource: DesiredResource, _ type: ResourceType, wanted: Value, _ current: Live?, _ decision: inout Decision
    ) -> Reinstated? {
        // The secret of what was replaced is not recorded any more.
        let address = resource.address
        guard !decision.old.deposed.isEmpty || planner.observation.renamed[address] != nil,
            type.onceShownSecrets.isEmpty,
            current.map({ mustGo($0, resource, type, wanted) }) ?? true
        else { return nil }
        for deposed in decision.old.deposed.reversed() {
            guard let live = planner.observation.deposed[address]?[deposed.physicalId],
                !differences(type, resource, wanted: wanted, live: live, prior: deposed.attributes).contains(
                    where: \.forcesReplacement)
            else { continue }
            decision.old.deposed.remove(deposed.physicalId)
            return Reinstated(
                live: live.assuming(deposed.attributes), attributes: deposed.attributes, boundIds: deposed.boundIds,
                reason: "\(deposed.physicalId) is still there and takes its place again")
        }
        let holder = holderOfNewName(for: resource, type, wanted: wanted)
        // What a lost call made is of use after all.
        if let holder { decision.old.orphans.removeAll { $0 == holder.live.physicalId } }
        return holder
    }

    private func mustGo(_ live: Live, _ resource: DesiredResource, _ type: ResourceType, _ wanted: Value) -> Bool {
        differences(
            type, resource, wanted: wanted, live: live, prior: priorResources[resource.address]?.attributes ?? [:]
        )
        .contains(where: \.forcesReplacement)
    }

    /// What has the new name of a recorded resource already, where it may be taken over; refused where not.
    private mutating func holderOfNewName(for resource: DesiredResource, _ type: ResourceType, wanted: Value)
        -> Reinstated?
    {
        guard let sighting = planner.observation.renamed[resource.address] else { return nil }
        let (address, place) = (resource.address, resource.origin(of: "name") ?? resource.origin)
        let reason: String
        switch sighting.located {
        case .none, .lost, .ambiguous:
            return nil
        case .foreign(let id, let owner):
            refuseName(id, of: owner, for: address, place)
            return nil
        case .unowned(let id) where !resource.lifecycle.mayAdopt:
            refuseUnowned(id, place)
            return nil
        case .unowned(let id):
            reason = "\(id) exists already, and `lifecycle: { adopt: true }` lets it be taken over"
        case .ours(let id):
            reason = "\(id) has this resource's tags already and takes its place"
        }
        guard let live = sighting.live else { return nil }
        let obstacles = differences(type, resource, wanted: wanted, live: live, prior: [:]).filter(\.forcesReplacement)
            .map(\.path.description)
        guard obstacles.isEmpty else {
            problems.error(
                "exists-already",
                "\(live.physicalId) exists already and cannot become \(address): AWS cannot change its \(obstacles.joined(separator: ", "))",
                at: place, help: "Give the resource another name.")
            return nil
        }
        return Reinstated(
            live: live, attributes: planner.observation.lost[address]?.attributes ?? [:], boundIds: [:], reason: reason)
    }

    mutating func refuseUnowned(_ physicalId: String, _ place: SourceRange?) {
        problems.error(
            "exists-already",
            "\(physicalId) exists already in account \(planner.context.account) and has no owner tags", at: place,
            help: "Give the resource another name, or let cogstack take it over with `lifecycle: { adopt: true }`.")
    }

    /// A name that is another object's: of another stack, or of another address of this one, which may be about to give it up.
    mutating func refuseName(_ physicalId: String, of owner: String, for address: Address, _ place: SourceRange?) {
        let holder = owners.owner(of: physicalId, excluding: address)
        problems.error(
            "owned-by-another",
            "\(physicalId) exists already and belongs to \(holder.map { "\($0) of this stack" } ?? owner)", at: place,
            help: holder.map {
                "Give \(address) another name, or apply first what gives \($0) another one: a name must be free before it is taken."
            }
                ?? "Give the resource another name.")
    }

    /// Frees the name of a new object: what the address had before under that name goes first.
    mutating func releaseName(_ decision: inout Decision, _ type: ResourceType) {
        guard let key = type.key(decision.wanted) else { return }
        let address = decision.change.address
        for deposed in decision.old.deposed where type.isSameKey(key, deposed.physicalId) {
            decision.old.deposed.remove(deposed.physicalId)
            // One that is gone already holds nothing.
            if planner.observation.deposed[address]?[deposed.physicalId] != nil {
                decision.old.nameHolders.append(deposed)
            }
        }
        if let id = decision.old.disowned.first(where: { type.isSameKey(key, $0) }) {
            refuseUnowned(id, planner.desired.resources[address]?.origin(of: "name"))
        }
    }

    /// What becomes of the recorded object: where another one takes its place it is to be deleted, unless it is not this stack's.
    mutating func decideOnCurrent(
        _ decision: inout Decision, _ current: Live?, _ type: ResourceType, _ resource: DesiredResource
    ) {
        guard let current, current.physicalId == priorResources[resource.address]?.physicalId else { return }
        let record = priorResources[resource.address]
        if let owner = wrongOwner(of: current, type) {
            guard decision.changesItsObject else {
                // Tags that somebody removed are written again; another stack's object is left alone.
                guard let stack = current.attributes["tags"][Ownership.stackTag].string else { return }
                problems.error(
                    "owned-by-another",
                    "\(current.physicalId) is recorded as \(resource.address), and its tags say that it belongs to stack \(stack)",
                    at: resource.origin,
                    help:
                        "Take it out of the state with `cogstack state rm \(planner.desired.file) \(resource.address)`, and plan again."
                )
                return
            }
            disown(current.physicalId, owner, &decision)
            if decision.freesName { refuseUnowned(current.physicalId, resource.origin(of: "name")) }
        } else if decision.reinstated != nil {
            decision.old.deposed.add(
                Deposed(
                    current.physicalId, dependsOn: record?.dependsOn ?? [],
                    attributes: record?.attributes.withoutReferences ?? [:],
                    boundIds: record?.boundIds ?? [:]))
        }
    }
}
