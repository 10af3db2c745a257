import Diagnostics
import Foundation
import Model
import Planning
import Records
import Schema
import TestSupport

/// What planning costs, by the size and the shape of a stack.
struct PlanningCost {
    let shape: Shape
    let step: Step

    enum Shape: String, CaseIterable {
        /// Many that refer to one.
        case wide
        /// Each refers to the one before it.
        case chain
        /// Pairs that refer to each other.
        case circles
        /// Secrets that are shown once, each with its user.
        case secrets
        /// Some that use, and some that give access to them.
        case access
    }

    enum Step: String, CaseIterable {
        case create, nothing, replace, destroy
    }

    static let sizes = [10, 100, 1_000, 10_000]

    /// Seconds of processor time for a plan of `size` resources.
    func seconds(_ size: Int) throws -> Double {
        let desired = shape.resources(size, isReplaced: step == .replace)
        var scene = Scene()
        scene.desired = desired
        if step != .create {
            for resource in shape.resources(size, isReplaced: false) { scene.apply(resource) }
        }
        let start = clock()
        switch step {
        case .create, .nothing, .replace: _ = try scene.plan()
        case .destroy: _ = try scene.planDestruction()
        }
        return Double(clock() - start) / Double(CLOCKS_PER_SEC)
    }

    /// `wide nothing  0.001 s  0.010 s  0.1 s  1.0 s  exponent 1.00`, the exponent between the last two sizes.
    func line(_ sizes: [Int] = sizes) throws -> String {
        let times = try sizes.map(seconds)
        let exponent =
            log(times[times.count - 1] / times[times.count - 2])
            / log(Double(sizes[sizes.count - 1]) / Double(sizes[sizes.count - 2]))
        let columns = times.map { String(format: "%9.4f s", $0) }.joined()
        return "\(shape.rawValue) \(step.rawValue)".padding(toLength: 18, withPad: " ", startingAt: 0) + columns
            + String(format: "  exponent %.2f", exponent)
    }
}

extension PlanningCost.Shape {
    func resources(_ size: Int, isReplaced: Bool) -> [DesiredResource] {
        let shelf: Value = isReplaced ? "/up" : "/"
        func name(_ number: Int) -> Value { .string("n\(number)") }
        switch self {
        case .wide:
            return [Toys.resource("boxes.n0", ["name": "n0", "shelf": shelf])]
                + (1..<size).map {
                    Toys.resource(
                        "lids.n\($0)", ["box": Toys.reference("boxes.n0.id"), "hint": Toys.reference("boxes.n0.arn")])
                }
        case .chain:
            return (0..<size).map { number in
                var members: [String: Value] = ["name": name(number), "shelf": number == 0 ? shelf : "/"]
                if number > 0 { members["settings"] = ["before": Toys.reference("boxes.n\(number - 1).arn")] }
                return Toys.resource("boxes.n\(number)", .map(members))
            }
        case .circles:
            return (0..<size / 2).flatMap { number in
                [
                    Toys.resource(
                        "boxes.n\(number)",
                        ["name": name(number), "shelf": shelf, "cover": Toys.reference("lids.n\(number).arn")]),
                    Toys.resource("lids.n\(number)", ["box": Toys.reference("boxes.n\(number).id")]),
                ]
            }
        case .secrets:
            return (0..<size / 3).flatMap { number in
                [
                    Toys.resource("boxes.n\(number)", ["name": name(number), "shelf": shelf]),
                    Toys.resource("keys.n\(number)", ["box": Toys.reference("boxes.n\(number).id")]),
                    Toys.resource("lids.n\(number)", ["secret": Toys.reference("keys.n\(number).secret")]),
                ]
            }
        case .access:
            return (0..<size / 2).flatMap { number in
                [
                    Toys.resource("boxes.n\(number)", ["name": name(number), "shelf": shelf]),
                    Toys.resource(
                        "lids.n\(number)",
                        ["policy": Toys.policy(for: Toys.reference("boxes.n\(number).arn", ordering: false))]),
                ]
            }
        }
    }
}

extension Scene {
    /// Adds a resource as it is once it was applied.
    fileprivate mutating func apply(_ resource: DesiredResource) {
        var resolver = Resolver(context: Toys.context, resources: [:], types: [:])
        for address in Set(resource.attributes.references.map(\.address)) {
            resolver.know(
                ["id": .string("id-\(address.name)"), "arn": .string("arn:aws:box:123456789012:\(address.name)")],
                of: address)
        }
        let attributes = resolver.substituted(resource.attributes)
        var live = attributes
        // What can be deferred closes a circle here.
        let waited = (resource.attributes.map ?? [:]).filter { $0.key != "cover" }.values.flatMap(\.references)
        if live["secret"].references.count == 1 { live["secret"] = "hush" }
        applied(
            resource.address.description, attributes, live: live,
            dependsOn: Set(waited.filter(\.isOrdering).map(\.address.description)).sorted(),
            secrets: resource.address.section == "keys" ? ["secret": Scene.digest] : [:],
            liveOutputs: ["arn": .string("arn:aws:box:123456789012:\(resource.address.name)")])
    }
}
