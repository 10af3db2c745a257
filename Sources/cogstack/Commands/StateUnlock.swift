import Diagnostics
import Reports
import Records
import Store

/// `state unlock`: says whose a stack's lock is, and removes one that was left behind.
func unlockState(_ options: Options, _ terminal: Terminal) throws(Failure) -> ExitStatus {
    let stack = try LocalStack.find(options.file, options, terminal)
    // A state that cannot be read is no reason to keep a lock.
    if !options.isJSON, !options.isQuiet, let snapshot = try? stack.snapshot() {
        terminal.say(stack.headLine(snapshot).text(terminal.errorStyle))
    }
    let standing: Lock.Standing
    do { standing = try Lock.standing(at: stack.location) } catch { throw Failure(error) }
    let report = UnlockReport(stack.name, standing)
    switch standing {
    case .free:
        terminal.print(options.isJSON ? report.json(removed: false) : report.owner)
        return .done
    case .held:
        throw .message(
            "\(report.owner) It was not removed: two that write at once would spoil the state.",
            help: "Wait for it to end, or stop that process: its lock goes with it.")
    case .uncertain:
        terminal.say(report.owner)
        if !options.isYes {
            try terminal.confirm("Make sure that nobody works on stack \(stack.name) any more. Remove the lock? Type yes to go on: ")
        }
    case .leftBehind:
        if !options.isJSON { terminal.print(report.owner) }
    }
    do { _ = try Lock.unlock(stack.location) } catch { throw Failure(error) }
    terminal.print(options.isJSON ? report.json(removed: true) : "The lock was removed. The state was not touched.")
    return .done
}
