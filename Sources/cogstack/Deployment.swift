import AWSClient
import Diagnostics
import Execution
import Foundation
import Planning
import Provider
import Reports
import Resources
import Schema
import StackFile
import State

/// A stack file, its state and the account they are about, brought together for one command.
struct Deployment {
    let settings: Settings
    let session: Session
    let registry: Registry
    let stack: DesiredStack
    let file: ChosenFile
    let location: StateLocation
    let stateFile: StateFile
    var prior: Snapshot?
    var intents: [Intent]
    /// Why files of the state could not be read, where that is tolerated.
    var damage: [StateError]
    private let toleratesDamage: Bool
    let connection: Connection
    private let accountCheck: AccountCheck
    let context: StackContext

    /// - Parameter toleratesDamage: whether a damaged state file or journal counts as one that is not there. Otherwise it throws.
    static func open(
        _ file: ChosenFile, _ settings: Settings, _ session: Session, toleratesDamage: Bool = false
    ) async throws(Failure) -> Deployment {
        let stack = try readStack(file.path, ResourceTypes.registry, settings, session)
        if settings.statePath == nil, let earlier = EarlierState(of: stack.name, file, session.workspace) { throw earlier.failure }
        return try await open(stack, file, settings, session, toleratesDamage: toleratesDamage) { prior throws(Failure) in
            let prior = prior?.naming(by: session.workspace.naming(in: file.project, settings))
            guard let twin = Siblings.sameName(as: stack.name, file, prior: prior) else { return }
            throw .diagnostics(Diagnostics([twin.problem]), sources: sources(of: stack))
        }
    }

    /// A stack by its state alone, all of which is to go: whatever its file says by now.
    ///
    /// - Parameter recorded: its state, the file named as the user can use it.
    static func open(recorded: Snapshot, _ settings: Settings, _ session: Session) async throws(Failure) -> Deployment {
        let file = ChosenFile(path: recorded.file, project: session.workspace.project, isObvious: true)
        let stack = DesiredStack(
            name: recorded.stack, file: file.path, account: recorded.isBound ? recorded.account : nil, region: recorded.region, isProtected: recorded.isProtected)
        return try await open(stack, file, settings, session)
    }

    /// - Parameter check: says whether the stack and what is recorded may go together, before AWS is asked.
    private static func open(
        _ stack: DesiredStack, _ file: ChosenFile, _ settings: Settings, _ session: Session, toleratesDamage: Bool = false,
        check: (Snapshot?) throws(Failure) -> Void = { _ in }
    ) async throws(Failure) -> Deployment {
        let registry = ResourceTypes.registry
        let location = session.workspace.location(of: stack.name, in: file.project, settings)
        let stateFile = StateFile(at: location)
        let recorded: Recorded
        do { recorded = try Recorded.load(at: location, toleratesDamage: toleratesDamage) } catch { throw Failure(error) }
        let prior = recorded.snapshot
        try check(prior)
        if let wanted = settings.region, let guarded = stack.region, wanted != guarded {
            throw .message(
                "\(file.path) is for region \(guarded), and --region says \(wanted).", help: "Drop one of the two.")
        }
        let connection = try Connection.open(settings, session, region: stack.region)
        do {
            if let prior { try stateFile.validate(prior, stack: stack.name, account: prior.account, region: prior.region) }
        } catch {
            throw Failure(error)
        }
        let binding = recorded.isBound ? prior : nil
        let check = AccountCheck(connection, stack, binding: binding, stateFile)
        let account: String
        if let expected = await check.expected {
            account = expected
            do {
                if let binding { try stateFile.validate(binding, stack: stack.name, account: expected, region: connection.region) }
            } catch {
                throw Failure(error)
            }
        } else {
            account = try await check.account()
        }
        return Deployment(
            settings: settings, session: session, registry: registry, stack: stack, file: file, location: location,
            stateFile: stateFile, prior: recorded.settled(in: account, region: connection.region).snapshot, intents: recorded.intents, damage: recorded.damage, toleratesDamage: toleratesDamage,
            connection: connection, accountCheck: check,
            context: StackContext(
                stack: stack.name, partition: connection.partition, region: connection.region, account: account))
    }

    /// The stack that a file wants, checked in every way that needs no AWS. Warnings are said.
    static func readStack(
        _ file: String, _ registry: Registry, _ settings: Settings, _ session: Session
    ) throws(Failure) -> DesiredStack {
        let (draft, diagnostics, sources) = check(file, registry, settings.parameterOverrides)
        guard let draft, !diagnostics.hasErrors else { throw .diagnostics(diagnostics, sources: sources) }
        if !diagnostics.isEmpty, !session.output.isQuiet { tell(.diagnostics(diagnostics, sources: sources), session.terminal) }
        return draft
    }

    /// All that is wrong with a file, and the stack as far as it can be read, to be acted on only where nothing is wrong.
    static func check(
        _ file: String, _ registry: Registry, _ parameterOverrides: [String: String]
    ) -> (draft: DesiredStack?, diagnostics: Diagnostics, sources: [String: String]) {
        let reader = StackFileReader(
            types: registry.types, files: Workspace.files,
            environment: ProcessInfo.processInfo.environment)
        let outcome = reader.read(file, settings: parameterOverrides)
        var diagnostics = outcome.diagnostics
        if let draft = outcome.draft {
            diagnostics.append(contentsOf: StaticChecks(types: registry.bySection).check(draft))
        }
        return (outcome.draft, diagnostics, outcome.sources)
    }

    /// Whether there is no stack file to it.
    var isFromStateAlone: Bool { stack.inputs.isEmpty }

    /// The name by which the state and the saved plan know the stack file.
    var fileName: String { names.name(of: file.path) }

    /// From where the names of files that are kept count.
    var names: Project { session.workspace.naming(in: file.project, settings) }

    /// What a command's first line says of where file and state are.
    var origin: Origin { session.workspace.origin(of: file, location, settings) }

    // MARK: Planning

    var types: [String: ResourceType] { registry.bySection }

    /// Does something as the only writer of the stack's state, which is read again under the lock.
    func locked(
        _ command: String, _ body: (Deployment) async throws(Failure) -> ExitStatus
    ) async throws(Failure) -> ExitStatus {
        // A stack of somebody else's is not even locked.
        try await accountCheck.account()
        let lock: Lock
        var deployment = self
        do {
            lock = try Lock(at: location, command: command, now: Date())
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
        let snapshot = prior
            ?? Snapshot(
                stack: stack.name, account: context.account, region: context.region, file: fileName,
                isProtected: stack.isProtected)
        do {
            return await Ledger(
                snapshot: snapshot, types: types, file: stateFile, journal: try Journal(at: location),
                now: { [client = connection.client] in client.now.timeIntervalSince1970 }, salt: { RandomBytes.bytes(count: 16) })
        } catch {
            throw Failure(error)
        }
    }

    private var observer: Observer {
        Observer(
            registry: registry, context: context, caller: connection.client, pace: PlanningPace(waits: connection.waits),
            parallelism: settings.parallelism, isFresh: stateFile.written.map { $0.timeIntervalSinceNow > -Self.freshness } ?? false)
    }

    /// Seconds after which AWS shows everywhere what it did.
    private static let freshness = 20.0

    func observe() async throws(Failure) -> Observation {
        do {
            async let account = accountCheck.account()
            async let observation = observer.observe(stack, prior: prior, intents: intents)
            // With other credentials than are meant, what was read means nothing, and why it could not be read does not either.
            _ = try await account
            return try await observation
        } catch {
            throw Failure(error)
        }
    }

    /// The account, with the user accounts in what a plan deletes.
    func observe(countingAccountsFor plan: Plan) async throws(Failure) -> Observation {
        var observation = try await observe()
        let deletes = plan.actions.contains { $0.kind == .delete && types[$0.address.section]?.losesWhenDeleted != nil }
        if deletes {
            do { try await observer.countUserAccounts(in: &observation) } catch { throw Failure(error) }
        }
        return observation
    }

    /// The plan, and what it was made from.
    ///
    /// - Parameters:
    ///   - rotation: what is to get a new secret.
    ///   - observation: the account, where it was read already.
    func plan(
        _ purpose: Plan.Purpose, rotation: Rotation? = nil, from observation: Observation? = nil
    ) async throws(Failure) -> (plan: Plan, observation: Observation) {
        var (plan, observation) = try await barePlan(purpose, rotation: rotation, from: observation)
        plan.notices += try secondStackNotices()
        return (plan, observation)
    }

    private func barePlan(
        _ purpose: Plan.Purpose, rotation: Rotation?, from seen: Observation?
    ) async throws(Failure) -> (plan: Plan, observation: Observation) {
        var observation: Observation
        if let seen { observation = seen } else { observation = try await observe() }
        let targets = try targets(purpose)
        func attempt() throws(Diagnostics) -> Plan {
            let planner = planner(of: observation, targets: targets, rotation: rotation)
            return try purpose == .apply ? planner.plan() : planner.planDestruction()
        }
        var first: Result<Plan, Diagnostics>
        do { first = .success(try attempt()) } catch { first = .failure(error) }
        // What managed policies say is asked only where a plan changes something about them.
        if case .success(let plan) = first {
            let isNew: Bool
            do { isNew = try await observer.readPolicies(for: plan, in: &observation) } catch { throw Failure(error) }
            if isNew { do { first = .success(try attempt()) } catch { first = .failure(error) } }
        }
        let before = observation
        do {
            // What is to be deleted is looked into: a plan that deletes nothing needs no more calls.
            let draft = try? first.get()
            if draft.map({ $0.changes.contains { $0.loses != nil } }) ?? true, observation.userAccounts.isEmpty {
                try await observer.countUserAccounts(in: &observation)
            }
            if let draft { try await observer.findObstacles(to: draft, in: &observation) }
        } catch {
            throw Failure(error)
        }
        do {
            return (observation == before ? try first.get() : try attempt(), observation)
        } catch {
            throw .diagnostics(error, sources: sources)
        }
    }

    /// The stacks that the file was applied as before it got another name, where this one would come beside them.
    func earlierStacks() throws(Failure) -> [Snapshot] {
        guard prior?.resources.isEmpty ?? true else { return [] }
        return try Siblings.earlierNames(of: stack.name, file, session.terminal)
    }

    private func secondStackNotices() throws(Failure) -> [String] {
        try earlierStacks().map { "\($0.asAnotherStack(of: file.path)): \($0.waysOut)" }
    }

    func planner(of observation: Observation, targets: Set<Address>? = nil, rotation: Rotation? = nil) -> Planner {
        Planner(
            context: context, types: types, desired: stack, prior: prior, observation: observation, targets: targets,
            rotation: rotation, now: Date().timeIntervalSince1970)
    }

    /// The texts of the stack's files, for messages.
    var sources: [String: String] { Self.sources(of: stack) }

    private static func sources(of stack: DesiredStack) -> [String: String] {
        var sources: [String: String] = [:]
        for path in stack.inputs.keys { sources[path] = try? String(contentsOfFile: path, encoding: .utf8) }
        return sources
    }

    /// The addresses that `--target` names, and what they need or, when they go, what needs them; nil for all.
    private func targets(_ purpose: Plan.Purpose) throws(Failure) -> Set<Address>? {
        if settings.targets.isEmpty { return nil }
        var open: [Address] = []
        let known = Set(stack.resources.keys).union((prior?.resources ?? [:]).keys)
        for text in settings.targets {
            guard let address = Address(text), known.contains(address) else {
                let meant = nearest(text, in: known.map(\.description)).map { "Did you mean \($0)?" }
                throw .message("there is no resource \(text) in \(stack.file).", help: meant)
            }
            open.append(address)
        }
        var dependencies: [Address: Set<Address>] = [:]
        switch purpose {
        case .apply:
            dependencies = (try? DependencyGraph(stack.resources, types: types))?.dependencies ?? [:]
        case .destroy:
            for (user, record) in prior?.resources ?? [:] {
                for used in record.dependsOn { dependencies[used, default: []].insert(user) }
            }
        }
        var targets: Set<Address> = []
        while let next = open.popLast() {
            if targets.insert(next).inserted { open += dependencies[next] ?? [] }
        }
        return targets
    }
}

/// Time while planning: only a service that asks to slow down is waited for.
struct PlanningPace: Pace {
    let waits: WaitNotice

    func pause(seconds: Double) async -> Bool {
        (try? await Task.sleep(for: .seconds(seconds))) != nil
    }

    func waiting(for what: String, address: Address) async {
        await waits.note(what)
    }
}
