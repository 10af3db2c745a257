import Model
import Records
import Schema

extension PlanCheck {
    /// Calls without an answer for what the file does not have any more, where nothing tells what they made.
    static let unexplainedCalls = PlanCheck { attempt in
        attempt.planner.observation.unexplained.map { intent in
            .notice(
                "the outcome of a \(intent.operation) call for \(intent.address), which the file does not have any more, is unknown: it may have left something in AWS"
            )
        }
    }
}
