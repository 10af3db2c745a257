/// One thing that is wrong with the user's input: what, where, and what to do.
package struct Diagnostic: Error, Sendable, Hashable {
    /// An error stops the run before anything is done; a warning does not.
    package enum Severity: String, Sendable, Hashable {
        case error, warning
    }

    /// Another place that explains the problem, such as where a key stood first.
    package struct Related: Sendable, Hashable {
        /// Where it is.
        package let range: SourceRange
        /// What there is to see, such as "it is first here".
        package let message: String

        /// A note about another place.
        package init(_ message: String, at range: SourceRange) {
            self.range = range
            self.message = message
        }
    }

    /// Stable and kebab-case, such as `unknown-key`: what scripts match and documentation is found by.
    package let code: String
    /// Whether it stops the run.
    package let severity: Severity
    /// What is wrong, in plain words, without a full stop.
    package let message: String
    /// Where; nil only for what has no place in a file.
    package let range: SourceRange?
    /// What to do about it. Where names are compared for it, that is done each time.
    package var help: String? { advice?.text }
    private let advice: Advice?
    /// Other places that explain it, in the order to show them.
    package let related: [Related]

    /// `code` is stable and kebab-case, `message` says what is wrong, `help` what to do.
    package init(
        _ code: String, _ message: String, severity: Severity = .error, at range: SourceRange?,
        help: String? = nil, related: [Related] = []
    ) {
        self.code = code
        self.severity = severity
        self.message = message
        self.range = range
        self.advice = help.map(Advice.text)
        self.related = related
    }

    /// One about a name that is none of those that there are.
    package init(_ code: String, _ message: String, at range: SourceRange?, help suggestion: Suggestion) {
        self.code = code
        self.severity = .error
        self.message = message
        self.range = range
        self.advice = .suggestion(suggestion)
        self.related = []
    }

    private enum Advice: Sendable, Hashable {
        case text(String)
        case suggestion(Suggestion)

        var text: String {
            switch self {
            case .text(let text): text
            case .suggestion(let suggestion): suggestion.text
            }
        }
    }
}

extension Diagnostic: CustomStringConvertible {
    /// One line, for logs and failing tests; what the user sees comes from ``DiagnosticRenderer``.
    package var description: String {
        (range.map { "\($0): " } ?? "") + "\(severity.rawValue): \(message) [\(code)]"
    }
}
