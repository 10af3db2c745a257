import AWSClient
import Arguments
import Diagnostics
import Execution
import Foundation
import Planning
import Provider
import Reports
import Resources
import Schema
import State

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

/// `whoami`: account, ARN, region, endpoint and where the credentials came from.
func whoami(_ options: Options, _ terminal: Terminal) async throws(Failure) -> ExitStatus {
    let connection = try Connection.open(options, terminal)
    let identity = try await connection.identity()
    let endpoint = connection.client.endpoints[.sts]
    let report = WhoamiReport(
        account: identity.account, arn: identity.arn, region: connection.region, endpoint: endpoint.origin,
        source: connection.credentials.source)
    terminal.print(options.isJSON ? report.json : report.text(terminal.outputStyle))
    return .done
}

/// `output`: the stack's outputs, as they were recorded.
func output(_ command: ParsedCommand, _ options: Options, _ terminal: Terminal) throws(Failure) -> ExitStatus {
    var file = options.file
    var name = command.positional("NAME")
    // `cogstack output userPoolId`: one word that is no file names an output.
    if let word = file, name == nil, !FileManager.default.fileExists(atPath: word), !word.hasSuffix(".yaml"), !word.hasSuffix(".yml") {
        (file, name) = (nil, word)
    }
    let recorded = try recordedSnapshot(file, options)
    let report = OutputsReport(recorded.outputs)
    if let name {
        guard let value = options.isJSON ? report.singleJSON(name) : report.single(name) else {
            let known = recorded.outputs.keys.sorted()
            throw .message(
                "stack \(recorded.stack) has no output \(name).",
                help: known.isEmpty ? "It has none; add `outputs` to the stack file." : "It has \(known.joined(separator: ", ")).")
        }
        terminal.print(value)
        return .done
    }
    switch options.isJSON ? "json" : command.value("--format") ?? "text" {
    case "json": terminal.print(report.json)
    case "env":
        do { terminal.print(try report.environment()) } catch { throw .message("\(error)") }
    default: terminal.print(report.text(terminal.outputStyle))
    }
    return .done
}

/// `show`: what is recorded and what is live.
func show(_ command: ParsedCommand, _ options: Options, _ terminal: Terminal) async throws(Failure) -> ExitStatus {
    var file = options.file
    var word = command.positional("ADDRESS")
    if let only = file, word == nil, Address(only) != nil, !FileManager.default.fileExists(atPath: only) {
        (file, word) = (nil, only)
    }
    let deployment = try await Deployment.open(
        try Workspace().appliedStackFile(file), options, terminal)
    guard let snapshot = deployment.prior, !snapshot.resources.isEmpty else {
        throw .message(
            "stack \(deployment.stack.name) has no state.", help: "`cogstack plan \(deployment.stack.file)` shows what an apply would make.")
    }
    if let word, Address(word).map({ snapshot.resources[$0] == nil }) ?? true {
        let meant = nearest(word, in: snapshot.resources.keys.map(\.description)).map { "Did you mean \($0)?" }
        throw .message("no resource \(word) is recorded.", help: meant)
    }
    let observation = try await deployment.observe()
    var live: [Address: ShowReport.Liveness] = [:]
    let secrets = snapshot.resources.mapValues(\.secrets)
    for (address, record) in snapshot.resources {
        guard let type = deployment.types[address.section] else { continue }
        live[address] = observation.live[address].map { .live(record.liveForm(of: $0, type, secrets: secrets)) } ?? .missing
    }
    let report = ShowReport(snapshot, live: live, only: word.flatMap { Address($0) })
    terminal.print(options.isJSON ? report.json : report.text(terminal.outputStyle))
    return .done
}

/// The state of the stack that is meant, without asking AWS.
private func recordedSnapshot(_ file: String?, _ options: Options) throws(Failure) -> Snapshot {
    do {
        let path = try Workspace().appliedStackFile(file)
        // What was recorded can be told although the file has mistakes by now, as long as it says which stack it is.
        let (draft, diagnostics, sources) = Deployment.check(path, ResourceTypes.registry, options.settings)
        guard let stack = draft, !stack.name.isEmpty else { throw Failure.diagnostics(diagnostics, sources: sources) }
        let location = options.location(of: stack.name)
        if let snapshot = try StateFile(at: location).load() { return snapshot }
        throw Failure.message("stack \(stack.name) has no state.", help: "`cogstack apply \(path)` makes it.")
    } catch {
        throw Failure(error)
    }
}
