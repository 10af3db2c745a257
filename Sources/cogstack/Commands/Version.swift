import Arguments
import Diagnostics
import Workflow

/// `version`: the version of cogstack.
struct VersionCommand: Command {
    static let spec = CommandSpec("version", "The version of cogstack.", options: [Options.json])

    /// The version of this build.
    static let version = "0.1.0"

    let output: OutputOptions
    let settings = Settings()

    init(_ parsed: inout ParsedCommand) {
        output = OutputOptions(isJSON: parsed[Options.json])
    }

    func run(_ session: Session) -> ExitStatus {
        session.terminal.print(
            output.isJSON ? #"{ "format": 1, "version": "\#(Self.version)" }"# : "cogstack \(Self.version)")
        return .done
    }
}
