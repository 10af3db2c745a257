import Arguments
import Diagnostics
import Foundation
import Model
import Records
import Reports
import Schema
import Workflow

/// `output`: the stack's outputs, as they were recorded.
struct OutputCommand: Command {
    static let spec = CommandSpec(
        "output", "The stack's outputs.",
        positionals: [file, name], options: [format, into, replace], Options.account, Options.output)

    private static let file = Options.stackFile("Default: as for `plan`.")
    private static let name = Positional.optional("NAME", "Only this output, as it is, without quotes.")
    private static let format = Option.oneOf(
        Format.self, "--format",
        "`env` prints lines for a shell's `eval`, `cogauth` prints that client's configuration files as one JSON object."
    )
    private static let into = Option.text(
        "--into", "DIR", "With `--format cogauth`: write the files into this folder, such as ~.")
    private static let replace = Option.flag("--yes", "With `--into`: replace files whose content differs.")

    private enum Format: String, CaseIterable {
        case text, json, env, cogauth
    }

    let output: OutputOptions
    private let file: String?
    private let name: String?
    private let format: Format?
    private let folder: String?
    private let replacesFiles: Bool
    let settings: Settings

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Self.file]
        name = parsed[Self.name]
        format = parsed[Self.format]
        folder = parsed[Self.into]
        replacesFiles = parsed[Self.replace]
        settings = .ofAccount(&parsed)
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) throws(Failure) -> ExitStatus {
        let terminal = session.terminal
        if name != nil, format == .cogauth {
            throw .usage(
                "`--format cogauth` is about all of the set-up, not about one output.",
                help: "Leave NAME out, or the format.")
        }
        if format != .cogauth, folder != nil {
            throw .usage(
                "only the client's set-up is written into a folder.",
                help: "Add `--format cogauth`, or leave `--into` out.")
        }
        let stack = try LocalStack.find(file, in: session.workspace)
        let recorded = try stack.appliedSnapshot()
        if !output.isJSON, !output.isQuiet { terminal.say(session.headLine(stack, recorded)) }
        if format == .cogauth {
            return try clientFiles(of: recorded, stack, into: folder, replacing: replacesFiles, session)
        }
        let report = OutputsReport(recorded.outputs)
        if let name { return try show(name, of: recorded, report, stack, terminal) }
        switch format {
        case .env where !output.isJSON:
            do { terminal.print(raw: try report.environment()) } catch { throw .message("\(error)") }
        case .json: session.print(report, as: .json)
        default: session.print(report)
        }
        return .done
    }

    private func show(
        _ name: String, of recorded: Snapshot, _ report: OutputsReport, _ stack: LocalStack, _ terminal: Terminal
    ) throws(Failure) -> ExitStatus {
        if output.isJSON, let document = report.singleJSON(name) {
            terminal.print(document)
            return .done
        }
        guard let value = report.single(name) else {
            let known = recorded.outputs.keys.sorted()
            throw .message(
                "stack \(recorded.stack) has no output \(name).",
                help: known.isEmpty
                    ? "It has none: name them under `outputs` in \(stack.file.path), and apply it."
                    : "It has \(known.joined(separator: ", ")).")
        }
        terminal.print(raw: value)
        return .done
    }
}
