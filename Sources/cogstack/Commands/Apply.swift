import Execution
import Foundation
import Planning
import Reports
import Schema
import State

/// `apply`: carries out the plan that was saved last, or plans a file, shows it and asks.
func apply(_ options: Options, _ terminal: Terminal) async throws(Failure) -> ExitStatus {
    let start = ContinuousClock.now
    guard let file = options.file else { return try await applySaved(options, terminal, start) }
    let deployment = try await Deployment.open(file, options, terminal)
    return try await deployment.locked("apply") { deployment async throws(Failure) in
        let (plan, observation) = try await deployment.plan(.apply)
        return try await Run(deployment, plan, from: observation, start).confirmAndCarryOut()
    }
}

/// Carries out the plan that `plan` saved last, if everything still is as it was then.
private func applySaved(
    _ options: Options, _ terminal: Terminal, _ start: ContinuousClock.Instant
) async throws(Failure) -> ExitStatus {
    if !options.settings.isEmpty || !options.targets.isEmpty {
        throw .usage(
            "`--set` and `--target` are part of a plan, and `apply` without FILE carries out the saved one.",
            help: "Give them to `cogstack plan`, or name the FILE.")
    }
    let location: StateLocation
    let saved: SavedPlan
    do {
        let last = try options.statePath.map(StateLocation.init(stateFile:)) ?? StateLocation.lastPlanned()
        guard let last, let found = try PlanFile.load(SavedPlan.self, at: last) else {
            throw Failure.message("there is no saved plan.", help: "Run `cogstack plan FILE` first, or `cogstack apply FILE`.")
        }
        (location, saved) = (last, found)
    } catch {
        throw Failure(error)
    }
    guard saved.format == SavedPlan.currentFormat else {
        throw .message(
            "the saved plan \(location.plan) has format \(saved.format), and this cogstack knows \(SavedPlan.currentFormat).",
            help: "Run `cogstack plan \(saved.file)` again.")
    }
    let deployment = try await Deployment.open(
        saved.file, options.planned(saved), terminal)
    return try await deployment.locked("apply") { deployment async throws(Failure) in
        let (plan, observation, isRest) = try await deployment.stillFitting(saved)
        let status = try await Run(deployment, plan, from: observation, start, wasShown: !isRest) { () throws(Failure) in
            var begun = saved
            begun.isBegun = true
            do { try PlanFile.save(begun, at: location) } catch { throw Failure(error) }
        }.confirmAndCarryOut()
        if status == .done {
            do { try PlanFile.remove(at: location) } catch { throw Failure(error) }
        }
        return status
    }
}

extension Deployment {
    /// The saved plan, where everything is as it was when it was made; where an apply has begun it, what is left to do.
    fileprivate func stillFitting(_ saved: SavedPlan) async throws(Failure) -> (
        plan: Plan, observation: Observation, isRest: Bool
    ) {
        let observation = try await observe(countingAccountsFor: saved.plan)
        let now = try basis(of: saved.plan, observation, salt: saved.basis.salt)
        let moved = saved.isBegun ? saved.basis.movedInputs(to: now) : saved.basis.moved(to: now)
        guard moved.isEmpty else {
            throw .message(
                "the saved plan no longer fits: \(moved.joined(separator: "; ")).",
                help: "Nothing was done. Run `cogstack plan \(saved.file)` again.")
        }
        guard saved.isBegun else { return (saved.plan, observation, false) }
        let rest = try await plan(.apply)
        return (rest.plan, rest.observation, true)
    }
}
