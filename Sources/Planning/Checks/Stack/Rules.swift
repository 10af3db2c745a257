import Diagnostics
import Model
import Schema

extension StackCheck {
    /// What the rules of a type's table say.
    static let rules = StackCheck { checked in
        var diagnostics = Diagnostics()
        for address in checked.stack.addresses {
            guard let resource = checked.stack.resources[address] else { continue }
            for rule in checked.types[address.section]?.rules ?? [] where resource.mistaken.isDisjoint(with: rule.attributes) {
                for problem in rule.check(resource.attributes) {
                    diagnostics.append(
                        Diagnostic(
                            rule.code, problem.message, severity: rule.isWarning ? .warning : .error,
                            at: resource.origin(of: problem.path), help: problem.help))
                }
            }
        }
        return diagnostics
    }
}
