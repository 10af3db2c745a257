import Diagnostics
import Testing
import Verification

@testable import Reports

private let plain = Style(isColoured: false)

@Suite struct VerifyReportTests {
    private static func link(_ link: Link, _ outcome: LinkResult.Outcome, _ seconds: Double = 0.04) -> LinkResult {
        LinkResult(link: link, outcome: outcome, seconds: seconds)
    }

    private let whole = [
        link(.leftovers, .holds("nothing was left")), link(.user, .holds("cogstack-verify-1"), 72),
        link(.proxy, .absent("no function of the stack gives longer credentials")),
    ]
    private let partial = [
        link(
            .grants, .holds("s3://data/<identity>/ (list, read, write)", except: "the table sessions does not exist"),
            3.7),
        link(.isolation, .notChecked("the bucket data does not exist")),
    ]
    private let broken = link(
        .longSession,
        .broke(
            LinkFailure(
                "the proxy gave 1 h 2 min, where the identity pool gives 1 h and the role long allows 12 h",
                words: "why",
                advice: "Look at MAX_SESSION_SECONDS.")))
    private let removal = link(.removal, .holds("nothing is left behind"))

    var samples: [any Report] {
        [report(whole + [removal]), report(whole + partial + [removal]), report(whole + [broken, removal])]
    }

    private func report(_ results: [LinkResult], isStopped: Bool = false, isStrict: Bool = false) -> VerifyReport {
        VerifyReport(stack: "prod", results: results, isStopped: isStopped, isStrict: isStrict, seconds: 3.71)
    }

    private func text(_ results: [LinkResult], isStopped: Bool = false, isStrict: Bool = false) -> SafeText {
        results.map { VerifyReport.line($0, plain) }.joined()
            + report(results, isStopped: isStopped, isStrict: isStrict).summary(plain)
    }

    @Test func allHolds() throws {
        let all = whole + [removal]
        try expectGolden(text(all), "verify.txt")
        try expectGolden(report(all).json, "verify.json")
        #expect(report(all).holds && report(all, isStrict: true).holds)
        #expect(text(all, isStrict: true) == text(all))
    }

    @Test func leftUnchecked() throws {
        let all = whole + partial + [removal]
        try expectGolden(text(all), "verify-partial.txt")
        try expectGolden(report(all).json, "verify-partial.json")
        #expect(report(all).holds)
    }

    /// Each kind of unchecked link counts.
    @Test(arguments: [0..<1, 1..<2, 0..<2]) func strict(unchecked: Range<Int>) throws {
        let all = whole + partial[unchecked] + [removal]
        #expect(!report(all, isStrict: true).holds)
        #expect(report(all, isStrict: true).json == report(all).json)
        try expectGolden(
            report(all, isStrict: true).summary(plain),
            "verify-strict-\(unchecked.lowerBound)-\(unchecked.upperBound).txt")
    }

    @Test func brokenLink() throws {
        let all = whole + [broken, removal]
        try expectGolden(text(all), "verify-broken.txt")
        try expectGolden(report(all).json, "verify-broken.json")
        #expect(!report(all).holds && report(all).isBroken)
    }

    @Test func interrupted() throws {
        let all = whole + [removal]
        try expectGolden(report(all, isStopped: true).json, "verify-interrupted.json")
        #expect(!report(all, isStopped: true).holds && !report(all, isStopped: true).isBroken)
        #expect(report(all, isStopped: true).summary(plain) == "Interrupted: what was created is removed. 3.7 s.\n")
    }

    @Test func interruptedAndNotRemoved() {
        let all =
            whole + [
                Self.link(.removal, .warned(LinkFailure("Cognito AdminDeleteUser was refused", advice: "Delete it.")))
            ]
        // Nothing of the sign-in is broken by that.
        #expect(!report(all, isStopped: true).isBroken && report(all).holds)
        #expect(
            report(all).summary(Style(isColoured: false, width: 100))
                == "Sign-in of stack prod works from end to end; not all that verify created is removed. 3.7 s.\n")
        #expect(
            text(all).text.contains("! remove user and identity: Cognito AdminDeleteUser was refused.")
                && text(all).text.contains("\n    Delete it."))
        #expect(
            report(all, isStopped: true).summary(plain) == "Interrupted: not all that was created is removed. 3.7 s.\n")
    }

    /// Whatever the width, and wherever they stand.
    @Test(arguments: 40...100) func timesStayWithTheirUnits(width: Int) {
        let style = Style(isColoured: false, width: width)
        let seen = Self.link(
            .longSession,
            .holds(
                "assumed-role/prod-long-lived/CognitoAuth-cogstack-verify-1, for 11 h 59 min of 12 h that the role allows"
            ), 3.7)
        let text =
            [broken, seen].map { VerifyReport.line($0, style) }.joined() + report(whole).summary(style)
            + report(partial).summary(style)
        #expect(text.text.firstMatch(of: #/\d\n\s*(?:h|min|s)\b/#) == nil, "\(text)")
        #expect(text.text.contains("11 h 59 min") && text.text.contains("1 h 2 min"), "\(text)")
    }
}
