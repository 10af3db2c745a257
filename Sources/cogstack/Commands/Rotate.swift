import Arguments
import Workflow

/// `rotate`: replaces an access key without downtime, and changes nothing else.
struct RotateCommand: Command {
    static let spec = CommandSpec(
        "rotate", "Replaces an access key without downtime.",
        discussion: [
            "Creates a second key, tests it, gives it to everything that uses the first one, switches the first one off once nothing can be using it, and deletes it after a while. Nothing else is changed."
        ],
        positionals: [file, address], options: [soak, Options.yes, Options.parallelism], Options.account, Options.output
    )

    private static let file = Options.stackFile("Default: as for `plan`.")
    private static let address = Positional.optional(
        "ADDRESS",
        "The key, such as accessKeys.proxy. Default: one whose rotation is unfinished, the only one, or those past their rotation age."
    )
    private static let soak = Option.integer(
        "--soak", "SECONDS", in: 0...86400,
        "How long the old key stays switched off before it is deleted. Default: 60, or what an unfinished rotation began with."
    )

    let output: OutputOptions
    private let file: String?
    private let address: String?
    private let soak: Int?
    let settings: Settings
    private let consent: Consent

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Self.file]
        address = parsed[Self.address]
        soak = parsed[Self.soak]
        var settings = Settings.ofAccount(&parsed)
        settings.parallelism = parsed[Options.parallelism] ?? Settings.defaultParallelism
        self.settings = settings
        consent = Consent(isGiven: parsed[Options.yes])
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) async throws(Failure) -> ExitStatus {
        session.report(try await session.workspace.rotate(file, address: address, soak: soak, consent))
    }
}
