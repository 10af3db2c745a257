import Foundation
import Model
import Planning
import Schema
import Store

extension Workspace {
    /// Plans a file, asks and carries it out; without a file it carries out the plan that was saved last, if everything still is
    /// as it was then.
    package func apply(_ file: String?, _ consent: Consent) async throws(Failure) -> Ending {
        guard let file else { return try await applySaved(consent) }
        let deployment = try await Deployment.open(self.file(file), in: self)
        return try await deployment.locked("apply") { deployment async throws(Failure) in
            let (plan, observation) = try await deployment.plan(.apply)
            return try await Run(deployment, plan, from: observation, consent).confirmAndCarryOut()
        }
    }

    private func applySaved(_ consent: Consent) async throws(Failure) -> Ending {
        if !settings.parameterOverrides.isEmpty || !settings.targets.isEmpty {
            throw .usage(
                "`--set` and `--target` are part of a plan, and `apply` without FILE carries out the saved one.",
                help: "Give them to `cogstack plan`, or name the FILE.")
        }
        let project = wantedProject
        let location: StateLocation
        let saved: SavedPlan
        do {
            let last =
                try settings.statePath.map { StateLocation(stateFile: world.absolute($0)) }
                ?? StateLocation.lastPlanned(in: project.root)
            guard let last, let found = try PlanFile.load(SavedPlan.self, at: last) else {
                throw Failure.message(
                    "there is no saved plan.", help: "Run `cogstack plan FILE` first, or `cogstack apply FILE`.")
            }
            (location, saved) = (last, found)
        } catch {
            throw Failure(error)
        }
        let path = naming(in: project).path(of: saved.file)
        let file = file(path, isObvious: stackFiles(of: project) == [path])
        guard saved.format == SavedPlan.currentFormat else {
            throw .message(
                "the saved plan \(shown(location.plan)) has format \(saved.format), and this cogstack knows \(SavedPlan.currentFormat).",
                help: "Run `cogstack plan \(file.path)` again.")
        }
        let deployment = try await Deployment.open(file, in: with(settings.planned(saved)))
        guard deployment.location == location else {
            throw .message(
                "the saved plan \(shown(location.plan)) is for \(file.path), whose state is \(shown(deployment.location.state)).",
                help: "Nothing was done. Run `cogstack plan` again.")
        }
        return try await deployment.locked("apply") { deployment async throws(Failure) in
            let (plan, observation, wasShown) = try await deployment.recomputed(saved, consent)
            let run = Run(deployment, plan, from: observation, consent, wasShown: wasShown) { () throws(Failure) in
                var begun = saved
                begun.isBegun = true
                do { try PlanFile.save(begun, at: location) } catch { throw Failure(error) }
            }
            let ending = try await run.confirmAndCarryOut()
            if ending.isDone {
                do { try PlanFile.remove(at: location) } catch { throw Failure(error) }
            }
            return ending
        }
    }
}

extension Ending {
    /// Whether everything is as the plan says.
    fileprivate var isDone: Bool {
        switch self {
        case .nothingToDo: true
        case .ran(let result): result.succeeded
        }
    }
}

extension Deployment {
    /// The plan that the files and the account give now, which is what is carried out, whatever the saved one says: that one must say the
    /// same or, where an apply has begun it, be of what is left a part that the user has seen.
    fileprivate func recomputed(_ saved: SavedPlan, _ consent: Consent) async throws(Failure) -> (
        plan: Plan, observation: Observation, wasShown: Bool
    ) {
        let observation = try await observe(countingAccountsFor: saved.plan)
        let now = try basis(of: saved.plan, observation, toCompareWith: saved.basis)
        let path = { [names] in names.path(of: $0) }
        // What the saved plan says of itself is no proof that a run has begun it: that leaves a trace in the state.
        let isBegun = saved.isBegun && (!intents.isEmpty || saved.basis.stateHasMoved(to: now))
        let moved = isBegun ? saved.basis.movedInputs(to: now, path: path) : saved.basis.moved(to: now, path: path)
        guard moved.isEmpty else {
            throw .message(
                "the saved plan no longer fits: \(moved.joined(separator: "; ")).",
                help: "Nothing was done. Run `cogstack plan \(file.path)` again.")
        }
        let plan = try await plan(.apply, from: observation)
        if isBegun {
            let strange = kept(plan.plan, saved.basis).addresses(beyond: saved.plan)
            guard strange.isEmpty || !consent.isGiven else {
                throw .message(
                    "what is left to do is more than the saved plan showed: \(strange.map(\.description).joined(separator: ", ")).",
                    help: "Nothing was done. Run `cogstack plan \(file.path)` again, or leave `--yes` out to see it.")
            }
            return (plan.plan, plan.observation, strange.isEmpty)
        }
        let differences = try asRead(kept(plan.plan, saved.basis)).differences(from: saved.plan)
        guard differences.isEmpty else {
            throw .message(
                "the saved plan \(workspace.shown(location.plan)) is not what these files and this account give:",
                list: firstOf(differences),
                help: "Nothing was done. Run `cogstack plan \(file.path)` again.")
        }
        return (plan.plan, plan.observation, true)
    }

    /// A plan as it is after it was kept and read: numbers may have another form then.
    private func asRead(_ plan: Plan) throws(Failure) -> Plan {
        do {
            return try JSONDecoder().decode(Plan.self, from: JSONEncoder().encode(plan))
        } catch {
            throw Failure(error)
        }
    }

    /// As many as can be read.
    private func firstOf(_ differences: [String]) -> [String] {
        let rest = differences.count - 10
        return differences.prefix(10) + (rest > 0 ? ["and \(rest) more"] : [])
    }
}
