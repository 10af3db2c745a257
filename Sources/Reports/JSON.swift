internal import Model
internal import Schema

/// What a report says to programs: a JSON document whose members keep their order, as documented for `--json`.
package indirect enum JSON: Equatable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([(String, JSON)])

    package static func == (left: JSON, right: JSON) -> Bool { left.text == right.text }

    /// Members without those that have nothing to say.
    static func object(present members: [(String, JSON?)]) -> JSON {
        .object(members.compactMap { name, value in value.map { (name, $0) } })
    }
}

extension JSON {
    /// A value as machines read it: a template as the text that stands in the file, a secret as `(secret)`.
    init(_ value: Value) {
        switch value {
        case .null: self = .null
        case .boolean(let flag): self = .boolean(flag)
        case .integer(let number): self = .integer(number)
        case .number(let number): self = .number(number)
        case .string(let text): self = .string(text)
        case .list(let elements): self = .array(elements.map { JSON($0) })
        case .map(let members): self = .object(members)
        case .template(let template): self = .string(template.description)
        case .secret, .sealed: self = .string(Secret.placeholder)
        }
    }

    /// Members in the order of their names.
    static func object(_ members: [String: Value]) -> JSON {
        .object(members.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) })
    }
}
