package import Diagnostics
import Planning
import Model
import Schema
package import Records

/// What a stack's state names, a line each.
package struct StateListReport: Sendable {
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

    /// For people.
    package func text(_ style: Style) -> SafeText {
        var page = Page(style)
        page.add(snapshot.heading(origin))
        page.blank()
        let names = (records.map { $0.key.description.count }.max() ?? 0) + 2
        let types = (records.map { $0.value.type.count }.max() ?? 0) + 2
        for (address, record) in records {
            let name = address.description
            page.add(
                [
                    Span(name, .strong), Span(spaces(names - name.count)), Span(record.type, .dim),
                    Span(spaces(types - record.type.count)),
                    record.physicalId.map { Span($0) } ?? Span("no object", .changed),
                ], hang: 4)
            for deposed in record.deposed { page.add(deposed.line, indent: 2, hang: 4) }
        }
        if records.isEmpty { page.add(["Nothing is recorded."]) }
        if !unfinished.isEmpty {
            page.blank()
            page.add([Span("A run was interrupted, or is under way. ", .changed), Span("Outcome unknown:")], hang: 0)
            for intent in unfinished {
                let object = intent.physicalId.map { " on \($0)" } ?? ""
                page.add(
                    [Span(intent.operation + object + " for "), Span(intent.address.description, .strong)], indent: 2)
            }
            page.add(["`cogstack apply \(snapshot.file)` finds out and goes on."], hang: 0)
        }
        return page.text
    }

    /// Format 1 of `state list --json`.
    package var json: SafeText {
        JSON.object(
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
            ]
        ).document
    }
}

/// Whether all holds that must hold of a state.
package struct StateCheckReport: Sendable {
    private let snapshot: Snapshot
    private let violations: [SnapshotCheck.Violation]
    private let origin: Origin

    package init(_ snapshot: Snapshot, violations: [SnapshotCheck.Violation], _ origin: Origin = Origin()) {
        self.snapshot = snapshot
        self.violations = violations
        self.origin = origin
    }

    /// For people.
    package func text(_ style: Style) -> SafeText {
        var page = Page(style)
        page.add(snapshot.heading(origin))
        page.blank()
        for violation in violations {
            page.add([Span("✗ ", .alarming), Span(violation.place, .strong), Span(": " + violation.problem)], hang: 4)
        }
        if violations.isEmpty {
            page.add([Span("✓ ", .added), Span("\(counted(snapshot.resources.count, "record")), all sound.")])
        } else {
            page.blank()
            page.add(["\(counted(violations.count, "thing")) that must not be so. Nothing was changed."], hang: 0)
        }
        return page.text
    }

    /// Format 1 of `state show --check --json`.
    package var json: SafeText {
        JSON.object(
            snapshot.members + [
                ("sound", .boolean(violations.isEmpty)),
                (
                    "violations",
                    .array(
                        violations.map { .object([("place", .string($0.place)), ("problem", .string($0.problem))]) })
                ),
            ]
        ).document
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
