import Arguments
import AWSClient
import Diagnostics
import Digest
import Foundation
import Planning
import Reports
import Model
import Schema
import Records
import Store

/// `plan`: reads the live account, shows what would change, and saves it for `apply`.
func plan(_ command: ParsedCommand, _ options: Options, _ terminal: Terminal) async throws(Failure) -> ExitStatus {
    let start = ContinuousClock.now
    let file = try options.workspace.stackFile(options.file)
    let deployment = try await Deployment.open(file, options, terminal)
    let (plan, observation) = try await deployment.plan(.apply)
    let basis = try deployment.basis(of: plan, observation)
    let saved = SavedPlan(
        plan: deployment.kept(plan, basis), file: deployment.fileName, settings: options.settings, targets: options.targets, basis: basis)
    do {
        try PlanFile.save(saved, at: deployment.location)
    } catch {
        throw Failure(error)
    }
    let report = PlanReport(plan, cost: deployment.cost(since: start), deployment.origin)
    if options.isJSON || command.value("--format") == "json" {
        terminal.print(report.json)
    } else {
        terminal.print(report.text(terminal.outputStyle))
        if !report.isEmpty, !options.isQuiet { terminal.say("`\(deployment.applyCommand)` carries out this plan.") }
    }
    return command.has("--detailed-exitcode") && report.hasDifference ? .different : .done
}

extension Deployment {
    /// What a plan stands on.
    ///
    /// - Parameter earlier: a basis to compare with it.
    func basis(of plan: Plan, _ observation: Observation, toCompareWith earlier: PlanBasis? = nil) throws(Failure) -> PlanBasis {
        var desired = stack
        desired.inputs = Dictionary(stack.inputs.map { (names.name(of: $0.key), $0.value) }, uniquingKeysWith: { $1 })
        do {
            return try PlanBasis(
                plan, desired: desired, prior: prior, observation: observation, context: context,
                salt: RandomBytes.bytes(count: 16).hexadecimal, earlier: earlier)
        } catch {
            throw Failure(error)
        }
    }

    /// A plan as it is kept: the same wherever the user stands, and without secrets.
    func kept(_ plan: Plan, _ basis: PlanBasis) -> Plan { plan.renamingFiles(types) { names.name(of: $0) }.sealed(salt: basis.salt) }

    /// What carries out the plan that was saved last: without FILE, that of the project in which somebody stands is meant.
    fileprivate var applyCommand: String {
        if let path = options.statePath { return "cogstack apply --state \(path)" }
        let isHere = (options.workspace.wanted?.project ?? options.workspace.project) == file.project
        return isHere ? "cogstack apply" : "cd \(file.project.folder) && cogstack apply"
    }

    func cost(since start: ContinuousClock.Instant) -> Cost {
        Cost(apiCalls: connection.client.apiCalls, seconds: (ContinuousClock.now - start - terminal.timeAsked) / .seconds(1))
    }
}
