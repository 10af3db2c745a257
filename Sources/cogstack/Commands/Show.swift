import Arguments
import Reports
import Workflow

/// `show`: what is recorded and what is live.
struct ShowCommand: Command {
    static let spec = CommandSpec(
        "show", "What is recorded and what is live.",
        positionals: [file, address], options: Options.account, Options.output)

    private static let file = Options.stackFile("Default: as for `plan`.")
    private static let address = Positional.optional(
        "ADDRESS", "Only this resource, such as roles.long-lived, with all its properties.")

    let output: OutputOptions
    private let file: String?
    private let word: String?
    let settings: Settings

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Self.file]
        word = parsed[Self.address]
        settings = .ofAccount(&parsed)
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) async throws(Failure) -> ExitStatus {
        let shown = try await session.workspace.show(file, only: word)
        let live = shown.live.mapValues { resource -> ShowReport.Liveness in
            switch resource {
            case .there(let form, let foreign): .live(form, foreign: foreign)
            case .missing: .missing
            }
        }
        let report = ShowReport(shown.snapshot, live: live, only: shown.only, Origin(shown.whereabouts))
        session.print(report)
        return .done
    }
}
