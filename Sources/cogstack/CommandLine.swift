import Arguments
import Diagnostics
import Foundation
import Reports

/// Carries out one command line.
func run(_ words: [String]) async -> ExitStatus {
    let workspace = Workspace()
    let command: any Command
    do {
        switch try Commands.registry.request(words, fileExists: workspace.fileExists) {
        case .command(let requested): command = requested
        case .help(let path):
            let help = try Commands.registry.spec.help(for: path, width: Terminal.outputColumns)
            Terminal.write(SafeText(lines: help) + "\n", to: STDOUT_FILENO)
            return .done
        }
    } catch {
        Terminal.write("cogstack: \(error.message)\n" + SafeText(lines: error.help) + "\n", to: STDERR_FILENO)
        return .wrongUsage
    }
    let terminal = Terminal(command.output, environment: ProcessInfo.processInfo.environment)
    let session = Session(terminal: terminal, output: command.output, workspace: workspace)
    // A reader that went away (`| head`) is no reason to stop half-way.
    signal(SIGPIPE, SIG_IGN)
    Interruption.endsAtOnce()
    do throws(Failure) {
        let status = try await command.run(session)
        if let code = terminal.lostResult, status != .interrupted {
            throw Failure.message("cannot write to standard output: \(String(cString: strerror(code))).")
        }
        return status
    } catch {
        return report(error, session)
    }
}

private func report(_ failure: Failure, _ session: Session) -> ExitStatus {
    if session.output.isJSON, session.terminal.lostResult == nil { session.terminal.print(failure.report.json) }
    tell(failure, session.terminal)
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
