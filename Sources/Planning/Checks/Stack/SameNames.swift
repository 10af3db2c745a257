import Diagnostics
import Model
import Schema

extension StackCheck {
    /// Two resources that AWS would take for one.
    static let sameNames = StackCheck { checked in
        var diagnostics = Diagnostics()
        let stack = checked.stack
        var first: [[Value]: DesiredResource] = [:]
        for address in stack.addresses {
            guard let type = checked.types[address.section], case .key(let names, _, let ignoresCase) = type.identity,
                let row = names.last, let resource = stack.resources[address]
            else { continue }
            let values = names.map { name in
                let value = resource.attributes[name]
                return value.isNull ? type.attribute(name)?.fallback ?? .null : value
            }
            guard !values.contains(.null) else { continue }
            let text = values.last?.string
            let key =
                [.string(address.section)] + values.dropLast()
                + [
                    ignoresCase
                        ? text.map { .string($0.lowercased()) } ?? values[values.count - 1] : values[values.count - 1]
                ]
            guard let other = first[key] else {
                first[key] = resource
                continue
            }
            let one =
                text.map { "both named \($0) in AWS" } ?? "one and the same in AWS, which has one for each `\(row)`"
            diagnostics.error(
                "same-name", "\(address) and \(other.address) are \(one)",
                at: resource.origin(of: row) ?? resource.origin, help: "Give one of them another `\(row)`.",
                related: other.origin(of: row).map { [Diagnostic.Related("\(other.address) is named here", at: $0)] }
                    ?? [])
        }
        return diagnostics
    }
}
