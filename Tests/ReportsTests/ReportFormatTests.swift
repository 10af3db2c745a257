import Diagnostics
import Foundation
import Testing

@testable import Reports

/// A format is one file and one line, and every report can be printed in it.
@Suite struct ReportFormatTests {
    static let formats =
        ReportFormat.allCases + [
            .outline
        ]

    /// One report of every kind at least.
    static let samples: [any Report] =
        SamplePlan.allCases.map(\.report) + ApplyReportTests().samples + [OutputsReportTests().report]
        + ShowReportTests().samples + StateReportTests().samples + VerifyReportTests().samples

    /// What a person reads, whatever stands between the words.
    private func words(_ text: SafeText) -> [Substring] {
        text.text.split { !$0.isLetter && !$0.isNumber }.sorted()
    }

    @Test(arguments: samples.indices) func aNewFormatSaysAllThatTheTextSays(sample: Int) throws {
        let report = Self.samples[sample]
        let style = Style(isColoured: false, width: 100)
        let outline = try #require(Self.formats.first { $0.rawValue == "outline" }).render(report, style)
        #expect(words(outline) == words(report.text(style)), "\(outline)")
    }

    @Test(arguments: samples.indices) func dataIsJSON(sample: Int) throws {
        let text = ReportFormat.json.render(Self.samples[sample], Style(isColoured: true)).text
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
    }

    @Test func namesAreUnique() {
        #expect(Set(Self.formats.map(\.rawValue)).count == Self.formats.count)
        #expect(ReportFormat.allCases.allSatisfy { ReportFormat(rawValue: $0.rawValue) == $0 })
    }

    @Test func outlineIsReadable() throws {
        try expectGolden(
            ReportFormat.outline.render(SamplePlan.changes.report, Style(isColoured: false)), "outline.txt")
    }
}
