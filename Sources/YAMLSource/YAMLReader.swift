package import Diagnostics

/// Reads one YAML 1.2 document into nodes that know their place.
///
/// Anchors and aliases work. Merge keys (`<<`) do not exist in YAML 1.2 and are an error rather than a second
/// way to merge beside a stack file's own. So are several documents, tags outside the core schema, keys that are
/// no scalar, and duplicate keys.
package enum YAMLReader {
    /// What one file may cost. Real stack files stay far below.
    enum Limit {
        /// Bytes of a file.
        static let fileSize = 16 << 20
        /// Values, each alias counted as often as what it repeats.
        static let values = 1_000_000
        /// Lists and maps inside one another, aliases included.
        static let depth = 100
    }

    /// Reads a file's bytes: UTF-8, with or without a byte order mark, at most 16 MiB.
    ///
    /// - Parameter file: the path as the user wrote it, for the diagnostics.
    /// - Returns: what is wrong, and the document's root. The root is nil only where the text could not be read to its
    ///   end; with mistakes inside a readable text it is there, so a caller can check the rest in the same
    ///   run, but must not be acted upon while `diagnostics.hasErrors`.
    package static func read(_ bytes: some Collection<UInt8>, file: String) -> (node: Node?, diagnostics: Diagnostics) {
        let text: [UInt8]
        do { text = try checkedText(bytes, file: file) } catch { return (nil, Diagnostics([error])) }
        guard let events = EventStream(text) else {
            let whole = SourceRange(file: file, at: .start)
            return (nil, Diagnostics([Diagnostic("out-of-memory", "no memory left to read the file", at: whole)]))
        }
        var builder = TreeBuilder(events: events, file: file)
        do {
            let root = try builder.document()
            return (root, builder.diagnostics)
        } catch {
            var diagnostics = builder.diagnostics
            switch error {
            case .syntax(let problem): diagnostics.append(Diagnostic(problem, in: text, file: file))
            case .limit(let diagnostic): diagnostics.append(diagnostic)
            }
            return (nil, diagnostics)
        }
    }

    /// The bytes without byte order mark, when they are text that YAML allows.
    ///
    /// This comes before libyaml because libyaml names such places by byte, and because it takes the three exotic
    /// line separators for line ends, which editors do not.
    private static func checkedText(_ bytes: some Collection<UInt8>, file: String) throws(Diagnostic) -> [UInt8] {
        guard bytes.count <= Limit.fileSize else {
            throw Diagnostic(
                "file-too-large", "the file has \(bytes.count) bytes, and the limit is \(Limit.fileSize) (16 MiB)",
                at: SourceRange(file: file, at: .start),
                help: "check that this is the right file; a stack of this size is better split into several")
        }
        var text = Array(bytes)
        if text.starts(with: [0xFE, 0xFF]) || text.starts(with: [0xFF, 0xFE])
            || text.prefix(2).contains(0) && text.count > 1
        {
            throw Diagnostic(
                "not-utf8", "the file is not UTF-8, but looks like UTF-16 or UTF-32",
                at: SourceRange(file: file, at: .start), help: "save it as UTF-8")
        }
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }

        var line = 1
        var column = 1
        var afterReturn = false
        var decoder = UTF8()
        var iterator = text.makeIterator()
        while true {
            let here = SourceRange(file: file, at: SourcePosition(line: line, column: column))
            let character: Unicode.Scalar
            switch decoder.decode(&iterator) {
            case .emptyInput: return text
            case .error:
                throw Diagnostic(
                    "not-utf8", "this is not valid UTF-8", at: here,
                    help: "save the file as UTF-8; an editor or a copy may have used another encoding")
            case .scalarValue(let decoded): character = decoded
            }
            guard isAllowed(character) else {
                throw Diagnostic(
                    "control-character", "the character \(codePoint(character)) is not allowed in YAML", at: here,
                    help: "remove it, or write it as an escape in double quotes: \"\(escape(character))\"")
            }
            switch character {
            case "\n" where afterReturn: break
            case "\n", "\r": (line, column) = (line + 1, 1)
            default: column += 1
            }
            afterReturn = character == "\r"
        }
    }

    /// YAML's printable characters (YAML 1.2.2, chapter 5.1), less the byte order mark inside a text and the line
    /// separators of YAML 1.1.
    private static func isAllowed(_ character: Unicode.Scalar) -> Bool {
        switch character.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E: true
        case 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: false
        case 0xA0...0x10FFFF: true
        default: false
        }
    }

    private static func codePoint(_ character: Unicode.Scalar) -> String {
        "U+" + hexadecimal(character, digits: 4)
    }

    private static func escape(_ character: Unicode.Scalar) -> String {
        character.value <= 0xFF ? "\\x" + hexadecimal(character, digits: 2) : "\\u" + hexadecimal(character, digits: 4)
    }

    private static func hexadecimal(_ character: Unicode.Scalar, digits: Int) -> String {
        let text = String(character.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
