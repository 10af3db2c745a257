import Arguments
import AWSClient
import Diagnostics
import Digest
import Foundation
import Planning
import Reports
import Schema
import State

/// `plan`: reads the live account, shows what would change, and saves it for `apply`.
func plan(_ command: ParsedCommand, _ options: Options, _ terminal: Terminal) async throws(Failure) -> ExitStatus {
    let start = ContinuousClock.now
    let file = try Workspace().stackFile(options.file)
    let deployment = try await Deployment.open(file, options, terminal)
    let (plan, observation) = try await deployment.plan(.apply)
    let saved = SavedPlan(
        plan: plan, file: file, settings: options.settings, targets: options.targets,
        basis: try deployment.basis(of: plan, observation))
    do {
        try PlanFile.save(saved, at: deployment.location)
    } catch {
        throw Failure(error)
    }
    let report = PlanReport(plan, cost: deployment.cost(since: start))
    if options.isJSON || command.value("--format") == "json" {
        terminal.print(report.json)
    } else {
        terminal.print(report.text(terminal.outputStyle))
        if !report.isEmpty, !options.isQuiet { terminal.say("`cogstack apply` carries out this plan.") }
    }
    return command.has("--detailed-exitcode") && report.hasDifference ? .different : .done
}

extension Deployment {
    /// What a plan stands on.
    ///
    /// - Parameter salt: that of an earlier basis, to compare with it.
    func basis(
        of plan: Plan, _ observation: Observation, salt: String = RandomBytes.bytes(count: 16).hexadecimal
    ) throws(Failure) -> PlanBasis {
        do {
            return try PlanBasis(
                plan, desired: stack, prior: prior, observation: observation, context: context, salt: salt)
        } catch {
            throw Failure(error)
        }
    }

    func cost(since start: ContinuousClock.Instant) -> Cost {
        Cost(apiCalls: connection.client.apiCalls, seconds: (ContinuousClock.now - start) / .seconds(1))
    }
}
