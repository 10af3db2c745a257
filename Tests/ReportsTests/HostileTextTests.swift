import Diagnostics
import Foundation
import Planning
import Model
import Schema
import Testing

@testable import Reports

/// No report lets text from outside steer the terminal, and JSON says the same with escapes.
@Suite struct HostileTextTests {
    static let hostile =
        "a\u{1B}[31m\u{9B}2J\u{7}\u{7F}\r\n\tApply done\u{202E}\u{2066}\u{200B}\u{FEFF}\u{2028}\u{E0041}z"

    private func check(_ text: SafeText, _ name: String) {
        let uncoloured = text.text.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
        #expect(!uncoloured.unicodeScalars.contains { $0.steersOrHides && $0 != "\n" }, "\(name): \(text)")
        #expect(!text.text.contains("[31m\u{1B}") && !text.text.contains("\u{1B}[31ma"), "\(name)")
        #expect(
            !uncoloured.split(separator: "\n").contains { $0.hasPrefix("\tApply") || $0.hasPrefix("Apply") }, "\(name)")
    }

    @Test(arguments: [true, false]) func spansAndPages(isColoured: Bool) {
        for meaning in [Meaning.plain, .strong, .alarming] {
            var page = Page(Style(isColoured: isColoured))
            page.add([Span(Self.hostile, meaning), "and \(Self.hostile)"], hang: 0)
            check(page.text, "page")
        }
        check(
            OutputsReport(["name": .string(Self.hostile), Self.hostile: .list([.string(Self.hostile)])]).text(
                Style(isColoured: isColoured)), "outputs")
    }

    @Test func progress() {
        let address = Address(section: "roles", name: "a")
        var progress = Progress(samplePlan([(address, .create)]), isLive: true, style: Style(isColoured: false))
        _ = progress.note(.started(address, .create), at: 0)
        _ = progress.note(.waiting(address, .create, reason: Self.hostile), at: 0)
        for line in progress.frame(at: 1, columns: 100, rows: 24) {
            check(line, "frame")
            #expect(line.text.count < 100)
        }
        for line in progress.note(.failed(address, .create, error: Self.hostile), at: 1) { check(line, "failed") }
    }

    @Test func jsonMeansTheSame() throws {
        let failure = FailureReport(Self.hostile, help: Self.hostile).json
        check(failure, "failure")
        let parsed = try JSONSerialization.jsonObject(with: Data(failure.text.utf8)) as? [String: Any]
        #expect(parsed?["error"] as? String == Self.hostile && parsed?["help"] as? String == Self.hostile)
        let outputs = OutputsReport([Self.hostile: .string(Self.hostile)]).json
        check(outputs, "outputs")
        #expect(
            try JSONSerialization.jsonObject(with: Data(outputs.text.utf8)) as? [String: String] == [
                Self.hostile: Self.hostile
            ])
    }

    /// What a program takes is what is recorded, byte for byte.
    @Test func valuesForProgramsStayExact() throws {
        let report = OutputsReport(["name": .string(Self.hostile)])
        #expect(report.single("name") == Self.hostile + "\n")
        #expect(try report.environment() == "export NAME='\(Self.hostile)'\n")
    }
}
