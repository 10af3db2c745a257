/// Shows diagnostics to people: place and message, the line itself, a caret under the place, and what to do.
///
///     stacks/prod.yaml:42:5: error: unknown key `maxSessionDuraton` [unknown-key]
///      42 |     maxSessionDuraton: 12h
///         |     ^~~~~~~~~~~~~~~~~
///     help: did you mean `maxSessionDuration`?
package struct DiagnosticRenderer: Sendable {
    /// How many diagnostics are worth showing at once; the summary counts all of them.
    package static let mostShown = 100

    private let lines: [String: [Substring]]
    private let colour: Bool
    private let width: Int?

    /// - Parameters:
    ///   - sources: the text of each file by the name that the ranges give it; a place in a file that is not among
    ///     them is named but not shown.
    ///   - colour: whether to write ANSI colours.
    ///   - width: columns at which messages are wrapped; nil where they are not. Lines of a file are never.
    package init(sources: [String: String], colour: Bool, width: Int? = nil) {
        lines = sources.mapValues(sourceLines)
        self.colour = colour
        self.width = width
    }

    /// The first hundred, sorted, with the summary of all as the last line; empty where there are none.
    package func render(_ diagnostics: Diagnostics) -> SafeText {
        guard !diagnostics.isEmpty else { return "" }
        let sorted = diagnostics.sorted
        let shown = sorted.prefix(Self.mostShown)
        let rest = sorted.count > shown.count ? ", of which the first \(shown.count) are shown" : ""
        return (shown.map(render) + ["\(diagnostics.summary)\(rest)\n"]).joined(separator: "\n")
    }

    /// One diagnostic; ends with a newline.
    package func render(_ diagnostic: Diagnostic) -> SafeText {
        let (label, tint): (SafeText, Tint) =
            switch diagnostic.severity {
            case .error: ("error", .red)
            case .warning: ("warning", .yellow)
            }
        var text = passage(label, tint, diagnostic.message, at: diagnostic.range, code: diagnostic.code)
        if let help = diagnostic.help {
            text += (paint("help:", .cyan) + " \(help)\n").wrapped(to: width, hang: 6)
        }
        for related in diagnostic.related {
            text += passage("note", .cyan, related.message, at: related.range, code: nil)
        }
        return text
    }

    private func passage(_ label: SafeText, _ tint: Tint, _ message: String, at range: SourceRange?, code: String?)
        -> SafeText
    {
        let place: SafeText = range.map { paint("\($0):", .bold) + " " } ?? ""
        let head = (place + paint(label + ":", tint) + " \(message)" + (code.map { " [\($0)]" } ?? "") + "\n")
            .wrapped(to: width, hang: 4)
        guard let range, let excerpt = excerpt(at: range) else { return head }
        let number = String(range.start.line)
        let blank = String(repeating: " ", count: number.count)
        // An excerpt has its own way to show what is not printed, so the marks stay in place.
        let line = SafeText(verbatim: (excerpt.line.isEmpty ? "" : " ") + excerpt.line)
        let marks = SafeText(verbatim: " " + excerpt.padding) + paint(SafeText(verbatim: excerpt.marks), tint)
        return head + paint(" \(number) |", .dim) + line + "\n" + paint(" \(blank) |", .dim) + marks + "\n"
    }

    private func excerpt(at range: SourceRange) -> Excerpt? {
        guard let lines = lines[range.file], lines.indices.contains(range.start.line - 1) else { return nil }
        let line = lines[range.start.line - 1]
        return Excerpt(line, from: range.start.column, to: range.end.line == range.start.line ? range.end.column : nil)
    }

    private enum Tint: String {
        case bold = "1"
        case dim = "2"
        case red = "1;31"
        case yellow = "1;33"
        case cyan = "1;36"
    }

    private func paint(_ text: SafeText, _ tint: Tint) -> SafeText {
        colour ? "\u{1B}[\(tint.rawValue)m\(text)\u{1B}[0m" : text
    }
}
