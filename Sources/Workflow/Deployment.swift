import AWSClient
import Diagnostics
import Execution
import Foundation
import Model
import Provider
package import Records
package import Schema
package import Store

/// A stack file, its state and the account they are about, brought together for one command.
package struct Deployment: Sendable {
    let workspace: Workspace
    package let stack: DesiredStack
    package let file: ChosenFile
    let location: StateLocation
    let stateFile: StateFile
    package private(set) var prior: Snapshot?
    private(set) var intents: [Intent]
    /// Why files of the state could not be read, where that is tolerated.
    private(set) var damage: [StateError]
    private let toleratesDamage: Bool
    package let connection: Connection
    let accountCheck: AccountCheck
    let context: StackContext

    /// - Parameter toleratesDamage: whether a damaged state file or journal counts as one that is not there. Otherwise it throws.
    static func open(
        _ file: ChosenFile, in workspace: Workspace, toleratesDamage: Bool = false
    ) async throws(Failure) -> Deployment {
        let stack = try workspace.readStack(file.path)
        if workspace.settings.statePath == nil, let earlier = EarlierState(of: stack.name, file, workspace) {
            throw earlier.failure
        }
        return try await open(stack, file, in: workspace, toleratesDamage: toleratesDamage) { prior throws(Failure) in
            let prior = prior?.naming(by: workspace.naming(in: file.project))
            guard let twin = workspace.sameName(as: stack.name, file, prior: prior) else { return }
            throw .diagnostics(Diagnostics([twin.problem]), sources: workspace.sources(of: stack))
        }
    }

    /// A stack by its state alone, all of which is to go: whatever its file says by now.
    ///
    /// - Parameter recorded: its state, the file named as the user can use it.
    static func open(recorded: Snapshot, in workspace: Workspace) async throws(Failure) -> Deployment {
        let file = ChosenFile(path: recorded.file, project: workspace.project, isObvious: true)
        let stack = DesiredStack(
            name: recorded.stack, file: file.path, account: recorded.isBound ? recorded.account : nil,
            region: recorded.region,
            isProtected: recorded.isProtected)
        return try await open(stack, file, in: workspace)
    }

    /// - Parameter check: says whether the stack and what is recorded may go together, before AWS is asked.
    private static func open(
        _ stack: DesiredStack, _ file: ChosenFile, in workspace: Workspace, toleratesDamage: Bool = false,
        check: (Snapshot?) throws(Failure) -> Void = { _ in }
    ) async throws(Failure) -> Deployment {
        let location = workspace.location(of: stack.name, in: file.project)
        let stateFile = StateFile(at: location)
        let recorded: Recorded
        do { recorded = try Recorded.load(at: location, toleratesDamage: toleratesDamage) } catch {
            throw Failure(error)
        }
        let prior = recorded.snapshot
        try check(prior)
        if let wanted = workspace.settings.region, let guarded = stack.region, wanted != guarded {
            throw .message(
                "\(file.path) is for region \(guarded), and --region says \(wanted).", help: "Drop one of the two.")
        }
        let connection = try Connection.open(workspace, region: stack.region)
        do {
            if let prior {
                try stateFile.validate(prior, stack: stack.name, account: prior.account, region: prior.region)
            }
        } catch {
            throw Failure(error)
        }
        let binding = recorded.isBound ? prior : nil
        let check = AccountCheck(connection, stack, binding: binding, stateFile)
        let account: String
        if let expected = await check.expected {
            account = expected
            do {
                if let binding {
                    try stateFile.validate(binding, stack: stack.name, account: expected, region: connection.region)
                }
            } catch {
                throw Failure(error)
            }
        } else {
            account = try await check.account()
        }
        return Deployment(
            workspace: workspace, stack: stack, file: file, location: location, stateFile: stateFile,
            prior: recorded.settled(in: account, region: connection.region).snapshot, intents: recorded.intents,
            damage: recorded.damage, toleratesDamage: toleratesDamage, connection: connection, accountCheck: check,
            context: StackContext(
                stack: stack.name, partition: connection.partition, region: connection.region, account: account))
    }

    /// Whether there is no stack file to it.
    package var isFromStateAlone: Bool { stack.inputs.isEmpty }

    /// The name by which the state and the saved plan know the stack file.
    var fileName: String { names.name(of: file.path) }

    /// From where the names of files that are kept count.
    package var names: Project { workspace.naming(in: file.project) }

    package var whereabouts: Whereabouts { workspace.whereabouts(of: file, location) }

    var world: World { workspace.world }
    package var types: [String: ResourceType] { workspace.types }

    /// Where it happens: `dev in account 123456789012, region eu-central-1`.
    var place: String { "\(stack.name) in account \(context.account), region \(context.region)" }

    /// Does something as the only writer of the stack's state, which is read again under the lock.
    func locked<Result>(
        _ command: String, _ body: (Deployment) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        // A stack of somebody else's is not even locked.
        try await accountCheck.account()
        let lock: Lock
        var deployment = self
        do {
            lock = try Lock(at: location, command: command, now: world.time.now())
            let recorded = try Recorded.load(at: location, toleratesDamage: toleratesDamage)
                .settled(in: context.account, region: context.region)
            deployment.prior = recorded.snapshot
            deployment.intents = recorded.intents
            deployment.damage = recorded.damage
        } catch {
            throw Failure(error)
        }
        defer { lock.release() }
        return try await body(deployment)
    }

    /// Where what a run does is written down. Only the holder of the lock may open it.
    func openLedger() async throws(Failure) -> Ledger {
        let snapshot =
            prior
            ?? Snapshot(
                stack: stack.name, account: context.account, region: context.region, file: fileName,
                isProtected: stack.isProtected)
        do {
            return await Ledger(
                snapshot: snapshot, types: types, store: LocalStateStore(at: location),
                journal: try Journal(at: location),
                now: { [client = connection.client] in client.now.timeIntervalSince1970 },
                salt: { [random = world.random] in random(16) })
        } catch {
            throw Failure(error)
        }
    }
}
