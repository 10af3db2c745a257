import Model
package import Schema
import Records

extension Plan {
    /// The same with its files named otherwise, as where a plan that was made in one folder is compared in another: in the places of
    /// properties, and in properties that are files.
    ///
    /// - Parameter types: by section.
    package func renamingFiles(_ types: [String: ResourceType], _ name: (String) -> String) -> Plan {
        var plan = self
        for index in plan.changes.indices {
            let files = types[plan.changes[index].address.section]?.fileRows ?? []
            plan.changes[index].attributes = plan.changes[index].attributes.map { attribute in
                var attribute = attribute
                attribute.at = attribute.at.map { Self.renamingPlace($0, name) }
                if files.contains(attribute.attribute) {
                    attribute.before = attribute.before.renamingFile(name)
                    attribute.after = attribute.after.renamingFile(name)
                }
                return attribute
            }
        }
        for index in plan.actions.indices {
            for row in types[plan.actions[index].address.section]?.fileRows ?? []
            where !plan.actions[index].attributes[row].isNull {
                plan.actions[index].attributes[row] = plan.actions[index].attributes[row].renamingFile(name)
            }
        }
        return plan
    }

    /// The same as it may be written down: digests in the place of secrets.
    ///
    /// - Parameter salt: in hexadecimal.
    package func sealed(salt: String) -> Plan {
        var plan = self
        for index in plan.actions.indices {
            plan.actions[index].attributes = plan.actions[index].attributes.sealed(salt: salt)
        }
        plan.outputs = plan.outputs.mapValues { $0.sealed(salt: salt) }
        return plan
    }

    /// `stacks/dev.yaml:42:5`: a path may have colons too.
    private static func renamingPlace(_ place: String, _ name: (String) -> String) -> String {
        let parts = place.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 2 else { return place }
        return ([name(parts.dropLast(2).joined(separator: ":"))] + parts.suffix(2).map(String.init)).joined(
            separator: ":")
    }
}

extension ResourceType {
    /// The properties that are files, by their names.
    fileprivate var fileRows: [String] {
        attributes.filter { if case .artifact = $0.type { true } else { false } }.map(\.name)
    }
}

extension Value {
    /// A file, or the path that is shown of one.
    fileprivate func renamingFile(_ name: (String) -> String) -> Value {
        if let path = string { return .string(name(path)) }
        guard let path = self["path"].string else { return self }
        var file = self
        file["path"] = .string(name(path))
        return file
    }
}
