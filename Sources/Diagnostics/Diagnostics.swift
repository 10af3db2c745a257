/// Collects diagnostics, so one run reports everything that is wrong.
///
/// The same diagnostic twice is kept once: two checks may come upon one mistake.
package struct Diagnostics: Error, Sendable {
    private var inOrderFound: [Diagnostic] = []
    private var known: Set<Diagnostic> = []

    /// A collection of those given, without repetitions.
    package init(_ diagnostics: some Sequence<Diagnostic> = []) {
        for diagnostic in diagnostics { append(diagnostic) }
    }

    /// Adds one, unless the same is there already.
    package mutating func append(_ diagnostic: Diagnostic) {
        if known.insert(diagnostic).inserted { inOrderFound.append(diagnostic) }
    }

    /// Adds what another check found.
    package mutating func append(contentsOf other: Diagnostics) {
        for diagnostic in other.inOrderFound { append(diagnostic) }
    }

    /// Adds an error. `code` is stable and kebab-case; `help` says what to do.
    package mutating func error(
        _ code: String, _ message: String, at range: SourceRange?, help: String? = nil,
        related: [Diagnostic.Related] = []
    ) {
        append(Diagnostic(code, message, at: range, help: help, related: related))
    }

    /// Adds an error about a name that is none of those that there are.
    package mutating func error(_ code: String, _ message: String, at range: SourceRange?, help: Suggestion) {
        append(Diagnostic(code, message, at: range, help: help))
    }

    /// Adds a warning, which stops nothing.
    package mutating func warning(
        _ code: String, _ message: String, at range: SourceRange?, help: String? = nil,
        related: [Diagnostic.Related] = []
    ) {
        append(Diagnostic(code, message, severity: .warning, at: range, help: help, related: related))
    }

    /// Whether there is nothing to say, not even a warning.
    package var isEmpty: Bool { inOrderFound.isEmpty }
    /// Whether the run must stop.
    package var hasErrors: Bool { inOrderFound.contains { $0.severity == .error } }

    /// All of them: first those without a place, then by file and position; at one position in the order
    /// they were found.
    package var sorted: [Diagnostic] {
        inOrderFound.enumerated().sorted { left, right in
            switch (left.element.range, right.element.range) {
            case (let first?, let second?) where first.file != second.file: first.file < second.file
            case (let first?, let second?) where first.start != second.start: first.start < second.start
            case (nil, .some): true
            case (.some, nil): false
            default: left.offset < right.offset
            }
        }.map(\.element)
    }

    /// `3 errors, 1 warning`; empty where there are none.
    package var summary: String {
        let errors = inOrderFound.count { $0.severity == .error }
        let warnings = inOrderFound.count - errors
        return [(errors, "error"), (warnings, "warning")]
            .filter { $0.0 > 0 }
            .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
            .joined(separator: ", ")
    }
}

extension Diagnostics: CustomStringConvertible {
    /// A line for each, sorted; for logs and failing tests.
    package var description: String { sorted.map(\.description).joined(separator: "\n") }
}
