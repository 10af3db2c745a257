import Arguments
import Diagnostics
import Foundation
import Reports
import Model
import Schema
import Records
import Store

/// `output`: the stack's outputs, as they were recorded.
func output(_ command: ParsedCommand, _ options: Options, _ terminal: Terminal) throws(Failure) -> ExitStatus {
    var file = options.file
    var name = command.positional("NAME")
    // `cogstack output userPoolId`: one word that is no file names an output.
    if let word = file, name == nil, !FileManager.default.fileExists(atPath: word), !word.hasSuffix(".yaml"), !word.hasSuffix(".yml") {
        (file, name) = (nil, word)
    }
    let format = command.value("--format")
    if name != nil, format == "cogauth" {
        throw .usage("`--format cogauth` is about all of the set-up, not about one output.", help: "Leave NAME out, or the format.")
    }
    if format != "cogauth", command.value("--into") != nil {
        throw .usage("only the client's set-up is written into a folder.", help: "Add `--format cogauth`, or leave `--into` out.")
    }
    let stack = try LocalStack.find(file, options, terminal)
    let recorded = try stack.appliedSnapshot()
    if !options.isJSON, !options.isQuiet { terminal.say(stack.headLine(recorded).text(terminal.errorStyle)) }
    if format == "cogauth" { return try clientFiles(of: recorded, command, options, terminal) }
    let report = OutputsReport(recorded.outputs)
    if let name {
        if options.isJSON, let document = report.singleJSON(name) {
            terminal.print(document)
            return .done
        }
        guard let value = report.single(name) else {
            let known = recorded.outputs.keys.sorted()
            throw .message(
                "stack \(recorded.stack) has no output \(name).",
                help: known.isEmpty
                    ? "It has none: name them under `outputs` in \(stack.file.path), and apply it." : "It has \(known.joined(separator: ", ")).")
        }
        terminal.print(raw: value)
        return .done
    }
    switch options.isJSON ? "json" : format ?? "text" {
    case "json": terminal.print(report.json)
    case "env":
        do { terminal.print(raw: try report.environment()) } catch { throw .message("\(error)") }
    default: terminal.print(report.text(terminal.outputStyle))
    }
    return .done
}
