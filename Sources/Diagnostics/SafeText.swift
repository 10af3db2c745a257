/// Text that may be printed as it is. What comes from outside (AWS, files, the environment, arguments) is in it with everything
/// escaped that could steer a terminal, turn the direction of writing, stay unseen, or begin a line of its own.
///
/// Written as a literal, what is interpolated is escaped, and only what stands in the source is taken as it is:
///
///     "cogstack: \(error.message)\n\(error.help)"
package struct SafeText: Sendable, Hashable {
    package let text: String

    /// Text that holds nothing from outside, or nothing that was not escaped: for who paints, moves the cursor, or writes JSON.
    package init(verbatim text: String) {
        self.text = text
    }

    /// Text of any origin as part of a line: newlines and tabs are escaped too.
    package init(line text: String) {
        self.text = escaped(text)
    }

    /// Text of any origin that may have lines of its own, with nothing of this program's below it.
    package init(lines text: String) {
        self.text = escaped(text, keepsLines: true)
    }

    package var isEmpty: Bool { text.isEmpty }

    /// The same with a newline at its end, if it has none.
    package var endingItsLine: SafeText { text.hasSuffix("\n") ? self : self + "\n" }

    package static func + (left: SafeText, right: SafeText) -> SafeText { SafeText(verbatim: left.text + right.text) }
    package static func += (left: inout SafeText, right: SafeText) { left = left + right }
}

extension SafeText: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) {
        self.text = text
    }

    package init(stringInterpolation: Parts) {
        text = stringInterpolation.text
    }

    package struct Parts: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity)
        }

        package mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        package mutating func appendInterpolation(_ safe: SafeText) {
            text += safe.text
        }

        package mutating func appendInterpolation(_ outside: some Any) {
            text += escaped("\(outside)")
        }
    }
}

extension SafeText: CustomStringConvertible {
    package var description: String { text }
}

extension Sequence<SafeText> {
    package func joined(separator: SafeText = "") -> SafeText {
        SafeText(verbatim: map(\.text).joined(separator: separator.text))
    }
}

/// The text with everything escaped that ``Unicode/Scalar/steersOrHides`` names: `\n`, `\t` and `\r`, and `\u{1B}` for all others.
///
/// - Parameter keepsLines: whether newlines and tabs stay what they are.
package func escaped(_ text: String, keepsLines: Bool = false) -> String {
    guard text.unicodeScalars.contains(where: \.steersOrHides) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\n" where keepsLines, "\t" where keepsLines: result.append(scalar)
        case "\n": result += "\\n".unicodeScalars
        case "\t": result += "\\t".unicodeScalars
        case "\r": result += "\\r".unicodeScalars
        case _ where scalar.steersOrHides:
            result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars
        default: result.append(scalar)
        }
    }
    return String(result)
}

extension Unicode.Scalar {
    /// Whether a terminal might do something else than show it: C0, DEL and C1 controls, what turns the direction of writing or joins
    /// and parts letters unseen, what ends a line or paragraph, marks of annotations, tags.
    package var steersOrHides: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB,
            0xE0000...0xE007F:
            true
        default: false
        }
    }
}
