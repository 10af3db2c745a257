internal import Diagnostics

/// How a report for people looks: whether in colour, and how wide.
package struct Style: Sendable {
    /// False where output is no terminal, and with `NO_COLOR`.
    package let isColoured: Bool
    /// Columns. Words longer than a line (ARNs) are never broken, so that they can be copied.
    package let width: Int

    /// `width` is held between 40 and 100 columns: wider lines are slow to read.
    package init(isColoured: Bool, width: Int = 80) {
        self.isColoured = isColoured
        self.width = min(max(width, 40), 100)
    }

    func paint(_ spans: [Span]) -> SafeText {
        var merged: [Span] = []
        for span in spans {
            if let last = merged.last, last.tone == span.tone {
                merged[merged.count - 1].text += span.text
            } else {
                merged.append(span)
            }
        }
        return merged.map(paint).joined()
    }

    private func paint(_ span: Span) -> SafeText {
        let text = SafeText(verbatim: span.text)
        guard isColoured, let code = span.tone.code, !text.isEmpty else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

/// What a piece of text is, from which its colour follows.
enum Tone {
    case plain, strong, dim, added, changed, removed, alarming, noted

    /// The parameter of the terminal's SGR sequence; the sixteen basic colours follow the user's theme.
    fileprivate var code: String? {
        switch self {
        case .plain: nil
        case .strong: "1"
        case .dim: "2"
        case .added: "32"
        case .changed: "33"
        case .removed: "31"
        case .alarming: "1;31"
        case .noted: "36"
        }
    }
}

/// Text in one tone. It is escaped from the start, so that its width is the one that it has on the screen.
struct Span: Equatable, ExpressibleByStringInterpolation {
    fileprivate(set) var text: String
    let tone: Tone
    /// Whether a line never ends within it: a number and its unit.
    var isWhole = false

    init(_ text: String, _ tone: Tone = .plain, isWhole: Bool = false) {
        self.text = escaped(text)
        self.tone = tone
        self.isWhole = isWhole
    }

    init(stringLiteral text: String) { self.init(text) }
}

extension [Span] {
    /// Columns.
    var width: Int { reduce(0) { $0 + $1.text.count } }

    func joined(separator: Span) -> [Span] where Element == Span {
        Array(map { [$0] }.joined(separator: [separator]))
    }
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
        var wrapped = wrap(spans, indent: indent, hang: hang)
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
                    if !piece.isEmpty { current.append(Span(piece, span.tone)) }
                    if !current.isEmpty { words.append(current) }
                    current = []
                    piece = ""
                }
                inSpace = isSpacing
                piece.append(character)
            }
            if !piece.isEmpty { current.append(Span(piece, span.tone)) }
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
                rest[0].text = trimmed
                break
            }
            rest.removeFirst()
        }
        return rest
    }
}

func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

/// `1 action`, `2 actions`.
func counted(_ count: Int, _ noun: String) -> String { "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")" }

/// `12,345`.
func grouped(_ number: Int) -> String {
    let digits = Array(String(abs(number)))
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
        text.append(digit)
    }
    return number < 0 ? "-\(text)" : text
}

/// `0.09 s`, `4.2 s`, `1 min 12 s`: as many digits as a person wants.
func duration(_ seconds: Double) -> String {
    if seconds < 1 { return "\((seconds * 100).rounded() / 100) s" }
    if seconds < 60 { return "\((seconds * 10).rounded() / 10) s" }
    let whole = Int(seconds)
    return "\(whole / 60) min \(whole % 60) s"
}
