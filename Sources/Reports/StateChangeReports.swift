package import Diagnostics
package import Planning
package import Model
import Schema
package import Records
package import Store

/// What was done to a state by hand.
package struct StateChangeReport: Report {
    package enum Change: Sendable {
        /// Records that went, and the calls without a known result that are looked into no more.
        case forgot([Address: Record], calls: [Intent])
        case moved(Address, to: Address)
    }

    private let snapshot: Snapshot
    private let change: Change

    /// - Parameter snapshot: as it was saved.
    package init(_ snapshot: Snapshot, _ change: Change) {
        self.snapshot = snapshot
        self.change = change
    }

    package var document: Document {
        var document = Document()
        switch change {
        case .forgot(let records, let calls):
            for (address, record) in records.sorted(by: { $0.key < $1.key }) {
                let ids = record.physicalIds.sorted()
                let rest = ids.count == 1 ? "stays in AWS as it is" : "stay in AWS as they are"
                document += [
                    .line([
                        "Forgot ", Span(address.description, .address),
                        ids.isEmpty ? "." : ": \(ids.joined(separator: ", ")) \(rest).",
                    ])
                ]
            }
            document += calls.map { call in
                .line([
                    "Forgot a \(call.operation) call for ", Span(call.address.description, .address),
                    " whose outcome is unknown: what it created, if anything, stays in AWS.",
                ])
            }
        case .moved(let old, let new):
            document += [
                .line([
                    Span(old.description, .address), " is now ", Span(new.description, .address),
                    ". AWS was not touched.",
                ]),
                .paragraph([
                    "Rename it in the stack file too, wherever it occurs. The next apply writes its new address into its tags."
                ]),
            ]
            if let name = snapshot.resources[new]?.attributes["name"].string, name == "\(snapshot.stack)-\(old.name)" {
                document += [
                    .paragraph([
                        "Its name in AWS, \(name), was derived from the old address: write ",
                        Span("name: \(name)", .code, isWhole: true),
                        " where the file gives it no name, or it would be renamed.",
                    ])
                ]
            }
        }
        document += [.line([Span("The state has serial \(snapshot.serial) now.", .dim)])]
        return document
    }

    /// Format 1 of `state rm --json` and `state mv --json`.
    package var data: JSON {
        switch change {
        case .forgot(let records, let calls):
            .object(
                snapshot.members + [
                    (
                        "forgotten",
                        .array(
                            records.sorted { $0.key < $1.key }.map { address, record in
                                .object(present: [
                                    ("address", .string(address.description)),
                                    ("physicalId", record.physicalId.map { .string($0) }),
                                    (
                                        "deposed",
                                        record.deposed.isEmpty
                                            ? nil : .array(record.deposed.map { .string($0.physicalId) })
                                    ),
                                ])
                            })
                    ),
                    (
                        "forgottenCalls",
                        .array(
                            calls.map {
                                .object([
                                    ("address", .string($0.address.description)), ("operation", .string($0.operation)),
                                ])
                            })
                    ),
                ])
        case .moved(let old, let new):
            .object(
                snapshot.members + [
                    ("from", .string(old.description)), ("to", .string(new.description)),
                    ("physicalId", snapshot.resources[new]?.physicalId.map { .string($0) } ?? .null),
                ])
        }
    }
}

/// What a rebuild of the state found in the account.
package struct RebuildReport: Report {
    private let rebuild: Rebuild
    /// Files that were moved out of the way, or are to be.
    private let damaged: [String]
    private let origin: Origin
    private let serial: Int?
    private let setAside: [String]

    /// - Parameters:
    ///   - serial: of the state as it is now; nil where there is none.
    ///   - setAside: the new paths of the damaged files.
    package init(
        _ rebuild: Rebuild, damaged: [String], _ origin: Origin = Origin(), serial: Int? = nil, setAside: [String] = []
    ) {
        self.rebuild = rebuild
        self.damaged = damaged
        self.origin = origin
        self.serial = serial
        self.setAside = setAside
    }

    /// Whether there is nothing to write.
    package var isEmpty: Bool { rebuild.found.isEmpty && damaged.isEmpty }

    package var document: Document {
        func item(_ mark: String, _ word: String, _ meaning: Meaning, _ address: Address, _ text: Span) -> Item {
            Item(
                .init(mark, word, meaning), [Span(address.description, .address)],
                text.text.isEmpty ? [] : [text])
        }
        let items =
            rebuild.known.map { ($0, item("·", "recorded", .dim, $0, Span($1, .dim))) }
            + rebuild.found.map { ($0, item("+", "found", .added, $0, Span($1))) }
            + rebuild.missing.map { ($0, item("-", "not there", .changed, $0, "")) }
            + rebuild.left.map { ($0, item("!", "left", .alarming, $0, Span($1))) }
        let plan = rebuild.plan
        var document = Document([
            .heading(HeadLine(stack: plan.stack, account: plan.account, region: plan.region, origin).spans), .blank,
            .list(.discovery, items.sorted { $0.0 < $1.0 }.map(\.1)), .blank,
        ])
        document += damaged.map { .line([Span("damaged: ", .alarming), Span($0)]) }
        if let unseen = rebuild.unseen {
            document += [
                .line([
                    Span("note: ", .alarming),
                    Span("unrecorded resources of this stack could not be looked for: \(unseen)"),
                ])
            ]
        }
        document += [.paragraph([summary])]
        return document
    }

    private var summary: Span {
        if isEmpty { return "Nothing to do: everything found of this stack is recorded." }
        let found = rebuild.found.count
        return found == 0
            ? "Nothing of this stack was found that could be recorded."
            : "\(counted(found, "resource")) to record. Nothing in AWS is changed."
    }

    /// Format 1 of `state rebuild --json`.
    package var data: JSON {
        func ids(_ members: [Address: String], _ name: String) -> JSON {
            .array(
                members.sorted { $0.key < $1.key }.map {
                    .object([("address", .string($0.key.description)), (name, .string($0.value))])
                })
        }
        return .object([
            ("format", .integer(1)), ("stack", .string(rebuild.plan.stack)), ("account", .string(rebuild.plan.account)),
            ("region", .string(rebuild.plan.region)), ("serial", serial.map { .integer($0) } ?? .null),
            ("setAside", .array(setAside.map { .string($0) })),
            ("recorded", ids(rebuild.known, "physicalId")), ("found", ids(rebuild.found, "physicalId")),
            ("missing", .array(rebuild.missing.map { .string($0.description) })), ("left", ids(rebuild.left, "reason")),
        ])
    }
}

/// Whose a stack's lock was, and what became of it.
package struct UnlockReport: Report {
    private let stack: String
    private let standing: Lock.Standing
    private let wasRemoved: Bool

    package init(_ stack: String, _ standing: Lock.Standing, wasRemoved: Bool = false) {
        self.stack = stack
        self.standing = standing
        self.wasRemoved = wasRemoved
    }

    package var document: Document {
        Document(
            [.paragraph([Span(owner.text)])]
                + (wasRemoved ? [.paragraph(["The lock was removed. The state was not touched."])] : []))
    }

    private var holder: LockHolder? {
        switch standing {
        case .free: nil
        case .leftBehind(let holder): holder
        case .held(let holder), .uncertain(let holder): holder
        }
    }

    /// For people: whose it is.
    package var owner: SafeText {
        switch standing {
        case .free: "Nobody holds the lock of stack \(stack)."
        case .leftBehind(let holder): "The lock of stack \(stack) was left behind by \(holder): that process is gone."
        case .held(let holder):
            "The lock of stack \(stack) is held by \(holder.map { "\($0)" } ?? "a process that is just starting or ending")."
        case .uncertain(let holder?):
            "The lock of stack \(stack) is held by \(holder). Whether that process still runs cannot be seen from this host."
        case .uncertain(nil):
            "The lock of stack \(stack) does not say whose it is: its process was stopped in the middle, or is just starting."
        }
    }

    /// Format 1 of `state unlock --json`.
    package var data: JSON {
        let state =
            switch standing {
            case .free: "free"
            case .leftBehind: "left behind"
            case .held: "held"
            case .uncertain: "uncertain"
            }
        return .object([
            ("format", .integer(1)), ("stack", .string(stack)), ("lock", .string(state)),
            ("removed", .boolean(wasRemoved)),
            (
                "holder",
                holder.map { holder in
                    .object([
                        ("user", .string(holder.user)), ("host", .string(holder.host)),
                        ("pid", .integer(Int(holder.pid))),
                        ("since", .string(holder.sinceText)), ("command", .string(holder.command)),
                    ])
                } ?? .null
            ),
        ])
    }
}
