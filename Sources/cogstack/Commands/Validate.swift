import Arguments
import Diagnostics
import Model
import Reports
import Schema
import Workflow

/// `validate`: every check that needs no AWS, over any number of files.
struct ValidateCommand: Command {
    static let spec = CommandSpec(
        "validate", "Checks stack files without asking AWS.",
        positionals: [files], options: [Options.set], Options.output)

    private static let files = Positional.several("FILE", areFiles: true, "Stack files to check.")

    let output: OutputOptions
    private let files: [String]
    let settings: Settings

    init(_ parsed: inout ParsedCommand) {
        files = parsed[Self.files]
        settings = Settings(parameterOverrides: parsed[Options.set])
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) throws(Failure) -> ExitStatus {
        let terminal = session.terminal
        var all = Diagnostics()
        var sources: [String: String] = [:]
        var pairs: Set<Set<String>> = []
        for file in files.map({ session.workspace.file($0) }) {
            var (draft, diagnostics, texts) = session.workspace.check(file.path)
            // Of two files with one name each is wrong, and that is one mistake.
            if let name = draft?.name, !name.isEmpty, let twin = session.workspace.sameName(as: name, file),
                pairs.insert([file.path, twin.other]).inserted
            {
                diagnostics.append(twin.problem)
            }
            all.append(contentsOf: diagnostics)
            sources.merge(texts) { $1 }
            if let draft, !diagnostics.hasErrors, !output.isJSON {
                let count = draft.resources.count
                terminal.print(
                    sentence:
                        "\(file.path): stack \(draft.name), \(count) \(count == 1 ? "resource" : "resources"), valid")
            }
        }
        if output.isJSON {
            terminal.print(FailureReport(all).json)
        } else if !all.isEmpty {
            terminal.show(all, sources: sources)
        }
        return all.hasErrors ? .failed : .done
    }
}
