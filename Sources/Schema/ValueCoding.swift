/// The form of a value on disk and in `--json`: plain JSON. A template is `{"$template": "text"}`; a secret
/// has no form and makes the encoding fail, so that no code path can write one by mistake.
extension Value: Codable {
    private static let templateKey = "$template"

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode([Value].self) {
            self = .list(value)
        } else {
            let members = try container.decode([String: Value].self)
            if members.count == 1, let text = members[Self.templateKey]?.string {
                self = .template(Template(reading: text))
            } else {
                self = .map(members)
            }
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .map(let value): try container.encode(value)
        case .template(let value): try container.encode([Self.templateKey: value.description])
        case .secret:
            throw EncodingError.invalidValue(
                Secret.placeholder, .init(codingPath: encoder.codingPath, debugDescription: "a secret is never written"))
        }
    }
}
