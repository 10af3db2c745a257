import Arguments
import Diagnostics
import Reports
import Resources
import Schema

/// `validate`: every check that needs no AWS, over any number of files.
func validate(
    _ command: ParsedCommand, _ options: Options, _ terminal: Terminal, _ workspace: Workspace
) throws(Failure) -> ExitStatus {
    var all = Diagnostics()
    var sources: [String: String] = [:]
    for file in command.positionals("FILE").map(workspace.pathFromRoot) {
        let (draft, diagnostics, texts) = Deployment.check(file, ResourceTypes.registry, options.settings)
        all.append(contentsOf: diagnostics)
        sources.merge(texts) { $1 }
        if let draft, !diagnostics.hasErrors, !options.isJSON {
            let count = draft.resources.count
            terminal.print("\(file): stack \(draft.name), \(count) \(count == 1 ? "resource" : "resources"), valid")
        }
    }
    if options.isJSON {
        terminal.print(FailureReport(all).json)
    } else if !all.isEmpty {
        terminal.say(DiagnosticRenderer(sources: sources, colour: terminal.errorStyle.isColoured).render(all))
    }
    return all.hasErrors ? .failed : .done
}
