package import Model

/// What a property is where a file does not say it.
extension Attribute {
    /// What an omitted property goes back to, wherever that is asked: AWS's default, for an object what its members have; null where
    /// there is none, and where a member that it must have has none.
    package var fallback: Value {
        if let awsDefault { return awsDefault }
        guard case .object(let rows) = type, !rows.contains(where: { $0.isRequired && $0.fallback.isNull }) else {
            return .null
        }
        let members = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0.fallback) }).filter { !$0.value.isNull }
        return members.isEmpty ? .null : .map(members)
    }
}

extension ResourceType {
    /// `desired` for the rows in `names`, with AWS's default where `desired` has no value.
    package func withDefaults(_ desired: Value, for names: Set<String>) -> Value {
        var members: [String: Value] = [:]
        for row in attributes where names.contains(row.name) {
            let value = desired[row.name]
            members[row.name] = value.isNull ? row.fallback : value
        }
        return .map(members.filter { !$0.value.isNull })
    }

    /// The properties of a file with all that they stand for: the defaults of rows that are always sent, and what is derived. So plan,
    /// request and state say the same of a new object and of an adopted one.
    ///
    /// - Parameter ignored: paths whose differences are ignored: nothing is derived for these, or from these.
    package func completed(_ properties: [String: Value], ignoring ignored: [PropertyPath] = []) -> [String: Value] {
        var completed = AttributeType.completed(properties, attributes)
        for row in attributes {
            guard let derivation = row.derivation, !ignored.contains(PropertyPath(row.name)),
                !ignored.contains(PropertyPath(derivation.source))
            else { continue }
            let value = derivation.value(completed[derivation.source] ?? .null)
            if !value.isNull { completed[row.name] = value }
        }
        return completed
    }
}

extension AttributeType {
    fileprivate static func completed(_ members: [String: Value], _ rows: [Attribute]) -> [String: Value] {
        var completed = members
        for row in rows {
            if let value = members[row.name], !value.isNull {
                completed[row.name] = row.type.completed(value)
            } else if row.isAlwaysSent, !row.fallback.isNull {
                completed[row.name] = row.fallback
            }
        }
        return completed
    }

    private func completed(_ value: Value) -> Value {
        switch (self, value) {
        case (.object(let rows), .map(let members)): .map(Self.completed(members, rows))
        case (.list(let element, _), .list(let elements)), (.set(let element, _), .list(let elements)):
            .list(elements.map(element.completed))
        case (.map(let element, _, _), .map(let members)): .map(members.mapValues(element.completed))
        default: value
        }
    }
}
