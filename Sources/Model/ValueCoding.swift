/// The form of a value on disk: plain JSON. A template is `{"$template": [{"text": …}, {"reference": …}, {"context": …}]}`, by its
/// parts, since its text alone does not tell a literal `$` before a reference from an escape. What is kept of a secret is
/// `{"$sealed": {"salt": …, "sha256": …}}`. A secret itself has no form and makes the encoding fail, so no code path can
/// write one by mistake.
extension Value: Codable {
    private static let templateKey = "$template"
    private static let sealedKey = "$sealed"

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
            if members.count == 1, let parts = members[Self.templateKey]?.list?.map(Template.Part.init(coded:)),
                !parts.contains(nil)
            {
                self = .template(Template(parts.compactMap(\.self)))
            } else if members.count == 1, let sealed = members[Self.sealedKey], let salt = sealed["salt"].string,
                let sha256 = sealed["sha256"].string
            {
                self = .sealed(SecretDigest(salt: salt, sha256: sha256))
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
        case .template(let value) where !value.holdsSecret:
            try container.encode([Self.templateKey: value.parts.map(\.coded)])
        case .sealed(let digest): try container.encode([Self.sealedKey: digest])
        case .secret, .template:
            throw EncodingError.invalidValue(
                Secret.placeholder, .init(codingPath: encoder.codingPath, debugDescription: "a secret is never written")
            )
        }
    }
}

extension Template.Part {
    fileprivate var coded: [String: String] {
        switch self {
        case .literal(let text): ["text": text]
        case .reference(let reference): ["reference": "\(reference.address).\(reference.attribute)"]
        case .context(let name): ["context": name.rawValue]
        case .secret: [:]
        }
    }

    fileprivate init?(coded value: Value) {
        if let text = value["text"].string {
            self = .literal(text)
        } else if let reference = value["reference"].string.flatMap({ Reference($0) }) {
            self = .reference(reference)
        } else if let name = value["context"].string.flatMap({ Template.ContextName(rawValue: $0) }) {
            self = .context(name)
        } else {
            return nil
        }
    }
}
