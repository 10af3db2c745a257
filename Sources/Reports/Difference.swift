internal import Model
internal import Schema

/// One place at which two values differ, small enough for a line or a few.
struct Difference: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case added(Value)
        case removed(Value)
        case changed(Value, Value)
        /// Members of a list whose elements are plain: what came and what went.
        case elements(added: [Value], removed: [Value])
        /// The same elements in another order.
        case reordered(Value, Value)
        /// Text of several lines.
        case lines([TextLine])
    }

    /// A line of a text's difference.
    enum TextLine: Equatable, Sendable {
        case added(String)
        case removed(String)
        /// So many lines are the same.
        case unchanged(Int)
    }

    /// `inlinePolicies.audit.Statement[1].Action`; an element that has a name stands by it: `schema[plan].maxLength`.
    let path: String
    let kind: Kind

    /// Where two values differ, in the order of their members; nothing where they are equal. Lists are compared by
    /// their elements, and an element of a list that was altered is found again by what stayed the same in it.
    static func between(_ before: Value, _ after: Value, at path: String) -> [Difference] {
        switch (before, after) {
        case _ where before == after:
            []
        case (.null, _):
            [Difference(path: path, kind: .added(after))]
        case (_, .null):
            [Difference(path: path, kind: .removed(before))]
        case (.map(let old), .map(let new)):
            Set(old.keys).union(new.keys).sorted().flatMap { name in
                between(old[name] ?? .null, new[name] ?? .null, at: path + step(to: name))
            }
        case (.list(let old), .list(let new)):
            betweenLists(old, new, at: path)
        // IAM documents hold a single element bare.
        case (.list, .string), (.list, .map):
            between(before, .list([after]), at: path)
        case (.string, .list), (.map, .list):
            between(.list([before]), after, at: path)
        case (.string(let old), .string(let new)) where old.contains("\n") || new.contains("\n"):
            [Difference(path: path, kind: .lines(betweenTexts(old, new)))]
        default:
            [Difference(path: path, kind: .changed(before, after))]
        }
    }

    /// What leads from a map to its member in a path.
    private static func step(to name: String) -> String {
        name.contains { $0.isWhitespace || ".[]\"".contains($0) } ? "[\(JSON.quoted(name))]" : ".\(name)"
    }

    /// What leads from a list to its element in a path.
    private static func step(to element: Value, at index: Int) -> String {
        "[\(naming.lazy.compactMap { element[$0].string }.first ?? String(index))]"
    }

    private static let naming = ["Sid", "name", "Name", "id", "key"]

    private static func betweenLists(_ old: [Value], _ new: [Value], at path: String) -> [Difference] {
        var removed: [(index: Int, value: Value)] = Array(old.enumerated()).map { ($0.offset, $0.element) }
        var added: [(index: Int, value: Value)] = []
        for (index, value) in new.enumerated() {
            if let same = removed.firstIndex(where: { $0.value == value }) {
                removed.remove(at: same)
            } else {
                added.append((index, value))
            }
        }
        if removed.isEmpty, added.isEmpty {
            return old == new ? [] : [Difference(path: path, kind: .reordered(.list(old), .list(new)))]
        }
        if (removed + added).allSatisfy({ $0.value.map == nil }) {
            return [Difference(path: path, kind: .elements(added: added.map(\.value), removed: removed.map(\.value)))]
        }
        var result: [(index: Int, differences: [Difference])] = []
        for (index, value) in added {
            let path = path + step(to: value, at: index)
            let likest = removed.indices.max { likeness(removed[$0].value, value) < likeness(removed[$1].value, value) }
            if let likest, likeness(removed[likest].value, value) > 0 {
                result.append((index, between(removed.remove(at: likest).value, value, at: path)))
            } else {
                result.append((index, [Difference(path: path, kind: .added(value))]))
            }
        }
        result += removed.map { index, value in
            (index, [Difference(path: path + step(to: value, at: index), kind: .removed(value))])
        }
        return result.sorted { $0.index < $1.index }.flatMap(\.differences)
    }

    /// How much two elements have in common: members that name a thing weigh more than any others.
    private static func likeness(_ left: Value, _ right: Value) -> Int {
        guard let left = left.map, let right = right.map else { return 0 }
        var score = 0
        for (name, value) in left where right[name] == value { score += naming.contains(name) ? 1000 : 1 }
        for name in naming where left[name] != nil && left[name] != right[name] { score = 0 }
        // A statement that allows and one that denies are two statements, whatever else they share.
        return left["Effect"] == right["Effect"] ? score : 0
    }

    private static func betweenTexts(_ before: String, _ after: String) -> [TextLine] {
        let old = before.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let new = after.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let difference = new.difference(from: old)
        var removed: [Int: String] = [:]
        var added: [Int: String] = [:]
        for change in difference {
            switch change {
            case .remove(let offset, let line, _): removed[offset] = line
            case .insert(let offset, let line, _): added[offset] = line
            }
        }
        var result: [TextLine] = []
        var same = 0
        func passSame() {
            if same > 0 { result.append(.unchanged(same)) }
            same = 0
        }
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if let line = removed[left], left < old.count {
                passSame()
                result.append(.removed(line))
                left += 1
            } else if let line = added[right], right < new.count {
                passSame()
                result.append(.added(line))
                right += 1
            } else {
                same += 1
                left += 1
                right += 1
            }
        }
        passSame()
        return result
    }
}
