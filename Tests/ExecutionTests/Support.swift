import Model
import Schema
import Testing
import Planning
import Synchronization
import TestSupport

typealias Purpose = Plan.Purpose

/// Counts from several tasks.
final class Counter: Sendable {
    private let count = Mutex(0)
    func add() { count.withLock { $0 += 1 } }
    var value: Int { count.withLock { $0 } }
}

/// True the first time.
final class Once: Sendable {
    private let isOver = Mutex(false)
    func isFirst() -> Bool {
        isOver.withLock { isOver in
            defer { isOver = true }
            return !isOver
        }
    }
}

extension Toys {
    static func resource(
        _ text: String, _ attributes: Value, lifecycle: Lifecycle = Lifecycle(), dependsOn: [String] = []
    ) -> DesiredResource {
        let address = Address(text) ?? Address(section: "?", name: "?")
        var attributes = attributes
        if address.section == "boxes" || address.section == "lamps", attributes["name"].isNull {
            attributes["name"] = .string(address.name)
        }
        if types[address.section]?.identity.isTaggable == true {
            attributes["tags"] = .map(Ownership.tags(stack: context.stack, address: address))
        }
        return DesiredResource(
            address: address, attributes: attributes, dependsOn: dependsOn.compactMap { Address($0) },
            lifecycle: lifecycle)
    }

    static func stack(_ resources: [DesiredResource], outputs: [String: Value] = [:]) -> DesiredStack {
        DesiredStack(
            name: context.stack, file: "toys.yaml",
            resources: Dictionary(resources.map { ($0.address, $0) }, uniquingKeysWith: { $1 }), outputs: outputs)
    }
}

extension Bench {
    /// A bench with everything of ``CrashTests/whole`` in place.
    static func furnished() async throws -> Bench {
        let bench = try Bench()
        #expect(try await bench.apply(Toys.stack(CrashTests.whole)).isDone)
        return bench
    }
}

func address(_ text: String) throws -> Address { try #require(Address(text)) }
