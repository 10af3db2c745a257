package import Planning

/// A plan as it is shown: counted, cut down to what changes, with what it cost to make.
package struct PlanReport: Sendable {
    package let plan: Plan
    package let cost: Cost

    package init(_ plan: Plan, cost: Cost) {
        self.plan = plan
        self.cost = cost
    }

    /// The changes that have something to say, in the plan's order.
    var shown: [Change] {
        plan.changes.filter { $0.kind != .none || $0.reason != nil || !$0.attributes.isEmpty }
    }

    func count(_ kind: Change.Kind) -> Int { plan.changes.count { $0.kind == kind } }

    /// Whether applying the plan would do anything.
    package var isEmpty: Bool { plan.actions.isEmpty && plan.changes.allSatisfy { $0.kind == .none } }
}

/// What a run took.
package struct Cost: Sendable, Equatable {
    /// Requests sent to AWS, those sent again included.
    package let apiCalls: Int
    package let seconds: Double

    package init(apiCalls: Int, seconds: Double) {
        self.apiCalls = apiCalls
        self.seconds = seconds
    }

    /// `14 API calls in 0.09 s.`
    var sentence: String { "\(counted(apiCalls, "API call")) in \(duration(seconds))." }
}
