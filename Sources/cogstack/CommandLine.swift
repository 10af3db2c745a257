import Arguments
import Diagnostics
import Foundation
import Reports

/// The version of this build.
let version = "0.1.0"

/// Carries out one command line.
func run(_ words: [String]) async -> ExitStatus {
    let command: ParsedCommand
    do {
        switch try cogstackCommand.parse(words) {
        case .command(let parsed): command = parsed
        case .help(let path):
            Terminal.write(SafeText(lines: try cogstackCommand.help(for: path)) + "\n", to: STDOUT_FILENO)
            return .done
        }
    } catch {
        Terminal.write("cogstack: \(error.message)\n" + SafeText(lines: error.help) + "\n", to: STDERR_FILENO)
        return .wrongUsage
    }
    let workspace = Workspace()
    let options = Options(command, workspace)
    let terminal = Terminal(options, environment: ProcessInfo.processInfo.environment)
    // A reader that went away (`| head`) is no reason to stop half-way.
    signal(SIGPIPE, SIG_IGN)
    Interruption.endsAtOnce()
    do throws(Failure) {
        let status = try await carryOut(command, options, terminal)
        if let code = terminal.lostResult, status != .interrupted {
            throw Failure.message("cannot write to standard output: \(String(cString: strerror(code))).")
        }
        return status
    } catch {
        return report(error, options, terminal)
    }
}

private func carryOut(
    _ command: ParsedCommand, _ options: Options, _ terminal: Terminal
) async throws(Failure) -> ExitStatus {
    switch command.path.first {
    case "validate": return try validate(command, options, terminal)
    case "plan": return try await plan(command, options, terminal)
    case "apply": return try await apply(options, terminal)
    case "destroy": return try await destroy(command, options, terminal)
    case "output": return try output(command, options, terminal)
    case "show": return try await show(command, options, terminal)
    case "state": return try await state(command, options, terminal)
    case "rotate": return try await rotate(command, options, terminal)
    case "verify": return try await verify(command, options, terminal)
    case "whoami": return try await whoami(options, terminal)
    default:
        terminal.print(options.isJSON ? #"{ "format": 1, "version": "\#(version)" }"# : "cogstack \(version)")
        return .done
    }
}

private func report(_ failure: Failure, _ options: Options, _ terminal: Terminal) -> ExitStatus {
    if options.isJSON, terminal.lostResult == nil { terminal.print(failure.report.json) }
    tell(failure, terminal)
    if case .usage = failure { return .wrongUsage }
    return .failed
}

/// Says on standard error what went wrong.
func tell(_ failure: Failure, _ terminal: Terminal) {
    switch failure {
    case .diagnostics(let diagnostics, let sources):
        terminal.say(DiagnosticRenderer(sources: sources, colour: terminal.errorStyle.isColoured).render(diagnostics))
    case .message(let message, let list, let help):
        terminal.say("cogstack: \(message)" + list.map { "\n  \($0)" as SafeText }.joined() + (help.map { "\n\($0)" } ?? ""))
    case .usage(let message, let help):
        terminal.say("cogstack: \(message)\n" + SafeText(lines: help))
    }
}
