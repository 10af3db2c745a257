import Schema
import State

/// Turns decisions into the graph of actions that carries them out.
struct ActionGraph {
    let decisions: [Address: Decision]
    let graph: DependencyGraph
    let prior: [Address: Record]

    /// The actions, each after all that it waits for.
    func actions() -> [Action] {
        var build = Build()
        for address in graph.order {
            if let decision = decisions[address] { write(decision, at: address, &build) }
        }
        for address in graph.order {
            if let decision = decisions[address], !decision.late.isEmpty { writeLate(decision, at: address, &build) }
        }
        deletions(&build)
        return build.sorted()
    }

    private struct Build {
        var actions: [Action] = []
        /// The action after which an address is as the file says, deferred properties aside.
        var done: [Address: Int] = [:]
        /// Every action that writes an address.
        var writes: [Address: [Int]] = [:]
        /// Objects that go: which action deletes them.
        var deletes: [Address: [Int]] = [:]

        mutating func add(_ action: Action) -> Int {
            var action = action
            action.id = actions.count + 1
            actions.append(action)
            return action.id
        }

        mutating func wait(_ id: Int, for others: [Int]) {
            let known = Set(actions[id - 1].after)
            actions[id - 1].after = known.union(others.filter { $0 != id }).sorted()
        }

        /// In an order in which they could run one by one, numbered in it. Writes follow the resources' order and
        /// deletions its reverse, so there is always one that is ready.
        func sorted() -> [Action] {
            var number: [Int: Int] = [:]
            var order: [Action] = []
            while order.count < actions.count {
                let ready = actions.filter { number[$0.id] == nil && $0.after.allSatisfy { number[$0] != nil } }
                if ready.isEmpty { break }
                for action in ready {
                    number[action.id] = number.count + 1
                    order.append(action)
                }
            }
            return order.map { action in
                var action = action
                action.after = action.after.compactMap { number[$0] }.sorted()
                action.id = number[action.id] ?? action.id
                return action
            }
        }
    }

    private func write(_ decision: Decision, at address: Address, _ build: inout Build) {
        let before = (graph.dependencies[address] ?? []).compactMap { build.done[$0] }
        let wanted = decision.late.isEmpty
            ? decision.wanted : .map((decision.wanted.map ?? [:]).filter { !decision.late.contains($0.key) })
        func action(_ kind: Action.Kind, changed: Set<String> = [], _ physicalId: String? = nil) -> Action {
            Action(
                id: 0, address: address, kind: kind, physicalId: physicalId, attributes: wanted,
                changed: changed.sorted(), settings: decision.settings, after: before)
        }
        var last: Int?
        switch decision.change.kind {
        case .create, .rotate, .replace:
            let id = build.add(action(.create))
            if decision.isRemade, let old = decision.change.physicalId {
                let delete = build.add(Action(id: 0, address: address, kind: .delete, physicalId: old))
                build.deletes[address, default: []].append(delete)
                if decision.replacesFirst { build.wait(id, for: [delete]) }
            }
            last = id
        case .update, .adopt, .none:
            if decision.isForgotten { break }
            let recorded = prior[address]
            let isRecorded = recorded?.attributes == decision.wanted && recorded?.dependsOn == decision.settings.dependsOn
                && recorded?.isRetained == decision.settings.isRetained
                && recorded?.isProtected == decision.settings.isProtected
            if decision.isTakenBack || (decision.changed.isEmpty && !isRecorded) {
                last = build.add(action(.adopt, decision.change.physicalId))
            }
            if !decision.changed.isEmpty {
                var update = action(.update, changed: decision.changed, decision.change.physicalId)
                update.resets = decision.resets(of: decision.changed)
                let id = build.add(update)
                if let last { build.wait(id, for: [last]) }
                last = id
            }
        case .delete:
            break
        }
        if let last {
            build.done[address] = last
            build.writes[address, default: []].append(last)
        }
    }

    private func writeLate(_ decision: Decision, at address: Address, _ build: inout Build) {
        let id = build.add(
            Action(
                id: 0, address: address, kind: .update, physicalId: decision.isCreated ? nil : decision.change.physicalId,
                attributes: decision.wanted, changed: decision.late.sorted(), resets: decision.resets(of: decision.late),
                settings: decision.settings))
        build.wait(id, for: decision.lateDependsOn.union([address]).compactMap { build.done[$0] })
        build.writes[address, default: []].append(id)
    }

    private func deletions(_ build: inout Build) {
        for (address, decision) in decisions.sorted(by: { $0.key < $1.key }) {
            if decision.change.kind == .delete, let physicalId = decision.change.physicalId {
                let id = build.add(Action(id: 0, address: address, kind: .delete, physicalId: physicalId))
                build.deletes[address, default: []].append(id)
            }
            for physicalId in decision.deposed {
                let id = build.add(Action(id: 0, address: address, kind: .delete, physicalId: physicalId))
                build.deletes[address, default: []].append(id)
            }
            if decision.isForgotten { _ = build.add(Action(id: 0, address: address, kind: .forget)) }
        }
        // Whatever used an object goes, or is written anew, before the object goes.
        for (address, deletes) in build.deletes {
            for (user, record) in prior where record.dependsOn.contains(address) && user != address {
                let first = (build.deletes[user] ?? []) + (build.writes[user] ?? [])
                for id in deletes {
                    // A new object of the same name must wait for the old one to go; its users then come after both.
                    let waitsForIt = decisions[address]?.replacesFirst == true ? (build.deletes[user] ?? []) : first
                    build.wait(id, for: waitsForIt)
                }
            }
        }
    }
}
