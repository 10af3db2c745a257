import Foundation
import Reports
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

    /// Whether anything ties it to its account and region: a resource, or a call that may have made one.
    var isBound: Bool { snapshot?.isBound == true || !intents.isEmpty }

    /// The same, in the account and region that are meant where nothing ties it to others.
    func settled(in account: String, region: String) -> Recorded {
        guard !isBound else { return self }
        var settled = self
        settled.snapshot?.account = account
        settled.snapshot?.region = region
        return settled
    }
}

/// A stack by what is on this machine: AWS is not asked, and its file may have mistakes by now, as long as it says which
/// stack it is.
struct LocalStack {
    let name: String
    let file: ChosenFile
    let location: StateLocation
    /// From where the names of files in its state count.
    let names: Project
    /// What the first line of a command says of where file and state are.
    let origin: Origin
    private let workspace: Workspace
    private let isStateNamed: Bool

    /// - Parameter file: as it was typed; nil for the stack that is meant.
    static func find(_ file: String?, _ settings: Settings, _ session: Session) throws(Failure) -> LocalStack {
        let workspace = session.workspace
        let file = try workspace.appliedStackFile(file, session.terminal)
        let (draft, diagnostics, sources) = Deployment.check(file.path, ResourceTypes.registry, settings.parameterOverrides)
        guard let stack = draft, !stack.name.isEmpty else { throw .diagnostics(diagnostics, sources: sources) }
        let location = workspace.location(of: stack.name, in: file.project, settings)
        return LocalStack(
            name: stack.name, file: file, location: location, names: workspace.naming(in: file.project, settings),
            origin: workspace.origin(of: file, location, settings), workspace: workspace, isStateNamed: settings.statePath != nil)
    }

    /// A command's first line, of one that has no report to begin with it.
    func headLine(_ snapshot: Snapshot) -> HeadLine {
        HeadLine(stack: snapshot.stack, account: snapshot.account, region: snapshot.region, origin)
    }

    /// Its state. Throws where there is none, where it cannot be read, and where it is another stack's.
    func snapshot() throws(Failure) -> Snapshot {
        do {
            let file = StateFile(at: location)
            guard let snapshot = try file.load() else {
                if !isStateNamed, let earlier = EarlierState(of: name, self.file, workspace) { throw earlier.failure }
                throw Failure.message("stack \(name) has no state.", help: "`cogstack apply \(self.file.path)` makes it.")
            }
            try file.validate(snapshot, stack: name, account: snapshot.account, region: snapshot.region)
            return snapshot
        } catch {
            throw Failure(error)
        }
    }

    /// The same, where something is recorded in it: an apply that came to nothing and a destroy leave a state without resources.
    func appliedSnapshot() throws(Failure) -> Snapshot {
        let snapshot = try snapshot()
        guard snapshot.resources.isEmpty else { return snapshot }
        throw .message(
            "stack \(name) has nothing in AWS: it was destroyed, or never applied to the end.",
            help: "`cogstack apply \(file.path)` makes it.")
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
