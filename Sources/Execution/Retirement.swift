import AWSClient
import Planning
import Provider
import Schema
import State

/// How an object goes that something was using, and how one goes again that was to take its place.
extension Executor {
    /// Switches an object off once whoever had it is done, and hears whether anything misses it: then it is switched on again.
    func retire(
        _ physicalId: String, _ grace: Grace, _ action: Action, _ provider: any Provider, _ calls: Calls
    ) async throws(ProviderError) {
        try await calls.wait(for: "what still uses \(physicalId) to end", seconds: grace.drain)
        try await provider.switchOff(physicalId, calls)
        try await hear(whoMisses: physicalId, action, provider, calls)
        guard grace.soak > 0 else { return }
        try await calls.wait(for: "anybody who misses \(physicalId), which is switched off", seconds: grace.soak)
        // AWS may have taken it for a while yet, and a user may have kept what it had looked up.
        try await hear(whoMisses: physicalId, action, provider, calls)
    }

    private func hear(
        whoMisses physicalId: String, _ action: Action, _ provider: any Provider, _ calls: Calls
    ) async throws(ProviderError) {
        for user in action.users {
            guard let id = await ledger.physicalId(of: user), let its = registry[user.section],
                let complaint = try await its.complaint(id, await ledger.attributes(of: user), await self.calls(for: user))
            else { continue }
            try await provider.switchOn(physicalId, calls)
            throw .takenBack(
                message: "\(user) does not work without \(physicalId): \(complaint).",
                help: "It is switched on again. Put right what is named, and run it again.")
        }
    }

    /// Takes back the objects that rotations made and that came into nobody's use, so that all is as it was before.
    func undoUnusedRotations(_ outcome: Outcome) async {
        for change in plan.changes where change.kind == .rotate {
            let ofAddress = plan.actions.filter { $0.address == change.address }
            guard let creation = ofAddress.first(where: { $0.kind == .create }),
                let deletion = ofAddress.first(where: { $0.kind == .delete && $0.physicalId == change.physicalId }),
                !outcome.done.contains(where: { $0.id == deletion.id }), !outcome.failed.contains(where: { $0.action.id == deletion.id }),
                let old = change.physicalId, let new = await ledger.physicalId(of: change.address), new != old,
                await isUnused(creation, outcome), let provider = registry[change.address.section]
            else { continue }
            let start = seconds()
            await report(.started(change.address, .delete))
            await report(.waiting(change.address, .delete, reason: "nothing uses the new one, so it goes again and the old one stays"))
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
    private func isUnused(_ creation: Action, _ outcome: Outcome) async -> Bool {
        let users = plan.actions.filter { $0.after.contains(creation.id) && [.create, .update].contains($0.kind) }
        for user in users {
            if outcome.done.contains(where: { $0.id == user.id }) { return false }
            guard let (_, error) = outcome.failed.first(where: { $0.action.id == user.id }) else { continue }
            switch error {
            case .takenBack: continue
            case .aws(let cause) where !cause.mayHaveHappened:
                // Refused at its first request, it has changed nothing.
                if await ledger.openIntentCount(of: user.address) > 1 { return false }
            default: return false
            }
        }
        return true
    }
}
