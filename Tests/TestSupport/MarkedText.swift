package import Diagnostics

/// Text in which a line of carets stands under each mistake, with its code and message:
///
///     userPols: {}
///     ^^^^^^^^ unknown-key: a stack file has no section `userPols`
///
/// Carets count code points, so that they test the columns and not the rendering. A range of several lines is marked as far as its
/// first line goes.
package struct MarkedText {
    /// The text without its marks.
    package let text: String
    /// `3:1-9 unknown-key: …`, by line and column, as ``mark(of:in:)`` writes it.
    package let expected: [String]

    package init(_ marked: String) {
        var lines: [Substring] = []
        var expected: [String] = []
        for line in marked.split(separator: "\n", omittingEmptySubsequences: false) {
            if let mark = line.wholeMatch(of: /( *)(\^+) ([a-z-]+: .+)/) {
                let start = mark.1.count + 1
                expected.append("\(lines.count):\(start)-\(start + mark.2.count) \(mark.3)")
            } else {
                lines.append(line)
            }
        }
        text = lines.joined(separator: "\n")
        self.expected = expected
    }

    /// Where a diagnostic stands in its file's text, and what it says; without a place what it says alone.
    package static func mark(of diagnostic: Diagnostic, in text: String) -> String {
        let words = "\(diagnostic.code): \(diagnostic.message)"
        guard let range = diagnostic.range else { return words }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = lines.indices.contains(range.start.line - 1) ? lines[range.start.line - 1] : ""
        let end = range.end.line == range.start.line ? range.end.column : line.unicodeScalars.count + 1
        return "\(range.start.line):\(range.start.column)-\(max(end, range.start.column + 1)) \(words)"
    }
}
