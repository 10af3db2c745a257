package import Model

/// What a table says of the place that a path leads to.
extension ResourceType {
    /// Whether the row at a path is always sent.
    package func isAlwaysSent(_ path: PropertyPath) -> Bool { attributes.row(at: path)?.isAlwaysSent ?? false }

    /// Whether the live value at a path may be what nobody should read on a screen.
    package func isSensitive(_ path: PropertyPath) -> Bool { sensitivePaths.contains { $0.covers(path) } }

    /// The outermost place on a path whose values do not come and go in place, and what it takes to change them; nil where all do.
    package func limit(on path: PropertyPath) -> (place: PropertyPath, change: Mutability)? {
        var rows = attributes
        var place = PropertyPath.root
        for case .member(let name) in path.steps {
            guard let row = rows.first(where: { $0.name == name }) else { return nil }
            place = place[name]
            if row.change != .inPlace { return (place, row.change) }
            guard case .object(let members) = row.type else { return nil }
            rows = members
        }
        return nil
    }

    /// The first name on a path that the table does not know, with what to say of it; nil where a value may stand there.
    package func unknownKey(on path: PropertyPath) -> UnknownKey? {
        var place = PropertyPath.root
        var type = AttributeType.object(attributes)
        for step in path.steps {
            if let next = type.inner(at: step) {
                type = next
            } else if case .object(let rows) = type, case .member(let name) = step {
                return apiNames.unknownKey(name, among: rows, at: place)
            } else {
                return UnknownKey(key: "\(path)", help: "Nothing stands below `\(place)`. \(PropertyPath.quotingHelp)")
            }
            place = place + PropertyPath([step])
        }
        return nil
    }
}

extension PropertyPath {
    /// How to write the names that the plain form has no place for.
    package static let quotingHelp = "A name with a dot in it is written `tags[\"cost.center\"]`."
}

extension [Attribute] {
    /// The row at a path through objects; nil where it leads to none.
    fileprivate func row(at path: PropertyPath) -> Attribute? {
        var rows = self
        var found: Attribute?
        for step in path.steps {
            guard case .member(let name) = step, let row = rows.first(where: { $0.name == name }) else { return nil }
            found = row
            if case .object(let members) = row.type { rows = members } else { rows = [] }
        }
        return found
    }
}

extension AttributeType {
    /// The type of what stands one step below; nil where nothing can. Below a document anything can.
    fileprivate func inner(at step: PropertyPath.Step) -> AttributeType? {
        switch (self, step) {
        case (.object(let rows), .member(let name)): rows.first { $0.name == name }?.type
        case (.map(let element, _, _), .member): element
        case (.list(let element, _), .element), (.set(let element, _), .element): element
        case (.form(let forms), .member(let name)):
            forms.lazy.flatMap(\.attributes).first { $0.name == name }?.type
        case (.policyDocument, _), (.json, _): self
        default: nil
        }
    }
}
