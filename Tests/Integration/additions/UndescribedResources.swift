import Diagnostics
import Model
import Schema

extension StackCheck {
    /// An example of a new check of a stack.
    static let undescribedResources = StackCheck { checked in
        var diagnostics = Diagnostics()
        for address in checked.stack.addresses {
            guard let resource = checked.stack.resources[address],
                checked.types[address.section]?.attribute("description") != nil,
                resource.attributes["description"].isNull
            else { continue }
            diagnostics.append(
                Diagnostic(
                    "undescribed", "\(address) has no description", severity: .warning, at: resource.origin,
                    help: "Say what it is for."))
        }
        return diagnostics
    }
}
