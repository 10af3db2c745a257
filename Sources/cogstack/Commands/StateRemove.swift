import Arguments
import Diagnostics
import Model
import Records
import Reports
import Schema
import Store
import Workflow

/// `state rm`: forgets records, and calls without a known result; what they are about stays in AWS.
struct StateRemoveCommand: Command {
    static let spec = CommandSpec(
        "rm", "Forgets records; the objects stay in AWS.",
        discussion: ["A record that others use can be forgotten only together with them."],
        positionals: [Options.recordedStackFile, addresses], options: [Options.yes], Options.stack, Options.output)

    private static let addresses = Positional.several("ADDRESS", "What to forget, such as roles.long-lived.")

    let output: OutputOptions
    private let file: String?
    private let words: [String]
    private let isAgreed: Bool
    let settings: Settings

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Options.recordedStackFile]
        words = parsed[Self.addresses]
        isAgreed = parsed[Options.yes]
        settings = .ofStack(&parsed)
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) async throws(Failure) -> ExitStatus {
        let terminal = session.terminal
        let stack = try LocalStack.find(file, in: session.workspace)
        return try await stack.locked("state rm") { () async throws(Failure) in
            let snapshot = try stack.snapshot()
            let unfinished = try stack.unfinished()
            let known = Set(snapshot.resources.keys).union(unfinished.map(\.address))
            var addresses: Set<Address> = []
            for word in words { addresses.insert(try recordedAddress(word, among: known)) }
            let records = snapshot.resources.filter { addresses.contains($0.key) }
            let next: Snapshot
            do throws(SurgeryError) { next = try snapshot.forgetting(Set(records.keys)) } catch { throw Failure(error) }

            terminal.say("Changing the state. " + session.headLine(stack, snapshot))
            if !isAgreed {
                let list = addresses.sorted().map { address -> SafeText in
                    "\n  \(address)\(records[address]?.physicalId.map { "  \($0)" } ?? "")"
                }
                terminal.say("To be forgotten, and left in AWS as it is:\(list.joined())")
                try terminal.confirm("Forget \(addresses.count == 1 ? "it" : "these")? Type yes to go on: ")
            }
            let saved: Snapshot
            do {
                saved = try StateFile(at: stack.location).save(next)
                let journal = try Journal(at: stack.location)
                for entry in await journal.pending where addresses.contains(entry.intent.address) {
                    try await journal.end(entry.id)
                }
                try await journal.clear()
            } catch {
                throw Failure(error)
            }
            let report = StateChangeReport(
                saved.naming(by: stack.names),
                .forgot(records, calls: unfinished.filter { addresses.contains($0.address) }))
            session.print(report)
            return .done
        }
    }
}

extension Failure {
    /// Why a record cannot be forgotten or moved.
    init(_ error: SurgeryError) {
        switch error {
        case .unknown(let address):
            self = .message("no resource \(address) is recorded.", help: "`cogstack state list` shows what is.")
        case .used(let users):
            let list = users.sorted { $0.key < $1.key }.map { used, users in
                "\(used) is used by \(users.map(\.description).joined(separator: ", "))"
            }
            self = .message(
                "what is used by others cannot be forgotten:", list: list,
                help: "Nothing was changed. Name these too, or leave it recorded.")
        case .anotherSection(let old, let new):
            self = .message(
                "\(old) cannot become \(new): a resource stays what it is.", help: "Name an address in \(old.section).")
        case .taken(let new):
            self = .message(
                "\(new) is recorded already.",
                help: "Name another address, or forget that one with `cogstack state rm \(new)`.")
        }
    }
}
