package import Foundation
package import Model

/// Reads the XML of the query services and of S3 into a ``Schema/Value``, in one pass and without a tree in between.
///
/// An element without children is text (empty where there is none: AWS writes empty lists and empty texts alike). One
/// whose children are all `member` is a list. One whose children are all `entry` of `key` and `value` is a map from
/// those keys. Any other is a map; a child that appears several times is a list. Attributes and namespaces say nothing
/// in these protocols and are passed over; a document type declaration is refused, as no AWS answer has one.
package enum XMLText {
    /// The name and the content of the root element.
    package static func decode(_ data: Data) throws(DecodingFailure) -> (name: String, content: Value) {
        let bytes = [UInt8](data)
        return try bytes.withUnsafeBufferPointer { (buffer) throws(DecodingFailure) -> (String, Value) in
            var parser = Parser(bytes: buffer)
            try parser.skipMisc()
            let root = try parser.element(depth: 0)
            try parser.skipMisc()
            guard parser.position == buffer.count else { throw parser.failure("text after the end") }
            return root
        }
    }
}

private struct Parser {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    /// Deeper than any message of AWS, far from the end of the stack.
    static let depthLimit = 128

    func failure(_ reason: String) -> DecodingFailure { DecodingFailure(offset: position, reason: reason) }

    func isAt(_ text: StaticString) -> Bool {
        position + text.utf8CodeUnitCount <= bytes.count
            && (0..<text.utf8CodeUnitCount).allSatisfy { bytes[position + $0] == text.utf8Start[$0] }
    }

    /// The bytes up to a delimiter, which is passed too.
    mutating func take(upTo delimiter: StaticString) throws(DecodingFailure) -> Slice<UnsafeBufferPointer<UInt8>> {
        let start = position
        while position < bytes.count {
            if isAt(delimiter) {
                defer { position += delimiter.utf8CodeUnitCount }
                return bytes[start..<position]
            }
            position += 1
        }
        throw failure("it ends too early")
    }

    /// White space, comments and processing instructions, before and after the root.
    mutating func skipMisc() throws(DecodingFailure) {
        if isAt("\u{FEFF}") { position += 3 }
        while position < bytes.count {
            if Self.isSpace(bytes[position]) {
                position += 1
            } else if isAt("<?") {
                _ = try take(upTo: "?>")
            } else if isAt("<!--") {
                _ = try take(upTo: "-->")
            } else {
                return
            }
        }
    }

    mutating func element(depth: Int) throws(DecodingFailure) -> (String, Value) {
        guard depth < Self.depthLimit else { throw failure("nested too deeply") }
        guard isAt("<") else { throw failure("an element is missing") }
        position += 1
        let name = try self.name()
        guard try !skipAttributes() else { return (name, .string("")) }
        var text: [UInt8] = []
        var children: [(String, Value)] = []
        while position < bytes.count {
            if isAt("</") {
                position += 2
                guard try self.name() == name else { throw failure("the end tag is another element's") }
                while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
                guard isAt(">") else { throw failure("an end tag does not end") }
                position += 1
                return (name, Self.value(children, text))
            } else if isAt("<![CDATA[") {
                position += 9
                text += try take(upTo: "]]>")
            } else if isAt("<!--") {
                _ = try take(upTo: "-->")
            } else if isAt("<?") {
                _ = try take(upTo: "?>")
            } else if isAt("<") {
                children.append(try element(depth: depth + 1))
            } else if isAt("&") {
                position += 1
                text += try entity()
            } else {
                let start = position
                while position < bytes.count, bytes[position] != UInt8(ascii: "<"), bytes[position] != UInt8(ascii: "&")
                {
                    position += 1
                }
                text += bytes[start..<position]
            }
        }
        throw failure("it ends too early")
    }

    /// A name without its namespace prefix.
    private mutating func name() throws(DecodingFailure) -> String {
        var start = position
        while position < bytes.count, !Self.isSpace(bytes[position]), !"/>=<&!\"'".utf8.contains(bytes[position]) {
            if bytes[position] == UInt8(ascii: ":") { start = position + 1 }
            position += 1
        }
        guard position > start else { throw failure("a name is missing") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Passes the rest of a start tag; whether the element ends with it.
    private mutating func skipAttributes() throws(DecodingFailure) -> Bool {
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): _ = try take(upTo: "\"")
            case UInt8(ascii: "'"): _ = try take(upTo: "'")
            case UInt8(ascii: ">"): return false
            case UInt8(ascii: "/"):
                guard isAt(">") else { throw failure("a start tag does not end") }
                position += 1
                return true
            case UInt8(ascii: "<"): throw failure("a start tag does not end")
            default: break
            }
        }
        throw failure("it ends too early")
    }

    private mutating func entity() throws(DecodingFailure) -> [UInt8] {
        let name = String(decoding: try take(upTo: ";"), as: UTF8.self)
        switch name {
        case "amp": return [UInt8(ascii: "&")]
        case "lt": return [UInt8(ascii: "<")]
        case "gt": return [UInt8(ascii: ">")]
        case "quot": return [UInt8(ascii: "\"")]
        case "apos": return [UInt8(ascii: "'")]
        default:
            let code =
                name.hasPrefix("#x")
                ? UInt32(name.dropFirst(2), radix: 16)
                : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
            guard let scalar = code.flatMap(Unicode.Scalar.init) else { throw failure("unknown entity") }
            return Array(String(Character(scalar)).utf8)
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }

    private static func value(_ children: [(String, Value)], _ text: [UInt8]) -> Value {
        guard !children.isEmpty else { return .string(String(decoding: text, as: UTF8.self)) }
        if children.allSatisfy({ $0.0 == "member" }) { return .list(children.map(\.1)) }
        if children.allSatisfy({ $0.0 == "entry" && $0.1["key"].string != nil }) {
            return .map(
                Dictionary(
                    children.map { ($0.1["key"].string ?? "", $0.1["value"]) }, uniquingKeysWith: { _, last in last }))
        }
        return .map(
            Dictionary(grouping: children, by: \.0).mapValues { same in
                same.count == 1 ? same[0].1 : .list(same.map(\.1))
            })
    }
}
