package import Diagnostics
package import Planning
internal import Model
internal import Schema

/// What is under way while a plan is carried out, fed with the executor's events: lines to print once, and on a
/// terminal a frame of live lines below them. It is a value and asks no clock.
package struct Progress: Sendable {
    private struct Running: Sendable {
        let address: Address
        let kind: Action.Kind
        let since: Double
        var waitsFor: String?
    }

    private var tally: Tally
    private let isLive: Bool
    private let style: Style
    private var running: [Running] = []

    /// - Parameter isLive: whether a frame is drawn: then what only starts or waits is seen there, and gets no line of its own.
    package init(_ plan: Plan, isLive: Bool, style: Style) {
        tally = Tally(plan)
        self.isLive = isLive
        self.style = style
    }

    /// Takes note of an event at a moment in seconds on any steady clock. Returns the lines to print for good.
    package mutating func note(_ event: ExecutionEvent, at now: Double) -> [SafeText] {
        let (address, kind) = (event.address, event.kind)
        let name = Span(address.description, .strong)
        guard tally.counts(address) else {
            if case .failed = event {
                return permanently(live: Span("✗ ", .alarming), [name, Span(" failed", .alarming)])
            }
            return []
        }
        switch event {
        case .started:
            running.append(Running(address: address, kind: kind, since: now))
            return permanently(live: nil, [Span("\(kind.underWay) "), name])
        case .waiting(_, _, let reason):
            guard let index = index(of: event), running[index].waitsFor != reason else { return [] }
            running[index].waitsFor = reason
            return permanently(live: nil, [name, Span(" waits: \(reason)")])
        case .finished(_, _, let seconds):
            let before = tally.settled
            settle(event, .done)
            // What a resource's first action of several did is no resource that is done.
            let counter = tally.settled > before ? "  \(tally.settled)/\(tally.total)" : ""
            return permanently(
                live: Span("✓ ", .added), [Span("\(kind.done) "), name, Span("  \(duration(seconds))\(counter)", .dim)])
        case .failed:
            settle(event, .failed)
            // The reason is printed once, at the end, where it is not scrolled away.
            return permanently(live: Span("✗ ", .alarming), [name, Span(" failed", .alarming)])
        case .skipped:
            settle(event, .notDone)
            return []
        }
    }

    /// The live lines at a moment: one for each running action, oldest first, cut to the terminal's `columns`, and few
    /// enough to leave one of its `rows` free for the cursor.
    package func frame(at now: Double, columns: Int, rows: Int) -> [SafeText] {
        let height = max(1, rows - 1)
        let shown = running.prefix(running.count > height ? height - 1 : height)
        var lines = shown.map { action -> [Span] in
            let wheel = Self.wheel[Int(max(0, now - action.since) * 10) % Self.wheel.count]
            let elapsed = "\(Int(max(0, now - action.since))) s"
            return [
                Span("\(wheel) ", .noted), Span("\(action.kind.underWay) "), Span(action.address.description, .strong),
                Span("  \(elapsed)", .dim),
            ] + (action.waitsFor.map { [Span("  \($0)", .dim)] } ?? [])
        }
        if shown.count < running.count { lines.append([Span("  and \(running.count - shown.count) more", .dim)]) }
        // One column is left free: a terminal breaks a line that fills its last column.
        return lines.map { style.paint(cut($0, to: columns - 1)) }
    }

    private static let wheel = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]

    private func index(of event: ExecutionEvent) -> Int? {
        running.firstIndex { $0.address == event.address && $0.kind == event.kind }
    }

    private mutating func settle(_ event: ExecutionEvent, _ outcome: Tally.Outcome) {
        tally.settle(event.address, event.kind, outcome)
        if let index = index(of: event) { running.remove(at: index) }
    }

    /// `live` is the mark that the line has among live ones; nil for what only the frame shows there.
    private func permanently(live mark: Span?, _ spans: [Span]) -> [SafeText] {
        var page = Page(style)
        if !isLive {
            page.add(spans)
        } else if let mark {
            page.add([mark] + spans)
        }
        return page.lines.map(style.paint)
    }
}

/// Writes frames over each other: what is printed for good goes above, the live lines stay at the bottom.
package struct LiveRegion: Sendable {
    private var height = 0

    package init() {}

    /// What to send to the terminal so that `permanent` stands where the last frame did, and `frame` below it. All in
    /// one text, so one write shows it without flicker. An empty frame clears the region.
    package mutating func redraw(permanent: [SafeText] = [], frame: [SafeText]) -> SafeText {
        // CUU moves up, EL clears a line, ED clears all below; ECMA-48, 8.3.22, 8.3.41, 8.3.39.
        let up: SafeText = height > 0 ? "\u{1B}[\(height)A" : ""
        height = frame.count
        return up + "\r" + (permanent + frame).map { "\u{1B}[2K\($0)\n" as SafeText }.joined() + "\u{1B}[J"
    }
}

private func cut(_ spans: [Span], to width: Int) -> [Span] {
    guard spans.width > width else { return spans }
    var left = max(0, width - 1)
    var result: [Span] = []
    for span in spans {
        let text = String(span.text.prefix(left))
        left -= text.count
        result.append(Span(text, span.meaning))
    }
    return result + [Span("…", .dim)]
}

extension Action.Kind {
    /// `creating`
    var underWay: String {
        switch self {
        case .create: "creating"
        case .update: "updating"
        case .delete: "deleting"
        case .adopt: "adopting"
        case .forget: "forgetting"
        }
    }

    /// `created`
    var done: String {
        switch self {
        case .create: "created"
        case .update: "updated"
        case .delete: "deleted"
        case .adopt: "adopted"
        case .forget: "forgotten"
        }
    }
}
