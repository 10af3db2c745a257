import Arguments
import Diagnostics
import Reports
import Resources
import Model
import Schema

/// `validate`: every check that needs no AWS, over any number of files.
func validate(_ command: ParsedCommand, _ options: Options, _ terminal: Terminal) throws(Failure) -> ExitStatus {
    var all = Diagnostics()
    var sources: [String: String] = [:]
    var pairs: Set<Set<String>> = []
    for file in command.positionals("FILE").map({ options.workspace.file($0) }) {
        var (draft, diagnostics, texts) = Deployment.check(file.path, ResourceTypes.registry, options.settings)
        // Of two files with one name each is wrong, and that is one mistake.
        if let name = draft?.name, !name.isEmpty, let twin = Siblings.sameName(as: name, file),
            pairs.insert([file.path, twin.other]).inserted
        {
            diagnostics.append(twin.problem)
        }
        all.append(contentsOf: diagnostics)
        sources.merge(texts) { $1 }
        if let draft, !diagnostics.hasErrors, !options.isJSON {
            let count = draft.resources.count
            terminal.print("\(file.path): stack \(draft.name), \(count) \(count == 1 ? "resource" : "resources"), valid")
        }
    }
    if options.isJSON {
        terminal.print(FailureReport(all).json)
    } else if !all.isEmpty {
        terminal.say(DiagnosticRenderer(sources: sources, colour: terminal.errorStyle.isColoured).render(all))
    }
    return all.hasErrors ? .failed : .done
}
