package import Model

/// Which of a resource's values people hand in as secrets, by their paths: they are sent, and neither shown nor written down.
package struct SecretPaths: Sendable, Hashable {
    private var paths: Set<PropertyPath>
    /// Values below them that are none.
    private var spared: Set<PropertyPath> = []

    /// - Parameter paths: such as `environment.PASSWORD`; what is below one is as secret.
    package init(_ paths: Set<PropertyPath> = []) { self.paths = paths }

    package func union(_ other: SecretPaths) -> SecretPaths {
        var union = SecretPaths(paths.union(other.paths))
        union.spared = spared.union(other.spared)
        return union
    }

    /// The same without some values: what nothing but a reference to something that is no secret stands for.
    package func sparing(_ spared: Set<PropertyPath>) -> SecretPaths {
        var paths = self
        paths.spared.formUnion(spared)
        return paths
    }

    package var isEmpty: Bool { paths.isEmpty }

    /// Whether the value at a path, or something above it, is a secret.
    package func covers(_ path: PropertyPath) -> Bool { paths.contains { $0.covers(path) } }

    /// Whether the value at a path, or something below it, is a secret.
    package func reaches(into path: PropertyPath) -> Bool { paths.contains { $0.covers(path) || path.covers($0) } }

    /// The members of a resource, or what it has at a path, with its secrets as such.
    package func hide(_ value: Value, at path: PropertyPath = .root) -> Value {
        if paths.isEmpty { return value }
        if spared.contains(path) { return value }
        guard case .map(let members) = value, !covers(path) || spared.contains(where: path.covers) else {
            return covers(path) ? value.hidden : value
        }
        return .map(Dictionary(uniqueKeysWithValues: members.map { ($0, hide($1, at: path[$0])) }))
    }
}

extension Value {
    /// Each text of it as a secret.
    fileprivate var hidden: Value {
        mapLeaves { leaf in
            switch leaf {
            case .string(let text): .secret(Secret(text))
            case .template(let template): .template(template.hidden)
            default: leaf
            }
        }
    }
}

extension Value {
    /// A scalar with its secret in clear, for where it is checked or sent.
    package var inClear: Value {
        switch self {
        case .secret(let secret): .string(secret.clearText)
        case .template(let template): .template(template.inClear)
        default: self
        }
    }
}

extension Template {
    /// What stands between its references is as secret as the whole.
    fileprivate var hidden: Template {
        Template(parts.map { if case .literal(let text) = $0 { .secret(Secret(text)) } else { $0 } })
    }

    /// The same with its secrets in clear, for where they are checked or sent.
    package var inClear: Template {
        Template(parts.map { if case .secret(let secret) = $0 { .literal(secret.clearText) } else { $0 } })
    }
}

extension ResourceType {
    /// Outputs with those as secrets that the table says are, whatever the answer that had them said.
    package func hidingSecrets(in outputs: [String: Value]) -> [String: Value] {
        Dictionary(
            uniqueKeysWithValues: outputs.map { name, value in
                guard output(name)?.secrecy.isSecret == true, case .string(let text) = value else {
                    return (name, value)
                }
                return (name, .secret(Secret(text)))
            })
    }

    /// What the table says of a resource's properties: which of them are secrets.
    package func secretPaths(of properties: Value) -> SecretPaths {
        SecretPaths(Set(attributes.secretPaths(of: properties, below: .root)))
    }
}

extension [Attribute] {
    fileprivate func secretPaths(of properties: Value, below path: PropertyPath) -> [PropertyPath] {
        flatMap { row -> [PropertyPath] in
            if row.isSecret(properties) { return [path[row.name]] }
            guard case .object(let members) = row.type else { return [] }
            return members.secretPaths(of: properties, below: path[row.name])
        }
    }

    fileprivate func withoutSensitive(_ properties: Value) -> Value {
        guard var members = properties.map else { return properties }
        for row in self {
            if row.isSensitive {
                members[row.name] = nil
            } else if case .object(let rows) = row.type {
                members[row.name] = members[row.name].map(rows.withoutSensitive)
            }
        }
        return .map(members)
    }

    fileprivate func sensitivePaths(below path: PropertyPath) -> [PropertyPath] {
        flatMap { row -> [PropertyPath] in
            if row.isSensitive { return [path[row.name]] }
            guard case .object(let members) = row.type else { return [] }
            return members.sensitivePaths(below: path[row.name])
        }
    }
}

extension ResourceType {
    /// Where live values may hold what nobody should read on a screen.
    package var sensitivePaths: [PropertyPath] { attributes.sensitivePaths(below: .root) }

    /// Properties without those that may hold what nobody should read on a screen.
    package func withoutSensitive(_ properties: Value) -> Value {
        attributes.withoutSensitive(properties)
    }
}
