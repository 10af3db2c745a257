import Arguments
import Diagnostics
import Foundation
import Provider
import Reports
import Resources
import Model
import Schema
import Records
import Store

/// `state`: what is recorded, and repairs of it. None of these changes anything in AWS.
func state(_ command: ParsedCommand, _ options: Options, _ terminal: Terminal) async throws(Failure) -> ExitStatus {
    switch command.path.last {
    case "show": return try showState(command, options, terminal)
    case "rm": return try await forgetRecords(command, options, terminal)
    case "mv": return try await moveRecord(command, options, terminal)
    case "rebuild": return try await rebuildState(options, terminal)
    case "unlock": return try unlockState(options, terminal)
    default: return try listState(options, terminal)
    }
}

private func listState(_ options: Options, _ terminal: Terminal) throws(Failure) -> ExitStatus {
    let stack = try LocalStack.find(options.file, options, terminal)
    let report = StateListReport(
        try stack.snapshot().naming(by: stack.names), unfinished: try stack.unfinished(), stack.origin)
    terminal.print(options.isJSON ? report.json : report.text(terminal.outputStyle))
    return .done
}

/// The records, or with `--check` all that does not hold of them.
private func showState(_ command: ParsedCommand, _ options: Options, _ terminal: Terminal) throws(Failure) -> ExitStatus {
    let stack = try LocalStack.find(options.file, options, terminal)
    let snapshot = try stack.snapshot()
    if command.has("--check") { return try checkState(snapshot, of: stack, options, terminal) }
    var only: Address?
    if let word = command.positional("ADDRESS") { only = try address(word, among: Set(snapshot.resources.keys)) }
    let report = ShowReport(snapshot.naming(by: stack.names), live: [:], only: only, isWhole: true, stack.origin)
    terminal.print(options.isJSON ? report.json : report.text(terminal.outputStyle))
    return .done
}

private func checkState(
    _ snapshot: Snapshot, of stack: LocalStack, _ options: Options, _ terminal: Terminal
) throws(Failure) -> ExitStatus {
    var intents: [Intent] = []
    var violations: [SnapshotCheck.Violation] = []
    do {
        intents = try Journal.pending(at: stack.location).map(\.intent)
    } catch {
        guard case .damagedJournal = error else { throw Failure(error) }
        violations.append(SnapshotCheck.Violation("journal", "\(error)"))
    }
    violations += SnapshotCheck(snapshot, intents: intents, types: ResourceTypes.registry.bySection).violations
    let report = StateCheckReport(snapshot.naming(by: stack.names), violations: violations, stack.origin)
    terminal.print(options.isJSON ? report.json : report.text(terminal.outputStyle))
    return violations.isEmpty ? .done : .failed
}

/// An address that a user typed, which must be one of those that are known.
func address(_ word: String, among known: Set<Address>) throws(Failure) -> Address {
    if let address = Address(word), known.contains(address) { return address }
    let meant = nearest(word, in: known.map(\.description).sorted()).map { "Did you mean \($0)?" }
    throw .message("no resource \(word) is recorded.", help: meant ?? "`cogstack state list` shows what is.")
}
