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
