import Model
import Schema
import Records

/// Turns decisions into the graph of actions that carries them out.
///
/// Why it has no cycle: some deletions are early, those that free a name and, since AWS refuses to delete what is in use,
/// those of what used its holder. They wait for early deletions only. Writes wait for writes in the order of the file's graph,
/// and for early deletions. All other deletions wait for writes and for deletions. Among deletions, and so in
/// all, the order is that of the records' dependencies, which are those of a file that was applied.
struct ActionGraph {
    let decisions: [Address: Decision]
    let graph: DependencyGraph
    let consumers: Consumers
    let prior: [Address: Record]
    let recordedUsers: RecordedUsers
    let types: [String: ResourceType]

    /// The actions, each after all that it waits for.
    ///
    /// - Throws: where the records' dependencies are those of no file.
    func actions() throws(DependencyCycle) -> [Action] {
        var build = ActionGraphBuild()
        for address in graph.order {
            if let decision = decisions[address] { write(decision, at: address, &build) }
        }
        for address in graph.order {
            if let decision = decisions[address], !decision.deferral.rows.isEmpty {
                writeDeferred(decision, at: address, &build)
            }
        }
        widenFirst(&build)
        deletions(&build)
        narrow(&build)
        return try build.sorted().map { action in
            var action = action
            action.attributes = decisions[action.address]?.secretPaths.hide(action.attributes) ?? action.attributes
            return action
        }
    }

    // MARK: Writes

    private func write(_ decision: Decision, at address: Address, _ build: inout ActionGraphBuild) {
        let deletions = makeWay(decision, at: address, &build)
        let last: Int? =
            switch decision.fate {
            case .created: add(.create(properties(decision, wantedAtFirst(decision, at: address))), at: address, &build)
            case .replaced(_, let freesName): replace(decision, freesName: freesName, at: address, &build)
            case .kept, .reinstated: update(decision, at: address, &build)
            case .deleted, .forgotten: nil
            }
        if let last {
            if decision.isCreated || decision.isReplaced { build.wait(last, for: deletions) }
            build.done[address] = last
            build.writes[address, default: []].append(last)
        }
    }

    /// Deletes what lost calls left and what holds the name that is needed.
    private func makeWay(_ decision: Decision, at address: Address, _ build: inout ActionGraphBuild) -> [Int] {
        let orphans = decision.old.orphans.map {
            build.add(deletion(of: Deposed($0, isOrphan: true), at: address, decision))
        }
        build.orphans[address] = orphans
        let releases = decision.old.nameHolders.map { build.add(deletion(of: $0, at: address, decision)) }
        if !releases.isEmpty {
            build.deletes[address, default: []] += releases
            build.nameReleases[address, default: []] += releases
        }
        return orphans + releases
    }

    /// A new object, and the deletion of the one that has been in use.
    private func replace(
        _ decision: Decision, freesName: Bool, at address: Address, _ build: inout ActionGraphBuild
    ) -> Int {
        let id = add(.create(properties(decision, wantedAtFirst(decision, at: address))), at: address, &build)
        let adopted = adopt(decision, before: id, at: address, after: recorded(in: build, for: address), &build)
        if let old = current(decision), !decision.old.orphans.contains(old), !decision.old.disowned.contains(old) {
            let delete = build.add(
                deletion(of: Deposed(old, grace: decision.retirement.grace), at: address, decision))
            build.deletes[address, default: []].append(delete)
            if let adopted { build.wait(delete, for: [adopted]) }
            if freesName {
                build.wait(id, for: [delete])
                build.nameReleases[address, default: []].append(delete)
            }
        }
        return id
    }

    /// A change of the object that is there, or of its record alone; nil where neither is needed.
    private func update(_ decision: Decision, at address: Address, _ build: inout ActionGraphBuild) -> Int? {
        let wanted = wantedAtFirst(decision, at: address)
        let changed = decision.changedAtFirst
        if changed.isEmpty, !decision.mustBeFinished {
            let isRecordedAnew =
                decision.isReadopted
                || (decision.widening.rows.isEmpty && !isRecorded(decision, wanted, at: address))
            guard isRecordedAnew else { return nil }
            let adoption = Action.Adoption(
                current(decision), outputs: decision.unrecordedOutputs, properties(decision, wanted))
            return add(.adopt(adoption), at: address, &build)
        }
        let update = Action.Update(
            current(decision), changed: changed.sorted(),
            resets: decision.resets(of: changed.subtracting(decision.widening.rows.keys)),
            outputs: decision.unrecordedOutputs, properties(decision, wanted, writing: changed))
        let id = add(.update(update), at: address, &build)
        _ = adopt(decision, before: id, at: address, after: done(in: build, for: address), &build)
        if changesDeferred(decision.changed, of: address) { build.deferredWrites[address, default: []].append(id) }
        return id
    }

    /// The live object of one that is taken up again, recorded as what is in use with no more than is known to be applied, before
    /// anything changes it.
    private func adopt(
        _ decision: Decision, before id: Int, at address: Address, after: [Int], _ build: inout ActionGraphBuild
    ) -> Int? {
        guard decision.isReadopted else { return nil }
        let adoption = Action.Adoption(
            current(decision), outputs: decision.unrecordedOutputs,
            properties(decision, appliedBefore(decision, at: address)))
        let adopted = build.add(Action(id: 0, address: address, .adopt(adoption), after: after))
        build.adoptions[address] = adopted
        build.wait(id, for: [adopted])
        return adopted
    }

    private func add(_ work: Action.Work, at address: Address, _ build: inout ActionGraphBuild) -> Int {
        build.add(Action(id: 0, address: address, work, after: done(in: build, for: address)))
    }

    /// The actions after which what an address depends on is as the file says.
    private func done(in build: ActionGraphBuild, for address: Address) -> [Int] {
        (graph.dependencies[address] ?? []).compactMap { build.done[$0] }
    }

    /// The actions after which the state knows what an address depends on. An object that is taken up only to go waits for no more: what
    /// it depended on may have to wait for its end.
    private func recorded(in build: ActionGraphBuild, for address: Address) -> [Int] {
        (graph.dependencies[address] ?? []).filter { prior[$0] == nil }.compactMap {
            build.adoptions[$0] ?? build.done[$0]
        }
    }

    private func properties(
        _ decision: Decision, _ attributes: Value, writing names: Set<String>? = nil
    ) -> Action.Properties {
        Action.Properties(
            attributes, boundTo: decision.references(of: names, excluding: decision.deferral.rows),
            settings: decision.settings)
    }

    /// The object that the address has or takes over; nil where it has none yet.
    private func current(_ decision: Decision) -> String? {
        decision.reinstated?.live.physicalId ?? decision.change.physicalId
    }

    /// The properties without those that a second action writes; what these were stays recorded until then.
    private func wantedAtFirst(_ decision: Decision, at address: Address) -> Value {
        if decision.deferral.rows.isEmpty { return decision.wantedBeforeNarrowing }
        let first = (decision.wantedBeforeNarrowing.map ?? [:]).filter { !decision.deferral.rows.contains($0.key) }
        if decision.isCreated || decision.isReplaced { return .map(first) }
        let before = (appliedBefore(decision, at: address).map ?? [:]).filter {
            decision.deferral.rows.contains($0.key)
        }
        return .map(first.merging(before) { $1 })
    }

    /// What was applied last to the object that an address has from here on.
    private func appliedBefore(_ decision: Decision, at address: Address) -> Value {
        decision.reinstated?.attributes ?? prior[address]?.attributes ?? [:]
    }

    /// Whether the state says all that it would say after an apply.
    private func isRecorded(_ decision: Decision, _ wanted: Value, at address: Address) -> Bool {
        guard let record = prior[address], decision.unrecordedOutputs.isEmpty else { return false }
        let type = types[address.section]
        // What an earlier version wrote in clear is written anew.
        let hidden = decision.secretPaths.hide(wanted)
        return (type?.comparable(hidden) ?? hidden).isSame(
            asSealed: type?.comparable(record.attributes) ?? record.attributes)
            && record.dependsOn == decision.settings.dependsOn
            && record.isRetained == decision.settings.isRetained && record.isProtected == decision.settings.isProtected
    }

    private func changesDeferred(_ names: Set<String>, of address: Address) -> Bool {
        names.contains { types[address.section]?.attribute($0)?.isDeferred == true }
    }

    private func writeDeferred(_ decision: Decision, at address: Address, _ build: inout ActionGraphBuild) {
        let isNew = decision.isCreated || decision.isReplaced || decision.reinstated != nil
        let id = build.add(
            update(
                decision, isNew ? nil : decision.change.physicalId, writing: decision.deferral.rows,
                decision.wantedBeforeNarrowing, at: address))
        build.wait(id, for: decision.deferral.dependsOn.union([address]).compactMap { build.done[$0] })
        build.writes[address, default: []].append(id)
        build.deferredWrites[address, default: []].append(id)
    }

    /// A second update of an address, of some rows alone.
    private func update(
        _ decision: Decision, _ physicalId: String?, writing rows: Set<String>, _ attributes: Value, at address: Address
    ) -> Action {
        let properties = Action.Properties(
            attributes, boundTo: decision.references(of: rows), settings: decision.settings)
        return Action(
            id: 0, address: address,
            .update(Action.Update(physicalId, changed: rows.sorted(), resets: decision.resets(of: rows), properties)))
    }

    // MARK: Access

    /// Whoever gives access is written after what it gives access to is there, and before what uses that goes over to it.
    private func widenFirst(_ build: inout ActionGraphBuild) {
        let widened = graph.order.compactMap { address -> (address: Address, targets: Set<Address>, id: Int)? in
            guard let targets = decisions[address]?.widening.targets, !targets.isEmpty, let id = build.done[address],
                build.actions[id - 1].kind == .update
            else { return nil }
            return (address, targets, id)
        }
        if widened.isEmpty { return }
        var order = build.order
        for (address, targets, id) in widened {
            for target in targets.sorted() {
                if let created = build.done[target] { build.wait(id, for: created, in: &order) }
                for user in consumers.closure(from: target).subtracting([address]).sorted() {
                    for write in build.writes[user] ?? [] { build.wait(write, for: id, in: &order) }
                }
            }
        }
    }

    /// Access to what was replaced is taken away once nothing uses that any more. Nothing waits for this.
    private func narrow(_ build: inout ActionGraphBuild) {
        let narrowed = graph.order.compactMap { address in decisions[address].map { (address, $0) } }.filter {
            !$0.1.widening.rows.isEmpty
        }
        if narrowed.isEmpty { return }
        let gone = Dictionary(grouping: build.deletes.filter { graph.dependencies[$0.key] == nil }, by: \.key.section)
            .mapValues { $0.flatMap(\.value) }
        for (address, decision) in narrowed { narrow(decision, at: address, gone, &build) }
    }

    /// - Parameter gone: the deletions of what the file does not name any more, by its section.
    private func narrow(
        _ decision: Decision, at address: Address, _ gone: [String: [Int]], _ build: inout ActionGraphBuild
    ) {
        let rows = Set(decision.widening.rows.keys)
        let id = build.add(
            update(
                decision, decision.reinstated == nil ? decision.change.physicalId : nil, writing: rows, decision.wanted,
                at: address))
        build.wait(id, for: (build.writes[address] ?? []) + (build.done[address].map { [$0] } ?? []))
        for target in decision.widening.targets {
            for user in consumers.closure(from: target).union([target]).subtracting([address]) {
                build.wait(id, for: (build.writes[user] ?? []) + (build.deletes[user] ?? []))
            }
        }
        // What another address of the file takes the place of.
        for section in Set(decision.widening.targets.map(\.section)) { build.wait(id, for: gone[section] ?? []) }
    }

    // MARK: Deletions

    private func deletions(_ build: inout ActionGraphBuild) {
        for address in decisions.keys.sorted() {
            guard let decision = decisions[address] else { continue }
            if decision.change.kind == .delete, let physicalId = decision.change.physicalId {
                let id = build.add(deletion(of: Deposed(physicalId), at: address, decision))
                build.deletes[address, default: []].append(id)
            }
            for deposed in decision.old.deposed {
                let id = build.add(deletion(of: deposed, at: address, decision))
                build.deletes[address, default: []].append(id)
                // Its address may refer to others by now. A key keeps waiting what it belongs to, and nothing ever refers to that by a key.
                if types[address.section]?.onceShownSecrets.isEmpty == false {
                    for needed in deposed.dependsOn { build.dependentDeletions[needed, default: []].append(id) }
                }
            }
            for id in decision.old.disowned where !decision.isForgotten {
                let forgotten = build.add(Action(id: 0, address: address, .forget(physicalId: id)))
                build.wait(forgotten, for: build.writes[address] ?? [])
            }
            if decision.isForgotten {
                // While there is something to delete, or somebody's record names it, the state must know of it.
                let id = build.add(Action(id: 0, address: address, .forget(physicalId: nil)))
                build.wait(id, for: build.deletes[address] ?? [])
                build.deletes[address, default: []].append(id)
            }
        }
        orderDeletions(&build)
    }

    private func orderDeletions(_ build: inout ActionGraphBuild) {
        if build.deletes.isEmpty { return }
        let early = earlyDeletions(build)
        let wantedUsers = wantedUsers
        let deferredNeeds = deferredNeeds(build)
        for (address, deletes) in build.deletes {
            let users = recordedUsers[address]
            for id in deletes {
                for user in users {
                    build.wait(id, for: (build.deletes[user] ?? []) + (build.orphans[user] ?? []))
                }
                build.wait(id, for: build.dependentDeletions[address] ?? [])
                if early.contains(id) {
                    // Its users get another one only when it is gone: nobody is waited for or asked.
                    build.deleteAtOnce(id)
                    continue
                }
                // Whatever used an object is written anew before the object goes.
                for user in users + (wantedUsers[address] ?? []) + (build.actions[id - 1].deletion?.users ?? []) {
                    build.wait(id, for: build.writes[user] ?? [])
                }
                for needed in deferredNeeds[address] ?? [] { build.wait(id, for: build.deferredWrites[needed] ?? []) }
                if decisions[address]?.changesItsObject == true, let made = build.done[address] {
                    build.wait(id, for: [made])
                }
            }
        }
    }

    private func deletion(of deposed: Deposed, at address: Address, _ decision: Decision) -> Action {
        Action(
            id: 0, address: address,
            .delete(
                Action.Deletion(
                    deposed.physicalId, grace: deposed.grace,
                    users: deposed.grace == nil ? [] : decision.retirement.users,
                    isOrphan: deposed.isOrphan, settings: decision.settings)))
    }

    /// Deletions that cannot wait for any write, since a write waits for them.
    private func earlyDeletions(_ build: ActionGraphBuild) -> Set<Int> {
        var early: Set<Int> = []
        var open = build.nameReleases.flatMap { address, ids in ids.map { (address: address, id: $0) } }
        while let (address, id) = open.popLast() {
            guard early.insert(id).inserted else { continue }
            for user in recordedUsers[address] { open += (build.deletes[user] ?? []).map { (user, $0) } }
        }
        return early
    }

    /// Those that are to use an address, also where no record says that they do.
    private var wantedUsers: [Address: [Address]] {
        var users: [Address: [Address]] = [:]
        for (user, needs) in graph.dependencies {
            for needed in needs { users[needed, default: []].append(user) }
        }
        return users
    }

    /// For each address of which something is deleted, those that it depended on, directly or through others, and that have a write of a
    /// property which may refer to what comes later. Looked for from the side that has fewer.
    private func deferredNeeds(_ build: ActionGraphBuild) -> [Address: [Address]] {
        var found: [Address: [Address]] = [:]
        if build.deletes.count < build.deferredWrites.count {
            for address in build.deletes.keys {
                found[address] = reach(from: prior[address]?.dependsOn ?? []) { prior[$0]?.dependsOn ?? [] }
                    .filter { build.deferredWrites[$0] != nil }
            }
        } else {
            for needed in build.deferredWrites.keys {
                for address in reach(from: dependents(of: needed), dependents) where build.deletes[address] != nil {
                    found[address, default: []].append(needed)
                }
            }
        }
        return found
    }

    /// Those whose records depend on an address, itself among them where its record does.
    private func dependents(of address: Address) -> [Address] {
        recordedUsers[address] + (prior[address]?.dependsOn.contains(address) == true ? [address] : [])
    }

    private func reach(from start: [Address], _ next: (Address) -> [Address]) -> Set<Address> {
        var found: Set<Address> = []
        var open = start
        while let address = open.popLast() {
            if found.insert(address).inserted { open += next(address) }
        }
        return found
    }
}
