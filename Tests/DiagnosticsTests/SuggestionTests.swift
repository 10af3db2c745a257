import Diagnostics
import Synchronization
import Testing

@Suite struct SuggestionTests {
    static let cases: [(word: String, names: [String], expected: String)] = [
        ("usres", ["users", "clients"], "Did you mean `users`? Or an ARN."),
        ("x", ["users", "clients"], "The file has clients, users. Or an ARN."),
        ("x", [], "Add one. Or an ARN."),
        (
            "x", (10..<35).map { "name-\($0)" },
            "The file has \((10..<30).map { "name-\($0)" }.joined(separator: ", ")) and 5 more. Or an ARN."
        ),
    ]

    @Test(arguments: cases)
    func says(word: String, names: [String], expected: String) {
        let suggestion = Suggestion(
            for: word, among: { names.reversed() }, listing: "The file has", none: "Add one.", remark: " Or an ARN.")
        #expect(suggestion.text == expected)
    }

    @Test("names are compared only where a mistake is shown: a hundred of forty thousand")
    func isLazy() {
        let compared = Mutex(0)
        var diagnostics = Diagnostics()
        for line in 1...40_000 {
            let place = SourceRange(file: "s.yaml", at: SourcePosition(line: line, column: 1))
            diagnostics.error(
                "dangling-reference", "there is no `x`", at: place,
                help: Suggestion(
                    for: "x",
                    among: {
                        compared.withLock { $0 += 1 }; return ["users"]
                    }, listing: "There is", none: ""))
        }
        let text = DiagnosticRenderer(sources: [:], colour: false).render(diagnostics).text
        #expect(text.hasSuffix("40000 errors, of which the first 100 are shown\n"))
        #expect(compared.withLock(\.self) == 100)
    }
}
