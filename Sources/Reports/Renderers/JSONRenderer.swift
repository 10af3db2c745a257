internal import Diagnostics
internal import Model

extension ReportFormat {
    /// For programs: the report's data, and nothing else.
    package static let json = ReportFormat("json") { report, _ in report.data.document }
}

extension JSON {
    /// A document, indented by two spaces, with a newline at its end.
    var document: SafeText { SafeText(verbatim: written(indent: 0) + "\n") }

    /// On one line.
    var text: String { written(indent: nil) }

    private func written(indent: Int?) -> String {
        switch self {
        case .null: "null"
        case .boolean(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): number.isFinite ? "\(number)" : "null"
        case .string(let text): Self.quoted(text)
        case .array(let elements):
            Self.enclosed("[", elements.map { $0.written(indent: indent.map { $0 + 2 }) }, "]", indent: indent)
        case .object(let members):
            Self.enclosed(
                "{",
                members.map {
                    "\(Self.quoted($0.0)):\(indent == nil ? "" : " ")\($0.1.written(indent: indent.map { $0 + 2 }))"
                },
                "}", indent: indent)
        }
    }

    private static func enclosed(_ start: String, _ parts: [String], _ end: String, indent: Int?) -> String {
        guard let indent, !parts.isEmpty else { return start + parts.joined(separator: ",") + end }
        let inner = "\n" + spaces(indent + 2)
        return start + inner + parts.joined(separator: ",\(inner)") + "\n" + spaces(indent) + end
    }

    /// RFC 8259, section 7; what could steer a terminal is escaped too, which means the same.
    static func quoted(_ text: String) -> String { JSONText.quoted(text, escaping: \.steersOrHides) }
}
