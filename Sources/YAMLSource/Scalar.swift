/// A scalar, typed by the YAML 1.2 core schema (YAML 1.2.2, chapter 10.3).
///
/// `yes`, `no`, `on` and `off` are text, `010` is ten, `0o10` is eight, `1_000` is text.
package enum Scalar: Sendable, Hashable {
    /// `null`, `~` or nothing at all.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// In 64 bits; more is refused.
    case integer(Int)
    /// Includes infinity and not-a-number, which the file can only get by writing `.inf` or `.nan`.
    case number(Double)
    /// Text.
    case string(String)

    /// Why a scalar has no value. The core schema sets no limit to numbers; we refuse what a 64-bit integer
    /// or a double cannot hold, for a rounded number would be sent to AWS without a word.
    enum Problem: Error {
        case integerOutOfRange
        case numberOutOfRange
        /// The text is no value of the type that its tag demands.
        case doesNotMatchTag
        case unknownTag
    }

    /// Resolves a scalar: by its tag where it has one, else by its form if it is plain, else as text.
    init(_ text: String, isPlain: Bool, tag: String?) throws(Problem) {
        guard let tag else {
            self = isPlain ? try Scalar(plain: text) : .string(text)
            return
        }
        guard let type = tag == CoreTag.nonSpecific ? .string : CoreTag(rawValue: tag) else { throw .unknownTag }
        let byForm = type == .string ? .string(text) : try Scalar(plain: text)
        switch (type, byForm) {
        case (.string, _), (.null, .null), (.boolean, .boolean), (.integer, .integer), (.number, .number): self = byForm
        case (.number, .integer(let value)): self = .number(Double(value))
        default: throw .doesNotMatchTag
        }
    }

    private init(plain text: String) throws(Problem) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE": self = .boolean(true)
        case "false", "False", "FALSE": self = .boolean(false)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": self = .number(.infinity)
        case "-.inf", "-.Inf", "-.INF": self = .number(-.infinity)
        case ".nan", ".NaN", ".NAN": self = .number(.nan)
        default:
            if let (digits, radix) = integerDigits(text) {
                guard let value = Int(digits, radix: radix) else { throw .integerOutOfRange }
                self = .integer(value)
            } else if isFloat(text) {
                guard let value = Double(text), value.isFinite else { throw .numberOutOfRange }
                self = .number(value)
            } else {
                self = .string(text)
            }
        }
    }
}

/// The tags of the core schema, each of which may be given by hand (`!!str 12`).
enum CoreTag: String {
    case null = "tag:yaml.org,2002:null"
    case boolean = "tag:yaml.org,2002:bool"
    case integer = "tag:yaml.org,2002:int"
    case number = "tag:yaml.org,2002:float"
    case string = "tag:yaml.org,2002:str"
    case sequence = "tag:yaml.org,2002:seq"
    case mapping = "tag:yaml.org,2002:map"

    /// A bare `!`: the plainest type of a node's kind, which makes text of any scalar.
    static let nonSpecific = "!"
}

/// `[-+]?[0-9]+`, `0o[0-7]+` or `0x[0-9a-fA-F]+`, as digits (with sign) and radix.
private func integerDigits(_ text: String) -> (digits: Substring, radix: Int)? {
    let (rest, radix): (Substring, Int) =
        switch text.prefix(2) {
        case "0o": (text.dropFirst(2), 8)
        case "0x": (text.dropFirst(2), 16)
        default: (text[...], 10)
        }
    let digits = radix == 10 && (rest.hasPrefix("-") || rest.hasPrefix("+")) ? rest.dropFirst() : rest
    guard !digits.isEmpty, digits.utf8.allSatisfy({ digit($0, radix: radix) }) else { return nil }
    return (rest, radix)
}

private func digit(_ byte: UInt8, radix: Int) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "7"): true
    case UInt8(ascii: "8"), UInt8(ascii: "9"): radix >= 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): radix == 16
    default: false
    }
}

/// `[-+]? ( \.[0-9]+ | [0-9]+ ( \.[0-9]* )? ) ( [eE][-+]?[0-9]+ )?`
private func isFloat(_ text: String) -> Bool {
    var rest = text.utf8[...]
    func skip(_ characters: String) -> Bool {
        guard let next = rest.first, characters.utf8.contains(next) else { return false }
        rest.removeFirst()
        return true
    }
    func skipDigits() -> Int {
        let digits = rest.prefix { digit($0, radix: 10) }.count
        rest.removeFirst(digits)
        return digits
    }
    _ = skip("+-")
    let whole = skipDigits()
    let fraction = skip(".") ? skipDigits() : 0
    guard whole + fraction > 0 else { return false }
    if skip("eE") {
        _ = skip("+-")
        guard skipDigits() > 0 else { return false }
    }
    return rest.isEmpty
}
