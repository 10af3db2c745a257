import Planning
import Model
import Schema
package import Records

/// What a stack's state names, a line each.
package struct StateListReport: Report {
    private let snapshot: Snapshot
    private let unfinished: [Intent]
    private let origin: Origin

    /// - Parameter unfinished: the journal's intents that are not over.
    package init(_ snapshot: Snapshot, unfinished: [Intent], _ origin: Origin = Origin()) {
        self.snapshot = snapshot
        self.unfinished = unfinished
        self.origin = origin
    }

    private var records: [(key: Address, value: Record)] { snapshot.resources.sorted { $0.key < $1.key } }

    package var document: Document {
        let items = records.map { address, record in
            Item(
                nil, [Span(address.description, .address)], [Span(record.type, .dim)],
                [record.physicalId.map { Span($0) } ?? Span("no object", .changed)],
                details: [.list(.record, record.deposed.map { Item(nil, $0.line) })])
        }
        var document = Document([.heading(snapshot.heading(origin)), .blank, .list(.record, items)])
        if records.isEmpty { document += [.line(["Nothing is recorded."])] }
        if !unfinished.isEmpty {
            let calls = unfinished.map { intent in
                let object = intent.physicalId.map { " on \($0)" } ?? ""
                return Item(
                    nil, [Span(intent.operation + object + " for "), Span(intent.address.description, .address)])
            }
            document += [
                .blank,
                .paragraph([Span("A run was interrupted, or is under way. ", .changed), "Outcome unknown:"]),
                .nested([.list(.point, calls)]),
                .paragraph([Span("cogstack apply \(snapshot.file)", .code), " finds out and goes on."]),
            ]
        }
        return document
    }

    /// Format 1 of `state list --json`.
    package var data: JSON {
        .object(
            snapshot.members + [
                (
                    "resources",
                    .array(
                        records.map { address, record in
                            .object(present: [
                                ("address", .string(address.description)),
                                ("type", .string(record.type)),
                                ("physicalId", record.physicalId.map { .string($0) }),
                                (
                                    "deposed",
                                    record.deposed.isEmpty ? nil : .array(record.deposed.map { .string($0.physicalId) })
                                ),
                            ])
                        })
                ),
                (
                    "unfinished",
                    .array(
                        unfinished.map { intent in
                            .object(present: [
                                ("address", .string(intent.address.description)),
                                ("type", .string(intent.type)),
                                ("operation", .string(intent.operation)),
                                ("physicalId", intent.physicalId.map { .string($0) }),
                            ])
                        })
                ),
            ])
    }
}

/// Whether all holds that must hold of a state.
package struct StateCheckReport: Report {
    private let snapshot: Snapshot
    private let violations: [SnapshotCheck.Violation]
    private let origin: Origin

    package init(_ snapshot: Snapshot, violations: [SnapshotCheck.Violation], _ origin: Origin = Origin()) {
        self.snapshot = snapshot
        self.violations = violations
        self.origin = origin
    }

    package var document: Document {
        let found = violations.map {
            Item(.init("✗", "", .alarming), [Span($0.place, .strong), Span(": " + $0.problem)])
        }
        let sound = Item(.init("✓", "", .added), [Span("\(counted(snapshot.resources.count, "record")), all sound.")])
        var document = Document([
            .heading(snapshot.heading(origin)), .blank, .list(.finding, found.isEmpty ? [sound] : found),
        ])
        if !found.isEmpty {
            document += [
                .blank, .paragraph(["Found \(counted(found.count, "problem")). Nothing was changed."]),
            ]
        }
        return document
    }

    /// Format 1 of `state show --check --json`.
    package var data: JSON {
        .object(
            snapshot.members + [
                ("sound", .boolean(violations.isEmpty)),
                (
                    "violations",
                    .array(
                        violations.map { .object([("place", .string($0.place)), ("problem", .string($0.problem))]) })
                ),
            ])
    }
}

extension Snapshot {
    /// Which state it is, in one line.
    func heading(_ origin: Origin) -> [Span] {
        ["Stack ", Span(stack, .strong), " in account \(account), \(region)"]
            + origin.naming(file).spans("serial \(serial)")
    }

    /// The same for machines, with the format's number.
    var members: [(String, JSON)] {
        [
            ("format", .integer(1)), ("stack", .string(stack)), ("account", .string(account)),
            ("region", .string(region)),
            ("file", .string(file)), ("serial", .integer(serial)),
        ]
    }
}

extension Deposed {
    /// What it is, and what AWS calls it.
    var line: [Span] {
        [
            Span(isOrphan ? "orphaned, never used, not deleted yet: " : "replaced, not deleted yet: ", .changed),
            Span(physicalId),
        ]
    }
}
