package import Verification

/// What `verify` found, a line a link.
package struct VerifyReport: Sendable {
    private let stack: String
    private let results: [LinkResult]
    private let isStopped: Bool
    private let seconds: Double

    /// - Parameter isStopped: whether the person stopped the run: then links are missing at its end.
    package init(stack: String, results: [LinkResult], isStopped: Bool, seconds: Double) {
        self.stack = stack
        self.results = results
        self.isStopped = isStopped
        self.seconds = seconds
    }

    /// Whether no link broke; those that could not be checked do not count.
    package var holds: Bool { !isStopped && !results.contains(where: \.isBroken) }

    /// The line of one link, and below it why it broke.
    package static func line(_ result: LinkResult, _ style: Style) -> String {
        var page = Page(style)
        let time = Span(duration(result.seconds), .dim)
        let title = result.link.title
        switch result.outcome {
        case .holds(let seen, let unchecked):
            let rest = unchecked.map { "; not checked: \($0)" } ?? ""
            page.add([Span("✓ ", .added), Span(title, .strong), Span(": \(seen)\(rest)  "), time], hang: 4)
        case .notChecked(let why): page.add([Span("– ", .dim), Span(title, .strong), Span(": not checked, \(why)  "), time], hang: 4)
        case .broke(let cause):
            page.add([Span("✗ ", .alarming), Span(title, .strong), Span(": \(cause.sentence)  "), time], hang: 4)
            if let advice = cause.advice { page.add([Span(advice)], indent: 4, hang: 0) }
        }
        return page.text
    }

    /// What it comes to, in one line.
    package func summary(_ style: Style) -> String {
        var page = Page(style)
        let broken = results.filter(\.isBroken).map(\.link.title)
        let end = Span(" \(duration(seconds)).", .dim)
        if !broken.isEmpty {
            page.add([Span("Sign-in of stack \(stack) is broken at: ", .alarming), Span(broken.joined(separator: ", ")), ".", end])
        } else if isStopped {
            page.add([Span("Interrupted: ", .changed), "what was made is removed.", end])
        } else {
            let unchecked = results.filter { if case .notChecked = $0.outcome { true } else { false } }.count
            let partly = results.filter { if case .holds(_, .some) = $0.outcome { true } else { false } }.count
            let rest = [unchecked == 0 ? nil : "\(counted(unchecked, "link")) not checked", partly == 0 ? nil : "\(counted(partly, "link")) only in part"]
                .compactMap(\.self).joined(separator: ", ")
            page.add([
                Span("Sign-in of stack \(stack) works", .added), Span(rest.isEmpty ? " from end to end." : "; \(rest)."), end,
            ])
        }
        return page.text
    }

    /// Format 1 of `verify --json`.
    package var json: String {
        JSON.object([
            ("format", .integer(1)),
            ("stack", .string(stack)),
            ("works", .boolean(holds)),
            ("links", .array(results.map(form))),
            ("seconds", .number((seconds * 1000).rounded() / 1000)),
        ]).document
    }

    private func form(_ result: LinkResult) -> JSON {
        var members: [(String, JSON?)] = [("link", .string(result.link.rawValue))]
        switch result.outcome {
        case .holds(let seen, let unchecked):
            members += [("outcome", .string("holds")), ("seen", .string(seen)), ("notChecked", unchecked.map(JSON.string))]
        case .notChecked(let why): members += [("outcome", .string("notChecked")), ("reason", .string(why))]
        case .broke(let cause):
            members += [
                ("outcome", .string("broke")), ("error", .string(cause.what)), ("words", cause.words.map(JSON.string)),
                ("help", cause.advice.map(JSON.string)),
            ]
        }
        return .object(present: members + [("seconds", .number((result.seconds * 1000).rounded() / 1000))])
    }
}

extension Break {
    /// What happened, with the words in which it was said.
    fileprivate var sentence: String {
        let text = [what, words].compactMap(\.self).joined(separator: ": ")
        return text.last.map { ".!?".contains($0) } == true ? text : text + "."
    }
}
