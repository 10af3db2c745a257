package import Diagnostics
import Provider
package import Store

/// Why a workflow ends without having done its work.
package enum Failure: Error {
    /// The files are wrong: shown with their lines.
    case diagnostics(Diagnostics, sources: [String: String])
    /// Files of the state cannot be read or written. Their paths are absolute: see ``Workspace/naming(_:)``.
    case state(StateError)
    /// Anything else, in words: what happened, what it is about where that is a list, and what to do.
    case message(String, list: [String] = [], help: String? = nil)
    /// What was asked for does not fit together.
    case usage(String, help: String)

    package init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as StateError: self = .state(error)
        case ProviderError.state(let error): self = .state(error)
        default: self = .message("\(error)")
        }
    }
}

extension StateError {
    /// The same with its paths as the user reads them.
    func naming(_ shown: (String) -> String) -> StateError {
        switch self {
        case .damagedState(let path, let reason): .damagedState(path: shown(path), reason: reason)
        case .damagedJournal(let path, let line, let reason): .damagedJournal(path: shown(path), line: line, reason: reason)
        case .damagedPlan(let path, let reason): .damagedPlan(path: shown(path), reason: reason)
        case .newerFormat(let path, let found, let readable): .newerFormat(path: shown(path), found: found, readable: readable)
        case .wrongOwner(let path, let what, let expected, let found):
            .wrongOwner(path: shown(path), what: what, expected: expected, found: found)
        case .concurrentWrite(let path, let loaded, let found): .concurrentWrite(path: shown(path), loaded: loaded, found: found)
        case .locked(let path, let holder): .locked(path: shown(path), holder: holder)
        case .unwritable(let path, let reason): .unwritable(path: shown(path), reason: reason)
        case .unusable(let path, let entry): .unusable(path: shown(path), entry)
        case .system(let doing, let path, let code): .system(doing: doing, path: shown(path), code: code)
        }
    }
}
