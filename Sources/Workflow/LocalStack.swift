import AWSClient
import Foundation
import Model
import Planning
import Provider
package import Records
import Schema
package import Store

/// A stack by what is on this machine: AWS is not asked, and its file may have mistakes by now, as long as it says which
/// stack it is.
package struct LocalStack: Sendable {
    package let name: String
    package let file: ChosenFile
    package let location: StateLocation
    /// From where the names of files in its state count.
    package let names: Project
    package let whereabouts: Whereabouts
    private let workspace: Workspace

    /// - Parameter file: as it was typed; nil for the stack that is meant.
    package static func find(_ file: String?, in workspace: Workspace) throws(Failure) -> LocalStack {
        let file = try workspace.appliedStackFile(file)
        let (draft, diagnostics, sources) = workspace.check(file.path)
        guard let stack = draft, !stack.name.isEmpty else { throw .diagnostics(diagnostics, sources: sources) }
        let location = workspace.location(of: stack.name, in: file.project)
        return LocalStack(
            name: stack.name, file: file, location: location, names: workspace.naming(in: file.project),
            whereabouts: workspace.whereabouts(of: file, location), workspace: workspace)
    }

    /// Its state. Throws where there is none, where it cannot be read, and where it is another stack's.
    package func snapshot() throws(Failure) -> Snapshot {
        do {
            let file = StateFile(at: location)
            guard let snapshot = try file.load() else {
                if workspace.settings.statePath == nil, let earlier = EarlierState(of: name, self.file, workspace) {
                    throw earlier.failure
                }
                throw Failure.message(
                    "stack \(name) has no state.", help: "`cogstack apply \(self.file.path)` makes it.")
            }
            try file.validate(snapshot, stack: name, account: snapshot.account, region: snapshot.region)
            return snapshot
        } catch {
            throw Failure(error)
        }
    }

    /// The same, where something is recorded in it: an apply that came to nothing and a destroy leave a state without resources.
    package func appliedSnapshot() throws(Failure) -> Snapshot {
        let snapshot = try snapshot()
        guard snapshot.resources.isEmpty else { return snapshot }
        throw .message(
            "stack \(name) has nothing in AWS: it was destroyed, or never applied to the end.",
            help: "`cogstack apply \(file.path)` makes it.")
    }

    /// The calls that its journal knows no result of.
    package func unfinished() throws(Failure) -> [Intent] {
        do { return try Journal.pending(at: location).map(\.intent) } catch { throw Failure(error) }
    }

    /// Does something as the only writer of its state, which must be there.
    package func locked<Result>(_ command: String, _ body: () async throws(Failure) -> Result) async throws(Failure)
        -> Result
    {
        // Without a state there is nothing to lock, and no folder is made.
        _ = try snapshot()
        let lock: Lock
        do { lock = try Lock(at: location, command: command, now: workspace.world.time.now()) } catch {
            throw Failure(error)
        }
        defer { lock.release() }
        return try await body()
    }

    /// How people sign in with what is recorded.
    package func signIn(_ recorded: Snapshot) throws(Failure) -> SignIn {
        do throws(SignInProblem) {
            return try SignIn(recorded, types: workspace.types)
        } catch {
            throw .message(error.message, help: error.help)
        }
    }

    /// The way to the account in which it is recorded. Throws where the credentials are of another one.
    package func connect(_ recorded: Snapshot) async throws(Failure) -> Connection {
        let connection = try Connection.open(workspace, region: recorded.region)
        let identity = try await connection.identity()
        do {
            try StateFile(at: location).validate(
                recorded, stack: name, account: identity.account, region: connection.region)
        } catch {
            throw Failure(error)
        }
        return connection
    }
}
