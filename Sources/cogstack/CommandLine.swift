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
            print(try cogstackCommand.help(for: path))
            return .done
        }
    } catch {
        Terminal.write("cogstack: \(error.message)\n\(error.help)\n", to: STDERR_FILENO)
        return .wrongUsage
    }
    let options = Options(command)
    let terminal = Terminal(options, environment: ProcessInfo.processInfo.environment)
    do {
        return try await carryOut(command, options, terminal)
    } catch {
        return report(error, terminal)
    }
}

private func carryOut(
    _ command: ParsedCommand, _ options: Options, _ terminal: Terminal
) async throws(Failure) -> ExitStatus {
    switch command.path.first {
    case "validate": return try validate(command, options, terminal)
    case "plan": return try await plan(command, options, terminal)
    case "apply": return try await apply(options, terminal)
    case "destroy": return try await destroy(options, terminal)
    case "output": return try output(command, options, terminal)
    case "show": return try await show(command, options, terminal)
    case "whoami": return try await whoami(options, terminal)
    default:
        terminal.print(options.isJSON ? #"{"version":"\#(version)"}"# : "cogstack \(version)")
        return .done
    }
}

private func report(_ failure: Failure, _ terminal: Terminal) -> ExitStatus {
    switch failure {
    case .diagnostics(let diagnostics, let sources):
        terminal.say(DiagnosticRenderer(sources: sources, colour: terminal.errorStyle.isColoured).render(diagnostics))
        return .failed
    case .message(let message, let help):
        terminal.say("cogstack: \(message)" + (help.map { "\n\($0)" } ?? ""))
        return .failed
    case .interrupted:
        return .interrupted
    }
}
