import Diagnostics

@testable import Reports

/// A format that only the tests know: this file is all of it.
extension ReportFormat {
    static let outline = ReportFormat("outline") { report, _ in
        SafeText(verbatim: lines(of: report.document.blocks, depth: 0).map { "\($0)\n" }.joined())
    }
}

private func lines(of blocks: [Block], depth: Int) -> [String] {
    let margin = String(repeating: "\t", count: depth)
    return blocks.flatMap { block -> [String] in
        switch block {
        case .blank: []
        case .heading(let spans): ["\(margin)# \(plain(spans))"]
        case .line(let spans), .paragraph(let spans): [margin + plain(spans)]
        case .note(let spans): ["\(margin)note: \(plain(spans))"]
        case .summary(let spans, let cost): ["\(margin)\(plain(spans)) \(cost.text)"]
        case .definitions(let rows): rows.map { "\(margin)* \($0.name): \(plain($0.value))" }
        case .properties(let rows):
            rows.flatMap { name, value in
                value.inline.map { ["\(margin)* \(name): \(plain($0))"] }
                    ?? ["\(margin)* \(name):"] + value.lines.map { "\(margin)\t* \(plain($0))" }
            }
        case .difference(let change):
            ["\(margin)* \(change.sign.rawValue) \(change.path): \(plain(change.inline ?? []))\(remarks(change))"]
                + (change.inline == nil
                    ? change.lines.map { "\(margin)\t* \($0.sign.rawValue) \(plain($0.spans))" } : [])
        case .list(_, let items):
            items.flatMap { item in
                let status = item.status.map { "\($0.mark) \($0.word) " } ?? ""
                let columns = item.columns.map(plain).joined(separator: " ")
                return ["\(margin)* \(status)\(columns)\(remarks(item.remarks))"]
                    + lines(of: item.details, depth: depth + 1)
            }
        case .nested(let blocks): lines(of: blocks, depth: depth + 1)
        }
    }
}

private func plain(_ spans: [Span]) -> String { spans.map(\.text).joined() }

private func remarks(_ difference: Difference) -> String {
    remarks(difference.remarks) + (difference.origin.map { " (\($0))" } ?? "")
}

private func remarks(_ spans: [Span]) -> String { spans.map { " (\($0.text))" }.joined() }
