import Diagnostics
import YAMLSource

/// Text in which a line of carets below a line marks what is reported there:
///
///     a: 1
///     a: 2
///     ^ duplicate-key: duplicate key `a`
///
/// Carets count code points, so that they test the columns and not the rendering.
enum Marked {
    /// The text without its marks.
    static func plain(_ marked: String) -> String {
        lines(of: marked).filter { !isMark($0) }.joined(separator: "\n")
    }

    /// The text with a mark for each diagnostic.
    static func text(_ plain: String, with diagnostics: Diagnostics) -> String {
        var marked: [String] = []
        for (index, line) in lines(of: plain).enumerated() {
            marked.append(line)
            for diagnostic in diagnostics.sorted {
                guard let range = diagnostic.range, range.start.line == index + 1 else { continue }
                let end = range.end.line == range.start.line ? range.end.column : line.unicodeScalars.count + 1
                let tildes = String(repeating: "~", count: max(0, end - range.start.column - 1))
                let padding = String(repeating: " ", count: range.start.column - 1)
                marked.append(padding + "^" + tildes + " \(diagnostic.code): \(diagnostic.message)")
            }
        }
        return marked.joined(separator: "\n")
    }

    private static func isMark(_ line: String) -> Bool {
        line.drop { $0 == " " }.first == "^"
    }

    private static func lines(of text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
