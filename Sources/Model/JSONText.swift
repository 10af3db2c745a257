package import Foundation

/// JSON as AWS reads and writes it, straight to and from ``Value``.
///
/// Not `Value`'s `Codable` form: that one refuses secrets and gives `$template` a meaning, and a message needs the
/// opposite of both.
package enum JSONText {
    /// Writes a request's body. Secrets are written in the clear; a null member of a map is left out, as absent and null
    /// mean the same to AWS; keys are sorted, so equal inputs give equal bytes.
    /// - Throws: where a template is left, or a number that JSON does not know.
    package static func encode(_ value: Value) throws(EncodingFailure) -> Data {
        var bytes: [UInt8] = []
        try write(value, into: &bytes)
        return Data(bytes)
    }

    /// Reads an answer. Numbers without fraction and exponent become integers where they fit.
    package static func decode(_ data: Data) throws(DecodingFailure) -> Value {
        let bytes = [UInt8](data)
        return try bytes.withUnsafeBufferPointer { (buffer) throws(DecodingFailure) -> Value in
            var parser = Parser(bytes: buffer)
            let value = try parser.value(depth: 0)
            parser.skipSpace()
            guard parser.position == buffer.count else { throw parser.failure("text after the end") }
            return value
        }
    }

    /// A text as JSON writes it, in quotes (RFC 8259, section 7).
    ///
    /// - Parameter isEscaped: which characters are written by their number, which means the same: control characters have to be.
    package static func quoted(
        _ text: String, escaping isEscaped: (Unicode.Scalar) -> Bool = { $0 < " " }
    ) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where isEscaped(scalar):
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func write(_ value: Value, into bytes: inout [UInt8]) throws(EncodingFailure) {
        switch value {
        case .null: bytes += "null".utf8
        case .boolean(let flag): bytes += (flag ? "true" : "false").utf8
        case .integer(let number): bytes += String(number).utf8
        case .number(let number):
            guard number.isFinite else { throw EncodingFailure(reason: "\(number) is no number of JSON") }
            bytes += String(number).utf8
        case .string(let text): write(text, into: &bytes)
        case .secret(let secret): write(secret.clearText, into: &bytes)
        case .template(let template): throw EncodingFailure(reason: "\(template) is not resolved yet")
        case .sealed: throw EncodingFailure(reason: "it is a secret of which nothing but a digest is kept")
        case .list(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                do { try write(element, into: &bytes) } catch { throw error.below(PropertyPath.root[index]) }
            }
            bytes.append(UInt8(ascii: "]"))
        case .map(let members):
            bytes.append(UInt8(ascii: "{"))
            var isFirst = true
            for (name, member) in members.sorted(by: { $0.key < $1.key }) where !member.isNull {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                write(name, into: &bytes)
                bytes.append(UInt8(ascii: ":"))
                do { try write(member, into: &bytes) } catch { throw error.below(PropertyPath(name)) }
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case 0..<0x20: bytes += (byte < 16 ? "\\u000" : "\\u00").utf8 + Array(String(byte, radix: 16).utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

/// A value that cannot be sent.
package struct EncodingFailure: Error, Sendable, Hashable {
    /// Where it stands: `Tags[0].Value`.
    package let path: PropertyPath
    package let reason: String

    package init(path: PropertyPath = .root, reason: String) {
        self.path = path
        self.reason = reason
    }

    /// The same of what stands at a path of a larger value.
    package func below(_ path: PropertyPath) -> EncodingFailure {
        EncodingFailure(path: path + self.path, reason: reason)
    }
}

/// An answer that has not the form it should have. Says where, never what: an answer may hold secrets.
package struct DecodingFailure: Error, Sendable, Hashable {
    package let offset: Int
    package let reason: String

    package init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }
}

private struct Parser {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    /// Deeper than any message of AWS, far from the end of the stack.
    static let depthLimit = 128

    func failure(_ reason: String) -> DecodingFailure { DecodingFailure(offset: position, reason: reason) }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    mutating func value(depth: Int) throws(DecodingFailure) -> Value {
        guard depth < Self.depthLimit else { throw failure("nested too deeply") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try map(depth: depth)
        case UInt8(ascii: "["): return try list(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw failure("it ends too early")
        default: return try number()
        }
    }

    private mutating func word(_ word: StaticString, _ value: Value) throws(DecodingFailure) -> Value {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count,
            (0..<word.utf8CodeUnitCount).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
        else { throw failure("unknown word") }
        position = end
        return value
    }

    private mutating func map(depth: Int) throws(DecodingFailure) -> Value {
        position += 1
        var members: [String: Value] = [:]
        skipSpace()
        if take("}") { return .map(members) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("a member's name is missing") }
            let name = try string()
            skipSpace()
            guard take(":") else { throw failure("a colon is missing") }
            members[name] = try value(depth: depth + 1)
            skipSpace()
            if take("}") { return .map(members) }
            guard take(",") else { throw failure("a comma or a closing brace is missing") }
        }
    }

    private mutating func list(depth: Int) throws(DecodingFailure) -> Value {
        position += 1
        var elements: [Value] = []
        skipSpace()
        if take("]") { return .list(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return .list(elements) }
            guard take(",") else { throw failure("a comma or a closing bracket is missing") }
        }
    }

    private mutating func number() throws(DecodingFailure) -> Value {
        let start = position
        while let byte = next, "+-.0123456789eE".utf8.contains(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let integer = Int(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else {
            position = start
            throw failure("not a value")
        }
        return .number(number)
    }

    private mutating func string() throws(DecodingFailure) -> String {
        position += 1
        let start = position
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { position += 1 }
        if take("\"") { return String(decoding: bytes[start..<(position - 1)], as: UTF8.self) }
        var text = Array(bytes[start..<position])
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += try escape()
            default: text.append(byte)
            }
        }
        throw failure("a string does not end")
    }

    private mutating func escape() throws(DecodingFailure) -> [UInt8] {
        guard let byte = next else { throw failure("a string does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"):
            var units = [try unit()]
            if UTF16.isLeadSurrogate(units[0]), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            {
                position += 2
                units.append(try unit())
            }
            return Array(String(decoding: units, as: UTF16.self).utf8)
        default: throw failure("unknown escape")
        }
    }

    private mutating func unit() throws(DecodingFailure) -> UInt16 {
        guard position + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[position..<(position + 4)], as: UTF8.self), radix: 16)
        else { throw failure("unknown escape") }
        position += 4
        return unit
    }
}
