/// Where a value stands within a resource or a document: `passwordPolicy.minimumLength`, `trust[0].appClient`, `tags["cost.center"]`.
///
/// A step is the name of a member or the index of an element. A name that the written form could not tell from several steps, such as one
/// with a dot in it, stands in brackets and quotes. The path without steps is the resource or document itself.
package struct PropertyPath: Sendable, Hashable {
    /// The written form, of which each path has one: equal texts are equal paths, and no list of steps need be kept for each value of a file.
    private let text: String

    package enum Step: Sendable, Hashable {
        case member(String)
        /// From 0.
        case element(Int)
    }

    private init(text: String) { self.text = text }

    /// The path of names, from the outermost to the innermost; without any, the resource or document itself.
    package init(_ members: String...) { self = members.reduce(.root) { $0[$1] } }

    package init(_ steps: some Sequence<Step>) {
        self = steps.reduce(.root) { path, step in
            switch step {
            case .member(let name): path[name]
            case .element(let index): path[index]
            }
        }
    }

    /// The resource or document itself.
    package static let root = PropertyPath(text: "")

    package var isRoot: Bool { text.isEmpty }

    /// The path of a member of what is here.
    package subscript(member: String) -> PropertyPath {
        guard Self.isPlain(member) else {
            let quoted = member.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            return PropertyPath(text: "\(text)[\"\(quoted)\"]")
        }
        return PropertyPath(text: isRoot ? member : "\(text).\(member)")
    }

    /// The path of an element of what is here.
    package subscript(index: Int) -> PropertyPath { PropertyPath(text: "\(text)[\(index)]") }

    /// A path below this one.
    package static func + (path: PropertyPath, below: PropertyPath) -> PropertyPath {
        if path.isRoot || below.isRoot { return path.isRoot ? below : path }
        return PropertyPath(text: path.text + (below.text.utf8.first == Mark.open ? "" : ".") + below.text)
    }

    /// Whether a path is this one or leads further down from it.
    package func covers(_ path: PropertyPath) -> Bool {
        if isRoot { return true }
        guard path.text.utf8.starts(with: text.utf8) else { return false }
        let next = path.text.utf8.dropFirst(text.utf8.count).first
        return next == nil || next == Mark.dot || next == Mark.open
    }

    /// The outermost name: the row of a type's table. Nil where the path begins with an element, and for the path without steps.
    package var attribute: String? {
        if let end = text.utf8.firstIndex(where: { $0 == Mark.dot || $0 == Mark.open }) {
            if end > text.startIndex { return String(text[..<end]) }
        } else if !isRoot {
            return text
        }
        guard case .member(let name) = steps.first else { return nil }
        return name
    }

    /// What it leads through, from the outermost to the innermost.
    package var steps: [Step] { Self.steps(of: text) ?? [] }

    /// The path of what this stands in; nil for the path without steps.
    package var parent: PropertyPath? { isRoot ? nil : PropertyPath(steps.dropLast()) }

    /// The same without the indexes of elements: what a table, which knows no elements, says of it.
    package var withoutIndexes: PropertyPath {
        text.utf8.contains(Mark.open)
            ? PropertyPath(steps.filter { if case .member = $0 { true } else { false } }) : self
    }

    /// The outermost list that it leads into, as a whole; the path itself where it leads into none.
    package var beforeElements: PropertyPath {
        text.utf8.contains(Mark.open)
            ? PropertyPath(steps.prefix { if case .member = $0 { true } else { false } }) : self
    }

    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy {
                $0 > 0x20 && $0 != Mark.dot && $0 != Mark.open && $0 != Mark.close && $0 != Mark.quote
            }
    }

    private enum Mark {
        static let dot = UInt8(ascii: "."), open = UInt8(ascii: "["), close = UInt8(ascii: "]")
        static let quote = UInt8(ascii: "\""), escape = UInt8(ascii: "\\")
    }
}

extension PropertyPath: CustomStringConvertible {
    package var description: String { text }

    /// Reads the written form; nil where the text has not that form, or is empty.
    package init?(reading text: String) {
        guard let steps = Self.steps(of: text), !steps.isEmpty else { return nil }
        self.init(steps)
    }

    private static func steps(of text: String) -> [Step]? {
        var steps: [Step] = []
        var rest = text.utf8[...]
        while let first = rest.first {
            if first == Mark.open {
                guard let step = bracketed(&rest) else { return nil }
                steps.append(step)
                continue
            }
            if !steps.isEmpty {
                guard first == Mark.dot else { return nil }
                rest = rest.dropFirst()
            }
            let name = rest.prefix { $0 != Mark.dot && $0 != Mark.open }
            guard let member = String(name), isPlain(member) else { return nil }
            steps.append(.member(member))
            rest = rest[name.endIndex...]
        }
        return steps
    }

    /// Reads `[0]` or `["name"]` off the front; nil where there is neither.
    private static func bracketed(_ rest: inout Substring.UTF8View) -> Step? {
        rest = rest.dropFirst()
        let step: Step
        if rest.first == Mark.quote {
            rest = rest.dropFirst()
            var name: [UInt8] = []
            while let byte = rest.popFirst(), byte != Mark.quote {
                if byte != Mark.escape {
                    name.append(byte)
                } else if let escaped = rest.popFirst() {
                    name.append(escaped)
                }
            }
            step = .member(String(decoding: name, as: UTF8.self))
        } else {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard let text = String(digits), let index = Int(text), String(index) == text else { return nil }
            rest = rest[digits.endIndex...]
            step = .element(index)
        }
        return rest.popFirst() == Mark.close ? step : nil
    }
}

extension PropertyPath: Comparable {
    package static func < (left: PropertyPath, right: PropertyPath) -> Bool { left.text < right.text }
}

extension PropertyPath: Codable, CodingKeyRepresentable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let path = PropertyPath(reading: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(text) is not the path of a property"))
        }
        self = path
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var codingKey: any CodingKey { PlainKey(stringValue: text) }

    package init?<Key: CodingKey>(codingKey: Key) { self.init(reading: codingKey.stringValue) }
}

extension Value {
    /// What stands at a path; null where nothing does.
    package subscript(path: PropertyPath) -> Value { path.steps.reduce(self) { $0[$1] } }

    private subscript(step: PropertyPath.Step) -> Value {
        switch step {
        case .member(let name): return self[name]
        case .element(let index):
            guard let elements = list, elements.indices.contains(index) else { return .null }
            return elements[index]
        }
    }

    /// The same with another value at a path, where members on the way there come about; an element that a list lacks does not.
    package func setting(_ path: PropertyPath, to value: Value) -> Value { setting(path.steps[...], to: value) }

    private func setting(_ steps: ArraySlice<PropertyPath.Step>, to value: Value) -> Value {
        guard let step = steps.first else { return value }
        var result = self
        switch step {
        case .member(let name): result[name] = self[name].setting(steps.dropFirst(), to: value)
        case .element(let index):
            guard var elements = list, elements.indices.contains(index) else { return self }
            elements[index] = elements[index].setting(steps.dropFirst(), to: value)
            result = .list(elements)
        }
        return result
    }
}
