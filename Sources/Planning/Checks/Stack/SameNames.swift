import Diagnostics
import Model
import Schema

extension StackCheck {
    /// Two resources that AWS would take for one.
    static let sameNames = StackCheck { checked in
        var diagnostics = Diagnostics()
        let stack = checked.stack
        var first: [String: DesiredResource] = [:]
        for address in stack.addresses {
            guard case .uniqueName(_, let ignoresCase) = checked.types[address.section]?.identity,
                let resource = stack.resources[address],
                let name = resource.attributes["name"].string
            else { continue }
            let key = "\(address.section)/\(ignoresCase ? name.lowercased() : name)"
            guard let other = first[key] else {
                first[key] = resource
                continue
            }
            diagnostics.error(
                "same-name", "\(address) and \(other.address) are both named \(name) in AWS",
                at: resource.origin(of: "name") ?? resource.origin, help: "Give one of them another `name`.",
                related: other.origin(of: "name").map { [Diagnostic.Related("\(other.address) is named here", at: $0)] }
                    ?? [])
        }
        return diagnostics
    }
}
