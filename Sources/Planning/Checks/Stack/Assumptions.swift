import Diagnostics
import IAMPolicy
import Model
import Schema

extension StackCheck {
    /// Roles of the file that do not let those assume them for whom another resource names them.
    static let assumptions = StackCheck { stack, types in
        var diagnostics = Diagnostics()
        let context = trialContext(of: stack)
        var resolver = Resolver(context: context, resources: stack.resources, types: types)
        let naming = types.mapValues { $0.attributes.flatMap(\.withMembers).filter { $0.row.assumed != nil } }.filter {
            !$0.value.isEmpty
        }
        var forms: [Address: Value?] = [:]
        func trust(of role: DesiredResource, _ type: ResourceType) -> Value? {
            if let form = forms[role.address] { return form }
            let form = try? type.canonicalForm(resolver.resolve(role.attributes), context)
            forms.updateValue(form, forKey: role.address)
            return form
        }
        for address in stack.addresses {
            guard let rows = naming[address.section], let resource = stack.resources[address] else { continue }
            for (path, row) in rows {
                guard let assumption = row.assumed,
                    let target = resource.attributes[path].references.first?.address,
                    let role = stack.resources[target], let type = types[target.section],
                    let trustRow = type.attributes.first(where: { $0.access == .trust }),
                    !role.attributes[trustRow.name].isNull,
                    // What cannot be compiled is told already.
                    let trust = trust(of: role, type)?[trustRow.name],
                    Trust.allows(assumption, in: trust, context) == .no
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
