import Arguments
import Reports
import Workflow

/// `state list`: what is recorded, and what an interrupted run left open.
struct StateListCommand: Command {
    static let spec = CommandSpec(
        "list", "What is recorded, a line each, and what an interrupted run left open.",
        positionals: [Options.recordedStackFile], options: Options.stack, Options.output)

    let output: OutputOptions
    private let file: String?
    let settings: Settings

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Options.recordedStackFile]
        settings = .ofStack(&parsed)
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) throws(Failure) -> ExitStatus {
        let stack = try LocalStack.find(file, in: session.workspace)
        let report = StateListReport(
            try stack.snapshot().naming(by: stack.names), unfinished: try stack.unfinished(), Origin(stack.whereabouts))
        session.print(report)
        return .done
    }
}
