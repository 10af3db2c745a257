import Arguments
import Diagnostics
import Model
import Records
import Reports
import Schema
import Store
import Workflow

/// `state mv`: gives a record another address.
struct StateMoveCommand: Command {
    static let spec = CommandSpec(
        "mv", "Gives a record another address, in the same section.",
        discussion: ["For a resource that was renamed in the stack file; without this, a new one would be created."],
        positionals: [Options.recordedStackFile, from, to], options: Options.stack, Options.output)

    private static let from = Positional.required("FROM", "The address that is recorded, such as roles.old.")
    private static let to = Positional.required("TO", "The address in the stack file, such as roles.new.")

    let output: OutputOptions
    private let file: String?
    private let from: String
    private let to: String
    let settings: Settings

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Options.recordedStackFile]
        from = parsed[Self.from]
        to = parsed[Self.to]
        settings = .ofStack(&parsed)
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) async throws(Failure) -> ExitStatus {
        let terminal = session.terminal
        let stack = try LocalStack.find(file, in: session.workspace)
        return try await stack.locked("state mv") { () async throws(Failure) in
            let snapshot = try stack.snapshot()
            let old = try recordedAddress(from, among: Set(snapshot.resources.keys))
            guard let new = Address(to) else {
                throw .message(
                    "\(to) is no address.", help: "It is written section.name, such as \(old.section).new-name.")
            }
            // What they were to make carries the old address in its tags, and is found by them.
            if let open = try stack.unfinished().first(where: {
                $0.address == old || $0.address == new || $0.record?.uses.contains(old) == true
            }) {
                throw .message(
                    "a run was interrupted in its \(open.operation) call for \(open.address), so \(old) is not renamed now.",
                    help:
                        "Finish it with `cogstack apply \(stack.file.path)`, or undo it with `cogstack destroy`, and rename it then."
                )
            }
            let next: Snapshot
            do throws(SurgeryError) { next = try snapshot.renaming(old, to: new) } catch { throw Failure(error) }

            terminal.say("Changing the state. " + session.headLine(stack, snapshot))
            let saved: Snapshot
            do { saved = try StateFile(at: stack.location).save(next) } catch { throw Failure(error) }
            let report = StateChangeReport(saved.naming(by: stack.names), .moved(old, to: new))
            session.print(report)
            return .done
        }
    }
}
