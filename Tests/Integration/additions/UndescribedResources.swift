import Diagnostics
import Model
import Schema

extension StackCheck {
    /// An example of a new check of a stack.
    static let undescribedResources = StackCheck { stack, types in
        var diagnostics = Diagnostics()
        for address in stack.addresses {
            guard let resource = stack.resources[address], types[address.section]?.attribute("description") != nil,
                resource.attributes["description"].isNull
            else { continue }
            diagnostics.append(
                Diagnostic(
                    "undescribed", "\(address) has no description", severity: .warning, at: resource.origin(of: ""),
                    help: "Say what it is for."))
        }
        return diagnostics
    }
}
