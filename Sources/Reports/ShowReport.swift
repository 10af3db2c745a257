package import Diagnostics
package import Model
import Schema
package import Records

/// What is recorded of a stack, and what is live.
package struct ShowReport: Sendable {
    /// How a resource's record compares with the account.
    package enum Liveness: Sendable, Equatable {
        /// The live object's properties, in the form in which they are recorded, and the policies that others gave it and may.
        case live(Value, foreign: Value = [:])
        case missing
        /// AWS was not asked.
        case unknown
    }

    private let snapshot: Snapshot
    private let live: [Address: Liveness]
    private let only: Address?
    private let isWhole: Bool
    private let origin: Origin

    /// `only` one resource, with all that is known of it; without it the whole stack, a line each and what differs, or all that is
    /// known of each where it `isWhole`.
    package init(
        _ snapshot: Snapshot, live: [Address: Liveness], only: Address? = nil, isWhole: Bool = false,
        _ origin: Origin = Origin()
    ) {
        self.snapshot = snapshot
        self.live = live
        self.only = only
        self.isWhole = isWhole
        self.origin = origin
    }

    private var shown: [(key: Address, value: Record)] {
        snapshot.resources.filter { only == nil || $0.key == only }.sorted { $0.key < $1.key }
    }

    private func liveness(of address: Address) -> Liveness { live[address] ?? .unknown }

    /// For people.
    package func text(_ style: Style) -> SafeText {
        var page = Page(style)
        page.add(snapshot.heading(origin))
        page.blank()
        let column = (shown.map { $0.key.description.count }.max() ?? 0) + 2
        for (address, record) in shown {
            let state = liveness(of: address)
            let name = address.description
            let differences = state.differences(from: record)
            page.add(
                state.mark(differs: !differences.isEmpty) + [Span(name, .strong)]
                    + (record.physicalId.map { [Span(spaces(column - name.count)), Span($0)] } ?? [])
                    + state.note + (record.isProtected ? [Span("  protected", .noted)] : []),
                hang: 4)
            for difference in differences { page.add(difference, notes: [], right: nil) }
            if case .live(_, let foreign) = state {
                for policy in foreign.additions {
                    page.add(policy, notes: [Span("  # not from the file", .noted)], right: nil)
                }
            }
            for deposed in record.deposed { page.add(deposed.line, indent: PlanReport.depth) }
            if only != nil || isWhole { add(record, to: &page) }
            if isWhole { page.blank() }
        }
        if shown.isEmpty { page.add(["Nothing is recorded."]) }
        return page.text
    }

    private func add(_ record: Record, to page: inout Page) {
        let sections: [(String, [String: Value])] = [
            ("properties", record.attributes.hidingDigests.map ?? [:]),
            ("outputs", record.outputs.merging(record.secrets.mapValues { _ in .string(Secret.placeholder) }) { $1 }),
        ]
        for (heading, members) in sections where !members.isEmpty {
            page.blank()
            page.add([Span(heading, .strong)], indent: 2)
            page.addTable(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value.spans) }, indent: 4)
        }
        if !record.dependsOn.isEmpty {
            page.blank()
            page.add(
                [Span("after ", .strong), Span(record.dependsOn.map(\.description).joined(separator: ", "))], indent: 2)
        }
    }

    /// Format 1 of `show --json`.
    package var json: SafeText {
        JSON.object(snapshot.members + [("resources", .array(shown.map { json(of: $0.value, at: $0.key) }))]).document
    }

    private func json(of record: Record, at address: Address) -> JSON {
        let state: String
        var (live, foreign): (Value?, Value) = (nil, [:])
        let differs = !liveness(of: address).differences(from: record).isEmpty
        switch liveness(of: address) {
        case .live(let value, let others): (state, live, foreign) = (differs ? "differs" : "live", value, others)
        case .missing: state = "missing"
        case .unknown: state = "unknown"
        }
        return .object(present: [
            ("address", .string(address.description)),
            ("type", .string(record.type)),
            ("physicalId", record.physicalId.map { .string($0) }),
            ("status", .string(state)),
            ("recorded", JSON(record.attributes.hidingDigests)),
            ("live", live.map { JSON($0.hidden(like: record.attributes)) }),
            ("foreign", foreign == [:] ? nil : JSON(foreign)),
            ("outputs", .object(record.outputs)),
            (
                "secrets",
                record.secrets.isEmpty ? nil : .object(record.secrets.mapValues { _ in .string(Secret.placeholder) })
            ),
            ("dependsOn", .array(record.dependsOn.map { .string($0.description) })),
            ("deposed", record.deposed.isEmpty ? nil : .array(record.deposed.map { .string($0.physicalId) })),
            ("protected", .boolean(record.isProtected)),
            ("retained", .boolean(record.isRetained)),
        ])
    }
}

extension ShowReport.Liveness {
    /// A tick says that nothing differs.
    fileprivate func mark(differs: Bool) -> [Span] {
        switch self {
        case .live: differs ? [Span("~ ", .changed)] : [Span("✓ ", .added)]
        case .missing: [Span("✗ ", .alarming)]
        case .unknown: [Span("· ", .dim)]
        }
    }

    fileprivate var note: [Span] {
        self == .missing ? [Span("  missing in AWS", .alarming)] : []
    }

    /// What was set and is otherwise now, and what a plan would take away. What else the file never set is AWS's to decide.
    fileprivate func differences(from record: Record) -> [ValueDiff] {
        guard case .live(let live, _) = self else { return [] }
        let recorded = record.attributes.map ?? [:]
        return Set(recorded.keys).union((live.map ?? [:]).keys).sorted().flatMap { name -> [ValueDiff] in
            guard let value = recorded[name] else { return Value.map([name: live[name]]).additions }
            return ValueDiff.between(value.hidingDigests, live[name].hidden(like: value), at: name)
        }
    }
}

extension Value {
    /// The members of a map of properties as what came to nothing: one for each name in a property, or element of it.
    fileprivate var additions: [ValueDiff] {
        (map ?? [:]).sorted { $0.key < $1.key }.flatMap { name, value in
            ValueDiff.between(
                value.map != nil && PolicyText(value) == nil ? [:] : value.list != nil ? [] : .null, value, at: name)
        }
    }

    /// Whether it stands for a secret in the state.
    private var isDigest: Bool { map.map { Set($0.keys) == ["salt", "sha256"] } ?? false }

    /// The same with digests shown as the secrets that they are of.
    fileprivate var hidingDigests: Value { hidden(like: self) }

    /// The same with whatever `recorded` keeps as a digest shown as `(secret)`, also where a live value is clear.
    fileprivate func hidden(like recorded: Value) -> Value {
        if recorded.isDigest || isDigest { return isNull ? .null : .string(Secret.placeholder) }
        if let members = map {
            return .map(
                Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.value.hidden(like: recorded[$0.key])) }))
        }
        if let elements = list {
            let others = recorded.list ?? []
            return .list(
                elements.enumerated().map { index, element in
                    element.hidden(like: index < others.count ? others[index] : .null)
                })
        }
        return self
    }
}

/// Who is asking, and whom.
package struct WhoamiReport: Sendable {
    private let rows: [(name: String, value: String?)]

    /// `source` says where the credentials came from; `endpoint` nil for AWS's own.
    package init(account: String, arn: String, region: String, endpoint: String?, source: String) {
        rows = [
            ("account", account), ("arn", arn), ("region", region), ("endpoint", endpoint), ("credentials", source),
        ]
    }

    /// For people.
    package func text(_ style: Style) -> SafeText {
        var page = Page(style)
        page.addTable(rows.map { ($0.name, [Span($0.value ?? "AWS's own")]) }, indent: 0)
        return page.text
    }

    /// Format 1 of `whoami --json`.
    package var json: SafeText {
        JSON.object([("format", .integer(1))] + rows.map { ($0.name, $0.value.map { .string($0) } ?? .null) }).document
    }
}
