import Diagnostics
import Foundation
import Testing

@Suite struct DiagnosticsTests {
    private func range(_ file: String, _ line: Int, _ column: Int) -> SourceRange {
        SourceRange(file: file, at: SourcePosition(line: line, column: column))
    }

    @Test func areSortedByPlaceAndThenAsFound() {
        var diagnostics = Diagnostics()
        diagnostics.error("f", "later file", at: range("b.yaml", 1, 1))
        diagnostics.error("e", "second at one place", at: range("a.yaml", 10, 2))
        diagnostics.warning("d", "third at one place", at: range("a.yaml", 10, 2))
        diagnostics.error("c", "earlier column", at: range("a.yaml", 10, 1))
        diagnostics.error("b", "earlier line", at: range("a.yaml", 9, 80))
        diagnostics.error("z", "without place", at: nil)
        diagnostics.error("a", "without place too", at: nil)
        #expect(diagnostics.sorted.map(\.code) == ["z", "a", "b", "c", "e", "d", "f"])
    }

    @Test func keepTheSameOneOnce() {
        var diagnostics = Diagnostics()
        diagnostics.error("a", "m", at: range("f", 1, 1))
        diagnostics.append(contentsOf: diagnostics)
        diagnostics.append(
            contentsOf: Diagnostics([
                Diagnostic("a", "m", at: range("f", 1, 1)), Diagnostic("a", "m", at: range("f", 1, 2)),
            ]))
        #expect(diagnostics.sorted.map { $0.range?.start.column } == [1, 2])
    }

    @Test func onlyErrorsStop() {
        var diagnostics = Diagnostics()
        #expect(diagnostics.isEmpty && !diagnostics.hasErrors)
        diagnostics.warning("w", "m", at: nil)
        #expect(!diagnostics.isEmpty && !diagnostics.hasErrors)
        diagnostics.error("e", "m", at: nil)
        #expect(diagnostics.hasErrors)
    }

    @Test(arguments: [
        (0, 0, ""), (1, 0, "1 error"), (0, 1, "1 warning"), (3, 1, "3 errors, 1 warning"),
        (1, 2, "1 error, 2 warnings"),
    ])
    func areSummedUp(_ errors: Int, _ warnings: Int, _ expected: String) {
        var diagnostics = Diagnostics()
        for number in 0..<errors { diagnostics.error("e", "\(number)", at: nil) }
        for number in 0..<warnings { diagnostics.warning("w", "\(number)", at: nil) }
        #expect(diagnostics.summary == expected)
    }

    @Test func placesReadLikeACompilers() {
        #expect(range("stacks/prod.yaml", 42, 5).description == "stacks/prod.yaml:42:5")
        #expect(Diagnostic("c", "m", at: range("f", 1, 2)).description == "f:1:2: error: m [c]")
        #expect(Diagnostic("c", "m", severity: .warning, at: nil).description == "warning: m [c]")
    }
}
