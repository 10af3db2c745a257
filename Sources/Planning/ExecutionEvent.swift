package import Model
import Schema

/// What happens to one action while a plan is carried out, in the order in which it happens.
package enum ExecutionEvent: Sendable, Equatable {
    case started(Address, Action.Kind)
    /// AWS is not ready yet, and is asked again: "Lambda cannot assume the new role yet". May come many times.
    case waiting(Address, Action.Kind, reason: String)
    /// `seconds` since it started.
    case finished(Address, Action.Kind, seconds: Double)
    /// `error` in words: AWS's own, and what to do.
    case failed(Address, Action.Kind, error: String)
    /// Not started, and why: "roles.long-lived failed", "interrupted".
    case skipped(Address, Action.Kind, because: String)

    /// The resource that it is about.
    package var address: Address {
        switch self {
        case .started(let address, _), .waiting(let address, _, _),
            .finished(let address, _, _), .failed(let address, _, _), .skipped(let address, _, _):
            address
        }
    }

    /// What is done to the resource.
    package var kind: Action.Kind {
        switch self {
        case .started(_, let kind), .waiting(_, let kind, _), .finished(_, let kind, _),
            .failed(_, let kind, _), .skipped(_, let kind, _):
            kind
        }
    }
}
