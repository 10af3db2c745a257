import Diagnostics
import Model
import Schema

extension StackCheck {
    /// Short forms that cannot be compiled.
    static let shortForms = StackCheck { checked in
        var diagnostics = Diagnostics()
        for address in checked.stack.addresses {
            guard let form = checked.forms[address], let resource = checked.stack.resources[address] else { continue }
            for (property, reference) in form.selfReferences {
                diagnostics.error(
                    "self-reference", "\(address) refers to itself: \(reference)", at: resource.origin(of: property),
                    help: "AWS tells `\(reference.attribute)` only once \(address) is there: take the reference out.")
            }
            for error in form.errors {
                diagnostics.error(
                    "impossible-value", error.message, at: resource.origin(of: error.path), help: error.help)
            }
        }
        return diagnostics
    }
}
