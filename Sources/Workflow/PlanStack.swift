import AWSClient
import Digest
import Model
import Planning
import Schema
import Store

extension Workspace {
    /// Reads the live account, plans, and saves the plan for ``apply(_:_:)``. The result's command carries it out.
    ///
    /// - Parameter file: as it was typed; nil for the stack that is meant.
    package func plan(_ file: String?) async throws(Failure) -> PlannedRun {
        let deployment = try await Deployment.open(try stackFile(file), in: self)
        let (plan, observation) = try await deployment.plan(.apply)
        let basis = try deployment.basis(of: plan, observation)
        let saved = SavedPlan(
            plan: deployment.kept(plan, basis), file: deployment.fileName, settings: settings.parameterOverrides,
            targets: settings.targets, basis: basis)
        do {
            try PlanFile.save(saved, at: deployment.location)
        } catch {
            throw Failure(error)
        }
        return deployment.run(of: plan, command: deployment.applyCommand)
    }
}

extension Deployment {
    /// What a plan stands on.
    ///
    /// - Parameter earlier: a basis to compare with it.
    func basis(of plan: Plan, _ observation: Observation, toCompareWith earlier: PlanBasis? = nil) throws(Failure)
        -> PlanBasis
    {
        var desired = stack
        desired.inputs = Dictionary(stack.inputs.map { (names.name(of: $0.key), $0.value) }, uniquingKeysWith: { $1 })
        do {
            return try PlanBasis(
                plan, desired: desired, prior: prior, observation: observation, context: context,
                salt: world.random(16).hexadecimal, earlier: earlier)
        } catch {
            throw Failure(error)
        }
    }

    /// A plan as it is kept: the same wherever the user stands, and without secrets.
    func kept(_ plan: Plan, _ basis: PlanBasis) -> Plan {
        plan.renamingFiles(types) { names.name(of: $0) }.sealed(salt: basis.salt)
    }

    /// A plan, and all that is shown with it.
    func run(of plan: Plan, command: String, wasShown: Bool = false) -> PlannedRun {
        PlannedRun(
            plan: plan, place: place, whereabouts: whereabouts, command: command, wasShown: wasShown,
            apiCalls: connection.client.apiCalls)
    }

    /// What carries out the plan that was saved last: without FILE, that of the project in which somebody stands is meant.
    fileprivate var applyCommand: String {
        if let path = workspace.settings.statePath { return "cogstack apply --state \(path)" }
        return workspace.wantedProject == file.project
            ? "cogstack apply" : "cd \(file.project.folder) && cogstack apply"
    }
}
