package import Diagnostics
package import Verification

/// What `verify` found, a line a link.
package struct VerifyReport: Report {
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

    package var document: Document {
        var document = Document([.list(.finding, results.map(Self.item))])
        document += [conclusion]
        return document
    }

    /// The line of one link, and below it why it broke: as the run goes on.
    package static func line(_ result: LinkResult, _ style: Style) -> SafeText {
        Document([.list(.finding, [item(result)])]).text(style)
    }

    /// What it comes to, in one line: where the links were printed as the run went on.
    package func summary(_ style: Style) -> SafeText { Document([conclusion]).text(style) }

    private static func item(_ result: LinkResult) -> Item {
        func item(_ mark: String, _ meaning: Meaning, _ text: String, _ advice: String? = nil) -> Item {
            Item(
                .init(mark, "", meaning),
                [Span(result.link.title, .strong)] + timesKeptWhole(": \(text)  ")
                    + [Span(duration(result.seconds), .dim, isWhole: true)],
                details: advice.map { [.paragraph(timesKeptWhole($0))] } ?? [])
        }
        return switch result.outcome {
        case .holds(let seen, let unchecked):
            item("✓", .added, seen + (unchecked.map { "; not checked: \($0)" } ?? ""))
        case .notChecked(let why): item("–", .dim, "not checked, \(why)")
        case .absent(let why): item("–", .dim, why)
        case .warned(let cause): item("!", .changed, cause.sentence, cause.advice)
        case .broke(let cause): item("✗", .alarming, cause.sentence, cause.advice)
        }
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

    private var conclusion: Block {
        let broken = results.filter(\.isBroken).map(\.link)
        let works = Span("Sign-in of stack \(stack) works", .added)
        let spans: [Span] =
            if isStopped, broken.isEmpty, results.last?.isWarning == true {
                [Span("Interrupted: ", .alarming), "not all that was created is removed."]
            } else if !broken.isEmpty {
                [
                    Span("Sign-in of stack \(stack) is broken at: ", .alarming),
                    Span("\(broken.map(\.title).joined(separator: ", "))."),
                ]
            } else if isStopped {
                [Span("Interrupted: ", .changed), "what was created is removed."]
            } else if isComplete {
                [
                    works, " from end to end",
                    results.contains(where: \.isWarning) ? "; not all that verify created is removed." : ".",
                ]
            } else if isStrict {
                [
                    Span("Sign-in of stack \(stack) is not fully checked, as `--strict` requires: ", .alarming),
                    Span("\(rest)."),
                ]
            } else {
                [works, Span("; \(rest).")]
            }
        return .line(spans + [" ", Span("\(duration(seconds)).", .dim, isWhole: true)])
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
    package var data: JSON {
        .object(present: [
            ("format", .integer(1)),
            ("stack", .string(stack)),
            ("works", .boolean(works)),
            ("complete", .boolean(isComplete)),
            ("interrupted", isStopped ? .boolean(true) : nil),
            ("links", .array(results.map(form))),
            ("seconds", .number((seconds * 1000).rounded() / 1000)),
        ])
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
