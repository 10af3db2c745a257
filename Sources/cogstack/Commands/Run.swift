import Diagnostics
import Execution
import Foundation
import Planning
import Provider
import Reports
import Schema
import State

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

    private var output: OutputOptions { deployment.session.output }
    private var terminal: Terminal { deployment.session.terminal }
    private var start: ContinuousClock.Instant { deployment.session.start }

    init(
        _ deployment: Deployment, _ plan: Plan, from observation: Observation, _ consent: Consent, wasShown: Bool = false,
        begin: @escaping () throws(Failure) -> Void = {}
    ) {
        self.deployment = deployment
        self.plan = plan
        self.observation = observation
        self.consent = consent
        self.wasShown = wasShown
        self.begin = begin
    }

    func confirmAndCarryOut() async throws(Failure) -> ExitStatus {
        let report = PlanReport(plan, cost: deployment.cost(since: start), deployment.origin)
        if !report.isEmpty || isRecordStale {
            // What stays in AWS, for instance, is told also where nothing is changed there.
            if !output.isJSON, hasVisibleChanges || !plan.notices.isEmpty {
                let style = terminal.outputStyle
                terminal.print(wasShown ? report.summaryLine(style) : report.text(style))
            }
            if hasVisibleChanges {
                try confirm(report)
            } else if !output.isJSON {
                terminal.print("Stack \(place): only the state is brought up to date.")
            }
            try begin()
            return try await carryOut()
        }
        if output.isJSON {
            terminal.print(ApplyReport(plan).json)
        } else {
            terminal.print(report.text(terminal.outputStyle))
        }
        return .done
    }

    /// Whether anything of the plan is a person's business: taking a known object into the state is not.
    private var hasVisibleChanges: Bool {
        plan.changes.contains { $0.kind != .none } || plan.actions.contains { $0.kind == .delete }
    }

    /// Where it happens, by what the credentials and the stack file say now.
    private var place: String {
        "\(plan.stack) in account \(deployment.context.account), region \(deployment.context.region)"
    }

    /// What brings what is left to its end.
    private var command: String {
        guard plan.purpose == .destroy else { return "cogstack apply \(deployment.file.path)" }
        return deployment.isFromStateAlone ? "cogstack destroy --stack \(plan.stack)" : "cogstack destroy \(deployment.file.path)"
    }

    /// Whether the state says something else than the stack file although AWS is as it should be.
    private var isRecordStale: Bool {
        // A journal of calls that came to nothing has been looked into, and is emptied.
        guard let prior = deployment.prior else { return !deployment.intents.isEmpty }
        return !deployment.intents.isEmpty || prior.isProtected != deployment.stack.isProtected
            || (plan.purpose == .apply && prior.outputs != plan.outputs.filter { $0.value.isKnown && !$0.value.holdsSecret })
    }

    // MARK: Asking

    private func confirm(_ report: PlanReport) throws(Failure) {
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
            terminal.say("\(plan.purpose == .destroy ? "Destroying" : "Changing") stack \(place).")
            return
        }
        try terminal.mustBeAskable()
        // What is asked about must be seen, also where standard output is for a program.
        if output.isJSON { terminal.say(report.text(terminal.errorStyle)) }
        for other in others {
            try terminal.confirm(
                "\(other.asAnotherStack(of: deployment.file.path)), and stays. To make \(plan.stack) beside it, type the name of the new stack: ",
                plan.stack)
        }
        let losesData = plan.purpose == .destroy || plan.changes.contains { $0.loses != nil }
        let wanted = losesData ? plan.stack : "yes"
        let question: SafeText = losesData
            ? "This cannot be undone. To \(plan.purpose == .destroy ? "destroy" : "change") stack \(place), type the stack's name: "
            : "Change stack \(place)? Type yes to go on: "
        try terminal.confirm(question, wanted)
    }

    // MARK: Doing

    private func carryOut() async throws(Failure) -> ExitStatus {
        let ledger = try await deployment.openLedger()
        for (address, secrets) in deployment.planner(of: observation).secrets.held { await ledger.learn(secrets, of: address) }
        let view = ProgressView(plan, terminal, command: command, isQuiet: output.isQuiet || !hasVisibleChanges)
        let interruption = deployment.connection.interruption
        interruption.takeOver()
        let executor = Executor(
            plan: plan, registry: deployment.registry, context: deployment.context, caller: deployment.connection.client,
            ledger: ledger, pace: RunPace(view: view, interruption: interruption), parallelism: deployment.settings.parallelism,
            isStopping: { interruption.isAsked },
            seconds: { ProcessInfo.processInfo.systemUptime },
            report: { event in await view.note(event) })
        let animation = Task { await view.animate() }
        let outcome = await executor.run()
        animation.cancel()
        await view.close()

        // Whatever goes wrong from here on, the report is shown first: what was done has been done.
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
        let report = await view.conclude(
            outputs: outputs.filter { $0.value.isKnown && !$0.value.holdsSecret }, cost: deployment.cost(since: start))
        if output.isJSON {
            terminal.print(report.json)
        } else {
            terminal.print(report.text(terminal.outputStyle))
        }
        if let problem { tell(problem, terminal) }
        if interruption.isAsked, !outcome.isComplete { return .interrupted }
        return outcome.isComplete && problem == nil ? .done : .failed
    }

    /// After a teardown: none, or those recorded where resources are left.
    private func remainingOutputs(_ outcome: Executor.Outcome) -> [String: Value] {
        outcome.isComplete && deployment.settings.targets.isEmpty ? [:] : deployment.prior?.outputs ?? [:]
    }
}
