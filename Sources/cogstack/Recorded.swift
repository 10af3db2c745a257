import Foundation
import Resources
import Schema
import State

/// What the state file and the journal of one stack say, read together.
struct Recorded {
    var snapshot: Snapshot?
    /// Calls that the journal knows no result of.
    var intents: [Intent] = []
    /// Why a file could not be read: `damagedState`, `damagedJournal`.
    var damage: [StateError] = []

    /// - Parameter toleratesDamage: whether a damaged file counts as one that is not there. Otherwise it throws.
    static func load(at location: StateLocation, toleratesDamage: Bool = false) throws(StateError) -> Recorded {
        var recorded = Recorded()
        do throws(StateError) {
            recorded.snapshot = try StateFile(at: location).load()
        } catch {
            guard toleratesDamage, case .damagedState = error else { throw error }
            recorded.damage.append(error)
        }
        do throws(StateError) {
            recorded.intents = try Journal.pending(at: location).map(\.intent)
        } catch {
            guard toleratesDamage, case .damagedJournal = error else { throw error }
            recorded.damage.append(error)
        }
        return recorded
    }
}

/// A stack by what is on this machine: AWS is not asked, and its file may have mistakes by now, as long as it says which
/// stack it is.
struct LocalStack {
    let name: String
    /// The stack file, as it was named or found.
    let file: String
    let location: StateLocation

    /// - Parameter file: as it was typed; nil for the stack that is meant.
    static func find(_ file: String?, _ options: Options, _ terminal: Terminal) throws(Failure) -> LocalStack {
        let path = try Workspace().appliedStackFile(file, terminal)
        let (draft, diagnostics, sources) = Deployment.check(path, ResourceTypes.registry, options.settings)
        guard let stack = draft, !stack.name.isEmpty else { throw .diagnostics(diagnostics, sources: sources) }
        return LocalStack(name: stack.name, file: path, location: options.location(of: stack.name))
    }

    /// Its state. Throws where there is none, where it cannot be read, and where it is another stack's.
    func snapshot() throws(Failure) -> Snapshot {
        do {
            let file = StateFile(at: location)
            guard let snapshot = try file.load() else {
                throw Failure.message("stack \(name) has no state.", help: "`cogstack apply \(self.file)` makes it.")
            }
            try file.validate(snapshot, stack: name, account: snapshot.account, region: snapshot.region)
            return snapshot
        } catch {
            throw Failure(error)
        }
    }

    /// The calls that its journal knows no result of.
    func unfinished() throws(Failure) -> [Intent] {
        do { return try Journal.pending(at: location).map(\.intent) } catch { throw Failure(error) }
    }

    /// Does something as the only writer of its state, which must be there.
    func locked<Result>(_ command: String, _ body: () async throws(Failure) -> Result) async throws(Failure) -> Result {
        // Without a state there is nothing to lock, and no folder is made.
        _ = try snapshot()
        let lock: Lock
        do { lock = try Lock(at: location, command: command, now: Date()) } catch { throw Failure(error) }
        defer { lock.release() }
        return try await body()
    }
}
