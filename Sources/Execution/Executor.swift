package import AWSClient
package import Planning
package import Provider
package import Schema
import State

/// Runs a plan's graph of actions, independent ones side by side, and nothing else.
package struct Executor: Sendable {
    private let plan: Plan
    private let registry: Registry
    private let context: StackContext
    private let caller: any AWSCaller
    private let ledger: Ledger
    private let pace: any Pace
    private let parallelism: Int
    private let isStopping: @Sendable () -> Bool
    private let seconds: @Sendable () -> Double
    private let report: @Sendable (ExecutionEvent) async -> Void

    /// - Parameters:
    ///   - parallelism: how many actions run at once, from 1.
    ///   - isStopping: whether no new action is to start.
    ///   - seconds: a clock that only goes forward.
    ///   - report: told of every event when it happens.
    package init(
        plan: Plan, registry: Registry, context: StackContext, caller: any AWSCaller, ledger: Ledger, pace: any Pace,
        parallelism: Int, isStopping: @escaping @Sendable () -> Bool, seconds: @escaping @Sendable () -> Double,
        report: @escaping @Sendable (ExecutionEvent) async -> Void
    ) {
        self.plan = plan
        self.registry = registry
        self.context = context
        self.caller = caller
        self.ledger = ledger
        self.pace = pace
        self.parallelism = max(1, parallelism)
        self.isStopping = isStopping
        self.seconds = seconds
        self.report = report
    }

    /// What came of each action.
    package struct Outcome: Sendable {
        package var done: [Action] = []
        package var failed: [(action: Action, error: ProviderError)] = []
        package var skipped: [(action: Action, because: String)] = []

        package var isComplete: Bool { failed.isEmpty && skipped.isEmpty }
    }

    package func run() async -> Outcome {
        var outcome = Outcome()
        var waiting = plan.actions
        var finished: Set<Int> = []
        /// Why what depends on an action cannot run.
        var blocked: [Int: String] = [:]
        await withTaskGroup(of: (Action, ProviderError?).self) { group in
            var running = 0
            while true {
                for action in waiting {
                    guard let cause = action.after.lazy.compactMap({ blocked[$0] }).first else { continue }
                    blocked[action.id] = cause
                    outcome.skipped.append((action, cause))
                    await report(.skipped(action.address, action.kind, because: cause))
                }
                waiting.removeAll { blocked[$0.id] != nil }
                while running < parallelism, !isStopping(),
                    let index = waiting.firstIndex(where: { finished.isSuperset(of: $0.after) })
                {
                    let action = waiting.remove(at: index)
                    running += 1
                    group.addTask { (action, await perform(action)) }
                }
                guard running > 0, let (action, error) = await group.next() else { break }
                running -= 1
                if let error {
                    outcome.failed.append((action, error))
                    blocked[action.id] = "\(action.address) failed"
                } else {
                    outcome.done.append(action)
                    finished.insert(action.id)
                }
            }
        }
        for action in waiting {
            outcome.skipped.append((action, "interrupted"))
            await report(.skipped(action.address, action.kind, because: "interrupted"))
        }
        return outcome
    }

    private func perform(_ action: Action) async -> ProviderError? {
        let start = seconds()
        await report(.started(action.address, action.kind))
        do throws(ProviderError) {
            guard let provider = registry[action.address.section] else {
                throw .refused(
                    message: "\(action.address) is of a type that this cogstack does not know.",
                    help: "Use the version of cogstack that made the plan.")
            }
            try await perform(action, provider)
            await report(.finished(action.address, action.kind, seconds: seconds() - start))
            return nil
        } catch {
            await report(.failed(action.address, action.kind, error: "\(error)"))
            return error
        }
    }

    private func perform(_ action: Action, _ provider: any Provider) async throws(ProviderError) {
        let calls = Calls(
            address: action.address, context: context, caller: caller, recorder: ledger, pace: pace, shared: SharedReads())
        switch action.kind {
        case .create:
            let desired = try await resolved(action.attributes)
            let outputs = try await create(desired, action, provider, calls)
            try await record(action, outputs)
        case .update:
            let physicalId = try await physicalId(of: action)
            let desired = try await resolved(action.attributes)
            let outputs = try await provider.update(
                physicalId, to: provider.type.resetting(action.resets, in: desired), changed: Set(action.changed), calls)
            try await record(action, outputs)
        case .delete:
            guard let physicalId = action.physicalId else { return }
            try await provider.delete(physicalId, calls)
            try await ledger.deleted(physicalId, of: action.address)
        case .adopt:
            let physicalId = try await physicalId(of: action)
            guard let live = try await provider.read(physicalId, calls) else {
                throw .refused(message: "\(physicalId) is gone since the plan was made.", help: "Plan again.")
            }
            try await ledger.made(physicalId, outputs: live.outputs, address: action.address)
            try await record(action, live.outputs)
        case .forget:
            try await ledger.forgotten(action.address)
        }
    }

    /// Creates, and where the answer was lost, looks for what the call may have made before it is made a second time.
    private func create(
        _ desired: Value, _ action: Action, _ provider: any Provider, _ calls: Calls
    ) async throws(ProviderError) -> [String: Value] {
        let before = await ledger.physicalId(of: action.address)
        do {
            return try await provider.create(desired, calls)
        } catch {
            guard case .aws(let cause) = error, cause.mayHaveHappened,
                await ledger.physicalId(of: action.address) == before
            else { throw error }
            let intents = await ledger.openIntents(of: action.address)
            switch try await provider.locate(desired, intents: intents, calls) {
            case .ours(let physicalId):
                let live = try await provider.read(physicalId, calls)
                try await calls.made(physicalId, outputs: live?.outputs ?? [:])
                let names = Set((desired.map ?? [:]).keys)
                let updated = try await provider.update(physicalId, to: desired, changed: names, calls)
                return (live?.outputs ?? [:]).merging(updated) { $1 }
            case .lost(let ids):
                // What it came with is lost, so it is of no use: recorded as to be deleted, and made anew.
                try await ledger.deposed(ids, of: action.address)
                let outputs = try await provider.create(desired, calls)
                for id in ids {
                    try await provider.delete(id, calls)
                    try await ledger.deleted(id, of: action.address)
                }
                return outputs
            case .none:
                return try await provider.create(desired, calls)
            case .unowned, .foreign, .ambiguous:
                throw error
            }
        }
    }

    private func physicalId(of action: Action) async throws(ProviderError) -> String {
        if let physicalId = action.physicalId { return physicalId }
        if let physicalId = await ledger.physicalId(of: action.address) { return physicalId }
        throw .refused(message: "\(action.address) has no object to work on.", help: "Plan again.")
    }

    private func record(_ action: Action, _ outputs: [String: Value]) async throws(ProviderError) {
        let physicalId = try await physicalId(of: action.kind == .create ? action.withoutPhysicalId : action)
        await ledger.learn(outputs, of: action.address)
        // Secrets stay references in the record.
        let plain = await ledger.knownOutputs().mapValues { $0.filter { !$0.value.holdsSecret } }
        try await ledger.applied(
            action, physicalId: physicalId, attributes: resolver(plain).resolve(action.attributes), outputs: outputs)
    }

    // MARK: References

    private func resolver(_ known: [Address: [String: Value]]) -> Resolver {
        Resolver(context: context, resources: [:], types: [:], known: known)
    }

    /// `value` with everything in it that is known by now, secrets among it; a secret that AWS showed once, in an earlier
    /// run, stays a reference.
    package func resolved(_ value: Value) async throws(ProviderError) -> Value {
        let resolved = resolver(await ledger.knownOutputs()).resolve(value)
        for reference in Set(resolved.references) {
            guard let provider = registry[reference.address.section],
                case .readableSecret = provider.type.output(reference.attribute)?.secrecy,
                let physicalId = await ledger.physicalId(of: reference.address)
            else { continue }
            let calls = Calls(
                address: reference.address, context: context, caller: caller, recorder: ledger, pace: pace,
                shared: SharedReads())
            if let live = try await provider.read(physicalId, calls) {
                await ledger.learn(live.outputs, of: reference.address)
            }
        }
        return resolver(await ledger.knownOutputs()).resolve(resolved)
    }
}

extension Action {
    /// A create action's object is the one that the ledger learned of, never the one that it replaces.
    fileprivate var withoutPhysicalId: Action {
        var action = self
        action.physicalId = nil
        return action
    }
}
