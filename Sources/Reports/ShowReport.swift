package import Model
import Schema
package import Records

/// What is recorded of a stack, and what is live.
package struct ShowReport: Report {
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

    package var document: Document {
        var document = Document([.heading(snapshot.heading(origin)), .blank, .list(.record, shown.map(item))])
        if shown.isEmpty { document += [.line(["Nothing is recorded."])] }
        return document
    }

    private func item(_ address: Address, _ record: Record) -> Item {
        let liveness = liveness(of: address)
        let differences = liveness.differences(from: record)
        var details = differences.map { Block.difference(Difference($0)) }
        if case .live(_, let foreign) = liveness {
            details += foreign.additions.map { policy in
                var difference = Difference(policy)
                difference.remarks.append(Span("not from the file", .noted))
                return .difference(difference)
            }
        }
        details += record.deposed.map { .line($0.line) }
        if only != nil || isWhole { details += all(of: record) }
        if isWhole { details.append(.blank) }
        var remarks: [Span] = []
        if liveness == .missing { remarks.append(Span("missing in AWS", .alarming)) }
        if record.isProtected { remarks.append(Span("protected", .noted)) }
        return Item(
            liveness.status(differs: !differences.isEmpty), [Span(address.description, .address)],
            record.physicalId.map { [Span($0)] } ?? [], remarks: remarks, details: details)
    }

    private func all(of record: Record) -> [Block] {
        let sections: [(String, [String: Value])] = [
            ("properties", record.attributes.hidingDigests.map ?? [:]),
            ("outputs", record.outputs.merging(record.secrets.mapValues { _ in .string(Secret.placeholder) }) { $1 }),
        ]
        var blocks: [Block] = []
        for (heading, members) in sections where !members.isEmpty {
            blocks += [
                .blank, .heading([Span(heading, .strong)]), .nested(OutputsReport(members).document.blocks),
            ]
        }
        if !record.dependsOn.isEmpty {
            let names = record.dependsOn.map(\.description).joined(separator: ", ")
            blocks += [.blank, .line([Span("after ", .strong), Span(names)])]
        }
        return blocks.isEmpty ? [] : [.nested(blocks)]
    }

    /// Format 1 of `show --json`.
    package var data: JSON {
        .object(snapshot.members + [("resources", .array(shown.map { data(of: $0.value, at: $0.key) }))])
    }

    private func data(of record: Record, at address: Address) -> JSON {
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
    fileprivate func status(differs: Bool) -> Item.Status {
        switch self {
        case .live: differs ? .init("~", "", .changed) : .init("✓", "", .added)
        case .missing: .init("✗", "", .alarming)
        case .unknown: .init("·", "", .dim)
        }
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
package struct WhoamiReport: Report {
    private let rows: [(name: String, value: String?)]

    /// `source` says where the credentials came from; `endpoint` nil for AWS's own.
    package init(account: String, arn: String, region: String, endpoint: String?, source: String) {
        rows = [
            ("account", account), ("arn", arn), ("region", region), ("endpoint", endpoint), ("credentials", source),
        ]
    }

    package var document: Document {
        Document([.definitions(rows.map { ($0.name, [Span($0.value ?? "AWS's own")]) })])
    }

    /// Format 1 of `whoami --json`.
    package var data: JSON {
        .object([("format", .integer(1))] + rows.map { ($0.name, $0.value.map { .string($0) } ?? .null) })
    }
}
