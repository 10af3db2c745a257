import Diagnostics
import Planning
import Model
import Schema
import Testing

@testable import Reports

private let role = address("roles.long-lived")
private let lambda = address("lambdaFunctions.credential-proxy")
private let client = address("appClients.cli")

/// An apply in which everything happens, with the second at which it does.
private let story: [(at: Double, event: ExecutionEvent)] = [
    (0, .started(role, .create)),
    (0, .started(client, .update)),
    (0.42, .finished(role, .create, seconds: 0.42)),
    (0.42, .started(lambda, .create)),
    (1, .waiting(lambda, .create, reason: "Lambda cannot assume the new role yet")),
    (1.25, .waiting(lambda, .create, reason: "Lambda cannot assume the new role yet")),
    (2, .failed(client, .update, error: "InvalidParameterException: no such flow. See explicitAuthFlows.")),
    (4, .finished(lambda, .create, seconds: 3.58)),
    (4, .skipped(address("identityPools.identities"), .create, because: "appClients.cli failed")),
]

private let plan = samplePlan([
    (client, .update), (address("identityPools.identities"), .create), (lambda, .create), (role, .create),
])

@Suite struct ProgressTests {
    @Test func elsewhereThanOnATerminalEachEventIsALine() {
        var progress = Progress(plan, isLive: false, style: Style(isColoured: false, width: 100))
        let lines = story.flatMap { progress.note($0.event, at: $0.at) }
        #expect(
            lines == [
                "creating roles.long-lived",
                "updating appClients.cli",
                "created roles.long-lived  0.42 s  1/4",
                "creating lambdaFunctions.credential-proxy",
                "lambdaFunctions.credential-proxy waits: Lambda cannot assume the new role yet",
                "appClients.cli failed",
                "created lambdaFunctions.credential-proxy  3.6 s  3/4",
            ])
    }

    @Test func onATerminalOnlyResultsStay() {
        var progress = Progress(plan, isLive: true, style: Style(isColoured: false, width: 100))
        let lines = story.flatMap { progress.note($0.event, at: $0.at) }
        #expect(
            lines == [
                "✓ created roles.long-lived  0.42 s  1/4",
                "✗ appClients.cli failed",
                "✓ created lambdaFunctions.credential-proxy  3.6 s  3/4",
            ])
        #expect(progress.frame(at: 5, columns: 80, rows: 24) == [])
    }

    @Test func frameShowsWhatRuns() {
        var progress = Progress(plan, isLive: true, style: Style(isColoured: false))
        for step in story where step.at <= 1 { _ = progress.note(step.event, at: step.at) }
        #expect(
            progress.frame(at: 1.5, columns: 90, rows: 24) == [
                "⠴ updating appClients.cli  1 s",
                "⠋ creating lambdaFunctions.credential-proxy  1 s  Lambda cannot assume the new role yet",
            ])
        #expect(
            progress.frame(at: 1.5, columns: 40, rows: 24) == [
                "⠴ updating appClients.cli  1 s",
                "⠋ creating lambdaFunctions.credential-…",
            ])
    }

    @Test(arguments: [
        (1, ["  and 5 more"]), (2, ["  and 5 more"]), (3, ["a", "  and 4 more"]), (6, ["a", "b", "c", "d", "e"]),
    ])
    func frameKeepsToTheHeight(rows: Int, expected: [String]) {
        let roles = ["a", "b", "c", "d", "e"].map { Address(section: "roles", name: $0) }
        var progress = Progress(samplePlan(roles.map { ($0, .create) }), isLive: true, style: Style(isColoured: false))
        for role in roles { _ = progress.note(.started(role, .create), at: 0) }
        let frame = progress.frame(at: 0, columns: 80, rows: rows)
        #expect(frame.map { $0.text.replacing("⠋ creating roles.", with: "").replacing("  0 s", with: "") } == expected)
    }

    @Test func liveRegionLeavesWhatIsPermanentAboveTheLastFrame() {
        var region = LiveRegion()
        var terminal = Terminal()
        terminal.write("$ cogstack apply\n")
        terminal.write(region.redraw(frame: ["one", "two", "three"]))
        terminal.write(region.redraw(permanent: ["done: two"], frame: ["one, longer", "three"]))
        #expect(terminal.lines == ["$ cogstack apply", "done: two", "one, longer", "three", ""])
        terminal.write(region.redraw(permanent: ["done: one", "done: three"], frame: []))
        #expect(terminal.lines == ["$ cogstack apply", "done: two", "done: one", "done: three", ""])
        terminal.write(region.redraw(frame: []))
        #expect(terminal.lines == ["$ cogstack apply", "done: two", "done: one", "done: three", ""])
    }
}

/// As much of a terminal as the live region uses: newline, carriage return, CUU, EL 2 and ED 0.
private struct Terminal {
    private(set) var lines = [""]
    private var row = 0

    mutating func write(_ text: SafeText) {
        var rest = text.text[...]
        var column = 0
        while let character = rest.popFirst() {
            switch character {
            case "\n":
                row += 1
                column = 0
                if row == lines.count { lines.append("") }
            case "\r": column = 0
            case "\u{1B}":
                let end = rest.firstIndex { $0.isLetter } ?? rest.endIndex
                let sequence = rest[..<end].dropFirst()
                switch rest[end] {
                case "A": row = max(0, row - (Int(sequence) ?? 1))
                case "K": lines[row] = ""
                case "J":
                    lines[row] = String(lines[row].prefix(column))
                    lines.removeSubrange((row + 1)...)
                default: Issue.record("unknown sequence \(sequence)")
                }
                rest = rest[rest.index(after: end)...]
            default:
                lines[row] = String(lines[row].prefix(column)) + String(character)
                column += 1
            }
        }
    }
}
