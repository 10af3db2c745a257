package import Diagnostics

/// Where a stack's file and its state are, as far as that is not obvious: part of a command's first line.
package struct Origin: Sendable, Equatable {
    private let file: String?
    private let state: String?

    /// - Parameters:
    ///   - file: the stack file; nil where nobody can be in doubt which one is meant.
    ///   - state: the state file; nil where it is in the `.cogstack` of the folder that the user is in.
    package init(file: String? = nil, state: String? = nil) {
        self.file = file
        self.state = state
    }

    /// The same with a file that is named in any case.
    func naming(_ file: String) -> Origin { Origin(file: file, state: state) }

    /// `from stacks/dev.yaml, state in kept.json`, with what else belongs there; empty where there is nothing to say.
    func spans(_ more: String...) -> [Span] {
        let parts =
            [file.map { "from \($0)" }].compactMap(\.self) + more + [state.map { "state in \($0)" }].compactMap(\.self)
        return parts.isEmpty ? [] : [Span("  " + parts.joined(separator: ", "), .dim)]
    }
}

/// A command's first line, of one that has no report of its own to begin with it.
package struct HeadLine: Sendable {
    private let stack: String
    private let account: String
    private let region: String
    private let origin: Origin

    package init(stack: String, account: String, region: String, _ origin: Origin) {
        self.stack = stack
        self.account = account
        self.region = region
        self.origin = origin
    }

    var spans: [Span] {
        ["Stack ", Span(stack, .strong), " in account \(account), \(region)"] + origin.spans()
    }

    /// For people.
    package func text(_ style: Style) -> SafeText {
        var page = Page(style)
        page.add(spans, hang: 4)
        return page.text
    }
}
