import Diagnostics
import Foundation
import Planning
import Model
import Schema
import TestSupport
import Testing

@testable import Reports

@Suite struct PlanReportTests {
    @Test(arguments: SamplePlan.allCases)
    func textIsAsRecorded(sample: SamplePlan) throws {
        try expectGolden(sample.report.text(Style(isColoured: false)), "plan-\(sample.rawValue).txt")
    }

    @Test(arguments: SamplePlan.allCases)
    func jsonIsAsRecorded(sample: SamplePlan) throws {
        try expectGolden(sample.report.json, "plan-\(sample.rawValue).json")
    }

    @Test(arguments: [60, 100]) func accessIsAsRecorded(width: Int) throws {
        try expectGolden(
            SamplePlan.access.report.text(Style(isColoured: false, width: width)), "plan-access-\(width).txt")
    }

    @Test func colouredTextIsAsRecorded() throws {
        try expectGolden(SamplePlan.changes.report.text(Style(isColoured: true, width: 100)), "plan-changes.ansi")
    }

    @Test(arguments: SamplePlan.allCases)
    func colourChangesNothingElse(sample: SamplePlan) throws {
        let escape = try Regex("\u{1B}\\[[0-9;]*m")
        let coloured = sample.report.text(Style(isColoured: true)).text
        #expect(coloured.contains("\u{1B}["))
        #expect(coloured.replacing(escape, with: "") == sample.report.text(Style(isColoured: false)).text)
    }

    @Test(arguments: SamplePlan.allCases, [60, 80, 100])
    func linesKeepToTheWidth(sample: SamplePlan, width: Int) {
        for line in sample.report.text(Style(isColoured: false, width: width)).text.split(separator: "\n")
        where line.count > width {
            // Only a word that is never broken may stick out, with a mark before it at most.
            #expect(line.split(separator: " ").count <= 2, "\(line)")
        }
    }

    @Test(arguments: SamplePlan.allCases)
    func secretsAreNotShown(sample: SamplePlan) {
        for text in [sample.report.text(Style(isColoured: false)).text, sample.report.json.text] {
            #expect(!text.contains("hunter"))
        }
    }

    /// What is not yet known stands in the text as the file has it.
    @Test func jsonPrintsTemplatesAsText() {
        #expect(SamplePlan.firstTime.report.json.text.contains(#""after": "$(iamUsers.proxy.name)""#))
    }

    @Test func textFromAnAccountCannotSteerTheTerminal() {
        let hostile = "\u{1B}[2J\u{9B}2J\r\u{7}\u{202E}"
        let change = Change(
            address: address("roles.x"), type: "role", kind: .update, physicalId: hostile,
            attributes: [
                AttributeChange(
                    path: "description", before: .string(hostile), after: .string("a\n" + hostile), cause: .drift),
                AttributeChange(
                    path: PropertyPath(hostile), before: .null, after: ["k": .string(hostile)], cause: .drift),
            ], reason: hostile)
        let plan = Plan(
            stack: "s", account: "1", region: "r", purpose: .apply, changes: [change], notices: [hostile])
        let text = PlanReport(plan, cost: Cost(apiCalls: 1, seconds: 1)).text(Style(isColoured: false)).text
        let controls = text.unicodeScalars.filter {
            ($0.properties.generalCategory == .control && $0 != "\n") || $0 == "\u{202E}"
        }
        #expect(controls.isEmpty)
        #expect(text.contains("\\u{1B}[2J"))
    }

    @Test(arguments: [
        (SamplePlan.firstTime, true, false), (.nothing, false, true), (.recordsOnly, false, false),
        (.leftovers, true, false),
    ])
    func knowsWhetherThereIsSomethingToDo(sample: SamplePlan, hasDifference: Bool, isEmpty: Bool) {
        #expect(sample.report.hasDifference == hasDifference)
        #expect(sample.report.isEmpty == isEmpty)
    }

    @Test(arguments: [
        (0.0, "0.0 s"), (0.0934, "0.09 s"), (0.999, "1.0 s"), (4.24, "4.2 s"), (59.96, "60.0 s"), (72.5, "1 min 12 s"),
        (3600, "60 min 0 s"),
    ])
    func durations(seconds: Double, text: String) {
        #expect(duration(seconds) == text)
    }
}

@Suite struct JSONTests {
    @Test(arguments: [
        "", "plain", "\"quoted\" \\ back", "line\nnext\r\ttab", "\u{1}\u{7F}\u{85}", "é 漢字 👩‍👩‍👧", "\u{2028}",
    ])
    func textReadsBack(text: String) throws {
        let document = JSON.object([("key \(text)", .array([.string(text), .number(0.1), .null, .boolean(true)]))])
            .document
        let parsed = try JSONSerialization.jsonObject(with: Data(document.text.utf8)) as? [String: [Any]]
        #expect(parsed?["key \(text)"]?.first as? String == text)
    }

    @Test func emptyContainersStayOnTheirLine() {
        #expect(
            JSON.object([("a", .array([])), ("b", .object([(String, JSON)]()))]).document
                == "{\n  \"a\": [],\n  \"b\": {}\n}\n")
    }
}
