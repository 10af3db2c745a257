package import Diagnostics
import Model
package import Schema

/// A look at a whole stack that needs no AWS, for what no single property's row can say.
struct StackCheck: Sendable {
    let diagnostics: @Sendable (_ stack: CheckedStack) -> Diagnostics

    init(_ diagnostics: @escaping @Sendable (_ stack: CheckedStack) -> Diagnostics) { self.diagnostics = diagnostics }

    /// One line each.
    static let all: [StackCheck] = [
        .rules,
        .sameNames,
        .shortForms,
        .assumptions,
        .cycles,
    ]
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
        let stack = CheckedStack(stack, types)
        return checks.reduce(into: Diagnostics()) { diagnostics, check in
            diagnostics.append(contentsOf: check.diagnostics(stack))
        }
    }
}
