package import Diagnostics
import Model
package import Schema

/// A look at a whole stack that needs no AWS, for what no single property's row can say.
struct StackCheck: Sendable {
    /// - Parameter types: by section.
    let diagnostics: @Sendable (_ stack: DesiredStack, _ types: [String: ResourceType]) -> Diagnostics

    /// One line each.
    static let all: [StackCheck] = [
        .rules,
        .sameNames,
        .shortForms,
        .assumptions,
        .cycles,
    ]

    /// An account that nobody has, in which short forms are tried.
    static func trialContext(of stack: DesiredStack) -> StackContext {
        StackContext(stack: stack.name, partition: "aws", region: stack.region ?? "us-east-1", account: "000000000000")
    }
}

/// All checks over a whole stack that need no AWS.
package struct StaticChecks: Sendable {
    private let types: [String: ResourceType]
    var checks = StackCheck.all

    /// - Parameter types: by section.
    package init(types: [String: ResourceType]) {
        self.types = types
    }

    package func check(_ stack: DesiredStack) -> Diagnostics {
        checks.reduce(into: Diagnostics()) { diagnostics, check in
            diagnostics.append(contentsOf: check.diagnostics(stack, types))
        }
    }
}
