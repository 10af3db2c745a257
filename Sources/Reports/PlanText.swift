package import Diagnostics
internal import IAMPolicy
internal import Planning
internal import Model
internal import Schema

extension PlanReport {
    /// The plan for people: what changes, whom it lets do what, what is lost, in this order and no longer than needed.
    package func text(_ style: Style) -> SafeText {
        var page = Page(style)
        page.add(heading)
        var wasOneLine = false
        for change in shown {
            var block = Page(style)
            add(change, to: &block)
            // What takes one line stands close together: a teardown is a list.
            let isOneLine = block.lines.count == 1
            if !(wasOneLine && isOneLine) { page.blank() }
            page.append(block)
            wasOneLine = isOneLine
        }
        addAccess(to: &page)
        addStakes(to: &page)
        if !plan.notices.isEmpty { page.blank() }
        for notice in plan.notices { page.add([Span("note: ", .noted), Span(notice)], hang: 6) }
        page.blank()
        let cost = Span(cost.sentence, .dim)
        if page.fits(summary + [" ", cost], indent: 0) {
            page.add(summary + [" ", cost])
        } else {
            page.add(summary, hang: 0)
            page.add([cost])
        }
        return page.text
    }

    /// The plan in one line, for those who have seen it.
    package func summaryLine(_ style: Style) -> SafeText {
        var page = Page(style)
        page.add(heading + [". "] + summary, hang: 0)
        return page.text
    }

    private var heading: [Span] {
        [
            Span("\(plan.purpose == .destroy ? "Destroy stack" : "Stack") "), Span(plan.stack, .strong),
            Span(" in account \(plan.account), \(plan.region)"),
        ] + origin.spans()
    }

    private var summary: [Span] {
        let unchanged = count(.none)
        guard hasDifference || !forgotten.isEmpty else {
            let title = Span("Nothing to \(isEmpty ? "do" : "change"): ", .strong)
            let why =
                unchanged == 0 && plan.purpose == .destroy
                ? "this stack has no resources."
                : "\(counted(unchanged, "resource")) \(unchanged == 1 ? "is" : "are") as the file says."
            let records = Set(plan.actions.map(\.address)).count
            let rest = isEmpty ? "" : " Apply brings \(counted(records, "record")) of the state up to date."
            return [title, Span(why + rest)]
        }
        let kinds: [(Change.Kind, String)] = [
            (.create, "to create"), (.adopt, "to adopt"), (.update, "to update"), (.replace, "to replace"),
            (.rotate, "to rotate"), (.delete, "to delete"), (.none, "unchanged"),
        ]
        var parts = kinds.filter { count($0.0) > 0 }.map { Span("\(count($0.0)) \($0.1)", $0.0.tone) }
        if !forgotten.isEmpty { parts.append(Span("\(forgotten.count) to forget", .dim)) }
        let title = Span("\(plan.purpose == .destroy ? "Destroy" : "Plan"): ", .strong)
        return [title] + parts.joined(separator: ", ") + ["."]
    }

    private func add(_ change: Change, to page: inout Page) {
        var title = [
            Span("\(change.kind.mark) \(verb(of: change)) ", change.kind.tone),
            Span(change.address.description, .strong),
        ]
        if let id = change.physicalId, id != change.address.name { title.append(Span("  \(id)", .dim)) }
        let reason = change.reason.map { Span("# \($0)", .noted) }
        if let reason, page.fits(title + ["  ", reason], indent: 0) { title += ["  ", reason] }
        page.add(title, hang: Self.depth)
        if let reason, title.last != reason { page.add([reason], indent: Self.depth) }
        if let loses = change.loses { page.add([Span("loses \(loses)", .alarming)], indent: Self.depth) }
        switch change.kind {
        case .create: addProperties(of: change, to: &page)
        case .delete: break
        default: for attribute in change.attributes { add(attribute, to: &page) }
        }
    }

    /// Seven columns wide, so that addresses stand below each other.
    private func verb(of change: Change) -> String {
        let stays = forgotten.contains(change.address) ? "forget" : "keep"
        let verb = change.kind == .none ? stays : change.kind.rawValue
        return verb + spaces(7 - verb.count)
    }

    static let depth = 6

    /// A new resource's properties, as many on a line as fit: the file has them in full, so this only has to recall it.
    private func addProperties(of change: Change, to page: inout Page) {
        let isToldAsAccess = plan.permissions.contains { $0.principal == change.address && !$0.gained.isEmpty }
        var line: [Span] = []
        func flush(_ page: inout Page) {
            if !line.isEmpty { page.add(line, indent: Self.depth) }
            line = []
        }
        for attribute in change.attributes where !attribute.after.isNull {
            let value = isToldAsAccess ? attribute.after.countingStatements : attribute.after
            let item = [Span("\(attribute.path): ", .dim)] + value.spans
            if let block = ValueBlock(value, isLong: !page.fits(item, indent: Self.depth)) {
                flush(&page)
                page.add([Span("\(attribute.path):", .dim)], indent: Self.depth)
                for line in block.lines { page.add(line, indent: Self.depth + 2) }
                continue
            }
            if !line.isEmpty, !page.fits(line + ["   "] + item, indent: Self.depth) { flush(&page) }
            line += line.isEmpty ? item : ["   "] + item
        }
        flush(&page)
    }

    private func add(_ attribute: AttributeChange, to page: inout Page) {
        var differences = ValueDiff.between(attribute.before, attribute.after, at: attribute.path.description)
        if differences.isEmpty {
            differences = [
                ValueDiff(path: attribute.path.description, kind: .changed(attribute.before, attribute.after))
            ]
        }
        for (index, difference) in differences.enumerated() {
            let isFirst = index == 0
            var notes: [Span] = []
            if attribute.forcesReplacement { notes.append(Span("  # forces replacement", .alarming)) }
            if isFirst, let why = attribute.cause.words { notes.append(Span("  # \(why)", .noted)) }
            page.add(difference, notes: notes, right: isFirst ? attribute.line.map { Span($0, .dim) } : nil)
        }
    }

    private func addAccess(to page: inout Page) {
        let changed = plan.permissions.filter { !$0.gained.isEmpty || !$0.lost.isEmpty }
        guard !changed.isEmpty else { return }
        page.blank()
        page.add([Span("Access", .strong)])
        for permission in changed {
            page.add([Span(permission.principal.description, .strong)], indent: 2)
            for access in permission.gained {
                // What lets the world in is seen before anything else.
                let tone: Tone = access.audience == nil ? .plain : .alarming
                page.add([Span("+ ", .added), Span(access.words(.gained), tone)], indent: 4)
            }
            for access in permission.lost { page.add([Span("- ", .removed), Span(access.words(.lost))], indent: 4) }
        }
    }

    private func addStakes(to page: inout Page) {
        guard plan.userAccountsAtStake > 0 else { return }
        page.blank()
        page.add(
            [
                Span("\(counted(plan.userAccountsAtStake, "user account")) would be deleted for good.", .alarming),
                Span(
                    " Nothing brings them back; `--accept-user-loss \(plan.userAccountsAtStake)` says that this is meant."
                ),
            ], hang: 0)
    }
}

extension Page {
    /// One difference: on one line where it fits, else what went and what came below its path.
    mutating func add(_ difference: ValueDiff, notes: [Span], right: Span?) {
        let depth = PlanReport.depth
        func title(_ mark: String, _ tone: Tone, _ rest: [Span]) -> [Span] {
            [Span("\(mark) ", tone), Span(difference.path)] + rest
        }
        switch difference.kind {
        case .added(let value), .removed(let value):
            let isAdded = difference.kind == .added(value)
            let (mark, tone): (String, Tone) = isAdded ? ("+", .added) : ("-", .removed)
            let short = title(mark, tone, [": "] + value.announced + notes)
            if let block = ValueBlock(value, isLong: !fits(short, indent: depth)) {
                add(title(mark, tone, [":"] + notes), indent: depth, right: right)
                for line in block.lines { add([Span("\(mark) ", tone)] + line, indent: depth + 4) }
            } else {
                add(short, indent: depth, right: right)
            }
        case .changed(let before, let after), .reordered(let before, let after):
            var notes = notes
            if case .reordered = difference.kind { notes.insert(Span("  # other order", .dim), at: 0) }
            let short = title("~", .changed, [": "] + before.spans + [Span(" → ", .changed)] + after.announced + notes)
            if fits(short, indent: depth) {
                add(short, indent: depth, right: right)
            } else {
                add(title("~", .changed, [":"] + notes), indent: depth, right: right)
                add([Span("- ", .removed)] + before.spans, indent: depth + 4)
                add([Span("+ ", .added)] + after.announced, indent: depth + 4)
            }
        case .elements(let added, let removed):
            let came = added.map { [Span("+ ", .added)] + $0.announced }
            let went = removed.map { [Span("- ", .removed)] + $0.spans }
            let short = title("~", .changed, [": "] + (went + came).joined(separator: ["  "]) + notes)
            if fits(short, indent: depth) {
                add(short, indent: depth, right: right)
            } else {
                add(title("~", .changed, [":"] + notes), indent: depth, right: right)
                for line in went + came { add(line, indent: depth + 4) }
            }
        case .lines(let lines):
            add(title("~", .changed, [":"] + notes), indent: depth, right: right)
            for line in lines { add(line.spans, indent: depth + 4) }
        }
    }
}

/// A value that reads better below its name than beside it.
private struct ValueBlock {
    let lines: [[Span]]

    /// Nil where one line does. `isLong`: it does not fit beside its name.
    init?(_ value: Value, isLong: Bool) {
        if let policy = PolicyText(value) {
            lines = policy.sentences
        } else if value["Effect"].string != nil {
            lines = [PolicyText.sentence(value)]
        } else if let text = value.string, text.contains("\n") {
            lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { [Span(String($0))] }
        } else if let members = value.map, isLong || members.values.contains(where: { PolicyText($0) != nil }) {
            lines = members.sorted { $0.key < $1.key }.flatMap { name, value -> [[Span]] in
                (PolicyText(value)?.sentences ?? [value.spans]).map { [Span("\(name): ", .dim)] + $0 }
            }
        } else if let elements = value.list, isLong, elements.contains(where: { $0.map != nil }) {
            lines = elements.map(\.spans)
        } else {
            return nil
        }
    }
}

extension Value {
    /// What will be there: a template says that only the apply knows.
    fileprivate var announced: [Span] {
        if case .template = self { ["(known after apply) "] + spans } else { spans }
    }

    /// The same with policies that the report tells as access cut to their size.
    fileprivate var countingStatements: Value {
        if let policy = PolicyText(self) {
            return .template(Template([.literal(counted(policy.statements.count, "statement"))]))
        }
        return map.map { .map($0.mapValues(\.countingStatements)) } ?? self
    }
}

extension ValueDiff.TextLine {
    fileprivate var spans: [Span] {
        switch self {
        case .added(let line): [Span("+ ", .added), Span(line)]
        case .removed(let line): [Span("- ", .removed), Span(line)]
        case .unchanged(let count): [Span("  … \(counted(count, "line")) unchanged", .dim)]
        }
    }
}

extension AttributeChange {
    /// `stacks/prod.yaml:42`: where to look; the column says nothing that the path does not.
    fileprivate var line: String? {
        at.map { position in
            let parts = position.split(separator: ":")
            return parts.count > 2 ? parts.dropLast().joined(separator: ":") : position
        }
    }
}

extension AttributeChange.Cause {
    /// Nil for what the stack file says: that is the usual case.
    fileprivate var words: String? {
        switch self {
        case .stackFile: nil
        case .drift: "changed outside cogstack"
        case .awsDefault: "not in the file: AWS's default"
        }
    }
}

extension Change.Kind {
    /// Three columns wide.
    fileprivate var mark: String {
        switch self {
        case .create: "  +"
        case .update: "  ~"
        case .replace: "-/+"
        case .delete: "  -"
        case .adopt: "  ="
        case .rotate: "  ↻"
        case .none: "   "
        }
    }

    fileprivate var tone: Tone {
        switch self {
        case .create: .added
        case .update, .rotate: .changed
        case .replace, .delete: .removed
        case .adopt: .noted
        case .none: .dim
        }
    }
}
