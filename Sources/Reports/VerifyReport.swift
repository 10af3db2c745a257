package import Diagnostics
package import Verification

/// What `verify` found, a line a link.
package struct VerifyReport: Sendable {
    private let stack: String
    private let results: [LinkResult]
    private let isStopped: Bool
    private let isStrict: Bool
    private let seconds: Double

    /// - Parameters:
    ///   - isStopped: whether the person stopped the run: then links may be missing at its end.
    ///   - isStrict: whether links that are not or only partly checked count as failures.
    package init(stack: String, results: [LinkResult], isStopped: Bool, isStrict: Bool, seconds: Double) {
        self.stack = stack
        self.results = results
        self.isStopped = isStopped
        self.isStrict = isStrict
        self.seconds = seconds
    }

    /// Whether a link broke.
    package var isBroken: Bool { results.contains(where: \.isBroken) }

    /// Whether every link was tried, and all that the stack has there.
    private var isComplete: Bool { !isStopped && results.allSatisfy(\.isChecked) }

    private var works: Bool { !isStopped && !isBroken }

    /// Whether it is as it should be: no link broke and, where that is asked for, none is left unchecked.
    package var holds: Bool { works && (isComplete || !isStrict) }

    /// The line of one link, and below it why it broke.
    package static func line(_ result: LinkResult, _ style: Style) -> SafeText {
        var page = Page(style)
        func add(_ mark: Span, _ text: String) {
            let words = timesKeptWhole(": \(text)  ")
            page.add(
                [mark, Span(result.link.title, .strong)] + words + [
                    Span(duration(result.seconds), .dim, isWhole: true)
                ], hang: 4)
        }
        switch result.outcome {
        case .holds(let seen, let unchecked):
            add(Span("✓ ", .added), seen + (unchecked.map { "; not checked: \($0)" } ?? ""))
        case .notChecked(let why): add(Span("– ", .dim), "not checked, \(why)")
        case .absent(let why): add(Span("– ", .dim), why)
        case .warned(let cause):
            add(Span("! ", .changed), cause.sentence)
            if let advice = cause.advice { page.add(timesKeptWhole(advice), indent: 4, hang: 0) }
        case .broke(let cause):
            add(Span("✗ ", .alarming), cause.sentence)
            if let advice = cause.advice { page.add(timesKeptWhole(advice), indent: 4, hang: 0) }
        }
        return page.text
    }

    /// `12 h` and `1 h 2 min` are read at one glance, and so stay on one line.
    private static func timesKeptWhole(_ text: String) -> [Span] {
        var spans: [Span] = []
        var rest = text[...]
        while let time = rest.firstMatch(of: #/\b\d[\d.]* (?:h|min|minutes|s)\b(?: \d+ (?:min|s)\b)?/#) {
            spans += [Span(String(rest[..<time.range.lowerBound])), Span(String(time.output), isWhole: true)]
            rest = rest[time.range.upperBound...]
        }
        return spans + [Span(String(rest))]
    }

    /// What it comes to, in one line.
    package func summary(_ style: Style) -> SafeText {
        var page = Page(style)
        let broken = results.filter(\.isBroken).map(\.link)
        let end: [Span] = [" ", Span("\(duration(seconds)).", .dim, isWhole: true)]
        if isStopped, broken.isEmpty, results.last?.isWarning == true {
            page.add([Span("Interrupted: ", .alarming), "what was made is not all removed."] + end)
        } else if !broken.isEmpty {
            let titles = broken.map(\.title).joined(separator: ", ")
            page.add([Span("Sign-in of stack \(stack) is broken at: ", .alarming), Span("\(titles).")] + end)
        } else if isStopped {
            page.add([Span("Interrupted: ", .changed), "what was made is removed."] + end)
        } else if isComplete {
            let more = results.contains(where: \.isWarning) ? "; what verify made is not all removed." : "."
            page.add([Span("Sign-in of stack \(stack) works", .added), Span(" from end to end\(more)")] + end)
        } else if isStrict {
            page.add(
                [
                    Span("Sign-in of stack \(stack) is not wholly checked, and `--strict` asks for that: ", .alarming),
                    Span("\(rest)."),
                ] + end)
        } else {
            page.add([Span("Sign-in of stack \(stack) works", .added), Span("; \(rest).")] + end)
        }
        return page.text
    }

    /// How many links are left unchecked.
    private var rest: String {
        let unchecked = results.filter { if case .notChecked = $0.outcome { true } else { false } }.count
        let partly = results.filter { if case .holds(_, .some) = $0.outcome { true } else { false } }.count
        return [
            unchecked == 0 ? nil : "\(counted(unchecked, "link")) not checked",
            partly == 0 ? nil : "\(counted(partly, "link")) only in part",
        ]
        .compactMap(\.self).joined(separator: ", ")
    }

    /// Format 1 of `verify --json`.
    package var json: SafeText {
        JSON.object(present: [
            ("format", .integer(1)),
            ("stack", .string(stack)),
            ("works", .boolean(works)),
            ("complete", .boolean(isComplete)),
            ("interrupted", isStopped ? .boolean(true) : nil),
            ("links", .array(results.map(form))),
            ("seconds", .number((seconds * 1000).rounded() / 1000)),
        ]).document
    }

    private func form(_ result: LinkResult) -> JSON {
        var members: [(String, JSON?)] = [("link", .string(result.link.rawValue))]
        switch result.outcome {
        case .holds(let seen, let unchecked):
            members += [
                ("outcome", .string("holds")), ("seen", .string(seen)), ("notChecked", unchecked.map(JSON.string)),
            ]
        case .notChecked(let why): members += [("outcome", .string("notChecked")), ("reason", .string(why))]
        case .absent(let why): members += [("outcome", .string("absent")), ("reason", .string(why))]
        case .warned(let cause), .broke(let cause):
            members += [
                ("outcome", .string(result.isBroken ? "broke" : "warned")), ("error", .string(cause.what)),
                ("words", cause.words.map(JSON.string)),
                ("help", cause.advice.map(JSON.string)),
            ]
        }
        return .object(present: members + [("seconds", .number((result.seconds * 1000).rounded() / 1000))])
    }
}

extension LinkResult {
    fileprivate var isWarning: Bool {
        if case .warned = outcome { true } else { false }
    }
}

extension LinkFailure {
    /// What happened, with the words in which it was said.
    fileprivate var sentence: String {
        let text = [what, words].compactMap(\.self).joined(separator: ": ")
        return text.last.map { ".!?".contains($0) } == true ? text : text + "."
    }
}
