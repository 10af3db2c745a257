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
    let types: [String: ResourceType]
    /// Who used an address, by the records.
    private let recordedUsers: [Address: [Address]]
    private let wantedUsers: [Address: [Address]]

    init(
        decisions: [Address: Decision], graph: DependencyGraph, consumers: Consumers, prior: [Address: Record],
        types: [String: ResourceType]
    ) {
        self.decisions = decisions
        self.graph = graph
        self.consumers = consumers
        self.prior = prior
        self.types = types
        recordedUsers = Self.reversed(prior.map { address, record in (address, Set(record.dependsOn).subtracting([address])) })
        wantedUsers = Self.reversed(graph.dependencies.map { ($0, $1) })
    }

    /// The actions, each after all that it waits for.
    ///
    /// - Throws: where the records' dependencies are those of no file.
    func actions() throws(DependencyCycle) -> [Action] {
        var build = Build()
        for address in graph.order {
            if let decision = decisions[address] { write(decision, at: address, &build) }
        }
        for address in graph.order {
            if let decision = decisions[address], !decision.late.isEmpty { writeLate(decision, at: address, &build) }
        }
        for address in graph.order {
            if let decision = decisions[address] { widenFirst(decision, at: address, &build) }
        }
        deletions(&build)
        for address in graph.order {
            if let decision = decisions[address], !decision.widened.isEmpty { narrow(decision, at: address, &build) }
        }
        return try build.sorted().map { action in
            var action = action
            action.attributes = decisions[action.address]?.secretPaths.hide(action.attributes) ?? action.attributes
            return action
        }
    }

    private struct Build {
        var actions: [Action] = []
        /// The action after which an address is as the file says, deferred properties aside.
        var done: [Address: Int] = [:]
        /// Every action that writes an address.
        var writes: [Address: [Int]] = [:]
        /// Actions that write a property which may refer to what comes later.
        var deferrableWrites: [Address: [Int]] = [:]
        /// Objects that go: which action deletes them.
        var deletes: [Address: [Int]] = [:]
        /// Of what nobody can use: these wait for nothing.
        var useless: [Address: [Int]] = [:]
        /// Deletions of what belonged to an address when it was replaced.
        var belongings: [Address: [Int]] = [:]
        /// Deletions that free a name.
        var freeing: [Address: [Int]] = [:]

        /// What each action waits for.
        private var waits: [Set<Int>] = []

        mutating func add(_ action: Action) -> Int {
            var action = action
            action.id = actions.count + 1
            actions.append(action)
            waits.append(Set(action.after))
            return action.id
        }

        mutating func wait(_ id: Int, for others: [Int]) {
            waits[id - 1].formUnion(others)
            waits[id - 1].remove(id)
        }

        /// Whether an action waits for another one, directly or through others.
        func waits(_ id: Int, for other: Int) -> Bool {
            var seen: Set<Int> = []
            var open = [id]
            while let next = open.popLast() {
                if next == other { return true }
                if seen.insert(next).inserted { open += waits[next - 1] }
            }
            return false
        }

        /// In an order in which they could run one by one, numbered in it.
        func sorted() throws(DependencyCycle) -> [Action] {
            var waiters: [Int: [Int]] = [:]
            for (index, after) in waits.enumerated() {
                for other in after { waiters[other, default: []].append(index + 1) }
            }
            var missing = waits.map(\.count)
            var number: [Int: Int] = [:]
            var order: [Int] = []
            var ready = missing.indices.filter { missing[$0] == 0 }.map { $0 + 1 }
            while !ready.isEmpty {
                ready.sort()
                var next: [Int] = []
                for id in ready {
                    order.append(id)
                    number[id] = order.count
                    for waiter in waiters[id] ?? [] {
                        missing[waiter - 1] -= 1
                        if missing[waiter - 1] == 0 { next.append(waiter) }
                    }
                }
                ready = next
            }
            guard order.count == actions.count else {
                throw DependencyCycle(Set(actions.filter { number[$0.id] == nil }.map(\.address)).sorted())
            }
            return order.map { id in
                var action = actions[id - 1]
                action.after = waits[id - 1].compactMap { number[$0] }.sorted()
                action.id = number[id] ?? id
                return action
            }
        }
    }

    // MARK: Writes

    private func write(_ decision: Decision, at address: Address, _ build: inout Build) {
        let before = (graph.dependencies[address] ?? []).compactMap { build.done[$0] }
        let wanted = wantedAtFirst(decision, at: address)
        func action(_ kind: Action.Kind, changed: Set<String> = [], _ physicalId: String? = nil) -> Action {
            Action(
                id: 0, address: address, kind: kind, physicalId: physicalId, attributes: wanted,
                changed: changed.sorted(), ties: decision.ties(of: kind == .update ? changed : nil, besides: decision.late),
                outputs: kind == .create ? [:] : decision.unrecordedOutputs, settings: decision.settings, after: before)
        }
        let useless = decision.useless.map { build.add(deletion(of: Deposed($0, isOrphan: true), at: address, decision)) }
        build.useless[address] = useless
        let releases = decision.nameHolders.map { build.add(deletion(of: $0, at: address, decision)) }
        if !releases.isEmpty {
            build.deletes[address, default: []] += releases
            build.freeing[address, default: []] += releases
        }
        /// The live object, recorded as what is in use with no more than is known to be applied, before anything changes it.
        func adoption(of physicalId: String?) -> Action {
            var adoption = action(.adopt, physicalId)
            adoption.attributes = appliedBefore(decision, at: address)
            return adoption
        }
        let current = decision.reinstated?.live.physicalId ?? decision.change.physicalId
        var last: Int?
        switch decision.change.kind {
        case .create:
            last = build.add(action(.create))
        case .rotate where decision.isRemade, .replace where decision.isRemade:
            let id = build.add(action(.create))
            let adopted = decision.isReadopted ? build.add(adoption(of: current)) : nil
            if let adopted { build.wait(id, for: [adopted]) }
            if let old = current, !decision.useless.contains(old), !decision.disowned.contains(old) {
                let delete = build.add(deletion(of: Deposed(old, grace: decision.grace), at: address, decision))
                build.deletes[address, default: []].append(delete)
                if let adopted { build.wait(delete, for: [adopted]) }
                if decision.replacesFirst {
                    build.wait(id, for: [delete])
                    build.freeing[address, default: []].append(delete)
                }
            }
            last = id
        case .update, .rotate, .replace, .adopt, .none:
            if decision.isForgotten { break }
            let changed = decision.changedAtFirst
            if changed.isEmpty, !decision.mustBeFinished {
                if decision.isReadopted || (decision.widened.isEmpty && !isRecorded(decision, wanted, at: address)) {
                    last = build.add(action(.adopt, current))
                }
                break
            }
            var update = action(.update, changed: changed, current)
            update.resets = decision.resets(of: changed.subtracting(decision.widened.keys))
            let id = build.add(update)
            if decision.isReadopted { build.wait(id, for: [build.add(adoption(of: current))]) }
            if changesDeferrable(decision.changed, of: address) { build.deferrableWrites[address, default: []].append(id) }
            last = id
        case .delete:
            break
        }
        if let last {
            if decision.isCreated || decision.isRemade { build.wait(last, for: useless + releases) }
            build.done[address] = last
            build.writes[address, default: []].append(last)
        }
    }

    /// The properties without those that a second action writes; what these were stays recorded until then.
    private func wantedAtFirst(_ decision: Decision, at address: Address) -> Value {
        if decision.late.isEmpty { return decision.wantedBeforeNarrowing }
        let first = (decision.wantedBeforeNarrowing.map ?? [:]).filter { !decision.late.contains($0.key) }
        if decision.isCreated || decision.isRemade { return .map(first) }
        let before = (appliedBefore(decision, at: address).map ?? [:]).filter { decision.late.contains($0.key) }
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
        return (type?.comparable(hidden) ?? hidden).isSame(asSealed: type?.comparable(record.attributes) ?? record.attributes)
            && record.dependsOn == decision.settings.dependsOn
            && record.isRetained == decision.settings.isRetained && record.isProtected == decision.settings.isProtected
    }

    private func changesDeferrable(_ names: Set<String>, of address: Address) -> Bool {
        names.contains { types[address.section]?.attribute($0)?.isDeferrable == true }
    }

    private func writeLate(_ decision: Decision, at address: Address, _ build: inout Build) {
        let isNew = decision.isCreated || decision.isRemade || decision.reinstated != nil
        let id = build.add(
            Action(
                id: 0, address: address, kind: .update, physicalId: isNew ? nil : decision.change.physicalId,
                attributes: decision.wantedBeforeNarrowing, changed: decision.late.sorted(), resets: decision.resets(of: decision.late),
                ties: decision.ties(of: decision.late), settings: decision.settings))
        build.wait(id, for: decision.lateDependsOn.union([address]).compactMap { build.done[$0] })
        build.writes[address, default: []].append(id)
        build.deferrableWrites[address, default: []].append(id)
    }

    // MARK: Access

    /// Whoever gives access is written after what it gives access to is there, and before what uses that goes over to it.
    private func widenFirst(_ decision: Decision, at address: Address, _ build: inout Build) {
        guard !decision.widenedFor.isEmpty, let id = build.done[address], build.actions[id - 1].kind == .update else { return }
        for target in decision.widenedFor.sorted() {
            if let made = build.done[target], !build.waits(made, for: id) { build.wait(id, for: [made]) }
            for user in consumers.closure(from: target).subtracting([address]).sorted() {
                for write in build.writes[user] ?? [] where !build.waits(id, for: write) { build.wait(write, for: [id]) }
            }
        }
    }

    /// Access to what was replaced is taken away once nothing uses that any more. Nothing waits for this.
    private func narrow(_ decision: Decision, at address: Address, _ build: inout Build) {
        let rows = Set(decision.widened.keys)
        let id = build.add(
            Action(
                id: 0, address: address, kind: .update,
                physicalId: decision.reinstated == nil ? decision.change.physicalId : nil, attributes: decision.wanted,
                changed: rows.sorted(), resets: decision.resets(of: rows), ties: decision.ties(of: rows), settings: decision.settings))
        build.wait(id, for: (build.writes[address] ?? []) + (build.done[address].map { [$0] } ?? []))
        for target in decision.widenedFor {
            for user in consumers.closure(from: target).union([target]).subtracting([address]) {
                build.wait(id, for: (build.writes[user] ?? []) + (build.deletes[user] ?? []))
            }
            // What another address of the file takes the place of.
            for (gone, deletes) in build.deletes where gone.section == target.section && graph.dependencies[gone] == nil {
                build.wait(id, for: deletes)
            }
        }
    }

    // MARK: Deletions

    private func deletions(_ build: inout Build) {
        for (address, decision) in decisions.sorted(by: { $0.key < $1.key }) {
            if decision.change.kind == .delete, let physicalId = decision.change.physicalId {
                let id = build.add(deletion(of: Deposed(physicalId), at: address, decision))
                build.deletes[address, default: []].append(id)
            }
            for deposed in decision.deposed {
                let id = build.add(deletion(of: deposed, at: address, decision))
                build.deletes[address, default: []].append(id)
                // Its address may refer to others by now. A key keeps waiting what it belongs to, and nothing ever refers to that by a key.
                if types[address.section]?.onceShownSecrets.isEmpty == false {
                    for needed in deposed.dependsOn { build.belongings[needed, default: []].append(id) }
                }
            }
            for id in decision.disowned where !decision.isForgotten {
                let forgotten = build.add(Action(id: 0, address: address, kind: .forget, physicalId: id))
                build.wait(forgotten, for: build.writes[address] ?? [])
            }
            if decision.isForgotten {
                // While there is something to delete, or somebody's record names it, the state must know of it.
                let id = build.add(Action(id: 0, address: address, kind: .forget))
                build.wait(id, for: build.deletes[address] ?? [])
                build.deletes[address, default: []].append(id)
            }
        }
        let early = earlyDeletions(build)
        let deferrable = needsWithDeferredWrites(build)
        for (address, deletes) in build.deletes {
            for id in deletes {
                for user in users(of: address) {
                    build.wait(id, for: (build.deletes[user] ?? []) + (build.useless[user] ?? []))
                }
                build.wait(id, for: build.belongings[address] ?? [])
                if early.contains(id) {
                    // Its users get another one only when it is gone: nobody is waited for or asked.
                    build.actions[id - 1].grace = nil
                    build.actions[id - 1].users = []
                    continue
                }
                // Whatever used an object is written anew before the object goes.
                for user in users(of: address) + wantedUsers(of: address) + build.actions[id - 1].users {
                    build.wait(id, for: build.writes[user] ?? [])
                }
                for needed in deferrable[address] ?? [] { build.wait(id, for: build.deferrableWrites[needed] ?? []) }
                if decisions[address]?.changesItsObject == true, let made = build.done[address] { build.wait(id, for: [made]) }
            }
        }
    }

    private func deletion(of deposed: Deposed, at address: Address, _ decision: Decision) -> Action {
        Action(
            id: 0, address: address, kind: .delete, physicalId: deposed.physicalId, grace: deposed.grace,
            users: deposed.grace == nil ? [] : decision.users, isOrphan: deposed.isOrphan, settings: decision.settings)
    }

    /// Deletions that cannot wait for any write, since a write waits for them.
    private func earlyDeletions(_ build: Build) -> Set<Int> {
        var early: Set<Int> = []
        var open = build.freeing.flatMap { address, ids in ids.map { (address: address, id: $0) } }
        while let (address, id) = open.popLast() {
            guard early.insert(id).inserted else { continue }
            for user in users(of: address) { open += (build.deletes[user] ?? []).map { (user, $0) } }
        }
        return early
    }

    private func users(of address: Address) -> [Address] { recordedUsers[address] ?? [] }

    /// Those that are to use an address, also where no record says that they do.
    private func wantedUsers(of address: Address) -> [Address] { wantedUsers[address] ?? [] }

    /// For each address what it depended on, directly or through others, of what has deferred writes.
    private func needsWithDeferredWrites(_ build: Build) -> [Address: [Address]] {
        var found: [Address: [Address]] = [:]
        for needed in build.deferrableWrites.keys {
            var seen: Set<Address> = []
            var open = recordedUsers[needed] ?? []
            while let next = open.popLast() {
                guard seen.insert(next).inserted else { continue }
                found[next, default: []].append(needed)
                open += recordedUsers[next] ?? []
            }
        }
        return found
    }

    private static func reversed(_ edges: [(Address, some Sequence<Address>)]) -> [Address: [Address]] {
        var users: [Address: [Address]] = [:]
        for (user, needs) in edges { for need in needs { users[need, default: []].append(user) } }
        return users
    }
}
