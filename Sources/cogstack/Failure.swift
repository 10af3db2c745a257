import Diagnostics
import Reports

/// Why a command ends without having done its work.
enum Failure: Error {
    /// The files are wrong: shown with their lines.
    case diagnostics(Diagnostics, sources: [String: String])
    /// Anything else, in words: what happened, what it is about where that is a list, and what to do.
    case message(String, list: [String] = [], help: String? = nil)
    /// The words of the command line do not fit together.
    case usage(String, help: String)

    /// For `--json`.
    var report: FailureReport {
        switch self {
        case .diagnostics(let diagnostics, _): FailureReport(diagnostics)
        case .message(let message, let list, let help):
            FailureReport(([message] + list.map { "  \($0)" }).joined(separator: "\n"), help: help)
        case .usage(let message, let help): FailureReport(message, help: help)
        }
    }

    init(_ error: any Error) {
        self = error as? Failure ?? .message("\(error)")
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
