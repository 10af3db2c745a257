package import Diagnostics
package import YAMLSource
package import Model

/// Checks a node of a stack file against a table and turns it into a value: types, limits, names, references. It goes on
/// after a mistake, so one run reports them all.
package struct Checker {
    let context: Context
    package var diagnostics = Diagnostics()
    /// Where each property stands, by its path.
    package private(set) var origins: [PropertyPath: SourceRange] = [:]
    /// The texts that hold something from the environment, lists as a whole. Not what tells which object is meant: others need to read it.
    package private(set) var secretPaths: Set<PropertyPath> = []
    /// The outermost properties whose values are not what the file means, because of a mistake that was reported: what would
    /// follow from them is not to be reported as a mistake of its own.
    package private(set) var mistaken: Set<String> = []
    private let apiNames: APINames
    /// Whether something was left out of the property being read for a mistake that was reported elsewhere.
    private var isIncomplete = false

    /// - Parameter apiNames: what AWS calls otherwise, or has besides the rows.
    package init(_ context: Context, _ apiNames: APINames = APINames()) {
        self.context = context
        self.apiNames = apiNames
    }

    /// The properties in a map of the file. Null means left out.
    ///
    /// - Parameters:
    ///   - subject: what the map is, in words: "userPools.users".
    ///   - defaulted: rows that the caller fills in where the file leaves them out.
    package mutating func members(
        of node: Node, _ rows: [Attribute], path: PropertyPath, subject: String, defaulted: Set<String> = []
    ) -> Value? {
        guard let entries = node.mapping else {
            wrongType(node, "a map of properties", at: path.isRoot ? subject : path.description)
            return nil
        }
        var members: [String: Value] = [:]
        var meant: Set<String> = []
        for entry in entries {
            guard let row = rows.first(where: { $0.name == entry.name }) else {
                if let name = unknownKey(entry, rows, path, in: subject) {
                    meant.insert(name)
                } else if path.isRoot {
                    // It may stand for any property that is left out.
                    mistaken.formUnion(
                        rows.map(\.name).filter { node.mappingEntry($0) == nil && !defaulted.contains($0) })
                }
                continue
            }
            let memberPath = path[row.name]
            origins[memberPath] = entry.key.range
            if entry.value.scalar == .null { continue }
            let value = path.isRoot ? outermost(row, entry.value) : value(of: entry.value, row.type, path: memberPath)
            if let value { members[row.name] = value }
            if row.tellsWhich { secretPaths.remove(memberPath) }
        }
        for row in rows where row.isRequired && !defaulted.contains(row.name) && !meant.contains(row.name) {
            if let entry = node.mappingEntry(row.name), entry.value.scalar != .null { continue }
            diagnostics.error(
                "missing-property", "\(subject) needs `\(row.name)`", at: node.range.firstPoint, help: row.help)
            meant.insert(row.name)
        }
        if path.isRoot { mistaken.formUnion(meant) }
        return .map(members)
    }

    /// The value of a property of the resource itself, with a note of whether it is whole.
    private mutating func outermost(_ row: Attribute, _ node: Node) -> Value? {
        let before = diagnostics
        diagnostics = Diagnostics()
        isIncomplete = false
        let value = value(of: node, row.type, path: PropertyPath(row.name))
        if diagnostics.hasErrors || isIncomplete { mistaken.insert(row.name) }
        let found = diagnostics
        diagnostics = before
        diagnostics.append(contentsOf: found)
        return value
    }

    /// What the file says of a scalar; nil after a mistake that was reported, here or where the text comes from.
    private mutating func said(_ node: Node) -> Value? {
        let value = context.value(node, &diagnostics)
        if value == nil { isIncomplete = true }
        return value
    }

    private mutating func value(of node: Node, _ type: AttributeType, path: PropertyPath) -> Value? {
        switch type {
        case .string(let length, let pattern): return string(node, length, pattern, path)
        case .oneOf(let words): return oneOf(node, words, path)
        case .boolean: return boolean(node, path)
        case .integer(let range): return integer(node, unit: nil, range, path)
        case .number(let range): return number(node, range, path)
        case .duration(let unit, let range): return integer(node, unit: unit, range, path)
        case .list(let element, let count): return list(node, element, count, path)
        case .set(let element, let count): return set(node, element, count, path)
        case .map(let element, let keys, _): return map(node, element, keys, path)
        case .object(let rows): return members(of: node, rows, path: path, subject: path.description)
        case .form(let forms): return form(node, forms, path)
        case .reference(let target): return reference(node, target, path)
        case .policyDocument(let forms): return policyDocument(node, forms, path)
        case .text(let length): return text(node, length, path)
        case .file(let limit): return file(node, limit, path)
        case .json: return json(node, path)
        case .artifact:
            guard node.scalar != nil else { return wrongType(node, "a path", at: path.description) }
            return context.artifact(node, &diagnostics)
        }
    }

    // MARK: Scalars

    private mutating func scalar(_ node: Node, _ expected: String, _ path: PropertyPath, _ accept: (Value) -> Value?)
        -> Value?
    {
        guard node.scalar != nil else { return wrongType(node, expected, at: path.description) }
        guard let value = said(node)?.inClear else { return nil }
        if case .template = value { return value }
        guard let accepted = accept(value) else { return wrongType(node, expected, at: path.description) }
        return accepted
    }

    private mutating func noteSecret(_ node: Node, _ path: PropertyPath) {
        if holdsSecret(node) { secretPaths.insert(path.beforeElements) }
    }

    private func holdsSecret(_ node: Node) -> Bool {
        var unheard = Diagnostics()
        return context.value(node, &unheard)?.holdsSecret == true
    }

    /// A text of the file as it may be shown.
    private func shown(_ text: String, _ node: Node) -> String { holdsSecret(node) ? Secret.placeholder : text }

    mutating func string(_ node: Node, _ length: ClosedRange<Int>?, _ pattern: String?, _ path: PropertyPath)
        -> Value?
    {
        // A number written plainly is taken as its text, leading zeros and all; true and false are more often a slip.
        let value = scalar(node, "text", path) { value in
            switch value {
            case .string: value
            case .integer, .number: node.spelling.map { .string($0.text) }
            default: nil
            }
        }
        if value != nil { noteSecret(node, path) }
        guard let text = value?.string else { return value }
        return isWithin(length, pattern, text, path.description, at: node.range) ? value : nil
    }

    /// Checks text that the file leaves to cogstack, such as the name `<stack>-<name>`, against its row.
    package mutating func check(defaulted text: String, for row: Attribute, at range: SourceRange) {
        guard case .string(let length, let pattern) = row.type else { return }
        _ = isWithin(
            length, pattern, text, "the \(row.name) `\(text)`", at: range, help: " Give it a `\(row.name)` of its own.")
    }

    mutating func isWithin(
        _ length: ClosedRange<Int>?, _ pattern: String?, _ text: String, _ subject: String, at range: SourceRange,
        help: String = ""
    ) -> Bool {
        if let length, !length.contains(text.count) {
            diagnostics.error(
                "out-of-limits", "\(subject) is \(text.count) characters long", at: range,
                help: "It takes from \(length.lowerBound) to \(length.upperBound) characters.\(help)")
            return false
        }
        if let pattern, !context.patterns.matches(pattern, text) {
            diagnostics.error(
                "wrong-form", "\(subject) has not the right form", at: range, help: "It must match `\(pattern)`.\(help)"
            )
            return false
        }
        return true
    }

    private mutating func boolean(_ node: Node, _ path: PropertyPath) -> Value? {
        scalar(node, "true or false", path) { value in
            switch value {
            case .boolean: value
            // What comes from a parameter, from `--set` or from the environment is text.
            case .string("true"): true
            case .string("false"): false
            default: nil
            }
        }
    }

    private mutating func oneOf(_ node: Node, _ words: [String], _ path: PropertyPath) -> Value? {
        let value = scalar(node, "one of \(words.joined(separator: ", "))", path) { value in
            switch value {
            case .string: value
            case .integer, .number: node.spelling.map { .string($0.text) }
            // OFF and ON are text in YAML 1.2, so a boolean here was written as true or false.
            default: nil
            }
        }
        guard let text = value?.string, !words.contains(text) else { return value }
        let meant = nearest(text, in: words).map { "Did you mean `\($0)`? " } ?? ""
        diagnostics.error(
            "unknown-word", "\(path) cannot be `\(shown(text, node))`", at: node.range,
            help: "\(meant)AWS knows \(words.joined(separator: ", ")).")
        return nil
    }

    private mutating func integer(
        _ node: Node, unit: DurationUnit?, _ range: ClosedRange<Int>?, _ path: PropertyPath
    ) -> Value? {
        let expected = unit.map { "a duration in whole \($0), such as \($0.example)" } ?? "a whole number"
        let value = scalar(node, expected, path) { value in
            switch value {
            case .integer: value
            case .string(let text):
                unit.flatMap { Self.duration(text, in: $0) }.map(Value.integer) ?? Int(text).map(Value.integer)
            default: nil
            }
        }
        guard let number = value?.integer, let range, !range.contains(number) else { return value }
        outOfLimits(
            node, path, "\(number)\(unit.map { " \($0)" } ?? "")",
            "from \(range.lowerBound) to \(range.upperBound)\(unit.map { " \($0)" } ?? "")")
        return nil
    }

    private mutating func number(_ node: Node, _ range: ClosedRange<Double>?, _ path: PropertyPath) -> Value? {
        let value = scalar(node, "a number", path) { value in
            switch value {
            case .integer, .number: value.withWholeNumber
            case .string(let text): Double(text).map { Value.number($0).withWholeNumber }
            default: nil
            }
        }
        guard let number = value?.double, let range, !range.contains(number) else { return value }
        outOfLimits(node, path, "\(number)", "from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// `12h` in seconds, minutes or whatever `unit` is; nil where it is no duration, or no whole number of units.
    static func duration(_ text: String, in unit: DurationUnit) -> Int? {
        let units: [Character: DurationUnit] = ["s": .seconds, "m": .minutes, "h": .hours, "d": .days]
        guard let last = text.last, let written = units[last], let number = Int(text.dropLast()), number >= 0 else {
            return nil
        }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: written.rawValue)
        return !overflow && seconds % unit.rawValue == 0 ? seconds / unit.rawValue : nil
    }

    // MARK: Lists and maps

    private mutating func list(_ node: Node, _ element: AttributeType, _ count: ClosedRange<Int>?, _ path: PropertyPath)
        -> Value?
    {
        guard let nodes = node.sequence else { return wrongType(node, "a list", at: path.description) }
        if let count, !count.contains(nodes.count) {
            outOfLimits(
                node, path, "\(nodes.count) elements long", "from \(count.lowerBound) to \(count.upperBound) elements")
        }
        var elements: [Value] = []
        for (index, node) in nodes.enumerated() {
            let elementPath = path[index]
            origins[elementPath] = node.range
            if let value = value(of: node, element, path: elementPath) { elements.append(value) }
        }
        return .list(elements)
    }

    /// A list in which nothing stands twice: AWS keeps one, and the next plan would want the other.
    private mutating func set(_ node: Node, _ element: AttributeType, _ count: ClosedRange<Int>?, _ path: PropertyPath)
        -> Value?
    {
        let value = list(node, element, count, path)
        guard let nodes = node.sequence, let elements = value?.list, elements.count == nodes.count else { return value }
        var seen: Set<Value> = []
        for (node, element) in zip(nodes, elements) where !seen.insert(element).inserted {
            diagnostics.error("same-element", "\(path) has this twice", at: node.range, help: "Take one out.")
        }
        return value
    }

    private mutating func map(_ node: Node, _ element: AttributeType, _ keys: String?, _ path: PropertyPath) -> Value? {
        guard let entries = node.mapping else { return wrongType(node, "a map", at: path.description) }
        var members: [String: Value] = [:]
        for entry in entries {
            let memberPath = path[entry.name]
            origins[memberPath] = entry.key.range
            if let keys, !context.patterns.matches(keys, entry.name) {
                diagnostics.error(
                    "wrong-form", "`\(entry.name)` cannot be a key of \(path)", at: entry.key.range,
                    help: "A key must match `\(keys)`.")
                continue
            }
            if entry.value.scalar == .null { continue }
            if let value = value(of: entry.value, element, path: memberPath) { members[entry.name] = value }
        }
        return .map(members)
    }

    private mutating func form(_ node: Node, _ forms: [Form], _ path: PropertyPath) -> Value? {
        let keys = forms.map(\.key)
        guard let entries = node.mapping else {
            return wrongType(node, "a map with one of \(keys.joined(separator: ", "))", at: path.description)
        }
        let named = entries.filter { keys.contains($0.name) }
        guard let first = named.first, let form = forms.first(where: { $0.key == first.name }) else {
            if let entry = entries.first {
                unknownKey(
                    entry, forms.compactMap { form in form.attributes.first { $0.name == form.key } }, path,
                    in: path.description)
            } else {
                wrongType(node, "a map with one of \(keys.joined(separator: ", "))", at: path.description)
            }
            return nil
        }
        guard named.count == 1 else {
            diagnostics.error(
                "two-forms", "\(path) says both `\(first.name)` and `\(named[1].name)`", at: named[1].key.range,
                help: "Make them two entries of the list.")
            return nil
        }
        return members(of: node, form.attributes, path: path, subject: "`\(form.key)`")
    }

    // MARK: References and documents

    private mutating func reference(_ node: Node, _ target: ReferenceTarget, _ path: PropertyPath) -> Value? {
        let sections = target.sections.joined(separator: " or ")
        let value = scalar(node, "the name of one of \(sections)", path) { value in
            if case .string = value { value } else { nil }
        }
        if case .template(let template) = value {
            if case .reference(let reference)? = template.parts.first, template.parts.count == 1,
                !target.sections.contains(reference.address.section)
            {
                diagnostics.error(
                    "wrong-reference",
                    "\(path) must be one of \(sections), and this is one of \(reference.address.section)",
                    at: node.range, help: "Write the name of one of \(sections), or refer to one.")
                return nil
            }
            return .template(template.ordering(target.isOrdering))
        }
        guard let text = value?.string else { return nil }
        for section in target.sections where context.names.mayHave(text, in: section) {
            let address = Address(section: section, name: text)
            return .template(Template(Reference(address, target.attribute, isOrdering: target.isOrdering)))
        }
        if context.patterns.matches(target.outside, text) { return value }
        diagnostics.error(
            "dangling-reference", "there is no `\(shown(text, node))` in \(sections)", at: node.range,
            help: Suggestion(
                for: text, among: { [names = context.names] in target.sections.flatMap { names[$0] } },
                listing: "The file has",
                none: "Add it under `\(sections)`.", remark: " Something outside this file is named by its id or ARN."))
        return nil
    }

    private mutating func policyDocument(_ node: Node, _ forms: [Form], _ path: PropertyPath) -> Value? {
        if !forms.isEmpty, node.sequence != nil { return list(node, .form(forms), nil, path) }
        guard let entries = node.mapping else {
            return wrongType(
                node, forms.isEmpty ? "a policy document" : "a list of short forms, or a policy document",
                at: path.description)
        }
        if entries.count == 1, let file = entries.first, file.name == "file" {
            guard let document = context.document(file.value, &diagnostics) else { return nil }
            guard document.mapping != nil else { return wrongType(document, "a policy document", at: path.description) }
            return free(document, path)
        }
        if let entry = entries.first(where: { entry in forms.contains { $0.key == entry.name } }) {
            diagnostics.error(
                "wrong-type", "\(path) must be a list of short forms, and this is one by itself", at: entry.key.range,
                help: "Put a `- ` before `\(entry.name)`.")
            return nil
        }
        return free(node, path)
    }

    /// A value whose members no table knows: IAM's own JSON, and other documents.
    mutating func free(_ node: Node, _ path: PropertyPath) -> Value? {
        origins[path] = origins[path] ?? node.range
        switch node.content {
        case .scalar: return said(node)?.inClear
        case .sequence(let nodes):
            return .list(nodes.enumerated().compactMap { free($1, path[$0]) })
        case .mapping(let entries):
            var members: [String: Value] = [:]
            for entry in entries {
                let memberPath = path[entry.name]
                if entry.name.contains("$(") {
                    diagnostics.error(
                        "reference-in-key", "a key cannot hold a reference", at: entry.key.range,
                        help: "Write out what it stands for: `$(…)` is read in values alone.")
                } else if entry.value.scalar == .null {
                    // Leaving an empty Condition out would give more access than the file seems to.
                    diagnostics.error(
                        "missing-value", "\(memberPath) says nothing", at: entry.key.range,
                        help: "Give `\(entry.name)` a value, or take the line out.")
                } else if let value = free(entry.value, memberPath) {
                    members[entry.name] = value
                }
            }
            return .map(members)
        }
    }

    // MARK: Words

    @discardableResult
    mutating func wrongType(_ node: Node, _ expected: String, at subject: String) -> Value? {
        let found =
            if case .number = node.scalar { "\(node.spelling?.text ?? "a number")" } else { node.kindDescription }
        let help: String? =
            if case .boolean = node.scalar, expected == "text" { "Write it in quotes if the text is meant." } else {
                nil
            }
        diagnostics.error(
            "wrong-type", "\(subject) must be \(expected), and this is \(found)", at: node.range, help: help)
        return nil
    }

    mutating func outOfLimits(_ node: Node, _ path: PropertyPath, _ found: String, _ allowed: String) {
        diagnostics.error("out-of-limits", "\(path) is \(found)", at: node.range, help: "AWS takes \(allowed).")
    }

    /// Tells of a key that no row has, and gives back the row's name that is meant; nil where that cannot be said.
    @discardableResult
    private mutating func unknownKey(_ entry: Node.Entry, _ rows: [Attribute], _ path: PropertyPath, in subject: String)
        -> String?
    {
        let unknown = apiNames.unknownKey(entry.name, among: rows, at: path)
        diagnostics.error(unknown.code, unknown.message(in: subject), at: entry.key.range, help: unknown.help)
        return unknown.meant
    }
}

extension DurationUnit {
    /// How a duration of a usual length is written.
    fileprivate var example: String {
        switch self {
        case .seconds: "45s or 12h"
        case .minutes: "30m or 12h"
        case .hours: "12h or 90d"
        case .days: "90d"
        }
    }
}

extension Template {
    func ordering(_ isOrdering: Bool) -> Template {
        Template(
            parts.map { part in
                guard case .reference(let reference) = part else { return part }
                return .reference(Reference(reference.address, reference.attribute, isOrdering: isOrdering))
            })
    }
}

extension SourceRange {
    /// Its first character alone: for what is missing from a long stretch of text.
    package var firstPoint: SourceRange { SourceRange(file: file, at: start) }
}
