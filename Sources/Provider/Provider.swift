package import AWSClient
package import Model
package import Schema
package import Records
package import Store

/// What a resource type does beyond its table: the calls to read, create, update, delete and find one object.
///
/// A provider keeps nothing between calls. It is handed values in AWS's form (short forms compiled, references resolved)
/// and changes only what the caller names as changed.
package protocol Provider: Sendable {
    var type: ResourceType { get }

    /// The live object; nil where AWS knows none by that id.
    func read(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Live?

    /// Makes the object. Says its physical id to `calls` as soon as AWS has given it, before any further call, and
    /// returns what others may refer to.
    func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value]

    /// Brings the properties named in `changed` to what `desired` says, where a name that `desired` does not have means
    /// AWS's default. Everything else stays as it is live. Where nothing is named, what an interrupted run began is brought to its end.
    /// Returns the outputs that came to differ by it.
    func update(_ physicalId: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext)
        async throws(ProviderError)
        -> [String: Value]

    /// Deletes the object and what belongs to it. An object that is gone already is deleted.
    func delete(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError)

    /// Looks for an object that is this address's although no state says so: made by a call whose answer was lost, or
    /// left by a lost state file.
    ///
    /// - Parameter intents: what the journal says of create calls for this address that have no known result.
    func locate(_ desired: Value, intents: [Intent], _ calls: ProviderContext) async throws(ProviderError) -> Located

    /// The members of a `desired` value that ``locate(_:intents:_:)`` needs; it is called once these are known.
    var locatedBy: [String] { get }
}

extension Provider {
    /// What ``read(_:_:)`` gives, with those outputs as secrets that the table says are.
    package func live(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        guard var live = try await read(physicalId, calls) else { return nil }
        live.outputs = type.hidingSecrets(in: live.outputs)
        return live
    }
}

extension Provider {
    package var locatedBy: [String] { if case .key(let names, _, _) = type.identity { names } else { ["name"] } }

    /// ``locate(_:intents:_:)``, where an object that the state knows already is none that it lost: the one that is being
    /// replaced carries the same tags as the one that a lost call made.
    package func locateUnknown(
        _ desired: Value, intents: [Intent], _ calls: ProviderContext
    ) async throws(ProviderError) -> Located {
        let located = try await locate(desired, intents: intents, calls)
        switch located {
        case .ours(let id) where calls.known.contains(id), .unowned(let id) where calls.known.contains(id):
            return .none
        case .lost(let ids):
            let unknown = ids.filter { !calls.known.contains($0) }
            return unknown.isEmpty ? .none : .lost(unknown)
        default:
            return located
        }
    }
}

/// An object that carries the stack's tag, and the address that its other tag names.
package struct TaggedObject: Sendable, Equatable {
    package let physicalId: String
    package let address: Address

    package init(_ physicalId: String, _ address: Address) {
        self.physicalId = physicalId
        self.address = address
    }

    /// - Parameter tags: a map of tag names to their values. Nil where they are not this stack's or name no address of the section.
    package init?(_ physicalId: String, tags: Value, of section: String, _ context: StackContext) {
        guard tags[Ownership.stackTag].string == context.stack,
            let address = tags[Ownership.addressTag].string.flatMap({ Address($0) }),
            address.section == section
        else { return nil }
        self.init(physicalId, address)
    }
}

/// Why a provider's work failed.
package enum ProviderError: Error, Sendable {
    case aws(AWSError)
    case state(StateError)
    /// Waiting for AWS came to its bound.
    case timedOut(waitingFor: String, seconds: Int, last: String)
    /// The run was asked to stop, which cut the waiting for AWS short.
    case stopped(waitingFor: String, last: String)
    /// Something stands in the way that only a person can decide.
    case refused(message: String, help: String)
    /// The change was made, did not prove itself and was taken back: the object is as it was before.
    case rolledBack(message: String, help: String)
}

extension ProviderError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .aws(let error): "\(error)"
        case .state(let error): "\(error)"
        case .timedOut(let what, let seconds, let last):
            "waited \(seconds) s for \(what). AWS's last words: \(last) Run it again to go on."
        case .stopped(let what, let last):
            "interrupted while waiting for \(what)." + (last.isEmpty ? "" : " AWS's last words: \(last)")
        case .refused(let message, let help), .rolledBack(let message, let help): "\(message) \(help)"
        }
    }

    /// What happened, without what to do.
    package var message: String {
        switch self {
        case .refused(let message, _), .rolledBack(let message, _): message
        default: description
        }
    }

    /// Whether nothing is wrong but that the run was asked to stop.
    package var isInterruption: Bool {
        switch self {
        case .stopped: true
        case .aws(let error): error.kind == .cancelled
        default: false
        }
    }

    /// Why every other call will fail as this one did; nil where it may well not.
    package var concernsAllCalls: String? {
        switch self {
        case .aws(let error): error.concernsAllCalls
        case .state: "the state cannot be written"
        default: nil
        }
    }

    /// AWS's error code, where AWS said no.
    package var code: String? {
        if case .aws(let error) = self { error.code } else { nil }
    }
}
