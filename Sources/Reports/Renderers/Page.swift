internal import Diagnostics

/// How a report for people looks: whether in colour, and how wide.
package struct Style: Sendable {
    /// False where output is no terminal, and with `NO_COLOR`.
    package let isColoured: Bool
    /// Columns. Words longer than a line (ARNs) are never broken, so they can be copied.
    package let width: Int

    /// `width` is held between 40 and 100 columns: wider lines are slow to read.
    package init(isColoured: Bool, width: Int = 80) {
        self.isColoured = isColoured
        self.width = min(max(width, 40), 100)
    }

    func paint(_ spans: [Span]) -> SafeText {
        var runs: [(code: String?, text: String)] = []
        for span in spans.map(\.printed) {
            let code = isColoured ? span.meaning.code : nil
            if let last = runs.last, last.code == code {
                runs[runs.count - 1].text += span.text
            } else {
                runs.append((code, span.text))
            }
        }
        return runs.map { code, text in
            guard let code, !text.isEmpty else { return SafeText(verbatim: text) }
            return SafeText(verbatim: "\u{1B}[\(code)m\(text)\u{1B}[0m")
        }.joined()
    }
}

extension Meaning {
    /// The parameter of the terminal's SGR sequence; the sixteen basic colours follow the user's theme.
    fileprivate var code: String? {
        switch self {
        case .plain, .code: nil
        case .strong, .address: "1"
        case .dim: "2"
        case .added: "32"
        case .changed: "33"
        case .removed: "31"
        case .alarming: "1;31"
        case .noted: "36"
        }
    }
}

extension Span {
    /// What is to be typed stands between backticks, as in the messages of all commands.
    fileprivate var printed: Span { meaning == .code ? Span("`\(text)`", isWhole: isWhole) : self }
}

extension [Span] {
    /// Columns.
    var width: Int { reduce(0) { $0 + $1.printed.text.count } }
}

/// Lines of a report, wrapped as they are added.
struct Page {
    let style: Style
    private(set) var lines: [[Span]] = []

    init(_ style: Style) {
        self.style = style
    }

    var text: SafeText { lines.map { style.paint($0) + "\n" }.joined() }

    mutating func blank() {
        if let last = lines.last, !last.isEmpty { lines.append([]) }
    }

    /// Text, broken at spaces; the lines after the first one start `hang` columns further in. `right`
    /// stands at the right edge, of the first line where there is room and of a line of its own where not.
    mutating func add(_ spans: [Span], indent: Int = 0, hang: Int = 2, right: Span? = nil) {
        var wrapped = wrap(spans.map(\.printed), indent: indent, hang: hang)
        if let right {
            let used = wrapped[0].width
            if used + 2 + right.text.count <= style.width {
                wrapped[0] += [Span(spaces(style.width - used - right.text.count)), right]
            } else {
                wrapped.append([Span(spaces(max(indent, style.width - right.text.count))), right])
            }
        }
        lines += wrapped
    }

    mutating func append(_ other: Page) { lines += other.lines }

    /// Whether these fit on one line at this depth.
    func fits(_ spans: [Span], indent: Int) -> Bool {
        indent + spans.width <= style.width
    }

    private func wrap(_ spans: [Span], indent: Int, hang: Int) -> [[Span]] {
        let lines = parted(
            words(of: spans), width: style.width, indent: indent, hang: hang,
            columns: { word, withoutSpaces in (withoutSpaces ? word.droppingLeadingSpaces : word).width })
        return lines.enumerated().map { index, words in
            let isFirst = index == 0
            let first = isFirst ? words.first : words.first?.droppingLeadingSpaces
            return [Span(spaces(isFirst ? indent : indent + hang))] + (first ?? []) + words.dropFirst().flatMap(\.self)
        }
    }

    /// Words with the spaces before them; a word may run over several spans.
    private func words(of spans: [Span]) -> [[Span]] {
        var words: [[Span]] = []
        var current: [Span] = []
        var inSpace = true
        for span in spans {
            var piece = ""
            for character in span.text {
                let isSpacing = character == " " && !span.isWhole
                if isSpacing, !inSpace {
                    if !piece.isEmpty { current.append(Span(piece, span.meaning)) }
                    if !current.isEmpty { words.append(current) }
                    current = []
                    piece = ""
                }
                inSpace = isSpacing
                piece.append(character)
            }
            if !piece.isEmpty { current.append(Span(piece, span.meaning)) }
        }
        return current.isEmpty ? words : words + [current]
    }
}

extension [Span] {
    fileprivate var droppingLeadingSpaces: [Span] {
        var rest = self
        while let first = rest.first {
            let trimmed = String(first.text.drop { $0 == " " })
            if !trimmed.isEmpty {
                rest[0] = Span(trimmed, first.meaning, isWhole: first.isWhole)
                break
            }
            rest.removeFirst()
        }
        return rest
    }
}

func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
