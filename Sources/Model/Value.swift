/// A value of a stack file, of the state, of a plan or of an AWS message.
///
/// Besides what JSON knows it carries the two things that exist only between planning and sending: a
/// template whose references are not known yet, and a secret. A secret cannot be encoded; a digest of it can.
package indirect enum Value: Sendable, Hashable {
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case list([Value])
    case map([String: Value])
    /// Text with references that only the apply can resolve.
    case template(Template)
    /// A secret on its way from the file or the answer that carried it to the request that needs it.
    case secret(Secret)
    /// What is kept of a secret that a file gave.
    case sealed(SecretDigest)
}

/// A secret in memory: prints as `(secret)`, and has no encoding.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The clear text. Only a request's body may be made from it.
    package let clearText: String

    package init(_ clearText: String) {
        self.clearText = clearText
    }

    package static let placeholder = "(secret)"

    package var description: String { Secret.placeholder }
    package var debugDescription: String { Secret.placeholder }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Value {
    package var boolean: Bool? {
        if case .boolean(let value) = self { value } else { nil }
    }

    package var integer: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    package var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The same, where a number that is whole is an integer, as it is when it is read back.
    package var withWholeNumber: Value { integer.map(Value.integer) ?? self }

    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The elements; nil for anything that is no list.
    package var list: [Value]? {
        if case .list(let value) = self { value } else { nil }
    }

    /// The members; nil for anything that is no map.
    package var map: [String: Value]? {
        if case .map(let value) = self { value } else { nil }
    }

    package var isNull: Bool { self == .null }

    /// A member of a map; null where there is none, so look-ups chain.
    package subscript(member: String) -> Value {
        get { map?[member] ?? .null }
        set {
            var members = map ?? [:]
            members[member] = newValue
            self = .map(members)
        }
    }

    /// A map with those members alone; any other value as it is.
    package func only(_ names: some Sequence<String>) -> Value {
        guard let members = map else { return self }
        var chosen: [String: Value] = [:]
        for name in names { chosen[name] = members[name] }
        return .map(chosen)
    }

    /// Whether everything in it is known now: no template anywhere.
    package var isKnown: Bool { !containsLeaf { if case .template = $0 { true } else { false } } }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByStringInterpolation
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(arrayLiteral elements: Value...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (String, Value)...) {
        self = .map(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}

extension Value {
    /// The same as people may see it.
    package var redacted: Value {
        mapLeaves { leaf in
            switch leaf {
            case .secret, .sealed: .string(Secret.placeholder)
            case .template(let template) where template.holdsSecret: .string(template.description)
            default: leaf
            }
        }
    }

    /// Whether there is a secret anywhere in it.
    package var holdsSecret: Bool {
        containsLeaf { leaf in
            switch leaf {
            case .secret: true
            case .template(let template): template.holdsSecret
            default: false
            }
        }
    }
}

extension Value {
    /// The same with numbers that are whole as integers: JSON knows one kind of number.
    package var withWholeNumbers: Value {
        mapLeaves { leaf in
            if case .number(let number) = leaf { Int(exactly: number).map(Value.integer) ?? leaf } else { leaf }
        }
    }
}
