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
            let files = types[plan.changes[index].address.section]?.fileRows ?? [:]
            plan.changes[index].attributes = plan.changes[index].attributes.map { attribute in
                var attribute = attribute
                attribute.at = attribute.at.map { Self.renamingPlace($0, name) }
                if files[attribute.attribute] != nil {
                    attribute.before = attribute.before.renamingFile(name, in: files[attribute.attribute])
                    attribute.after = attribute.after.renamingFile(name, in: files[attribute.attribute])
                }
                return attribute
            }
        }
        for index in plan.actions.indices {
            for (row, type) in types[plan.actions[index].address.section]?.fileRows ?? [:]
            where !plan.actions[index].attributes[row].isNull {
                plan.actions[index].attributes[row] = plan.actions[index].attributes[row].renamingFile(name, in: type)
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
    /// The types of the properties that are files or have some in them, by their names.
    fileprivate var fileRows: [String: AttributeType] {
        Dictionary(uniqueKeysWithValues: attributes.filter(\.type.hasFiles).map { ($0.name, $0.type) })
    }
}

extension Value {
    /// Its files, or the paths that are shown of them.
    fileprivate func renamingFile(_ name: (String) -> String, in type: AttributeType?) -> Value {
        type?.mappingFiles(in: self) { $0.renamingFile(name) } ?? self
    }

    private func renamingFile(_ name: (String) -> String) -> Value {
        if let path = string { return .string(name(path)) }
        guard let path = self["path"].string else { return self }
        var file = self
        file["path"] = .string(name(path))
        return file
    }
}
