package import Model
package import Schema

/// Cognito's update calls replace the whole object: what a request leaves out may be reset, and may as well stay
/// (field by field, the two have been measured). So an update reads the live object, lays over it what has changed, and
/// sends all of it; and a property that goes back to AWS's default is written as that default.
extension ResourceType {
    /// A live object in AWS's names, with the rows in `changed` as `desired` has them: AWS's default where it has none.
    ///
    /// Objects are merged member by member: a member that `desired` does not name stays, and one that it names as null goes
    /// back to AWS's default. So are maps to which others may add. Lists, sets and other maps are replaced. A live member that
    /// is an empty text is left out: some answers write absent so, and no request takes it. Tags, which may be empty, are laid
    /// over it by the caller.
    package func overlay(
        _ live: Value, with desired: Value, changed: Set<String>, writtenBy call: String? = nil
    ) -> Value {
        var merged = live.withoutEmptyTexts
        for row in rows(writtenBy: call) where changed.contains(row.name) {
            merged[row.wireName] = row.written(desired[row.name], over: merged[row.wireName])
        }
        return merged.withoutNulls
    }
}

extension ResourceType {
    /// The members that the type's update call takes: those of its rows that a live object can come to have otherwise. Members that only
    /// answers have, and tags, which have names of their own, are none of them.
    var updatedMembers: Set<String> {
        let rows = rows(writtenBy: nil).filter { row in
            if case .additive = row.change { return false }
            return row.change.isInPlace && row.name != "tags"
        }
        return Set(rows.map(\.wireName))
    }
}

extension Attribute {
    fileprivate func written(_ wanted: Value, over live: Value) -> Value {
        guard !wanted.isNull else { return type.wireForm(fallback) }
        if case .map(_, _, .perKey) = type { return live.overlaid(by: type.wireForm(wanted)) }
        guard case .object(let rows) = type, case .map(let members) = wanted else { return type.wireForm(wanted) }
        var merged = live
        for row in rows where !row.isLocal {
            guard let member = members[row.name] else { continue }
            merged[row.wireName] = row.written(member, over: merged[row.wireName])
        }
        // AWS takes no object that lacks a required member: here all of them were taken out of the file.
        if rows.contains(where: { $0.isRequired && merged[$0.wireName].isNull }) { return .null }
        return merged.isNull ? [:] : merged
    }
}

extension Value {
    /// Without members that are null: AWS takes a member as absent or with a value.
    package var withoutNulls: Value {
        switch self {
        case .map(let members): .map(members.filter { !$0.value.isNull }.mapValues(\.withoutNulls))
        case .list(let elements): .list(elements.map(\.withoutNulls))
        default: self
        }
    }

    /// Without members that are empty texts.
    fileprivate var withoutEmptyTexts: Value {
        switch self {
        case .map(let members): .map(members.filter { $0.value != "" }.mapValues(\.withoutEmptyTexts))
        case .list(let elements): .list(elements.map(\.withoutEmptyTexts))
        default: self
        }
    }

    /// Only the members that an operation's input has.
    func members(_ names: Set<String>) -> Value {
        .map((map ?? [:]).filter { names.contains($0.key) })
    }
}
