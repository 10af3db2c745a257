import Arguments
import AWSClient
import Diagnostics
import Records
import Reports
import Workflow

/// Something that can be typed after `cogstack`: what it is called and takes, how its arguments are read, and what it does. One
/// file a command in `Commands/`, and one line in ``Commands``.
protocol Command: Sendable {
    static var spec: CommandSpec { get }

    /// Reads all that the spec lists, and nothing else.
    init(_ parsed: inout ParsedCommand)

    /// How its results are shown.
    var output: OutputOptions { get }
    /// About which stack and account it is, besides the file.
    var settings: Settings { get }

    func run(_ session: Session) async throws(Failure) -> ExitStatus
}

/// What a command works in.
struct Session {
    let terminal: Terminal
    let console: Console
    let workspace: Workspace

    init(_ command: any Command, _ world: World) {
        terminal = Terminal(command.output, environment: world.environment.variables)
        console = Console(
            terminal, command.output, isTracing: world.environment.variables["COGSTACK_DEBUG"] == "wire")
        workspace = Workspace(world, console, Interruption(terminal), command.settings)
    }

    var output: OutputOptions { console.output }

    /// A command's first line, of one that has no report to begin with it.
    func headLine(_ stack: LocalStack, _ snapshot: Snapshot) -> SafeText {
        HeadLine(stack: snapshot.stack, account: snapshot.account, region: snapshot.region, Origin(stack.whereabouts))
            .text(terminal.errorStyle)
    }

    /// Prints a result, in the format that was asked for.
    func print(_ report: any Report, as format: ReportFormat? = nil) { console.print(report, as: format) }

    /// Reports how a workflow ended that changes AWS.
    func report(_ ending: Ending) -> ExitStatus {
        switch ending {
        case .nothingToDo(let run):
            print(output.isJSON ? ApplyReport(run.plan) : console.report(of: run))
            return .done
        case .ran(let result):
            // The view has shown what was done.
            if let problem = result.problem { tell(workspace.naming(problem), terminal) }
            if result.wasInterrupted, !result.isComplete { return .interrupted }
            return result.succeeded ? .done : .failed
        }
    }
}
