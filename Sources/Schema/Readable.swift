extension ResourceType {
    /// Live properties as they may be shown: of a sensitive one, only what the file itself says in clear.
    package func readable(_ live: Value, besides said: Value) -> Value {
        guard case .map(var members) = live else { return live }
        for row in attributes where row.isSensitive {
            members[row.name] = members[row.name].map { Self.masked($0, besides: said[row.name]) }
        }
        return .map(members)
    }

    private static func masked(_ value: Value, besides said: Value) -> Value {
        if case .map(let members) = value {
            return .map(Dictionary(uniqueKeysWithValues: members.map { ($0, masked($1, besides: said[$0])) }))
        }
        return value == said ? value : .string(Secret.placeholder)
    }
}
