import IAMPolicy
package import Model
package import Schema
import Records

/// The three-way comparison of one resource's properties: what the file says, what was last applied, what is live.
///
/// A property that the file does not set and never set is AWS's to decide and does not appear. One that was set and
/// is set no longer goes back to AWS's default. All three are in AWS's form.
struct AttributeDiff {
    let type: ResourceType
    let desired: Value
    let prior: Value
    let live: Value
    let ignored: [PropertyPath]
    let secrets: SecretPaths
    /// Whether a live text is the secret that a template stands for.
    let isSameSecret: (Template, Value) -> Bool

    /// The changes to make, in the order of the type's table. Values are shown as they may be read: see ``shown(_:_:)``.
    func changes() -> [AttributeChange] {
        type.attributes.flatMap { row -> [AttributeChange] in
            if row.isLocal { return [] }
            var wanted = desired[row.name]
            if wanted.isNull, row.exclusiveUnless == nil, prior[row.name].isNull { return [] }
            var ownership: MapOwnership?
            var isTheirs = false
            let isTakenOut = wanted.isNull && !prior[row.name].isNull
            if let switchName = row.exclusiveUnless {
                if desired[switchName] == false {
                    ownership = .perKey
                } else if wanted.isNull {
                    wanted = row.fallback
                    isTheirs = prior[row.name].isNull
                }
            }
            let found = compare(
                row.type, row, path: PropertyPath(row.name), wanted: wanted, prior: prior[row.name],
                live: live[row.name],
                fallback: row.fallback, ownership: ownership)
            return found.filter { change in !isIgnored(change.path, row) }.map { change in
                // What the file never mentioned and is there all the same was written by somebody else.
                var change = change
                if isTheirs { change.cause = .drift }
                if isTakenOut, change.cause == .stackFile { change.cause = .awsDefault }
                return change
            }
        }
    }

    /// What is derived from an ignored property is ignored with it.
    private func isIgnored(_ path: PropertyPath, _ row: Attribute) -> Bool {
        let source = row.derivation.map { PropertyPath($0.source) }
        return ignored.contains { $0.covers(path) || $0 == source }
    }

    private func compare(
        _ type: AttributeType, _ row: Attribute, path: PropertyPath, wanted: Value, prior: Value, live: Value,
        fallback: Value,
        ownership: MapOwnership? = nil
    ) -> [AttributeChange] {
        if wanted.isNull && prior.isNull { return [] }
        switch type {
        case .object(let rows) where wanted.map != nil || wanted.isNull:
            return rows.flatMap { member in
                compare(
                    member.type, member, path: path[member.name], wanted: wanted[member.name],
                    prior: prior[member.name], live: live[member.name],
                    fallback: fallback[member.name].isNull ? member.fallback : fallback[member.name])
            }
        case .map(let element, _, let declared) where wanted.map != nil || wanted.isNull:
            var keys = Set((wanted.map ?? [:]).keys).union((prior.map ?? [:]).keys)
            if case .whole = ownership ?? declared { keys.formUnion((live.map ?? [:]).keys) }
            let target = !wanted.isNull ? wanted : fallback.isNull ? [:] : fallback
            return keys.sorted().flatMap { key in
                leaf(
                    element, row, path: path[key], wanted: target[key], prior: prior[key], live: live[key],
                    wasTakenOut: target[key].isNull && !prior[key].isNull)
            }
        case .set(let element, _) where row.elementKey != nil && (wanted.isNull || wanted.list != nil):
            return elements(element, row, path: path, wanted: wanted, prior: prior, live: live)
        case .set where ownership != nil:
            // Others may add elements: only those that the file names, or named, are looked at.
            let others = Set(live.list ?? []).subtracting(prior.list ?? [])
            func withOthers(_ set: Value) -> Value {
                .list(Set(set.list ?? []).union(others).sorted { "\($0)" < "\($1)" })
            }
            return leaf(
                type, row, path: path, wanted: withOthers(wanted), prior: prior.isNull ? .null : withOthers(prior),
                live: live,
                wasTakenOut: false)
        default:
            let target = wanted.isNull ? fallback : wanted
            // AWS shows nothing where a property has its default.
            let shown = live.isNull ? fallback : live
            return leaf(type, row, path: path, wanted: target, prior: prior, live: shown, wasTakenOut: wanted.isNull)
        }
    }

    /// The changes of a set whose elements have a key, one by one: of those that the file names, or named.
    private func elements(
        _ element: AttributeType, _ row: Attribute, path: PropertyPath, wanted: Value, prior: Value, live: Value
    ) -> [AttributeChange] {
        guard let elementKey = row.elementKey else { return [] }
        func byKey(_ set: Value) -> [String: Value] {
            (set.list ?? []).reduce(into: [:]) { found, each in
                if let key = each[elementKey.member].string { found[key] = each }
            }
        }
        let (wanted, prior, live) = (byKey(wanted), byKey(prior), byKey(live))
        return Set(wanted.keys).union(prior.keys).sorted().flatMap { key -> [AttributeChange] in
            let fallback = elementKey.fallback(key)
            let shown = live[key] ?? fallback
            // There is nothing to compare member by member where one side has no such element.
            guard !shown.isNull, wanted[key] != nil || !fallback.isNull else {
                return leaf(
                    element, row, path: path[key], wanted: wanted[key] ?? .null, prior: prior[key] ?? .null,
                    live: shown, wasTakenOut: wanted[key] == nil)
            }
            return compare(
                element, row, path: path[key], wanted: wanted[key] ?? .null, prior: prior[key] ?? .null, live: shown,
                fallback: fallback)
        }
    }

    private func leaf(
        _ type: AttributeType, _ row: Attribute, path: PropertyPath, wanted: Value, prior: Value, live: Value,
        wasTakenOut: Bool
    ) -> [AttributeChange] {
        guard !isSame(type, row, wanted, live) else { return [] }
        let cause: AttributeChange.Cause =
            if wasTakenOut { .awsDefault } else if !prior.isNull && isSame(type, row, wanted, prior) {
                .drift
            } else if wanted.isNull && prior.isNull { .drift } else { .stackFile }
        let forces = if case .replacement = row.change { true } else { false }
        return [
            AttributeChange(
                path: path, before: redacted(live, row, path, unlessEqualTo: prior).comparedPart(type),
                after: redacted(wanted, row, path, unlessEqualTo: wanted).comparedPart(type),
                cause: cause, forcesReplacement: forces)
        ]
    }

    private func isSame(_ type: AttributeType, _ row: Attribute, _ wanted: Value, _ other: Value) -> Bool {
        if wanted == other { return true }
        if case .sealed = other { return wanted.isSame(asSealed: other) }
        if case .sealed = wanted { return other.isSame(asSealed: wanted) }
        if case .template(let template) = wanted { return isSameSecret(template, other) }
        if case .secret(let secret) = wanted { return other.string == secret.clearText }
        if wanted.isNull || other.isNull { return false }
        if let equivalent = row.equivalent { return wanted.isKnown && equivalent(wanted, other) }
        return type.isSame(wanted, other)
    }

    /// What may be shown of a value: of a sensitive row, only what the file itself says in clear.
    private func redacted(_ value: Value, _ row: Attribute, _ path: PropertyPath, unlessEqualTo shown: Value) -> Value {
        if value.isNull { return value }
        if case .sealed = shown { return .string(Secret.placeholder) }
        // A reference is no secret, and says what must give one.
        if secrets.covers(path) { return secrets.hide(value, at: path).redacted }
        if row.isSensitive && value != shown { return .string(Secret.placeholder) }
        return value.redacted
    }
}

extension ResourceType {
    /// Properties as far as they tell two of them apart. The path of code differs from one working folder to the other.
    func comparable(_ properties: Value) -> Value {
        attributes.reduce(into: properties) { properties, row in
            if row.type.hasFiles { properties[row.name] = properties[row.name].comparedPart(row.type) }
        }
    }
}

extension Value {
    /// What tells two values of a type apart: of code its digest alone, since AWS does not know the path that it came from.
    fileprivate func comparedPart(_ type: AttributeType) -> Value {
        type.hasFiles ? type.mappingFiles(in: self) { $0["sha256"] } : self
    }
}

extension AttributeType {
    /// Whether two known values mean the same to AWS.
    package func isSame(_ left: Value, _ right: Value) -> Bool {
        switch (self, left, right) {
        case (.set(let element, _), .list(let lefts), .list(let rights)):
            Set(lefts).count == Set(rights).count
                && lefts.allSatisfy { one in rights.contains { element.isSame(one, $0) } }
        case (.list(let element, _), .list(let lefts), .list(let rights)):
            lefts.count == rights.count && zip(lefts, rights).allSatisfy { element.isSame($0, $1) }
        case (.object(let rows), .map(let lefts), .map(let rights)):
            rows.allSatisfy { row in
                let left = lefts[row.name] ?? row.fallback
                let right = rights[row.name] ?? row.fallback
                return row.equivalent?(left, right) ?? row.type.isSame(left, right)
            }
        case (.artifact, _, _), (.file, _, _):
            left["sha256"] == right["sha256"]
        case (.json, _, _):
            left.withWholeNumbers == right.withWholeNumbers
        case (.map(let element, _, _), .map(let lefts), .map(let rights)):
            lefts.keys == rights.keys
                && lefts.allSatisfy { key, value in rights[key].map { element.isSame(value, $0) } ?? false }
        default:
            left == right
        }
    }
}
