import Diagnostics
import Model
import Schema

/// A look at what an attempt has decided as a whole. It changes nothing: what it finds forbids the plan or is reported with it.
struct PlanCheck: Sendable {
    let findings: @Sendable (PlanAttempt) -> [Finding]

    /// One line each, in the order in which their findings about one address are reported.
    static let all: [PlanCheck] = [
        .liveWarnings,
        .rotationsDue,
        .quotas,
        .refusedChanges,
        .unreadableProperties,
        .protectedResources,
        .losses,
        .blockedDeletions,
        .untestedUsers,
        .usersOutsideTargets,
        .obstacles,
        .orphanObjects,
        .unexplainedCalls,
    ]
}

struct Finding: Sendable {
    enum Kind: Sendable {
        /// Forbids the plan where it is an error.
        case problem(Diagnostic)
        /// A person should know it, and it stops nothing.
        case notice(String)
    }

    let kind: Kind
    /// What it is about; nil for what is reported last.
    let address: Address?

    static func problem(
        _ code: String, _ message: String, about address: Address, at range: SourceRange?, help: String?
    ) -> Finding {
        Finding(kind: .problem(Diagnostic(code, message, at: range, help: help)), address: address)
    }

    static func notice(_ text: String, about address: Address? = nil) -> Finding {
        Finding(kind: .notice(text), address: address)
    }
}

extension PlanAttempt {
    /// Lets the checks look at what is decided. Notices are reported in the order of the resources.
    mutating func check() {
        var notices: [(place: Int, text: String)] = []
        for finding in planner.checks.flatMap({ $0.findings(self) }) {
            switch finding.kind {
            case .problem(let problem): problems.append(problem)
            case .notice(let text): notices.append((finding.address.flatMap { places[$0] } ?? .max, text))
            }
        }
        let sorted = notices.enumerated().sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
        self.notices += sorted.map(\.element.text)
    }

    /// What each check that looks at resources of the file needs, in their order.
    var decided: [(decision: Decision, resource: DesiredResource, type: ResourceType)] {
        graph.order.compactMap { address in
            guard let decision = decisions[address], let resource = planner.desired.resources[address],
                let type = planner.types[address.section]
            else { return nil }
            return (decision, resource, type)
        }
    }

    /// The live object that an address has, or takes over; nil where there is none.
    func live(of decision: Decision) -> Live? {
        if let reinstated = decision.reinstated { return reinstated.live }
        return decision.isCreated ? nil : planner.observation.live[decision.change.address]
    }
}
