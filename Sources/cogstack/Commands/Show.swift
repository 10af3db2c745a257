import Arguments
import Diagnostics
import Foundation
import Planning
import Reports
import Model
import Schema
import Records
import Store

/// `show`: what is recorded and what is live.
func show(_ command: ParsedCommand, _ options: Options, _ terminal: Terminal) async throws(Failure) -> ExitStatus {
    let (file, word) = options.fileAndAddress(command)
    let deployment = try await Deployment.open(
        try options.workspace.appliedStackFile(file, terminal), options, terminal)
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
            return .live(form, foreign: record.foreignPolicies(of: object, type, excluding: form))
        } ?? .missing
    }
    let report = ShowReport(
        snapshot.naming(by: deployment.names), live: live, only: word.flatMap { Address($0) }, deployment.origin)
    terminal.print(options.isJSON ? report.json : report.text(terminal.outputStyle))
    return .done
}
