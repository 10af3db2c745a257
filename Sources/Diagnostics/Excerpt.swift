/// A line as it is shown, with the marks that go below it.
///
/// The marks stand right below what they mean on a terminal: wide characters take two columns, tabs are kept as tabs
/// in the padding. A line wider than `widest` is cut around the mark.
struct Excerpt {
    /// Columns; a line up to this width is shown whole.
    static let widest = 120
    /// Columns of context that a cut line keeps before the mark.
    private static let lead = 40

    let line: String
    /// What moves the marks below their place.
    let padding: String
    /// `^~~~`
    let marks: String

    /// Code points looked at before and after the mark, so a line of a megabyte costs no more than others.
    private static let reach = 400

    /// - Parameters:
    ///   - first: the first code point meant, from 1.
    ///   - end: the code point after the last one meant; nil for all up to the end of the line.
    init(_ source: Substring, from first: Int, to end: Int?) {
        let skipped = max(0, first - 1 - Self.reach)
        let near = source.unicodeScalars.dropFirst(skipped)
        let reached = near.prefix(2 * Self.reach)
        let cells = Cell.cells(of: Substring(reached), from: skipped + 1)
        // A place inside a character of several code points means that character; one past the end means the end.
        let start = cells.firstIndex { $0.codePoints.contains(first) } ?? cells.endIndex
        let last = end.flatMap { end in cells.firstIndex { $0.codePoints.upperBound > end } } ?? cells.endIndex

        let isWide = skipped > 0 || reached.endIndex < near.endIndex || cells.reduce(0) { $0 + $1.width } > Self.widest
        let window = isWide ? Self.window(cells, around: start) : cells.indices
        let cutsStart = skipped > 0 || window.lowerBound > 0
        let cutsEnd = reached.endIndex < near.endIndex || window.upperBound < cells.endIndex
        line = (cutsStart ? "…" : "") + cells[window].map(\.text).joined() + (cutsEnd ? "…" : "")
        padding = (cutsStart ? " " : "") + cells[window.lowerBound..<start].map(\.blank).joined()

        let marked = cells[start..<max(start, min(last, window.upperBound))]
        let tildes = marked.map { $0.text == "\t" ? "\t" : String(repeating: "~", count: $0.width) }.joined()
        // The caret takes the first column, also of a tab and of what is no character at all.
        marks = "^" + tildes.dropFirst()
    }

    /// The cells to show of a line that is too wide.
    private static func window(_ cells: [Cell], around mark: Int) -> Range<Int> {
        var lower = mark
        var room = lead
        while lower > 0, cells[lower - 1].width <= room {
            lower -= 1
            room -= cells[lower].width
        }
        var upper = lower
        room = widest
        while upper < cells.endIndex, cells[upper].width <= room {
            room -= cells[upper].width
            upper += 1
        }
        return lower..<upper
    }
}

/// A character as a terminal shows it.
private struct Cell {
    let text: String
    /// Columns. A tab counts as one: how far it reaches is the terminal's business.
    let width: Int
    /// Its code points in the line, which counts them from 1.
    let codePoints: Range<Int>

    /// White space of the same width.
    var blank: String { text == "\t" ? "\t" : String(repeating: " ", count: width) }

    static func cells(of line: Substring, from firstCodePoint: Int) -> [Cell] {
        var next = firstCodePoint
        return line.map { character in
            let first = next
            next += character.unicodeScalars.count
            // Between pictures the joiner is what it says: 👩‍👧 is one.
            let isPicture = character.unicodeScalars.first?.properties.isEmojiPresentation == true
            let isHarmless = !character.unicodeScalars.contains { $0.steersOrHides && !(isPicture && $0 == "\u{200D}") }
            if character == "\t" || isHarmless {
                return Cell(text: String(character), width: columns(of: String(character)), codePoints: first..<next)
            }
            // One column for each that is not shown. Joined without it, the others stand side by side.
            let shown = character.unicodeScalars.map { $0.steersOrHides ? "\u{FFFD}" : String($0) }
            return Cell(text: shown.joined(), width: shown.reduce(0) { $0 + columns(of: $1) }, codePoints: first..<next)
        }
    }
}

/// The columns that a character takes on a terminal: those of its widest code point.
private func columns(of character: String) -> Int {
    // Variation selector 16 asks for the coloured picture, which is wide.
    character.unicodeScalars.contains("\u{FE0F}") ? 2 : character.unicodeScalars.map(columns).max() ?? 0
}

/// 2 for what Unicode's East Asian Width calls wide, 0 for what only modifies its neighbour.
private func columns(of scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF,
        0x1AFF0...0x1B2FF, 0x1F1E6...0x1F1FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD:
        return 2
    default: return scalar.properties.isEmojiPresentation ? 2 : 1
    }
}
