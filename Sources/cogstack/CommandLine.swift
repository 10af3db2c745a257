import AWSClient
import Arguments
import Diagnostics
import Foundation
import HTTP
import Reports
import Resources
import Workflow

/// Carries out one command line.
func run(_ words: [String]) async -> ExitStatus {
    let world = World.process
    let command: any Command
    do {
        switch try Commands.registry.request(words, fileExists: world.exists) {
        case .command(let requested): command = requested
        case .help(let path):
            let help = try Commands.registry.spec.help(for: path, width: Terminal.helpWidth)
            Terminal.write(SafeText(lines: help) + "\n", to: STDOUT_FILENO)
            return .done
        }
    } catch {
        let text: SafeText = "cogstack: \(error.message)\n" + SafeText(lines: error.help) + "\n"
        Terminal.write(text.wrapped(to: Terminal.errorWidth), to: STDERR_FILENO)
        return .wrongUsage
    }
    let session = Session(command, world)
    // A reader that went away (`| head`) is no reason to stop half-way.
    signal(SIGPIPE, SIG_IGN)
    Interruption.endsAtOnce()
    do throws(Failure) {
        let status = try await command.run(session)
        if let code = session.terminal.lostResult, status != .interrupted {
            throw Failure.message("cannot write to standard output: \(String(cString: strerror(code))).")
        }
        return status
    } catch {
        return report(session.workspace.naming(error), session)
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
        terminal.show(diagnostics, sources: sources)
    case .state(let error):
        terminal.say("cogstack: \(error)")
    case .message(let message, let list, let help):
        let width = Terminal.errorWidth
        let head = ("cogstack: \(message)" as SafeText).wrapped(to: width)
        let items = list.map { ("\n  \($0)" as SafeText).wrapped(to: width, hang: 2) }
        let tail = help.map { ("\n\($0)" as SafeText).wrapped(to: width) } ?? ""
        terminal.show(head + items.joined() + tail)
    case .usage(let message, let help):
        terminal.say("cogstack: \(message)\n" + SafeText(lines: help))
    }
}

extension Failure {
    /// For `--json`.
    fileprivate var report: FailureReport {
        switch self {
        case .diagnostics(let diagnostics, _): FailureReport(diagnostics)
        case .state(let error): FailureReport("\(error)", help: nil)
        case .message(let message, let list, let help):
            FailureReport(([message] + list.map { "  \($0)" }).joined(separator: "\n"), help: help)
        case .usage(let message, let help): FailureReport(message, help: help)
        }
    }
}

/// What a process ends with.
enum ExitStatus: Int32 {
    case done = 0
    case failed = 1
    case different = 2
    case wrongUsage = 64
    case interrupted = 130
}

extension World {
    /// The process's own.
    fileprivate static var process: World {
        let current = FileManager.default.currentDirectoryPath
        let folder = realPath(current) ?? current
        return World(
            environment: .process(in: folder), folder: folder, registry: ResourceTypes.registry(codeIn: folder),
            time: .system,
            seconds: { ProcessInfo.processInfo.systemUptime },
            random: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } },
            transport: { settings throws(TransportError) in try makeTransport(settings) })
    }
}

extension Environment {
    /// The process's own, in which relative paths count from a folder.
    fileprivate static func process(in folder: String) -> Environment {
        let process = Environment.process
        let absolute = { @Sendable (path: String) in path.hasPrefix("/") ? path : folder + "/" + path }
        return Environment(
            variables: process.variables, home: process.home, readFile: { try process.readFile(absolute($0)) },
            look: { process.look(absolute($0)) })
    }
}
