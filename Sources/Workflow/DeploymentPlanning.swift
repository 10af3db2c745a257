import AWSClient
import Diagnostics
import Execution
import Foundation
import Model
package import Planning
import Provider
import Records
import Schema
import Store

/// What a deployment comes to: the account as it is, and the plan.
extension Deployment {
    private var reader: LiveReader {
        LiveReader(
            registry: world.registry, context: context, caller: connection.client, pace: planningPace,
            parallelism: workspace.settings.parallelism,
            isFresh: stateFile.written.map { world.time.now().timeIntervalSince($0) < Self.freshness } ?? false)
    }

    var planningPace: PlanningPace { PlanningPace(time: world.time, dialog: workspace.dialog) }

    /// Seconds after which AWS shows everywhere what it did.
    private static let freshness = 20.0

    package func observe() async throws(Failure) -> Observation {
        do {
            async let account = accountCheck.account()
            async let observation = reader.observe(stack, prior: prior, intents: intents)
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
            do { try await reader.countUserAccounts(in: &observation) } catch { throw Failure(error) }
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
            do { isNew = try await reader.readPolicies(for: plan, in: &observation) } catch { throw Failure(error) }
            if isNew { do { first = .success(try attempt()) } catch { first = .failure(error) } }
        }
        let before = observation
        do {
            // What is to be deleted is looked into: a plan that deletes nothing needs no more calls.
            let draft = try? first.get()
            if draft.map({ $0.changes.contains { $0.loses != nil } }) ?? true, observation.userAccounts.isEmpty {
                try await reader.countUserAccounts(in: &observation)
            }
            if let draft { try await reader.findObstacles(to: draft, in: &observation) }
        } catch {
            throw Failure(error)
        }
        do {
            return (observation == before ? try first.get() : try attempt(), observation)
        } catch {
            throw .diagnostics(error, sources: workspace.sources(of: stack))
        }
    }

    /// The stacks that the file was applied as before it got another name, where this one would come beside them.
    func earlierStacks() throws(Failure) -> [Snapshot] {
        guard prior?.resources.isEmpty ?? true else { return [] }
        return try workspace.earlierNames(of: stack.name, file)
    }

    private func secondStackNotices() throws(Failure) -> [String] {
        try earlierStacks().map { "\($0.asAnotherStack(of: file.path)): \($0.waysOut)" }
    }

    func planner(of observation: Observation, targets: Set<Address>? = nil, rotation: Rotation? = nil) -> Planner {
        Planner(
            context: context, types: types, desired: stack, prior: prior, observation: observation, targets: targets,
            rotation: rotation, now: world.time.now().timeIntervalSince1970)
    }

    /// The addresses that `--target` names, and what they need or, when they go, what needs them; nil for all.
    private func targets(_ purpose: Plan.Purpose) throws(Failure) -> Set<Address>? {
        if workspace.settings.targets.isEmpty { return nil }
        var open: [Address] = []
        let known = Set(stack.resources.keys).union((prior?.resources ?? [:]).keys)
        for text in workspace.settings.targets {
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
    let time: Time
    let dialog: any Dialog

    func pause(seconds: Double) async -> Bool { (try? await time.sleep(seconds)) != nil }

    func waiting(for what: String, address: Address) async { dialog.waits(for: what) }
}
