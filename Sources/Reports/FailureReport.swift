package import Diagnostics

/// Why a command did not do its work, or what `validate` found, as one JSON document.
package struct FailureReport: Sendable {
    private let message: String?
    private let help: String?
    private let diagnostics: [Diagnostic]

    /// A failure in words.
    package init(_ message: String, help: String?) {
        self.message = message
        self.help = help
        diagnostics = []
    }

    /// What is wrong with the files, or nothing.
    package init(_ diagnostics: Diagnostics) {
        message = diagnostics.hasErrors ? diagnostics.summary : nil
        help = nil
        self.diagnostics = Array(diagnostics.sorted.prefix(DiagnosticRenderer.mostShown))
    }

    /// Format 1 of `validate --json`, and of any command's `--json` that failed: `error` is null where nothing is wrong; it counts
    /// the mistakes where there are more than the hundred that are listed.
    package var json: SafeText {
        JSON.object([
            ("format", .integer(1)),
            ("error", message.map(JSON.string) ?? .null),
            ("help", help.map(JSON.string) ?? .null),
            ("diagnostics", .array(diagnostics.map(form))),
        ]).document
    }

    private func form(_ diagnostic: Diagnostic) -> JSON {
        .object([
            ("code", .string(diagnostic.code)),
            ("severity", .string(diagnostic.severity.rawValue)),
            ("message", .string(diagnostic.message)),
            ("at", diagnostic.range.map { .string("\($0)") } ?? .null),
            ("help", diagnostic.help.map(JSON.string) ?? .null),
            (
                "related",
                .array(
                    diagnostic.related.map {
                        .object([("message", .string($0.message)), ("at", .string("\($0.range)"))])
                    })
            ),
        ])
    }
}
