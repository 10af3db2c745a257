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

extension Reference {
    /// Reads `section.name.attribute`; nil where that is not its form.
    package init?(_ path: String) {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.init(Address(section: String(parts[0]), name: String(parts[1])), String(parts[2]))
    }
}

struct PlainKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
