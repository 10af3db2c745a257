package import Model

/// The table's names against AWS's: a property is written once, and this is its way into a request and out of an answer.
extension ResourceType {
    /// The members of a request for those of `attributes` that `call` writes. Settings of cogstack's own are in no request.
    ///
    /// - Parameters:
    ///   - call: the API call whose rows are meant; nil for the type's own create and update calls.
    ///   - names: the rows to take; nil for all that have a value.
    package func wireForm(_ attributes: Value, writtenBy call: String? = nil, only names: Set<String>? = nil) -> Value {
        var members: [String: Value] = [:]
        for row in rows(writtenBy: call) where names?.contains(row.name) ?? true {
            let value = attributes[row.name]
            if !value.isNull { members[row.wireName] = row.type.wireForm(value) }
        }
        return .map(members)
    }

    /// The properties that an answer shows, of those that `call` writes. What the table does not know is left out.
    package func attributes(fromWire answer: Value, writtenBy call: String? = nil) -> Value {
        AttributeType.attributes(of: rows(writtenBy: call), fromWire: answer)
    }

    /// The rows that AWS knows and `call` writes; nil for the type's own create and update calls.
    package func rows(writtenBy call: String?) -> [Attribute] {
        attributes.filter { $0.writtenBy == call && !$0.isLocal }
    }
}

extension ResourceType {
    /// `attributes` with the members at these paths set to what they go back to: an explicit null where AWS has no default.
    ///
    /// A set to which others may add, or that is derived, gets, for each element at its path, a map of that element to null: it goes,
    /// and those that the set does not name stay.
    package func resetting(_ resets: [PropertyPath: Value], in attributes: Value) -> Value {
        var result = attributes
        for (path, value) in resets {
            let members = path.members
            guard let row = self.attributes.first(where: { $0.name == members.first }) else { continue }
            let isShared = row.exclusiveUnless.map { attributes[$0] == false } ?? false
            if members.count > 1 {
                result[row.name] = row.type.setting(
                    members.dropFirst(), to: value, in: result[row.name], isShared: isShared)
            } else if isShared || row.derivation != nil, case .set = row.type {
                let gone = (value.list ?? []).compactMap(\.string).map { Value.map([$0: .null]) }
                result[row.name] = .list((result[row.name].list ?? []) + gone)
            }
        }
        return result
    }
}

extension ResourceType {
    /// `attributes` with the live values at these paths in place of their own. Sensitive rows are left alone: their live values
    /// may be secrets, which must not get into a plan.
    package func keeping(_ paths: [PropertyPath], of live: Value, in attributes: Value) -> Value {
        var result = attributes
        let live = withoutSensitive(live)
        for path in paths where !isSensitive(path) {
            let members = path.members
            guard let row = self.attributes.first(where: { $0.name == members.first }), !result[row.name].isNull
            else { continue }
            result[row.name] = row.type.setting(members.dropFirst(), to: live[path], in: result[row.name])
        }
        return result
    }
}

extension AttributeType {
    /// A whole with the value of one of its members set, however far down, as far as the table lets members be set one by one.
    ///
    /// - Parameter members: the names that lead to it; the whole itself where there is none.
    fileprivate func setting(
        _ members: ArraySlice<String>, to value: Value, in whole: Value, isShared: Bool = false
    ) -> Value {
        guard let name = members.first else { return value }
        var result = whole
        switch self {
        case .object(let rows):
            guard let row = rows.first(where: { $0.name == name }) else { break }
            result[name] = row.type.setting(members.dropFirst(), to: value, in: result[name])
        case .map(let element, _, let ownership) where isShared || ownership == .perKey:
            result[name] = element.setting(members.dropFirst(), to: value, in: result[name])
        default:
            break
        }
        return result
    }
}

extension PropertyPath {
    /// The names of the members that it leads through.
    fileprivate var members: [String] { steps.compactMap { if case .member(let name) = $0 { name } else { nil } } }
}

extension AttributeType {
    /// The value as AWS's messages hold it.
    package func wireForm(_ value: Value) -> Value {
        switch (self, value) {
        case (.object(let rows), .map(let members)):
            var wire: [String: Value] = [:]
            for row in rows where !row.isLocal {
                if let member = members[row.name], !member.isNull { wire[row.wireName] = row.type.wireForm(member) }
            }
            return .map(wire)
        case (.list(let element, _), .list(let elements)), (.set(let element, _), .list(let elements)):
            return .list(elements.map(element.wireForm))
        case (.map(let element, _, _), .map(let members)):
            return .map(members.mapValues(element.wireForm))
        default:
            return value
        }
    }

    /// The value in the table's names; nil where AWS shows nothing.
    package func value(fromWire wire: Value) -> Value? {
        switch (self, wire) {
        case (_, .null):
            return nil
        case (.object(let rows), .map):
            return Self.attributes(of: rows, fromWire: wire)
        case (.list(let element, _), .list(let elements)), (.set(let element, _), .list(let elements)):
            return .list(elements.compactMap(element.value(fromWire:)))
        case (.list, .string("")), (.set, .string("")):
            return .list([])
        case (.map(let element, _, _), .map(let members)):
            return .map(members.compactMapValues(element.value(fromWire:)))
        case (.integer, .string(let text)), (.duration, .string(let text)):
            return Int(text).map(Value.integer) ?? wire
        case (.number, .number):
            return wire.withWholeNumber
        case (.number, .string(let text)):
            return Double(text).map { Value.number($0).withWholeNumber } ?? wire
        case (.boolean, .string(let text)):
            return Bool(text).map(Value.boolean) ?? wire
        case (.integer, .number(let number)), (.duration, .number(let number)):
            return Int(exactly: number).map(Value.integer) ?? wire
        default:
            return wire
        }
    }

    static func attributes(of rows: [Attribute], fromWire answer: Value) -> Value {
        var members: [String: Value] = [:]
        for row in rows where !row.isLocal {
            if let value = row.type.value(fromWire: answer[row.wireName]) { members[row.name] = value }
        }
        return .map(members)
    }
}

extension AttributeType {
    /// A value with each file and each code in it as `change` gives it back.
    package func mappingFiles(in value: Value, _ change: (Value) -> Value) -> Value {
        switch (self, value) {
        case (_, .null): value
        case (.artifact, _), (.file, _): change(value)
        case (.object(let rows), .map(let members)):
            .map(
                Dictionary(
                    uniqueKeysWithValues: members.map { name, member in
                        (name, rows.first { $0.name == name }?.type.mappingFiles(in: member, change) ?? member)
                    }))
        case (.list(let element, _), .list(let elements)), (.set(let element, _), .list(let elements)):
            .list(elements.map { element.mappingFiles(in: $0, change) })
        case (.map(let element, _, _), .map(let members)):
            .map(members.mapValues { element.mappingFiles(in: $0, change) })
        default: value
        }
    }

    /// Whether files or code may be in a value of it.
    package var hasFiles: Bool {
        switch self {
        case .artifact, .file: true
        case .object(let rows): rows.contains { $0.type.hasFiles }
        case .list(let element, _), .set(let element, _), .map(let element, _, _): element.hasFiles
        default: false
        }
    }
}
