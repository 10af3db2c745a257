import Diagnostics
import Model
import Schema
import TestSupport
import Testing

@testable import Planning

/// A check of a plan is one file and one line.
@Suite struct PlanCheckTests {
    private func planner(_ checks: [PlanCheck]) -> Planner {
        let box = Toys.resource("boxes.a", ["name": "a", "size": 7])
        var planner = Planner(
            context: Toys.context, types: Toys.types, desired: Toys.stack([box]), prior: nil, observation: Observation()
        )
        planner.checks = checks
        return planner
    }

    @Test func aCheckForbidsAPlanOrIsToldWithIt() throws {
        #expect(try planner(PlanCheck.all).plan().notices == [])
        #expect(
            try planner(PlanCheck.all + [.evenSizes(isRefused: false)]).plan().notices == [
                "boxes.a is not of an even size"
            ])
        let error = #expect(throws: (any Error).self) {
            try planner(PlanCheck.all + [.evenSizes(isRefused: true)]).plan()
        }
        #expect("\(try #require(error))".contains("odd-size"))
    }

    /// What several checks find is told resource by resource.
    @Test func noticesAreInTheOrderOfTheResources() throws {
        var planner = planner([.evenSizes(isRefused: false), .evenSizes(isRefused: false)])
        let boxes = ["b", "a"].map { Toys.resource("boxes.\($0)", ["name": .string($0), "size": 7]) }
        planner = Planner(
            context: Toys.context, types: Toys.types, desired: Toys.stack(boxes), prior: nil, observation: Observation()
        )
        planner.checks = [.evenSizes(isRefused: false), .evenSizes(isRefused: false)]
        #expect(try planner.plan().notices.map { $0.prefix(7) } == ["boxes.a", "boxes.a", "boxes.b", "boxes.b"])
    }
}

extension PlanCheck {
    fileprivate static func evenSizes(isRefused: Bool) -> PlanCheck {
        PlanCheck { attempt in
            attempt.decided.compactMap { decision, resource, _ in
                guard let size = decision.wanted["size"].integer, size % 2 != 0 else { return nil }
                let message = "\(resource.address) is not of an even size"
                return isRefused
                    ? .problem("odd-size", message, about: resource.address, at: resource.origin(of: "size"), help: nil)
                    : .notice(message, about: resource.address)
            }
        }
    }
}
