import Planning
import Arguments
import Diagnostics
import Reports
import Workflow

/// `state rebuild`: records anew what the account has of a stack, and sets damaged files aside.
struct StateRebuildCommand: Command {
    static let spec = CommandSpec(
        "rebuild", "Records again what the account has of the stack.",
        discussion: [
            "Sets a damaged state file or journal aside, and records again what the stack file names and what carries the stack's tags in AWS or can belong to no other stack. Existing records stay."
        ],
        positionals: [file], options: [Options.yes], Options.account, Options.output)

    private static let file = Options.stackFile("Default: as for `plan`.")

    let output: OutputOptions
    private let file: String?
    let settings: Settings
    private let consent: Consent

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Self.file]
        settings = .ofAccount(&parsed)
        consent = Consent(isGiven: parsed[Options.yes])
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) async throws(Failure) -> ExitStatus {
        let result = try await session.workspace.rebuild(file, consent)
        let terminal = session.terminal
        if output.isJSON {
            session.print(
                RebuildReport(
                    result.rebuild, damaged: result.damaged, Origin(result.whereabouts), serial: result.serial,
                    setAside: result.setAside))
        } else if result.wasNeeded {
            for path in result.setAside { terminal.print(sentence: "Set aside: \(path)") }
            if let serial = result.serial, !result.rebuild.found.isEmpty {
                terminal.print(sentence: "Recorded. The state has serial \(serial) now.")
            }
            terminal.print(sentence: "`cogstack plan \(result.file)` shows what is left to do.")
        }
        return .done
    }
}
