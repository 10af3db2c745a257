import Arguments
import Diagnostics
import Foundation
import Planning
import Reports
import Schema
import State

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
    private let settings: Settings

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Self.file]
        word = parsed[Self.address]
        settings = .ofAccount(&parsed)
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) async throws(Failure) -> ExitStatus {
        let terminal = session.terminal
        let deployment = try await Deployment.open(
            try session.workspace.appliedStackFile(file, terminal), settings, session)
        guard let snapshot = deployment.prior, !snapshot.resources.isEmpty else {
            throw .message(
                "stack \(deployment.stack.name) has nothing in AWS\(deployment.prior == nil ? "" : " any more").", help: "`cogstack plan \(deployment.stack.file)` shows what an apply would make.")
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
            live[address] = observation.live[address].map { object in
                let form = record.liveForm(of: object, type, secrets: secrets)
                return .live(form, foreign: record.foreignPolicies(of: object, type, besides: form))
            } ?? .missing
        }
        let report = ShowReport(
            snapshot.naming(by: deployment.names), live: live, only: word.flatMap { Address($0) }, deployment.origin)
        terminal.print(output.isJSON ? report.json : report.text(terminal.outputStyle))
        return .done
    }
}
