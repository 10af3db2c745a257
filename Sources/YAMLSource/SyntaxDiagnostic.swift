import Diagnostics

extension Diagnostic {
    /// libyaml's report in the words of someone who has to mend the file.
    init(_ problem: SyntaxProblem, in text: [UInt8], file: String) {
        let point = SourceRange(file: file, at: problem.position)
        self.init("yaml-syntax", problem.problem, at: point)
    }
}
