/// A place in a text file.
package struct SourcePosition: Sendable, Hashable, Comparable, Codable {
    /// From 1. Lines end with `\n`, `\r\n` or `\r`.
    package let line: Int
    /// From 1, in Unicode code points (what libyaml, Python and most linters count), not in bytes and not
    /// in columns of a terminal.
    package let column: Int

    /// Both from 1.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Where a file starts: the place of whatever is wrong with a file as a whole.
    package static let start = SourcePosition(line: 1, column: 1)

    /// The order of reading.
    package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A stretch of a text file, from `start` up to but not including `end`.
package struct SourceRange: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The path as the user wrote it.
    package let file: String
    /// The position of the first character.
    package let start: SourcePosition
    /// The position after the last character; equal to `start` where the range is a mere point.
    package let end: SourcePosition

    /// From `start` up to but not including `end`.
    package init(file: String, start: SourcePosition, end: SourcePosition) {
        self.file = file
        self.start = start
        self.end = end
    }

    /// A point: one caret.
    package init(file: String, at position: SourcePosition) {
        self.init(file: file, start: position, end: position)
    }

    /// `stacks/prod.yaml:42:5`, the form that editors and terminals make clickable.
    package var description: String { "\(file):\(start.line):\(start.column)" }
}

/// The lines of a text as ``SourcePosition`` counts them, without their ends and without the byte order mark.
package func sourceLines(of text: String) -> [Substring] {
    let characters = text.utf8
    let mark = "\u{FEFF}".utf8
    var lines: [Substring] = []
    var start =
        characters.starts(with: mark)
        ? characters.index(characters.startIndex, offsetBy: mark.count) : characters.startIndex
    var index = start
    while index < characters.endIndex {
        let character = characters[index]
        let end = index
        characters.formIndex(after: &index)
        guard character == UInt8(ascii: "\n") || character == UInt8(ascii: "\r") else { continue }
        lines.append(text[start..<end])
        if character == UInt8(ascii: "\r"), index < characters.endIndex, characters[index] == UInt8(ascii: "\n") {
            characters.formIndex(after: &index)
        }
        start = index
    }
    lines.append(text[start...])
    return lines
}
