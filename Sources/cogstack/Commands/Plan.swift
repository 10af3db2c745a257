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
struct PlanCommand: Command {
    static let spec = CommandSpec(
        "plan", "Reads the live account, shows what would change, and saves that.",
        discussion: ["Writes nothing in AWS. `cogstack apply` carries out the saved plan."],
        positionals: [file],
        options: [detailedExitCode, format], Options.run, Options.output)

    private static let file = Options.stackFile("Default: $COGSTACK_STACK, else the one stack file in stacks/ or in this folder.")
    private static let detailedExitCode = Option.flag("--detailed-exitcode", "Exit with 2 where there is something to change.")
    private static let format = Option.oneOf(
        Format.self, "--format", "How to show the plan; `--json` is short for `--format json`.")

    private enum Format: String, CaseIterable {
        case text, json
    }

    let output: OutputOptions
    private let file: String?
    private let settings: Settings
    private let isJSON: Bool
    private let tellsByExitCode: Bool

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Self.file]
        settings = .ofRun(&parsed)
        tellsByExitCode = parsed[Self.detailedExitCode]
        output = OutputOptions(&parsed)
        isJSON = parsed[Self.format] == .json || output.isJSON
    }

    func run(_ session: Session) async throws(Failure) -> ExitStatus {
        let terminal = session.terminal
        let file = try session.workspace.stackFile(file)
        let deployment = try await Deployment.open(file, settings, session)
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
        let report = PlanReport(plan, cost: deployment.cost(since: session.start), deployment.origin)
        if isJSON {
            terminal.print(report.json)
        } else {
            terminal.print(report.text(terminal.outputStyle))
            if !report.isEmpty, !output.isQuiet { terminal.say("`\(deployment.applyCommand)` carries out this plan.") }
        }
        return tellsByExitCode && report.hasDifference ? .different : .done
    }
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
        if let path = settings.statePath { return "cogstack apply --state \(path)" }
        let isHere = (session.workspace.wanted?.project ?? session.workspace.project) == file.project
        return isHere ? "cogstack apply" : "cd \(file.project.folder) && cogstack apply"
    }

    func cost(since start: ContinuousClock.Instant) -> Cost {
        Cost(apiCalls: connection.client.apiCalls, seconds: (ContinuousClock.now - start - session.terminal.timeAsked) / .seconds(1))
    }
}
