package import AWSClient
package import Planning
package import Provider
package import Model
package import Schema
import Records

/// Runs a plan's graph of actions, independent ones side by side, and nothing else.
package struct Executor: Sendable {
    let plan: Plan
    let registry: Registry
    private let context: StackContext
    private let caller: any AWSCaller
    let ledger: Ledger
    private let pace: any Pace
    private let parallelism: Int
    private let isStopping: @Sendable () -> Bool
    let seconds: @Sendable () -> Double
    let report: @Sendable (ExecutionEvent) async -> Void
    /// The addresses that have an object by the end of the plan, or keep theirs.
    private let followed: Set<Address>
    private let deletions: [Address: [Action]]
    /// What is done to each address.
    let actions: [Address: [Action]]

    /// - Parameters:
    ///   - parallelism: how many actions run at once, from 1.
    ///   - isStopping: whether no new action is to start.
    ///   - seconds: a clock that only goes forward.
    ///   - report: called with every event when it happens.
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
        followed = Set(plan.actions.filter { $0.kind != .delete && $0.kind != .forget }.map(\.address))
        actions = Dictionary(grouping: plan.actions, by: \.address)
        deletions = actions.mapValues { $0.filter { $0.kind == .delete } }
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
        do {
            // What is taken back first is recorded as what is in use, and not as what is to go.
            let adopted = Set(plan.actions.filter { $0.kind == .adopt }.compactMap(\.physicalId))
            try await ledger.expect(
                deletions: plan.actions.filter { $0.kind == .delete && !adopted.contains($0.physicalId ?? "") })
        } catch {
            // A state that cannot be written lets nothing start.
            outcome.failed = plan.actions.prefix(1).map { ($0, error) }
            outcome.skipped = plan.actions.dropFirst().map { ($0, "the state cannot be written") }
            for (action, error) in outcome.failed {
                await report(.failed(action.address, action.kind, error: "\(error)"))
            }
            for (action, cause) in outcome.skipped {
                await report(.skipped(action.address, action.kind, because: cause))
            }
            return outcome
        }
        var queue = ActionQueue(plan.actions)
        /// Why nothing more can start: AWS would refuse every call alike, or what is done could not be written down (a full disk
        /// must not fill the account).
        var halt: String?
        await withTaskGroup(of: (Action, ProviderError?).self) { group in
            var running = 0
            while true {
                while running < parallelism, halt == nil, !isStopping(), let action = queue.next() {
                    running += 1
                    group.addTask { (action, await perform(action)) }
                }
                guard running > 0, let (action, error) = await group.next() else { break }
                running -= 1
                if let error {
                    outcome.failed.append((action, error))
                    halt = halt ?? error.concernsAllCalls
                    let cause =
                        error.isInterruption ? "interrupted" : error.concernsAllCalls ?? "\(action.address) failed"
                    for skipped in queue.failed(action) {
                        outcome.skipped.append((skipped, cause))
                        await report(.skipped(skipped.address, skipped.kind, because: cause))
                    }
                } else {
                    outcome.done.append(action)
                    queue.finished(action)
                }
            }
        }
        await undoUnusedRotations(outcome)
        for action in queue.left {
            outcome.skipped.append((action, halt ?? "interrupted"))
            await report(.skipped(action.address, action.kind, because: halt ?? "interrupted"))
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
            await report(
                error.isInterruption
                    ? .skipped(action.address, action.kind, because: "\(error)")
                    : .failed(action.address, action.kind, error: "\(error)"))
            return error
        }
    }

    private func perform(_ action: Action, _ provider: any Provider) async throws(ProviderError) {
        let calls = await calls(for: action.address)
        switch action.work {
        case .create(let properties):
            let desired = try await resolved(properties.attributes, of: provider.type)
            try await begin(action)
            try await record(action, try await create(desired, action, provider, calls))
        case .update(let update):
            let physicalId = try await physicalId(of: action)
            let desired = try await resolved(update.properties.attributes, of: provider.type)
            try await begin(action)
            let outputs: [String: Value]
            do throws(ProviderError) {
                outputs = try await provider.update(
                    physicalId, to: provider.type.resetting(update.resets, in: desired), changed: Set(update.changed),
                    calls)
            } catch {
                if case .rolledBack = error { try await ledger.rolledBack(action.address) }
                throw error
            }
            try await record(action, outputs)
        case .delete(let deletion):
            if let grace = deletion.grace { try await retire(deletion, grace, action.address, provider, calls) }
            try await provider.delete(deletion.physicalId, calls)
            try await ledger.deleted(
                deletion.physicalId, of: action.address, isFollowed: followed.contains(action.address))
        case .adopt:
            let physicalId = try await physicalId(of: action)
            if await ledger.physicalId(of: action.address) == physicalId { return try await record(action, [:]) }
            guard let live = try await provider.live(physicalId, calls) else {
                throw .refused(message: "\(physicalId) is gone since the plan was made.", help: "Plan again.")
            }
            try await begin(action)
            try await ledger.recordCreated(physicalId, outputs: live.outputs, address: action.address)
            try await record(action, live.outputs)
        case .forget(let physicalId?):
            try await ledger.forgotten(physicalId, of: action.address)
        case .forget(nil):
            try await ledger.forgotten(action.address)
        }
    }

    private func begin(_ action: Action) async throws(ProviderError) {
        let recorded = await ledger.physicalId(of: action.address)
        let deletion = deletions[action.address]?.first { $0.physicalId == recorded }
        try await ledger.begin(
            action, attributes: await resolvedPlainly(action),
            isOldGone: action.kind != .update && recorded != action.physicalId && deletion == nil,
            grace: deletion?.deletion?.grace)
    }

    // MARK: Creating

    /// Creates, and where the answer was lost, looks for what the call may have made before it is made a second time.
    private func create(
        _ desired: Value, _ action: Action, _ provider: any Provider, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        let before = await ledger.physicalId(of: action.address)
        try await refuseTwin(of: desired, action, provider)
        do {
            let outputs = try await provider.create(desired, calls)
            try await yieldToTwin(of: desired, action, provider)
            return outputs
        } catch {
            guard case .aws(let cause) = error, cause.mayHaveHappened,
                await ledger.physicalId(of: action.address) == before
            else { throw error }
            switch try await locateLost(desired, action, provider, calls) {
            case .ours(let physicalId):
                let live = try await shown(physicalId, action, provider)
                try await calls.recordCreated(physicalId, outputs: live.outputs)
                let updated = try await provider.update(
                    physicalId, to: desired, changed: provider.type.changeable(in: desired), calls)
                return live.outputs.merging(updated) { $1 }
            case .lost(let ids):
                // What it came with is lost, so it is of no use.
                try await discard(ids, action, provider)
                return try await provider.create(desired, calls)
            case .none:
                let outputs = try await provider.create(desired, calls)
                // AWS may show the first one only by now.
                switch try await locateOnce(desired, action, provider) {
                case .ours(let id): try await discard([id], action, provider)
                case .lost(let ids): try await discard(ids, action, provider)
                case .none, .unowned, .foreign, .ambiguous: break
                }
                return outputs
            case .unowned, .foreign, .ambiguous:
                throw error
            }
        }
    }

    /// Creates nothing where another run has just made an object with the same tags, which only a list shows: names are not unique.
    private func refuseTwin(of desired: Value, _ action: Action, _ provider: any Provider) async throws(ProviderError) {
        guard case .creationTags = provider.type.identity, await ledger.openIntents(of: action.address).isEmpty,
            case .ours(let twin) = try await locateOnce(desired, action, provider)
        else { return }
        throw .refused(
            message: "\(twin) was created as \(action.address) of this stack since the plan was made.",
            help: "Another run works on the same stack. Run it again when that has ended: it then uses \(twin).")
    }

    /// Gives way where another run has made an object with the same tags meanwhile: that run may be using its own already, and nothing
    /// uses this one yet. Where both see each other both give way, and the first to run again makes the one that stays.
    private func yieldToTwin(of desired: Value, _ action: Action, _ provider: any Provider) async throws(ProviderError)
    {
        guard case .creationTags = provider.type.identity, let made = await ledger.physicalId(of: action.address),
            case .ours(let twin) = try await locateOnce(desired, action, provider)
        else { return }
        let message = "Another run created \(twin) as \(action.address) of this stack at the same time."
        do throws(ProviderError) {
            try await provider.delete(made, await calls(for: action.address))
            try await ledger.deleted(made, of: action.address, isFollowed: false)
        } catch {
            throw .refused(
                message: "\(message) \(made), which this run created, could not be deleted: \(error.message)",
                help: "Run it again: the plan names both.")
        }
        throw .refused(
            message: "\(message) \(made), which this run created and nothing uses, was deleted again.",
            help: "Run it again when that run has ended.")
    }

    /// Looks for what a create call without an answer may have made, for as long as AWS may take to show it.
    private func locateLost(
        _ desired: Value, _ action: Action, _ provider: any Provider, _ calls: ProviderContext
    ) async throws(ProviderError) -> Located {
        do {
            return try await calls.polling("AWS to show what a call without an answer made", seconds: 5) {
                () async throws(ProviderError) -> Poll<Located> in
                switch try await locateOnce(desired, action, provider) {
                case .none: .notYet("there is nothing")
                case let located: .done(located)
                }
            }
        } catch {
            if case .timedOut = error { return .none }
            throw error
        }
    }

    private func locateOnce(
        _ desired: Value, _ action: Action, _ provider: any Provider
    ) async throws(ProviderError) -> Located {
        let intents = await ledger.openIntents(of: action.address)
        // Answers that were shared once are old by now.
        return try await provider.locateUnknown(desired, intents: intents, await calls(for: action.address))
    }

    /// Deletes what lost calls made besides: recorded as to be deleted first.
    private func discard(_ ids: [String], _ action: Action, _ provider: any Provider) async throws(ProviderError) {
        try await ledger.deposed(ids, by: action)
        for id in ids {
            try await provider.delete(id, await calls(for: action.address))
            try await ledger.deleted(id, of: action.address, isFollowed: true)
        }
    }

    /// An object that a look has found: AWS may list it before it shows it.
    private func shown(
        _ physicalId: String, _ action: Action, _ provider: any Provider
    ) async throws(ProviderError) -> Live {
        try await calls(for: action.address).polling("AWS to show \(physicalId)", seconds: 10) {
            () async throws(ProviderError) -> Poll<Live> in
            // Answers that were shared once are old by now.
            let live = try await provider.live(physicalId, await self.calls(for: action.address))
            return live.map(Poll.done) ?? .notYet("there is nothing")
        }
    }

    func calls(for address: Address) async -> ProviderContext {
        ProviderContext(
            address: address, context: context, caller: caller, recorder: ledger, pace: pace, shared: SharedReads(),
            known: await ledger.physicalIds(of: address), recorded: await ledger.attributes(of: address))
    }

    private func physicalId(of action: Action) async throws(ProviderError) -> String {
        if let physicalId = action.physicalId { return physicalId }
        if let physicalId = await ledger.physicalId(of: action.address) { return physicalId }
        throw .refused(message: "\(action.address) has no object to work on.", help: "Plan again.")
    }

    private func record(_ action: Action, _ outputs: [String: Value]) async throws(ProviderError) {
        let physicalId = try await physicalId(of: action)
        let outputs = action.outputs.merging(outputs) { $1 }
        await ledger.learn(outputs, of: action.address)
        try await ledger.applied(
            action, physicalId: physicalId, attributes: await resolvedPlainly(action), outputs: outputs)
    }

    // MARK: References

    private func resolver(_ known: [Address: [String: Value]]) -> Resolver {
        Resolver(context: context, resources: [:], types: [:], known: known)
    }

    /// An action's properties as they may be recorded: secrets stay references.
    private func resolvedPlainly(_ action: Action) async -> Value {
        let known = await ledger.knownOutputs(of: action.attributes).mapValues { $0.filter { !$0.value.holdsSecret } }
        let resolved = resolver(known).substituted(action.attributes)
        return registry[action.address.section]?.type.canonicalForm(
            resolved, planned: action.attributes, context) ?? resolved
    }

    /// A resource's properties, in AWS's form.
    private func resolved(_ planned: Value, of type: ResourceType) async throws(ProviderError) -> Value {
        type.canonicalForm(try await resolved(planned), planned: planned, context)
    }

    /// `value` with everything in it that is known by now, secrets among it; a secret that AWS showed once, in an earlier
    /// run, stays a reference.
    package func resolved(_ value: Value) async throws(ProviderError) -> Value {
        let resolved = resolver(await ledger.knownOutputs(of: value)).substituted(value)
        for reference in Set(resolved.references) {
            guard let provider = registry[reference.address.section],
                case .readableSecret = provider.type.output(reference.attribute)?.secrecy,
                let physicalId = await ledger.physicalId(of: reference.address)
            else { continue }
            if let live = try await provider.live(physicalId, await calls(for: reference.address)) {
                await ledger.learn(live.outputs, of: reference.address)
            }
        }
        return resolver(await ledger.knownOutputs(of: resolved)).substituted(resolved)
    }
}

extension ResourceType {
    /// The rows of `attributes` that AWS can change in an object that is there.
    fileprivate func changeable(in attributes: Value) -> Set<String> {
        Set(self.attributes.filter { $0.change.isInPlace && !$0.isLocal && !attributes[$0.name].isNull }.map(\.name))
    }
}
