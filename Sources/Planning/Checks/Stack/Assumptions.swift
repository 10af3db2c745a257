import Diagnostics
import IAMPolicy
import Model
import Schema

extension StackCheck {
    /// Roles of the file that do not let those assume them for whom another resource names them.
    static let assumptions = StackCheck { checked in
        var diagnostics = Diagnostics()
        let (stack, types) = (checked.stack, checked.types)
        let naming = types.mapValues { $0.attributes.flatMap(\.withMembers).filter { $0.row.assumed != nil } }.filter {
            !$0.value.isEmpty
        }
        for address in stack.addresses {
            guard let rows = naming[address.section], let resource = stack.resources[address] else { continue }
            for (path, row) in rows {
                guard let assumption = row.assumed,
                    let target = resource.attributes[path].references.first?.address,
                    let role = stack.resources[target], let type = types[target.section],
                    let trustRow = type.attributes.first(where: { $0.access == .trust }),
                    !role.attributes[trustRow.name].isNull,
                    // What cannot be compiled is reported already.
                    let form = checked.forms[target], form.errors.isEmpty, !form.properties[trustRow.name].isNull,
                    Trust.allows(assumption, in: form.properties[trustRow.name], checked.context) == .no
                else { continue }
                diagnostics.append(
                    Diagnostic(
                        "role-not-assumable", "\(target) does not let \(assumption.who) assume it",
                        severity: assumption.isRefused ? .error : .warning,
                        at: resource.origin(of: path), help: assumption.help,
                        related: role.origin(of: trustRow.name).map {
                            [Diagnostic.Related("its \(trustRow.name) is here", at: $0)]
                        } ?? []))
            }
        }
        return diagnostics
    }
}

extension Attribute {
    /// It and the members of an object, by their paths.
    fileprivate var withMembers: [(path: PropertyPath, row: Attribute)] {
        guard case .object(let members) = type else { return [(PropertyPath(name), self)] }
        return members.flatMap(\.withMembers).map { (PropertyPath(name) + $0.path, $0.row) }
    }
}
