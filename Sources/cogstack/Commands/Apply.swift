import Arguments
import Execution
import Foundation
import Planning
import Provider
import Reports
import Schema
import State

/// `apply`: carries out the plan that was saved last, or plans a file, shows it and asks.
func apply(_ options: Options, _ terminal: Terminal) async throws(Failure) -> ExitStatus {
    let start = ContinuousClock.now
    guard let file = options.file else { return try await applySaved(options, terminal, start) }
    let deployment = try await Deployment.open(file, options, terminal)
    return try await deployment.locked("apply") { deployment async throws(Failure) in
        let (plan, _) = try await deployment.plan(.apply)
        return try await Run(deployment, plan, start).confirmAndCarryOut()
    }
}

/// `destroy`: plans the teardown, shows it, asks, and carries it out.
func destroy(_ options: Options, _ terminal: Terminal) async throws(Failure) -> ExitStatus {
    let start = ContinuousClock.now
    let file: String
    if let named = options.file { file = named } else { file = try stackToDestroy() }
    let deployment = try await Deployment.open(file, options, terminal)
    if deployment.stack.isProtected {
        throw .message(
            "stack \(deployment.stack.name) is protected, so it is not destroyed.",
            help: "Take `protect: true` out of \(file), apply, and destroy then.")
    }
    return try await deployment.locked("destroy") { deployment async throws(Failure) in
        let (plan, _) = try await deployment.plan(.destroy)
        return try await Run(deployment, plan, start).confirmAndCarryOut()
    }
}

/// The one unprotected stack that has state.
private func stackToDestroy() throws(Failure) -> String {
    do {
        let snapshots = try Workspace.recordedStacks()
        let candidates = snapshots.filter { !$0.isProtected }
        if candidates.count == 1 { return candidates[0].file }
        let named = candidates.isEmpty ? snapshots : candidates
        let list = named.map { "  \($0.stack)\($0.isProtected ? " (protected)" : ""): cogstack destroy \($0.file)" }
        throw Failure.message(
            snapshots.isEmpty ? "no stack has state here, so there is nothing to destroy."
                : candidates.isEmpty ? "every stack that has state is protected:\n\(list.joined(separator: "\n"))"
                : "several stacks have state:\n\(list.joined(separator: "\n"))",
            help: snapshots.isEmpty ? "Name the stack file." : "Name the one that is meant.")
    } catch {
        throw Failure(error)
    }
}

/// Carries out the plan that `plan` saved last, if everything still is as it was then.
private func applySaved(
    _ options: Options, _ terminal: Terminal, _ start: ContinuousClock.Instant
) async throws(Failure) -> ExitStatus {
    let saved: SavedPlan
    do {
        let location = try options.statePath.map(StateLocation.init(stateFile:))
            ?? StateLocation.lastPlanned(in: Workspace.workingRoot)
        guard let location, let found = try PlanFile.load(SavedPlan.self, at: location) else {
            throw Failure.message("there is no saved plan.", help: "Run `cogstack plan FILE` first, or `cogstack apply FILE`.")
        }
        saved = found
    } catch {
        throw Failure(error)
    }
    let deployment = try await Deployment.open(saved.file, options, terminal, settings: saved.settings)
    return try await deployment.locked("apply") { deployment async throws(Failure) in
        let observation = try await deployment.observe()
        let now = try deployment.saved(saved.plan, observation, salt: saved.basis.salt)
        let moved = saved.basis.moved(to: now.basis)
        guard moved.isEmpty else {
            throw .message(
                "the saved plan no longer fits: \(moved.joined(separator: "; ")).",
                help: "Nothing was done. Run `cogstack plan \(saved.file)` again.")
        }
        let status = try await Run(deployment, saved.plan, start, wasShown: true).confirmAndCarryOut()
        if status == .done {
            do { try PlanFile.remove(at: deployment.location) } catch { throw Failure(error) }
        }
        return status
    }
}

extension Deployment {
    /// Does something as the only writer of the stack's state, which is read again under the lock.
    func locked(
        _ command: String, _ body: (Deployment) async throws(Failure) -> ExitStatus
    ) async throws(Failure) -> ExitStatus {
        let lock: Lock
        var deployment = self
        do {
            lock = try Lock(at: location, command: command, now: Date())
            deployment.prior = try stateFile.load()
            deployment.intents = try Journal.pending(at: location).map(\.intent)
        } catch {
            throw Failure(error)
        }
        defer { lock.release() }
        return try await body(deployment)
    }
}
