package import Planning
package import Model
import Schema

/// What an apply or a destroy came to, gathered from the executor's events.
package struct ApplyReport: Report {
    private enum Outcome: Sendable {
        case done(seconds: Double)
        case failed(error: String)
        case notDone(reason: String)
    }

    private let plan: Plan
    private var outcomes: [(address: Address, kind: Action.Kind, outcome: Outcome)] = []
    /// The stack's outputs as they are now; of a failed run, those that could be resolved.
    package var outputs: [String: Value] = [:]
    package var cost = Cost(apiCalls: 0, seconds: 0)

    /// What goes on with the run where it was cut short: `cogstack destroy stacks/dev.yaml`.
    private let command: String

    package init(_ plan: Plan, command: String = "cogstack apply") {
        self.plan = plan
        self.command = command
    }

    package mutating func note(_ event: ExecutionEvent) {
        let outcome: Outcome
        switch event {
        case .started, .waiting: return
        case .finished(_, _, let seconds): outcome = .done(seconds: seconds)
        case .failed(_, _, let error): outcome = .failed(error: error)
        case .skipped(_, _, let reason): outcome = .notDone(reason: reason)
        }
        outcomes.append((event.address, event.kind, outcome))
    }

    /// Whether every action was done.
    package var succeeded: Bool {
        outcomes.allSatisfy { if case .done = $0.outcome { true } else { false } }
    }

    /// What failed and what was left undone, the outputs, and one line that sums it up. What was done has been seen
    /// as it happened.
    package var document: Document {
        var tally = Tally(plan)
        var failed: Set<Address> = []
        var undone: Set<Address> = []
        var items: [Item] = []
        for (address, kind, outcome) in outcomes {
            let action = [Span("\(kind.rawValue) "), Span(address.description, .address), ": "]
            switch outcome {
            case .done: tally.settle(address, kind, .done)
            case .failed(let error):
                failed.insert(address)
                tally.settle(address, kind, .failed)
                items.append(Item(.init("", "failed", .alarming), action + [Span(error)]))
            case .notDone(let reason):
                tally.settle(address, kind, .notDone)
                // What else was to be done with it follows from its failure.
                if failed.contains(address) { break }
                undone.insert(address)
                items.append(Item(.init("", "not done", .changed), action + [Span(reason)]))
            }
        }
        var parts = tally.done.map { Span($0) }
        // What only the state is about is counted where it went wrong.
        let counts = (
            max(tally.count(.failed), failed.isEmpty ? 0 : 1), max(tally.count(.notDone), undone.isEmpty ? 0 : 1)
        )
        if counts.0 > 0 { parts.append(Span("\(counts.0) failed", .alarming)) }
        if counts.1 > 0 { parts.append(Span("\(counts.1) not done", .changed)) }
        if parts.isEmpty { parts = [succeeded ? "the state is up to date" : "nothing was changed"] }
        let verb = plan.purpose == .destroy ? "Destroy" : "Apply"
        let title = succeeded ? Span("\(verb) done: ", .added) : Span("\(verb) incomplete: ", .alarming)
        var document = Document([
            .list(.outcome, items), .blank,
            .paragraph([title] + parts.joined(separator: ", ") + [". ", Span(cost.sentence, .dim)]),
        ])
        if !succeeded {
            document += [.paragraph(["What was done is recorded. Run ", Span(command, .code), " again to go on."])]
        } else if plan.purpose == .apply, !outputs.isEmpty {
            document += [
                .blank, .heading([Span("Outputs", .strong)]), .nested(OutputsReport(outputs).document.blocks),
            ]
        }
        return document
    }

    /// Format 1 of `apply --json` and `destroy --json`.
    package var data: JSON {
        func selected(_ member: (Outcome) -> (String, JSON)?) -> JSON {
            .array(
                outcomes.compactMap { address, kind, outcome in
                    member(outcome).map {
                        .object([("address", .string(address.description)), ("action", .string(kind.rawValue)), $0])
                    }
                })
        }
        return .object([
            ("format", .integer(1)),
            ("stack", .string(plan.stack)),
            ("account", .string(plan.account)),
            ("region", .string(plan.region)),
            ("done", selected { if case .done(let seconds) = $0 { ("seconds", .milliseconds(seconds)) } else { nil } }),
            ("failed", selected { if case .failed(let error) = $0 { ("error", .string(error)) } else { nil } }),
            ("notDone", selected { if case .notDone(let reason) = $0 { ("reason", .string(reason)) } else { nil } }),
            ("outputs", .object(outputs)),
            ("apiCalls", .integer(cost.apiCalls)),
            ("seconds", .milliseconds(cost.seconds)),
        ])
    }
}

extension JSON {
    /// Seconds to the millisecond: what is beyond is no information.
    fileprivate static func milliseconds(_ seconds: Double) -> JSON { .number((seconds * 1000).rounded() / 1000) }
}
