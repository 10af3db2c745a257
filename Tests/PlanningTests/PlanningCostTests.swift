import Foundation
import Testing

/// Prints what planning costs: off unless `COGSTACK_MEASURE` is set, since times are the machine's and no test's to judge.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["COGSTACK_MEASURE"] != nil), .serialized)
struct PlanningCostTests {
    @Test func costGrowsInALine() throws {
        print("planning of \(PlanningCost.sizes.map(String.init).joined(separator: ", ")) resources")
        for shape in PlanningCost.Shape.allCases {
            for step in PlanningCost.Step.allCases { print(try PlanningCost(shape: shape, step: step).line()) }
        }
    }
}
