import Diagnostics
import Arguments
import Reports
import Workflow

/// `plan`: reads the live account, shows what would change, and saves it for `apply`.
struct PlanCommand: Command {
    static let spec = CommandSpec(
        "plan", "Reads the live account, shows what would change, and saves that.",
        discussion: ["Writes nothing in AWS. `cogstack apply` carries out the saved plan."],
        positionals: [file],
        options: [detailedExitCode, format], Options.run, Options.output)

    private static let file = Options.stackFile(
        "Default: $COGSTACK_STACK, else the one stack file in stacks/ or in this folder.")
    private static let detailedExitCode = Option.flag(
        "--detailed-exitcode", "Exit with 2 where there is something to change.")
    private static let format = Option.oneOf(
        ReportFormat.self, "--format", "How to show the plan; `--json` is short for `--format json`.")

    let output: OutputOptions
    private let file: String?
    let settings: Settings
    private let format: ReportFormat
    private let tellsByExitCode: Bool

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Self.file]
        settings = .ofRun(&parsed)
        tellsByExitCode = parsed[Self.detailedExitCode]
        output = OutputOptions(&parsed)
        let format = parsed[Self.format]
        self.format = output.isJSON ? .json : format ?? .text
    }

    func run(_ session: Session) async throws(Failure) -> ExitStatus {
        let run = try await session.workspace.plan(file)
        let report = session.console.report(of: run)
        session.print(report, as: format)
        if format != .json, !report.isEmpty, !output.isQuiet {
            session.terminal.say("`\(run.command)` carries out this plan.")
        }
        return tellsByExitCode && report.hasDifference ? .different : .done
    }
}
