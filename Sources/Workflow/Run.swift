import AWSClient
import Diagnostics
import Execution
import Foundation
import Model
import Planning
import Provider
import Records
import Schema
import Store

/// One plan on its way to being carried out: shown, asked about, run, recorded, reported.
struct Run {
    private let deployment: Deployment
    private let plan: Plan
    /// What the plan was made from.
    private let observation: Observation
    private let consent: Consent
    /// Whether the user has seen the plan already.
    private let wasShown: Bool
    /// Called when the answer is yes, before anything is done.
    private let begin: () throws(Failure) -> Void

    private var dialog: any Dialog { deployment.workspace.dialog }
    private var place: String { deployment.place }

    init(
        _ deployment: Deployment, _ plan: Plan, from observation: Observation, _ consent: Consent,
        wasShown: Bool = false,
        begin: @escaping () throws(Failure) -> Void = {}
    ) {
        self.deployment = deployment
        self.plan = plan
        self.observation = observation
        self.consent = consent
        self.wasShown = wasShown
        self.begin = begin
    }

    func confirmAndCarryOut() async throws(Failure) -> Ending {
        let run = deployment.run(of: plan, command: command, wasShown: wasShown)
        guard run.hasVisibleChanges || !plan.actions.isEmpty || isRecordStale else { return .nothingToDo(run) }
        dialog.show(.run(run))
        if run.hasVisibleChanges { try confirm(run) }
        try begin()
        return .ran(try await carryOut(run))
    }

    /// What brings what is left to its end.
    private var command: String {
        guard plan.purpose == .destroy else { return "cogstack apply \(deployment.file.path)" }
        return deployment.isFromStateAlone
            ? "cogstack destroy --stack \(plan.stack)" : "cogstack destroy \(deployment.file.path)"
    }

    /// Whether the state says something else than the stack file although AWS is as it should be.
    private var isRecordStale: Bool {
        // A journal of calls that came to nothing has been looked into, and is emptied.
        guard let prior = deployment.prior else { return !deployment.intents.isEmpty }
        return !deployment.intents.isEmpty || prior.isProtected != deployment.stack.isProtected
            || (plan.purpose == .apply
                && prior.outputs != plan.outputs.filter { $0.value.isKnown && !$0.value.holdsSecret })
    }

    // MARK: Asking

    private func confirm(_ run: PlannedRun) throws(Failure) {
        let others = plan.purpose == .apply && !consent.acceptsSecondStack ? try deployment.earlierStacks() : []
        if consent.isGiven, let other = others.first {
            throw .message(
                "\(other.asAnotherStack(of: deployment.file.path)), and \(plan.stack) would be a second one, so nothing was done.",
                help: "\(other.waysOut). `--accept-second-stack` makes the second one.")
        }
        if plan.userAccountsAtStake > 0, consent.acceptedUserLoss != plan.userAccountsAtStake {
            let count = plan.userAccountsAtStake
            throw .message(
                "\(count) user \(count == 1 ? "account" : "accounts") would be lost for good, so nothing was done.",
                help: "Run it with `--accept-user-loss \(count)` if that is meant.")
        }
        if consent.isGiven {
            dialog.say("\(plan.purpose == .destroy ? "Destroying" : "Changing") stack \(place).")
            return
        }
        let losesData = plan.purpose == .destroy || plan.changes.contains { $0.loses != nil }
        let question =
            losesData
            ? Question(
                "This cannot be undone. To \(plan.purpose == .destroy ? "destroy" : "change") stack \(place), type the stack's name: ",
                answer: plan.stack)
            : Question("Change stack \(place)? Type yes to go on: ")
        let secondStack = others.map { other in
            Question(
                "\(other.asAnotherStack(of: deployment.file.path)), and stays. To make \(plan.stack) beside it, type the name of the new stack: ",
                answer: plan.stack)
        }
        try dialog.confirm(.run(run), secondStack + [question])
    }

    // MARK: Doing

    private func carryOut(_ run: PlannedRun) async throws(Failure) -> RunResult {
        let (world, stop) = (deployment.world, deployment.workspace.stop)
        let ledger = try await deployment.openLedger()
        for (address, secrets) in deployment.planner(of: observation).secrets.held {
            await ledger.learn(secrets, of: address)
        }
        let view = dialog.follow(run)
        stop.takeOver()
        let executor = Executor(
            plan: plan, registry: world.registry, context: deployment.context, caller: deployment.connection.client,
            ledger: ledger, pace: RunPace(view: view, stop: stop),
            parallelism: deployment.workspace.settings.parallelism,
            isStopping: { stop.isRaised }, seconds: world.seconds,
            report: { [deployment] event in await view.note(deployment.naming(event)) })
        let outcome = await executor.run()

        // Whatever goes wrong from here on, the result is shown first: what was done has been done.
        var problem: Failure?
        var outputs = deployment.prior?.outputs ?? [:]
        do {
            outputs = try await executor.resolved(.map(plan.outputs)).map ?? [:]
        } catch {
            problem = Failure(error)
        }
        do {
            try await ledger.close(
                outputs: plan.purpose == .destroy ? remainingOutputs(outcome) : outputs, file: deployment.fileName,
                isProtected: deployment.stack.isProtected, everythingSettled: outcome.isComplete)
        } catch {
            problem = problem ?? Failure(error)
        }
        let result = RunResult(
            plan: plan, isComplete: outcome.isComplete, wasInterrupted: stop.isRaised,
            outputs: outputs.filter { $0.value.isKnown && !$0.value.holdsSecret }, problem: problem,
            apiCalls: deployment.connection.client.apiCalls)
        await view.finish(result)
        return result
    }

    /// After a teardown: none, or those recorded where resources are left.
    private func remainingOutputs(_ outcome: Executor.Outcome) -> [String: Value] {
        outcome.isComplete && deployment.workspace.settings.targets.isEmpty ? [:] : deployment.prior?.outputs ?? [:]
    }
}

extension Deployment {
    /// The same event with the state's files named as the user reads them.
    fileprivate func naming(_ event: ExecutionEvent) -> ExecutionEvent {
        guard case .failed(let address, let kind, let error) = event else { return event }
        return .failed(address, kind, error: naming(error))
    }

    /// What a provider said went wrong, with the state's files named as the user reads them.
    func naming(_ message: String) -> String {
        let name = location.state.split(separator: "/").last?.count ?? 0
        return message.replacing(location.state.dropLast(name), with: workspace.shown(location.state).dropLast(name))
    }
}

/// Time in a run: waits are shown with the action that waits, and are cut short when the run is asked to stop.
private struct RunPace: Pace {
    let view: any RunView
    let stop: any StopSignal

    func pause(seconds: Double) async -> Bool { (try? await stop.sleep(seconds)) != nil }

    func waiting(for what: String, address: Address) async { await view.waits(address, for: what) }
}
