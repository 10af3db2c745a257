import Planning
import Provider
import Model
import Schema
import Records

/// How an object that was in use is deleted, and how one that was to take its place is deleted again.
extension Executor {
    /// Switches an object off once its users work and its former users are done, and asks whether anything misses it: then it is
    /// switched on again, if it was on. Nothing waits for one that is gone already.
    func retire(
        _ deletion: Action.Deletion, _ grace: Grace, _ address: Address, _ provider: any Provider,
        _ calls: ProviderContext
    ) async throws(ProviderError) {
        let physicalId = deletion.physicalId
        guard let live = try await provider.live(physicalId, calls) else { return }
        let wasSwitchedOff = await ledger.hasSwitchedOff(physicalId, of: address)
        if live.isOff, wasSwitchedOff {
            // A run was stopped while it was off. Nobody knows what came of it.
            try await verifyConsumers(without: deletion, address, provider, calls)
        } else if let (user, selfTestFailure) = try await selfTestFailure(of: deletion.users) {
            // A run that was stopped may have left a user that nobody has asked since.
            throw .refused(
                message: "\(user) does not work: \(selfTestFailure). So \(physicalId) stays as it is.",
                help: "Put right what is named, and run it again.")
        }
        if !live.isOff {
            try await calls.wait(for: "calls that began with it to end", seconds: grace.drain)
            // Only what holds a secret can be switched off before it is deleted.
            if provider.type.onceShownSecrets.isEmpty { return }
            try await ledger.switched(off: true, physicalId, of: address)
            try await (provider as? any RetirableProvider)?.switchOff(physicalId, calls)
            try await verifyConsumers(without: deletion, address, provider, calls)
        }
        guard grace.soak > 0, !live.isOff || wasSwitchedOff else { return }
        try await calls.wait(for: "anybody who misses it, now switched off", seconds: grace.soak)
        // AWS may have taken it for a while yet, and a user may have kept what it had looked up.
        try await verifyConsumers(without: deletion, address, provider, calls)
    }

    /// Asks the users whether they work without what this or an earlier run has switched off. While that is not known they must
    /// not be without it.
    private func verifyConsumers(
        without deletion: Action.Deletion, _ address: Address, _ provider: any Provider, _ calls: ProviderContext
    ) async throws(ProviderError) {
        let physicalId = deletion.physicalId
        let problem: ProviderError
        do throws(ProviderError) {
            guard let (user, selfTestFailure) = try await selfTestFailure(of: deletion.users) else { return }
            problem = .rolledBack(
                message: "\(user) does not work without \(physicalId): \(selfTestFailure).",
                help: "It is switched on again. Put right what is named, and run it again.")
        } catch {
            problem =
                error.isInterruption
                ? error
                : .rolledBack(
                    message: "Whether anything still needs \(physicalId) is unknown: \(error.message)",
                    help: "It is switched on again. Run it again to go on.")
        }
        do throws(ProviderError) {
            try await (provider as? any RetirableProvider)?.switchOn(physicalId, calls)
            try await ledger.switched(off: false, physicalId, of: address)
        } catch {
            throw .refused(
                message: "\(problem.message) And \(physicalId) could not be switched on again: \(error).",
                help: "Run it again, which switches it on if something needs it.")
        }
        throw problem
    }

    /// The first of some users that does not work, and what is wrong with it; nil where all do that can be asked.
    private func selfTestFailure(of users: [Address]) async throws(ProviderError) -> (
        user: Address, selfTestFailure: String
    )? {
        for user in users {
            guard let id = await ledger.physicalId(of: user),
                let provider = registry[user.section] as? any SelfTestingProvider
            else { continue }
            if let selfTestFailure = try await provider.selfTestFailure(
                id, await ledger.attributes(of: user), await calls(for: user))
            {
                return (user, selfTestFailure)
            }
        }
        return nil
    }

    /// Takes back the objects that rotations made and that came into nobody's use, so all is as it was before.
    func undoUnusedRotations(_ outcome: Outcome) async {
        let rotations = plan.changes.filter { $0.kind == .rotate }
        if rotations.isEmpty { return }
        let results = Results(plan, outcome)
        for change in rotations {
            let ofAddress = actions[change.address] ?? []
            guard let creation = ofAddress.first(where: { $0.kind == .create }),
                let deletion = ofAddress.first(where: { $0.kind == .delete && $0.physicalId == change.physicalId }),
                !results.done.contains(deletion.id), results.errors[deletion.id] == nil,
                let old = change.physicalId, let new = await ledger.physicalId(of: change.address), new != old,
                await isUnused(creation, results), let provider = registry[change.address.section]
            else { continue }
            let start = seconds()
            await report(.started(change.address, .delete))
            await report(
                .waiting(
                    change.address, .delete, reason: "nothing uses the new one, so it goes again and the old one stays")
            )
            do throws(ProviderError) {
                try await ledger.restore(change.address, undoing: new)
                try await provider.delete(new, await calls(for: change.address))
                try await ledger.deleted(new, of: change.address, isFollowed: true)
                await report(.finished(change.address, .delete, seconds: seconds() - start))
            } catch {
                // It is recorded as to be deleted: the next run does it.
                await report(.failed(change.address, .delete, error: "\(error)"))
            }
        }
    }

    /// Whether none of the actions that would have used what `creation` made can have done so.
    private func isUnused(_ creation: Action, _ results: Results) async -> Bool {
        for user in results.users[creation.id] ?? [] where [.create, .update].contains(user.kind) {
            if results.done.contains(user.id) { return false }
            guard let error = results.errors[user.id] else { continue }
            if case .rolledBack = error { continue }
            if await ledger.mayHaveChanged(user.address) { return false }
        }
        return true
    }
}

/// What came of a plan's actions, by their ids.
private struct Results {
    let done: Set<Int>
    let errors: [Int: ProviderError]
    /// The actions that wait for each.
    let users: [Int: [Action]]

    init(_ plan: Plan, _ outcome: Executor.Outcome) {
        done = Set(outcome.done.map(\.id))
        errors = Dictionary(outcome.failed.map { ($0.action.id, $0.error) }, uniquingKeysWith: { first, _ in first })
        users = plan.actions.reduce(into: [:]) { users, action in
            for id in action.after { users[id, default: []].append(action) }
        }
    }
}
