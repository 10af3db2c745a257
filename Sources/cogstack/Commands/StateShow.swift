import Arguments
import Diagnostics
import Model
import Records
import Reports
import Schema
import Store
import Workflow

/// `state show`: the records, or with `--check` all that does not hold of them.
struct StateShowCommand: Command {
    static let spec = CommandSpec(
        "show", "Records as they are, without asking AWS.",
        positionals: [Options.recordedStackFile, address], options: [check], Options.stack, Options.output)

    private static let address = Positional.optional("ADDRESS", "Only this resource, such as roles.long-lived.")
    private static let check = Option.flag(
        "--check",
        "Check the consistency of the state and the journal instead; exit with 1 where it is broken.")

    let output: OutputOptions
    private let file: String?
    private let word: String?
    private let checks: Bool
    let settings: Settings

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Options.recordedStackFile]
        word = parsed[Self.address]
        checks = parsed[Self.check]
        settings = .ofStack(&parsed)
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) throws(Failure) -> ExitStatus {
        let stack = try LocalStack.find(file, in: session.workspace)
        let snapshot = try stack.snapshot()
        if checks { return try check(snapshot, of: stack, session) }
        var only: Address?
        if let word { only = try recordedAddress(word, among: Set(snapshot.resources.keys)) }
        let report = ShowReport(
            snapshot.naming(by: stack.names), live: [:], only: only, isWhole: true, Origin(stack.whereabouts))
        session.print(report)
        return .done
    }

    private func check(_ snapshot: Snapshot, of stack: LocalStack, _ session: Session) throws(Failure) -> ExitStatus {
        var intents: [Intent] = []
        var violations: [SnapshotCheck.Violation] = []
        do {
            intents = try Journal.pending(at: stack.location).map(\.intent)
        } catch {
            guard case .damagedJournal = error else { throw Failure(error) }
            violations.append(SnapshotCheck.Violation("journal", "\(session.workspace.naming(error))"))
        }
        violations += SnapshotCheck(snapshot, intents: intents, types: session.workspace.types).violations
        let report = StateCheckReport(
            snapshot.naming(by: stack.names), violations: violations, Origin(stack.whereabouts))
        session.print(report)
        return violations.isEmpty ? .done : .failed
    }
}

/// An address that a user typed, which must be one of those that are known.
func recordedAddress(_ word: String, among known: Set<Address>) throws(Failure) -> Address {
    if let address = Address(word), known.contains(address) { return address }
    let meant = nearest(word, in: known.map(\.description).sorted()).map { "Did you mean \($0)?" }
    throw .message("no resource \(word) is recorded.", help: meant ?? "`cogstack state list` shows what is.")
}
