package import Model
package import Schema

extension Trust {
    /// The name under which the identity pools of a stack's region issue their tokens.
    package static func tokenIssuer(_ context: StackContext) -> String { GrantContext(context).tokenIssuer }

    /// Whether a trust policy lets somebody assume its role. What stands under a condition on something that is not known is unclear.
    package static func allows(_ assumption: Assumption, in document: Value, _ context: StackContext) -> Certainty {
        let (kind, name) = assumption.principal(context)
        let caller = Selector.one(.principal(kind, name))
        let request = PolicyRequest(
            assumption.action, on: "",
            context: Dictionary(assumption.context.map { ("\(name):\($0.key)", [$0.value]) }, uniquingKeysWith: { $1 }))
        let action = Selector.one(.action(assumption.action))
        let statements = Atom.atoms(of: document).filter { $0.action.covers(action) && $0.principal.includes(caller) }
        func applies(_ effect: Access.Effect) -> Certainty {
            .any(
                statements.filter { $0.effect == effect }.map { atom in .all(atom.tests.map { $0.holds(for: request) })
                })
        }
        return .all([applies(.allow), .not(applies(.deny))])
    }
}

extension Selector {
    fileprivate func includes(_ principal: Selector) -> Bool {
        if case .allBut(let excluded) = self { return !excluded.contains { Selector.one($0).covers(principal) } }
        return covers(principal)
    }
}

extension ConditionTest {
    fileprivate func holds(for request: PolicyRequest) -> Certainty {
        PolicyCondition(name: condition?.spelling ?? written, key: key.lowercased(), values: Array(values)).holds(
            for: request
        ) {
            policy, actual, isPattern in
            if policy.contains("$") { return .unclear }
            return (isPattern ? Wildcards.match(policy, actual) : policy == actual) ? .yes : .no
        }
    }
}
