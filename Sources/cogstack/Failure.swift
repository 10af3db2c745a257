import Diagnostics

/// Why a command ends without having done its work.
enum Failure: Error {
    /// The files are wrong: shown with their lines.
    case diagnostics(Diagnostics, sources: [String: String])
    /// Anything else, in words: what happened, and what to do.
    case message(String, help: String? = nil)
    case interrupted

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
