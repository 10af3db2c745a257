package import Diagnostics
internal import IAMPolicy
internal import Planning
internal import Model
internal import Schema

extension PlanReport: Report {
    /// What changes, whom it lets do what, what is lost, in this order.
    package var document: Document {
        var document = Document([.heading(heading), .list(.change, shown.map(item))])
        document += access + stakes
        if !plan.notices.isEmpty { document += [.blank] + plan.notices.map { .note([Span($0)]) } }
        document += [.blank, .summary(summary, cost: Span(cost.sentence, .dim))]
        return document
    }

    /// The plan in one line, for those who have seen it.
    package func summaryLine(_ style: Style) -> SafeText {
        Document([.paragraph(heading + [". "] + summary)]).text(style)
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
        var parts = kinds.filter { count($0.0) > 0 }.map { Span("\(count($0.0)) \($0.1)", $0.0.meaning) }
        if !forgotten.isEmpty { parts.append(Span("\(forgotten.count) to forget", .dim)) }
        let title = Span("\(plan.purpose == .destroy ? "Destroy" : "Plan"): ", .strong)
        return [title] + parts.joined(separator: ", ") + ["."]
    }

    private func item(_ change: Change) -> Item {
        var title = [Span(change.address.description, .address)]
        if let id = change.physicalId, id != change.address.name { title.append(Span("  \(id)", .dim)) }
        var details: [Block] = change.loses.map { [.line([Span("loses \($0)", .alarming)])] } ?? []
        switch change.kind {
        case .create: details.append(.properties(properties(of: change)))
        case .delete: break
        default: details += change.attributes.flatMap(differences).map(Block.difference)
        }
        let stays = forgotten.contains(change.address) ? "forget" : "keep"
        return Item(
            .init(change.kind.mark, change.kind == .none ? stays : change.kind.rawValue, change.kind.meaning), title,
            remarks: change.reason.map { [Span($0, .noted)] } ?? [], details: details)
    }

    private func properties(of change: Change) -> [(name: String, value: ShownValue)] {
        let isSaidAsAccess = plan.permissions.contains { $0.principal == change.address && !$0.gained.isEmpty }
        return change.attributes.filter { !$0.after.isNull }.map { attribute in
            ("\(attribute.path)", ShownValue(isSaidAsAccess ? attribute.after.countingStatements : attribute.after))
        }
    }

    private func differences(of attribute: AttributeChange) -> [Difference] {
        let path = "\(attribute.path)"
        var differences = ValueDiff.between(attribute.before, attribute.after, at: path)
        if differences.isEmpty {
            differences = [ValueDiff(path: path, kind: .changed(attribute.before, attribute.after))]
        }
        return differences.enumerated().map { index, difference in
            let isFirst = index == 0
            var shown = Difference(difference)
            if attribute.forcesReplacement { shown.remarks.append(Span("forces replacement", .alarming)) }
            if isFirst, let why = attribute.cause.words { shown.remarks.append(Span(why, .noted)) }
            shown.origin = isFirst ? attribute.line : nil
            return shown
        }
    }

    private var access: [Block] {
        let changed = plan.permissions.filter { !$0.gained.isEmpty || !$0.lost.isEmpty }
        guard !changed.isEmpty else { return [] }
        let items = changed.map { permission in
            let gained = permission.gained.map { access in
                // What lets the world in is seen before anything else.
                Item(.init("+", "", .added), [Span(access.words(.gained), access.audience == nil ? .plain : .alarming)])
            }
            let lost = permission.lost.map { Item(.init("-", "", .removed), [Span($0.words(.lost))]) }
            return Item(
                nil, [Span(permission.principal.description, .address)], details: [.list(.point, gained + lost)])
        }
        return [.blank, .heading([Span("Access", .strong)]), .nested([.list(.point, items)])]
    }

    private var stakes: [Block] {
        guard plan.userAccountsAtStake > 0 else { return [] }
        return [
            .blank,
            .paragraph([
                Span("\(counted(plan.userAccountsAtStake, "user account")) would be deleted for good.", .alarming),
                " They cannot be restored; ", Span("--accept-user-loss \(plan.userAccountsAtStake)", .code),
                " confirms that this is intended.",
            ]),
        ]
    }
}

extension Value {
    /// The same with policies that the report tells as access cut to their size.
    fileprivate var countingStatements: Value {
        if let policy = PolicyText(self) {
            return .template(Template([.literal(counted(policy.statements.count, "statement"))]))
        }
        return map.map { .map($0.mapValues(\.countingStatements)) } ?? self
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
    fileprivate var mark: String {
        switch self {
        case .create: "+"
        case .update: "~"
        case .replace: "-/+"
        case .delete: "-"
        case .adopt: "="
        case .rotate: "↻"
        case .none: ""
        }
    }

    fileprivate var meaning: Meaning {
        switch self {
        case .create: .added
        case .update, .rotate: .changed
        case .replace, .delete: .removed
        case .adopt: .noted
        case .none: .dim
        }
    }
}
