package import Diagnostics

extension ReportFormat {
    /// For a person at a terminal: in colour, in columns, wrapped to the width.
    package static let text = ReportFormat("text") { report, style in report.document.text(style) }
}

extension Document {
    package func text(_ style: Style) -> SafeText {
        var page = Page(style)
        page.add(blocks, indent: 0)
        return page.text
    }
}

extension Page {
    /// - Parameter inset: how much further in the details of an item stand, apart from what is nested.
    fileprivate mutating func add(_ blocks: [Block], indent outer: Int, inset: Int = 0) {
        let indent = outer + inset
        for block in blocks {
            switch block {
            case .heading(let spans), .line(let spans): add(spans, indent: indent)
            case .paragraph(let spans): add(spans, indent: indent, hang: 0)
            case .note(let spans): add([Span("note: ", .noted)] + spans, indent: indent, hang: 6)
            case .summary(let spans, let cost): add(spans, cost: cost, indent: indent)
            case .list(.change, let items): addChanges(items, indent: indent)
            case .list(let kind, let items): addList(kind, items, indent: indent)
            case .definitions(let rows): addDefinitions(rows, indent: indent)
            case .properties(let properties): addProperties(properties, indent: indent)
            case .difference(let difference): add(difference, indent: indent)
            case .nested(let blocks): add(blocks, indent: outer + 2)
            case .blank: blank()
            }
        }
    }

    /// The cost goes to a line of its own rather than being torn apart.
    private mutating func add(_ summary: [Span], cost: Span, indent: Int) {
        if fits(summary + [" ", cost], indent: indent) {
            add(summary + [" ", cost], indent: indent)
        } else {
            add(summary, indent: indent, hang: 0)
            add([cost], indent: indent)
        }
    }

    /// Changes stand apart, but for those that take one line each: a teardown is a list.
    private mutating func addChanges(_ items: [Item], indent: Int) {
        var wasOneLine = false
        for item in items {
            var part = Page(style)
            part.addList(.change, [item], indent: indent)
            let isOneLine = part.lines.count == 1
            if !(wasOneLine && isOneLine) { blank() }
            append(part)
            wasOneLine = isOneLine
        }
    }

    private mutating func addList(_ kind: ItemKind, _ items: [Item], indent: Int) {
        let layout = Layout(kind)
        let widths = columnWidths(of: items)
        for item in items {
            var line = item.status.map { [layout.prefix($0)] } ?? []
            for (index, spans) in item.columns.enumerated() where !spans.isEmpty {
                if index > 0 {
                    line.append(Span(spaces(widths[index - 1] + 2 - item.columns[index - 1].width)))
                }
                line += spans
            }
            if kind != .change {
                line += item.remarks.map { Span("  \($0.text)", $0.meaning) }
                add(line, indent: indent, hang: layout.hang)
            } else {
                add(line, remarks: item.remarks, indent: indent, hang: layout.hang)
            }
            add(item.details, indent: indent, inset: item.status == nil ? 2 : layout.inset)
        }
    }

    /// Remarks stand beside the line where there is room, else below it.
    private mutating func add(_ line: [Span], remarks: [Span], indent: Int, hang: Int) {
        let remarks = remarks.map { Span("# \($0.text)", $0.meaning) }
        let whole = line + remarks.flatMap { ["  ", $0] }
        if fits(whole, indent: indent) {
            add(whole, indent: indent, hang: hang)
        } else {
            add(line, indent: indent, hang: hang)
            for remark in remarks { add([remark], indent: indent + hang) }
        }
    }

    private func columnWidths(of items: [Item]) -> [Int] {
        let count = items.map(\.columns.count).max() ?? 0
        return (0..<count).map { index in
            items.map { index < $0.columns.count ? $0.columns[index].width : 0 }.max() ?? 0
        }
    }

    /// Names and what they stand for, the latter in one column.
    private mutating func addDefinitions(_ rows: [(name: String, value: [Span])], indent: Int) {
        let names = rows.map { Span($0.name, .dim) }
        let column = (names.map(\.text.count).max() ?? 0) + 2
        for (name, row) in zip(names, rows) {
            let gap = Span(spaces(column - name.text.count), .dim)
            add([name, gap] + row.value, indent: indent, hang: column)
        }
    }

    /// As many on a line as fit.
    private mutating func addProperties(_ properties: [(name: String, value: ShownValue)], indent: Int) {
        var line: [Span] = []
        func flush(_ page: inout Page) {
            if !line.isEmpty { page.add(line, indent: indent) }
            line = []
        }
        for (name, value) in properties {
            let item = value.inline.map { [Span("\(name): ", .dim)] + $0 }
            guard let item, value.lines.isEmpty || fits(item, indent: indent) else {
                flush(&self)
                add([Span("\(name):", .dim)], indent: indent)
                for line in value.lines { add(line, indent: indent + 2) }
                continue
            }
            if !line.isEmpty, !fits(line + ["   "] + item, indent: indent) { flush(&self) }
            line += line.isEmpty ? item : ["   "] + item
        }
        flush(&self)
    }

    /// On one line where it fits, else what went and what came below its path.
    private mutating func add(_ difference: Difference, indent: Int) {
        let title = [difference.sign.span, Span(difference.path)]
        let remarks = difference.remarks.map { Span("  # \($0.text)", $0.meaning) }
        let origin = difference.origin.map { Span($0, .dim) }
        if let inline = difference.inline {
            let line = title + [": "] + inline + remarks
            if difference.lines.isEmpty || fits(line, indent: indent) {
                return add(line, indent: indent, right: origin)
            }
        }
        add(title + [":"] + remarks, indent: indent, right: origin)
        for line in difference.lines { add([line.sign.span] + line.spans, indent: indent + 4) }
    }
}

/// How a list's items stand. Columns are as wide as the longest status there can be, and so the same from run to run.
private struct Layout {
    /// Columns of the status's mark and word, 0 where there is none, and what is left free after the word.
    private let mark: Int
    private let word: Int
    private let gap: Int
    /// How much further in the lines after the first stand, and the details.
    let hang: Int
    let inset: Int

    private init(mark: Int, word: Int = 0, gap: Int = 0, hang: Int, inset: Int) {
        self.mark = mark
        self.word = word
        self.gap = gap
        self.hang = hang
        self.inset = inset
    }

    init(_ kind: ItemKind) {
        switch kind {
        case .change: self.init(mark: 3, word: 7, gap: 1, hang: 6, inset: 6)
        case .outcome: self.init(mark: 0, word: 8, gap: 2, hang: 10, inset: 10)
        case .discovery: self.init(mark: 1, word: 9, gap: 2, hang: 13, inset: 13)
        case .record: self.init(mark: 1, hang: 4, inset: 6)
        case .finding: self.init(mark: 1, hang: 4, inset: 4)
        case .point: self.init(mark: 1, hang: 2, inset: 2)
        }
    }

    func prefix(_ status: Item.Status) -> Span {
        let mark = mark == 0 ? "" : spaces(mark - status.mark.count) + status.mark + " "
        let word = word == 0 ? "" : status.word + spaces(word + gap - status.word.count)
        return Span(mark + word, status.meaning)
    }
}

extension Difference.Sign {
    fileprivate var span: Span {
        let meaning: Meaning =
            switch self {
            case .added: .added
            case .removed: .removed
            case .changed: .changed
            case .unchanged: .dim
            }
        return Span("\(rawValue) ", meaning)
    }
}
