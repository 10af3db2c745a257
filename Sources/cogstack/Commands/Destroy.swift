import Arguments
import Workflow

/// `destroy`: plans the teardown, shows it, asks, and carries it out.
struct DestroyCommand: Command {
    static let spec = CommandSpec(
        "destroy", "Plans and carries out the teardown.",
        positionals: [file], options: [stack, Options.yes, Options.acceptUserLoss], Options.run, Options.output)

    private static let file = Options.stackFile("Default: the one unprotected stack that has state.")
    private static let stack = Option.text(
        "--stack", "NAME", "Destroy this stack from its state alone, for when its file is gone or names another stack."
    )

    let output: OutputOptions
    private let file: String?
    private let stack: String?
    let settings: Settings
    private let consent: Consent

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Self.file]
        stack = parsed[Self.stack]
        settings = .ofRun(&parsed)
        consent = Consent(isGiven: parsed[Options.yes], acceptedUserLoss: parsed[Options.acceptUserLoss])
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) async throws(Failure) -> ExitStatus {
        session.report(try await session.workspace.destroy(file, stack: stack, consent))
    }
}
