import Diagnostics
import Testing

@Suite struct RendererTests {
    private func range(_ line: Int, _ columns: Range<Int>, file: String = "s.yaml") -> SourceRange {
        SourceRange(
            file: file, start: SourcePosition(line: line, column: columns.lowerBound),
            end: SourcePosition(line: line, column: columns.upperBound))
    }

    @Test func showsPlaceLineCaretHelpAndNotes() {
        var diagnostics = Diagnostics()
        diagnostics.error(
            "duplicate-key", "the key `name` stands twice", at: range(10, 3..<7), help: "remove one of the two",
            related: [.init("it is first here", at: range(2, 3..<7))])
        diagnostics.warning("odd", "no such file to show", at: range(1, 1..<1, file: "other.yaml"))
        diagnostics.error("whole", "nothing can be done", at: nil)
        let source = (1...12).map { $0 == 2 || $0 == 10 ? "  name: prod \($0)" : "line \($0)" }.joined(separator: "\n")
        #expect(
            DiagnosticRenderer(sources: ["s.yaml": source], colour: false).render(diagnostics).text == """
                error: nothing can be done [whole]

                other.yaml:1:1: warning: no such file to show [odd]

                s.yaml:10:3: error: the key `name` stands twice [duplicate-key]
                 10 |   name: prod 10
                    |   ^~~~
                help: remove one of the two
                s.yaml:2:3: note: it is first here
                 2 |   name: prod 2
                   |   ^~~~

                2 errors, 1 warning

                """)
        #expect(DiagnosticRenderer(sources: [:], colour: false).render(Diagnostics()).text == "")
    }

    /// The line, the columns meant, and the line of marks as it must look in a terminal.
    @Test(
        arguments: [
            ("name: x", 1..<5, "^~~~"),
            ("name: x", 7..<7, "      ^"),
            ("name: x", 8..<8, "       ^"),
            ("name: x", 50..<60, "       ^"),
            ("\ta\tb: x", 4..<5, "\t \t^"),
            ("a\tb c", 1..<6, "^\t~~~"),
            ("日本: x", 1..<3, "^~~~"),
            ("日本: x", 5..<6, "      ^"),
            ("é: x", 4..<5, "   ^"),
            // Decomposed: the accent is a code point of its own and takes no column.
            ("e\u{301}: x", 5..<6, "   ^"),
            ("e\u{301}: x", 2..<3, "^"),
            ("👩‍👩‍👧: x", 8..<9, "    ^"),
            ("🇩🇪❤️ x", 6..<7, "     ^"),
            ("ｗｉｄｅ x", 6..<7, "         ^"),
            ("한국 x", 4..<5, "     ^"),
            ("", 1..<1, "^"),
        ] as [(String, Range<Int>, String)])
    func marksStandBelowWhatTheyMean(_ line: String, _ columns: Range<Int>, _ marks: String) {
        let rendered = DiagnosticRenderer(sources: ["s.yaml": line], colour: false).render(
            Diagnostic("c", "m", at: range(1, columns))
        ).text
        let gutter = line.isEmpty ? " 1 |" : " 1 | "
        #expect(rendered == "s.yaml:1:\(columns.lowerBound): error: m [c]\n\(gutter)\(line)\n   | \(marks)\n")
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func findsTheLineWhateverEndsIt(_ lineEnd: String) {
        let source = "\u{FEFF}" + ["first", "second", "", "fourth"].joined(separator: lineEnd)
        let renderer = DiagnosticRenderer(sources: ["s.yaml": source], colour: false)
        #expect(renderer.render(Diagnostic("c", "m", at: range(1, 1..<6))).text.contains(" 1 | first\n   | ^~~~~\n"))
        #expect(renderer.render(Diagnostic("c", "m", at: range(4, 1..<2))).text.contains(" 4 | fourth\n   | ^\n"))
        #expect(renderer.render(Diagnostic("c", "m", at: range(5, 1..<2))).text == "s.yaml:5:1: error: m [c]\n")
    }

    @Test func aRangeOfSeveralLinesIsMarkedToTheEndOfItsFirst() {
        let wide = SourceRange(
            file: "s.yaml", start: SourcePosition(line: 1, column: 4), end: SourcePosition(line: 2, column: 2))
        let rendered = DiagnosticRenderer(sources: ["s.yaml": "a: {b: 1,\n c: 2}"], colour: false).render(
            Diagnostic("c", "m", at: wide)
        ).text
        #expect(rendered == "s.yaml:1:4: error: m [c]\n 1 | a: {b: 1,\n   |    ^~~~~~\n")
    }

    /// Where the mark is in the line, what is shown, and the column of the caret in it.
    @Test(arguments: [
        (1, String(repeating: "x", count: 120) + "…", 0),
        (41, String(repeating: "x", count: 120) + "…", 40),
        (500, "…" + String(repeating: "x", count: 120) + "…", 41),
        (1000, "…" + String(repeating: "x", count: 41), 41),
        (1001, "…" + String(repeating: "x", count: 40), 41),
    ])
    func aLongLineIsCutAroundTheMark(_ column: Int, _ shown: String, _ caret: Int) {
        let source = String(repeating: "x", count: 1000)
        let rendered = DiagnosticRenderer(sources: ["s.yaml": source], colour: false)
            .render(Diagnostic("c", "m", at: range(1, column..<column))).text
        let padding = String(repeating: " ", count: caret)
        #expect(rendered == "s.yaml:1:\(column): error: m [c]\n 1 | \(shown)\n   | \(padding)^\n")
    }

    @Test func aMarkEndsWhereACutLineEnds() {
        let rendered = DiagnosticRenderer(sources: ["s.yaml": String(repeating: "日", count: 200)], colour: false)
            .render(Diagnostic("c", "m", at: range(1, 1..<201))).text
        #expect(
            rendered.hasSuffix(
                " 1 | " + String(repeating: "日", count: 60) + "…\n   | ^" + String(repeating: "~", count: 119) + "\n"))
    }

    @Test func onlyTheFirstHundredAreShown() {
        let diagnostics = Diagnostics((1...250).map { Diagnostic("c", "number \($0)", at: range($0, 1..<2)) })
        let rendered = DiagnosticRenderer(sources: [:], colour: false).render(diagnostics).text
        #expect(
            rendered.hasSuffix("s.yaml:100:1: error: number 100 [c]\n\n250 errors, of which the first 100 are shown\n"))
        #expect(!rendered.contains("number 101"))
    }

    @Test func nothingInAFileSteersTheTerminal() {
        let hostile = "a: \u{1B}[2J\u{202E}x\u{7F}\ny"
        let rendered = DiagnosticRenderer(sources: [hostile: hostile], colour: false)
            .render(Diagnostic("c", hostile, at: range(1, 10..<11, file: hostile), help: hostile)).text
        #expect(
            rendered == """
                a: \\u{1B}[2J\\u{202E}x\\u{7F}\\ny:1:10: error: a: \\u{1B}[2J\\u{202E}x\\u{7F}\\ny [c]
                 1 | a: �[2J�x�
                   |          ^
                help: a: \\u{1B}[2J\\u{202E}x\\u{7F}\\ny

                """)
    }

    @Test func coloursFrameTheSameText() {
        let renderer = { DiagnosticRenderer(sources: ["s.yaml": "a: b"], colour: $0) }
        let diagnostic = Diagnostic(
            "c", "m", at: range(1, 1..<2), help: "h", related: [.init("r", at: range(1, 4..<5))])
        let coloured = renderer(true).render(diagnostic).text
        #expect(coloured.hasPrefix("\u{1B}[1ms.yaml:1:1:\u{1B}[0m \u{1B}[1;31merror:\u{1B}[0m m [c]\n"))
        #expect(coloured.contains("\u{1B}[1;31m^\u{1B}[0m\n"))
        #expect(coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == renderer(false).render(diagnostic).text)
    }
}
