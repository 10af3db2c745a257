import Diagnostics
import Testing

/// Nothing from outside steers a terminal, turns what is read, hides, or begins a line.
@Suite struct SafeTextTests {
    /// A piece of hostile text, and how it is shown.
    static let hostile = [
        ("\u{1B}[31m", #"\u{1B}[31m"#), ("\u{1B}]0;title\u{7}", #"\u{1B}]0;title\u{7}"#), ("\u{9B}2J", #"\u{9B}2J"#),
        ("\u{0}", #"\u{0}"#),
        ("\u{8}", #"\u{8}"#), ("\u{7F}", #"\u{7F}"#), ("\u{85}", #"\u{85}"#), ("\r", #"\r"#), ("\r\n", #"\r\n"#),
        ("\nApply done", #"\nApply done"#), ("\t", #"\t"#), ("\u{61C}", #"\u{61C}"#), ("\u{200B}", #"\u{200B}"#),
        ("\u{200F}", #"\u{200F}"#),
        ("\u{2028}", #"\u{2028}"#), ("\u{2029}", #"\u{2029}"#), ("\u{202E}", #"\u{202E}"#), ("\u{2060}", #"\u{2060}"#),
        ("\u{2066}", #"\u{2066}"#), ("\u{2069}", #"\u{2069}"#), ("\u{FEFF}", #"\u{FEFF}"#), ("\u{FFF9}", #"\u{FFF9}"#),
        ("\u{E0041}", #"\u{E0041}"#),
    ]

    @Test(arguments: hostile) func isEscapedWhereverItGetsIn(text: String, shown: String) {
        #expect(SafeText(line: "a\(text)b").text == "a\(shown)b")
        #expect(("a\(text)b\n" as SafeText).text == "a\(shown)b\n")
        #expect(escaped(text) == shown)
        let lines = SafeText(lines: text).text
        #expect(!lines.unicodeScalars.contains { $0.steersOrHides && $0 != "\n" && $0 != "\t" }, "\(lines)")
    }

    @Test(arguments: ["", "plain", "ü 日本 😀", "a\\nb", "{\"a\": 1}", "e\u{301}"]) func whatIsHarmlessStays(text: String)
    {
        #expect(SafeText(line: text).text == text)
    }

    @Test func whatIsSafeIsNotEscapedTwice() {
        let painted = SafeText(verbatim: "\u{1B}[1mx\u{1B}[0m")
        #expect(("[\(painted)]" as SafeText).text == "[\u{1B}[1mx\u{1B}[0m]")
        #expect([painted, "y"].joined(separator: "\n").text == "\u{1B}[1mx\u{1B}[0m\ny")
        #expect(SafeText(lines: "a\n\tb").text == "a\n\tb")
        #expect(("x" as SafeText).endingItsLine == "x\n" && ("x\n" as SafeText).endingItsLine == "x\n")
    }
}
