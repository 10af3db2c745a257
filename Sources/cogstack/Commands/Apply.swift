import Arguments
import Workflow

/// `apply`: carries out the plan that was saved last, or plans a file, shows it and asks.
struct ApplyCommand: Command {
    static let spec = CommandSpec(
        "apply", "Carries out the saved plan, or plans and asks.",
        positionals: [file], options: [acceptSecondStack, Options.yes, Options.acceptUserLoss], Options.run,
        Options.output)

    private static let file = Options.stackFile(
        "Plan this file and ask; without it the plan that `cogstack plan` saved last is carried out.")
    private static let acceptSecondStack = Option.flag(
        "--accept-second-stack",
        "Create this stack even if its file was applied under another name and that stack still has resources.")

    let output: OutputOptions
    private let file: String?
    let settings: Settings
    private let consent: Consent

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Self.file]
        settings = .ofRun(&parsed)
        consent = Consent(
            isGiven: parsed[Options.yes], acceptedUserLoss: parsed[Options.acceptUserLoss],
            acceptsSecondStack: parsed[Self.acceptSecondStack])
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) async throws(Failure) -> ExitStatus {
        session.report(try await session.workspace.apply(file, consent))
    }
}
