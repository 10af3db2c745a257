package import AWSClient
package import Diagnostics
package import Model
package import Planning

/// Whoever a workflow works for: shown what goes on, and asked what must be agreed to.
package protocol Dialog: Sendable {
    /// Something worth knowing that ends nothing.
    func say(_ remark: SafeText)

    /// Warnings about stack files.
    func warn(_ diagnostics: Diagnostics, sources: [String: String])

    /// What AWS is waited for while nothing runs that shows it by itself. May come many times for one reason.
    func waits(for reason: String)

    /// One sending of a request.
    func sent(_ attempt: AWSClient.Attempt)

    /// What is about to be done, before it is asked about.
    func show(_ proposal: Proposal)

    /// Asks each question, and throws unless each has the answer that it wants.
    func confirm(_ proposal: Proposal, _ questions: [Question]) throws(Failure)

    /// A run begins: what shows it from here on.
    func follow(_ run: PlannedRun) -> any RunView
}

/// Shows a run while it goes on.
package protocol RunView: Sendable {
    func note(_ event: ExecutionEvent) async
    /// What an action waits for.
    func waits(_ address: Address, for reason: String) async
    func finish(_ result: RunResult) async
}

/// A wish of the user that a run stops early.
package protocol StopSignal: Sendable {
    /// Whether no new action is to start.
    var isRaised: Bool { get }

    /// A run begins: from here on a signal lets what is under way come to its end.
    func takeOver()

    /// Waits; throws at once when the run is asked to stop, also where it was before.
    func sleep(_ seconds: Double) async throws
}

/// A question, and the answer that lets the work go on.
package struct Question: Sendable {
    package let text: SafeText
    package let answer: String

    package init(_ text: SafeText, answer: String = "yes") {
        self.text = text
        self.answer = answer
    }
}

/// What is to be done if the user agrees.
package enum Proposal: Sendable {
    case run(PlannedRun)
    case rebuild(Rebuild, damaged: [String], Whereabouts)
}

/// Where a stack's file and state are, as far as that is not obvious.
package struct Whereabouts: Sendable, Equatable {
    /// The stack file; nil where nobody can be in doubt which one is meant.
    package let file: String?
    /// The state file; nil where it is in the `.cogstack` of the folder that the user is in.
    package let state: String?
}

/// A plan on its way to being carried out.
package struct PlannedRun: Sendable {
    package let plan: Plan
    /// Where it happens: `dev in account 123456789012, region eu-central-1`.
    package let place: String
    package let whereabouts: Whereabouts
    /// What goes on with the run where it is cut short: `cogstack destroy stacks/dev.yaml`.
    package let command: String
    /// Whether the user has seen the plan already.
    package let wasShown: Bool
    /// Requests sent so far.
    package let apiCalls: Int

    /// Whether anything of the plan is a person's business: taking a known object into the state is not.
    package var hasVisibleChanges: Bool {
        plan.changes.contains { $0.kind != .none } || plan.actions.contains { $0.kind == .delete }
    }
}

/// What came of a run.
package struct RunResult: Sendable {
    package let plan: Plan
    /// Whether every action was done.
    package let isComplete: Bool
    package let wasInterrupted: Bool
    /// The stack's outputs as they are now, without secrets; of a run that failed, those that are known.
    package let outputs: [String: Value]
    /// What went wrong besides the actions, such as a state that could not be written at the end.
    package let problem: Failure?
    /// Requests sent, those while planning included.
    package let apiCalls: Int

    /// Whether all of it was done and written down.
    package var succeeded: Bool { isComplete && problem == nil }
}

/// How a workflow that changes AWS ends.
package enum Ending: Sendable {
    /// Everything is as it should be: nothing was asked and nothing done.
    case nothingToDo(PlannedRun)
    case ran(RunResult)
}
