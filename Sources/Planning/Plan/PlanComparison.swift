package import Model
import Schema
import Records

/// A plan that was kept is carried out only where it is the one that the same files and the same account give again, and it is that one
/// which is carried out: here is what tells the two apart. Notices do not count, since they tell of time too.
extension Plan {
    /// What a plan that was kept says otherwise, in words and without any value of a property; empty where it says the same.
    package func differences(from saved: Plan) -> [String] {
        var words: [String] = []
        if saved.stack != stack { words.append("it is for stack \(saved.stack), and the file is stack \(stack)") }
        if saved.account != account {
            words.append("it is for account \(saved.account), and the credentials are of \(account)")
        }
        if saved.region != region { words.append("it is for region \(saved.region), and this is \(region)") }
        if saved.purpose != purpose {
            words.append("it is there to \(saved.purpose.rawValue), and this is \(purpose.rawValue)")
        }
        words += Self.compare(saved.changes, changes, \.address, \.address) { old, new in old.differences(from: new) }
        words += compareActions(of: saved)
        words += Self.compare(saved.permissions, permissions, \.principal, \.principal) { old, new in
            old == new ? [] : ["the access that it is said to gain or lose is not what its policies give"]
        }
        if saved.userAccountsAtStake != userAccountsAtStake {
            words.append(
                "it counts \(saved.userAccountsAtStake) user accounts that would be lost, and it is \(userAccountsAtStake)"
            )
        }
        for name in Set(saved.outputs.keys).union(outputs.keys).sorted() where saved.outputs[name] != outputs[name] {
            words.append("the output \(name) is not what the stack file says")
        }
        var told: Set<String> = []
        return words.filter { told.insert($0).inserted }
    }

    private func compareActions(of saved: Plan) -> [String] {
        let (old, new) = (saved.keyed, keyed)
        let (oldKeys, newKeys) = (saved.keys, keys)
        return Self.compare(old, new, \.key, \.action.address) { old, new in
            old.action.differences(
                from: new.action,
                after: (Set(old.action.after.map { oldKeys[$0] }), Set(new.action.after.map { newKeys[$0] })))
        }
    }

    /// What an action is about, so it is found again whatever its number: two of one kind at one address count.
    private struct ActionKey: Hashable, Comparable, CustomStringConvertible {
        let address: Address
        let kind: Action.Kind
        let number: Int

        static func < (a: Self, b: Self) -> Bool {
            (a.address, a.kind.rawValue, a.number) < (b.address, b.kind.rawValue, b.number)
        }
        var description: String { "\(address): \(kind.rawValue)" }
    }

    private var keyed: [(key: ActionKey, action: Action)] {
        var counts: [String: Int] = [:]
        return actions.map { action in
            let number = counts["\(action.address) \(action.kind)", default: 0]
            counts["\(action.address) \(action.kind)"] = number + 1
            return (ActionKey(address: action.address, kind: action.kind, number: number), action)
        }
    }

    private var keys: [Int: ActionKey] {
        Dictionary(keyed.map { ($0.action.id, $0.key) }, uniquingKeysWith: { first, _ in first })
    }

    /// Both sides by what their elements are about: what only one has, and what differs of those that both have.
    private static func compare<Element, Key: Hashable & Comparable & CustomStringConvertible>(
        _ saved: [Element], _ computed: [Element], _ key: (Element) -> Key, _ address: (Element) -> Address,
        _ differences: (Element, Element) -> [String]
    ) -> [String] {
        let old = Dictionary(grouping: saved, by: key)
        let new = Dictionary(grouping: computed, by: key)
        return Set(old.keys).union(new.keys).sorted().flatMap { key -> [String] in
            switch (old[key] ?? [], new[key] ?? []) {
            case (let old, let new) where old.count == 1 && new.count == 1:
                return differences(old[0], new[0]).map { "\(address(new[0])): \($0)" }
            case (_, let new) where new.isEmpty:
                return ["\(key): it is in the saved plan, and there is nothing of the kind to do"]
            case (let old, _) where old.isEmpty: return ["\(key): it is to be done, and the saved plan leaves it out"]
            default: return ["\(key): it is in the saved plan more than once"]
            }
        }
    }
}

extension Change {
    fileprivate func differences(from computed: Change) -> [String] {
        var words: [String] = []
        if type != computed.type { words.append("its type is \(computed.type), not \(type)") }
        if kind != computed.kind { words.append("it is to \(computed.kind.verb), not to \(kind.verb)") }
        if physicalId != computed.physicalId { words.append(AttributeChange.object(physicalId, computed.physicalId)) }
        if after != computed.after { words.append("it is said to wait for other resources than it does") }
        if reason != computed.reason { words.append("the reason for it is another") }
        if loses != computed.loses { words.append("what it loses differs") }
        let old = Dictionary(grouping: attributes, by: \.path)
        let new = Dictionary(grouping: computed.attributes, by: \.path)
        for path in Set(old.keys).union(new.keys).sorted() where old[path] != new[path] {
            let (old, new) = (old[path] ?? [], new[path] ?? [])
            if old.map(\.after) != new.map(\.after) {
                words.append("\(path) is not what the stack file says")
            } else if old.map(\.before) != new.map(\.before) {
                words.append("\(path) is not what AWS has")
            } else {
                words.append("\(path) has another cause, place or kind of change")
            }
        }
        return words
    }
}

extension Change.Kind {
    fileprivate var verb: String { self == .none ? "stay" : rawValue }
}

extension AttributeChange {
    fileprivate static func object(_ saved: String?, _ computed: String?) -> String {
        switch (saved, computed) {
        case (let saved?, let computed?): "its object is \(computed), not \(saved)"
        case (let saved?, nil): "it has no object, and the saved plan names \(saved)"
        case (nil, let computed): "its object is \(computed ?? ""), and the saved plan names none"
        }
    }
}

extension Action {
    /// - Parameter after: what this one and the other wait for, by what these are about.
    fileprivate func differences<Key: Hashable>(
        from computed: Action, after: (saved: Set<Key?>, computed: Set<Key?>)
    ) -> [String] {
        var words: [String] = []
        if physicalId != computed.physicalId { words.append(AttributeChange.object(physicalId, computed.physicalId)) }
        for name in Set(outputs.keys).union(computed.outputs.keys).sorted()
        where outputs[name] != computed.outputs[name] {
            words.append("its \(name) is not what AWS has")
        }
        if let properties, let computed = computed.properties { words += properties.differences(from: computed) }
        if let update, let computed = computed.update { words += update.differences(from: computed) }
        if let deletion, let computed = computed.deletion { words += deletion.differences(from: computed) }
        if after.saved != after.computed { words.append("it waits for other actions") }
        return words
    }
}

extension Action.Properties {
    fileprivate func differences(from computed: Self) -> [String] {
        var words = attributes.differingMembers(from: computed.attributes).map { name in
            name.isEmpty ? "its properties are not what the stack file says" : "\(name) is not what the stack file says"
        }
        if boundTo != computed.boundTo { words.append("what it refers to differs") }
        return words + settings.differences(from: computed.settings)
    }
}

extension Action.Update {
    fileprivate func differences(from computed: Self) -> [String] {
        var words: [String] = []
        if changed != computed.changed { words.append("it is about other properties than those that change") }
        for path in Set(resets.keys).union(computed.resets.keys).sorted() where resets[path] != computed.resets[path] {
            words.append("\(path) does not go back to that")
        }
        return words
    }
}

extension Action.Deletion {
    fileprivate func differences(from computed: Self) -> [String] {
        var words: [String] = []
        if grace != computed.grace { words.append("how long its old object stays differs") }
        if users != computed.users { words.append("what uses it differs") }
        if isOrphan != computed.isOrphan { words.append("whether its old object is an orphan differs") }
        return words + settings.differences(from: computed.settings)
    }
}

extension RecordSettings {
    fileprivate func differences(from computed: RecordSettings) -> [String] {
        var words: [String] = []
        if dependsOn != computed.dependsOn { words.append("what it depends on differs") }
        if isRetained != computed.isRetained { words.append("whether it is retained is not what the stack file says") }
        if isProtected != computed.isProtected {
            words.append("whether it is protected is not what the stack file says")
        }
        return words
    }
}

extension Value {
    /// The names of the members that are not the same; the empty name where one of the two is no map.
    fileprivate func differingMembers(from other: Value) -> [String] {
        if self == other { return [] }
        guard let mine = map, let theirs = other.map else { return [""] }
        return Set(mine.keys).union(theirs.keys).sorted().filter { mine[$0] != theirs[$0] }
    }
}

extension Plan {
    /// Where this plan, what is left of one that an apply has begun, does something that nobody was shown: empty where it is a part of
    /// that one. By then much is known that was not, so kinds and properties are compared, and no values.
    package func addresses(beyond saved: Plan) -> [Address] {
        let shown = Dictionary(saved.changes.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        let written = Set(saved.actions.map(\.address))
        let changes = changes.filter { change in
            guard change.kind != .none else { return false }
            guard let before = shown[change.address] else { return true }
            switch (change.kind, before.kind) {
            case (.update, .update), (.adopt, .adopt):
                return !Set(change.attributes.map(\.attribute)).isSubset(of: before.attributes.map(\.attribute))
            case (.update, .create), (.update, .replace), (.update, .rotate), (.update, .adopt), (.adopt, .create):
                return false
            case (.create, .create), (.create, .replace), (.create, .rotate): return false
            default: return change.kind != before.kind
            }
        }.map(\.address)
        // What a stopped run left to delete belongs to what it was changing.
        let deletions = actions.filter { $0.kind == .delete && !written.contains($0.address) }.map(\.address)
        return Set(changes + deletions).sorted()
    }
}
