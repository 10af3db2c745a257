package import Diagnostics

/// What a command found or did. Each report says it once for people and once for programs; how either looks is a format's business.
package protocol Report: Sendable {
    /// For people.
    var document: Document { get }
    /// For programs: format 1 of the command's `--json`.
    var data: JSON { get }
}

extension Report {
    package func text(_ style: Style) -> SafeText { ReportFormat.text.render(self, style) }
    package var json: SafeText { data.document }
}

/// A format in which reports are printed: a file in `Renderers/` and a line here.
package struct ReportFormat: Sendable, CaseIterable {
    package static let allCases: [ReportFormat] = [
        .text,
        .json,
    ]

    /// As it is typed after `--format`.
    package let rawValue: String
    package let render: @Sendable (any Report, Style) -> SafeText

    init(_ name: String, render: @escaping @Sendable (any Report, Style) -> SafeText) {
        rawValue = name
        self.render = render
    }
}

extension ReportFormat: RawRepresentable, Equatable {
    package init?(rawValue: String) {
        guard let format = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = format
    }
}
