import Arguments
import Diagnostics
import Reports
import Store
import Workflow

/// `state unlock`: says whose a stack's lock is, and removes one that was left behind.
struct StateUnlockCommand: Command {
    static let spec = CommandSpec(
        "unlock", "Says who holds the lock, and removes one that was left behind.",
        discussion: ["A lock ends with its process; one can be left behind only on file systems without locks."],
        positionals: [Options.recordedStackFile], options: [Options.yes], Options.stack, Options.output)

    let output: OutputOptions
    private let file: String?
    let settings: Settings
    private let isAgreed: Bool

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Options.recordedStackFile]
        settings = .ofStack(&parsed)
        isAgreed = parsed[Options.yes]
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) throws(Failure) -> ExitStatus {
        let terminal = session.terminal
        let stack = try LocalStack.find(file, in: session.workspace)
        // A state that cannot be read is no reason to keep a lock.
        if !output.isJSON, !output.isQuiet, let snapshot = try? stack.snapshot() {
            terminal.say(session.headLine(stack, snapshot))
        }
        let standing: Lock.Standing
        do { standing = try Lock.standing(at: stack.location) } catch { throw Failure(error) }
        let report = UnlockReport(stack.name, standing)
        switch standing {
        case .free:
            session.print(report)
            return .done
        case .held:
            throw .message(
                "\(report.owner) It was not removed: two writers at once would corrupt the state.",
                help: "Wait for it to end, or stop that process: its lock ends with it.")
        case .uncertain:
            terminal.say(report.owner)
            if !isAgreed {
                try terminal.confirm(
                    "Make sure that nobody is working on stack \(stack.name). Remove the lock? Type yes to go on: ")
            }
        case .leftBehind:
            if !output.isJSON { terminal.print(report.owner) }
        }
        do { _ = try Lock.unlock(stack.location) } catch { throw Failure(error) }
        if output.isJSON {
            session.print(UnlockReport(stack.name, standing, wasRemoved: true))
        } else {
            terminal.print("The lock was removed. The state was not touched.")
        }
        return .done
    }
}
