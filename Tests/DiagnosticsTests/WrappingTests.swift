import Diagnostics
import Testing

@Suite struct WrappingTests {
    @Test(
        arguments: [
            ("", 10, 0, ""),
            ("one two three", 13, 0, "one two three"),
            ("one two three", 12, 0, "one two\nthree"),
            ("one two three", 3, 0, "one\ntwo\nthree"),
            // What is longer than a line stays whole.
            ("see arn:aws:iam::123456789012:role/x now", 10, 0, "see\narn:aws:iam::123456789012:role/x\nnow"),
            ("  one two three", 9, 2, "  one two\n    three"),
            ("one\n\ntwo three", 5, 0, "one\n\ntwo\nthree"),
            ("one  two   three", 8, 0, "one  two\nthree"),
            // A prompt keeps the space before its answer.
            ("Go on? Type yes: ", 10, 0, "Go on?\nType yes: "),
            ("\u{1B}[1mone\u{1B}[0m two three", 7, 0, "\u{1B}[1mone\u{1B}[0m two\nthree"),
            ("ends\n", 10, 0, "ends\n"),
            ("   ", 10, 0, "   "),
        ] as [(String, Int, Int, String)])
    func breaksAtSpaces(_ text: String, _ width: Int, _ hang: Int, _ expected: String) {
        #expect(SafeText(verbatim: text).wrapped(to: width, hang: hang).text == expected)
    }

    @Test func withoutAWidthNothingIsBroken() {
        let text = SafeText(verbatim: String(repeating: "word ", count: 100))
        #expect(text.wrapped(to: nil) == text)
    }
}
