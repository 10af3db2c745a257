/// Parts words into lines, as many on each as fit. All printed text is wrapped here: help, reports, diagnostics, failures,
/// prompts.
///
/// - Parameters:
///   - words: words with the spaces before them. One that is longer than a line is never broken, so it can be copied.
///   - width: columns of a line.
///   - indent: columns before the first word.
///   - hang: columns by which the lines after the first one start further in.
///   - columns: the width of a word on the screen; `withoutSpaces` asks for it at the start of a line.
package func parted<Word>(
    _ words: [Word], width: Int, indent: Int = 0, hang: Int = 0, columns: (_ word: Word, _ withoutSpaces: Bool) -> Int
) -> [[Word]] {
    var lines: [[Word]] = [[]]
    var used = indent
    for word in words {
        if !lines[lines.count - 1].isEmpty, used + columns(word, false) > width {
            lines.append([])
            used = indent + hang
        }
        let startsLine = lines.count > 1 && lines[lines.count - 1].isEmpty
        used += columns(word, startsLine)
        lines[lines.count - 1].append(word)
    }
    return lines
}

extension SafeText {
    /// The same with each of its lines broken at spaces, where they are longer than a width.
    ///
    /// - Parameters:
    ///   - width: columns; nil leaves the text as it is.
    ///   - hang: columns by which what is broken off starts further in than its line.
    package func wrapped(to width: Int?, hang: Int = 0) -> SafeText {
        guard let width else { return self }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return SafeText(verbatim: lines.map { wrappedLine($0, width: width, hang: hang) }.joined(separator: "\n"))
    }
}

private func wrappedLine(_ line: Substring, width: Int, hang: Int) -> String {
    let indent = line.prefix { $0 == " " }
    let rest = line.dropFirst(indent.count)
    let end = rest.lastIndex { $0 != " " }.map(rest.index(after:)) ?? rest.startIndex
    let lines = parted(
        words(of: rest[..<end]), width: width, indent: indent.count, hang: hang,
        columns: { word, withoutSpaces in screenWidth(withoutSpaces ? word.drop { $0 == " " } : word) })
    let margin = "\n\(indent)\(String(repeating: " ", count: hang))"
    // A prompt ends with a space, after which the answer stands.
    return indent
        + lines.enumerated().map { index, words in
            let text = words.joined()
            return index == 0 ? text : String(text.drop { $0 == " " })
        }.joined(separator: margin) + rest[end...]
}

/// Words with the spaces before them.
private func words(of line: Substring) -> [Substring] {
    var words: [Substring] = []
    var start = line.startIndex
    var index = start
    while index < line.endIndex {
        let afterSpaces = line[index...].firstIndex { $0 != " " } ?? line.endIndex
        index = line[afterSpaces...].firstIndex(of: " ") ?? line.endIndex
        words.append(line[start..<index])
        start = index
    }
    return words
}

/// Columns on the screen, on which the sequences that colour text take none.
private func screenWidth(_ text: Substring) -> Int {
    var width = 0
    var rest = text
    while let escape = rest.firstIndex(of: "\u{1B}") {
        width += rest[..<escape].count
        rest = rest[escape...].drop { $0 != "m" }.dropFirst()
    }
    return width + rest.count
}
