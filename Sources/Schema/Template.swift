/// A reference to another resource's attribute: `$(section.name.attribute)`.
package struct Reference: Sendable, Hashable, CustomStringConvertible {
    package let address: Address
    package let attribute: String
    /// Whether the resource must be in place before whatever refers to it. Not part of the written form: what is
    /// still a reference when it is written must be waited for in any case.
    package let isOrdering: Bool

    package init(_ address: Address, _ attribute: String, isOrdering: Bool = true) {
        self.address = address
        self.attribute = attribute
        self.isOrdering = isOrdering
    }

    package var description: String { "$(\(address).\(attribute))" }
}

/// Where a resource stands in the stack file: its section and its name, `roles.long-lived`.
package struct Address: Sendable, Hashable, Comparable, Codable, CustomStringConvertible, CodingKeyRepresentable {
    package let section: String
    package let name: String

    package init(section: String, name: String) {
        self.section = section
        self.name = name
    }

    /// Reads `section.name`; nil where that is not its form.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, !parts[1].contains(".") else { return nil }
        self.init(section: String(parts[0]), name: String(parts[1]))
    }

    package var description: String { "\(section).\(name)" }

    package static func < (left: Address, right: Address) -> Bool {
        (left.section, left.name) < (right.section, right.name)
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let address = Address(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(text) is no address: section.name"))
        }
        self = address
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package var codingKey: any CodingKey { PlainKey(stringValue: description) }

    package init?<Key: CodingKey>(codingKey: Key) {
        self.init(codingKey.stringValue)
    }
}

/// Text in which references stand between literal parts.
package struct Template: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case literal(String)
        case reference(Reference)
        case context(ContextName)
        /// Text that nobody is to read, such as a password from the environment.
        case secret(Secret)
    }

    /// What is known of the run only once AWS has been asked: `$(account)`, `$(region)`, `$(partition)`.
    package enum ContextName: String, Sendable, Hashable, CaseIterable {
        case account, region, partition
    }

    /// No two literals side by side and none empty, so that what reads alike is equal.
    package let parts: [Part]

    package init(_ parts: [Part]) {
        self.parts = parts.reduce(into: []) { parts, part in
            switch (parts.last, part) {
            case (_, .literal("")): break
            case (.literal(let before), .literal(let text)): parts[parts.count - 1] = .literal(before + text)
            default: parts.append(part)
            }
        }
    }

    package init(_ reference: Reference) {
        self.init([.reference(reference)])
    }

    package var references: [Reference] {
        parts.compactMap { if case .reference(let reference) = $0 { reference } else { nil } }
    }

    package var holdsSecret: Bool {
        parts.contains { if case .secret = $0 { true } else { false } }
    }

    /// The reference that is all of it; nil where there is more.
    package var soleReference: Reference? {
        parts.count == 1 ? references.first : nil
    }
}

extension Template {
    /// The text where nothing in it is still to be known.
    fileprivate var knownText: String? {
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .secret(let secret): text += secret.clearText
            case .reference, .context: return nil
            }
        }
        return text
    }
}

struct PlainKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Template: CustomStringConvertible {
    /// Reads text as it stands in a stack file: `$(section.name.attribute)` is a reference, `$$(` a literal `$(`.
    /// Anything else between `$(` and `)` stays literal; the stack file's reader reports it.
    package init(reading text: String) {
        var parts: [Part] = []
        var literal = ""
        var rest = Substring(text)
        while let character = rest.first {
            if rest.hasPrefix("$$(") {
                literal += "$("
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("$("), let end = rest.firstIndex(of: ")"),
                let part = Part(path: String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end]))
            {
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = ""
                parts.append(part)
                rest = rest[rest.index(after: end)...]
            } else {
                literal.append(character)
                rest = rest.dropFirst()
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        self.init(parts)
    }

    /// The text that reads back as this template.
    package var description: String {
        parts.map { part in
            switch part {
            case .literal(let text): text.replacing("$(", with: "$$(")
            case .reference(let reference): reference.description
            case .context(let name): "$(\(name.rawValue))"
            case .secret(let secret): secret.description
            }
        }.joined()
    }
}

extension Template.Part {
    /// Reads what stands between `$(` and `)`; nil where it names neither a resource's attribute nor the run's context.
    package init?(path: String) {
        if let name = Template.ContextName(rawValue: path) {
            self = .context(name)
        } else if let reference = Reference(path) {
            self = .reference(reference)
        } else {
            return nil
        }
    }
}

extension Reference {
    /// Reads `section.name.attribute`; nil where that is not its form.
    package init?(_ path: String) {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.init(Address(section: String(parts[0]), name: String(parts[1])), String(parts[2]))
    }
}

extension Value {
    /// Text made of values: a plain string where all are known, or a secret where one is; else a template.
    package static func joined(_ values: [Value]) -> Value {
        var parts: [Template.Part] = []
        for value in values {
            switch value {
            case .string(let text): parts.append(.literal(text))
            case .integer(let number): parts.append(.literal(String(number)))
            case .number(let number): parts.append(.literal(String(number)))
            case .boolean(let flag): parts.append(.literal(String(flag)))
            case .template(let template): parts += template.parts
            case .secret(let secret): parts.append(.secret(secret))
            default: break
            }
        }
        let template = Template(parts)
        if template.parts.isEmpty { return "" }
        guard let text = template.knownText else { return .template(template) }
        return template.holdsSecret ? .secret(Secret(text)) : .string(text)
    }
}

extension Value {
    /// Every reference in it, in no order.
    package var references: [Reference] {
        switch self {
        case .list(let elements): elements.flatMap(\.references)
        case .map(let members): members.values.flatMap(\.references)
        case .template(let template): template.references
        default: []
        }
    }
}
