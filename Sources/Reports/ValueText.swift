internal import Model
internal import Schema

extension Value {
    /// The value on one line, as YAML in flow style. References that only the apply can resolve are dim.
    var spans: [Span] {
        switch self {
        case .null: [Span("none", .dim)]
        case .boolean(let flag): ["\(flag)"]
        case .integer(let number): ["\(number)"]
        case .number(let number): ["\(number)"]
        case .string(let text): [Span(Self.shown(text))]
        case .template(let template): [Span(template.description, .dim)]
        case .secret, .sealed: [Span(Secret.placeholder)]
        case .list(let elements):
            elements.isEmpty ? ["[]"] : ["["] + elements.map(\.spans).joined(separator: [", "]) + ["]"]
        case .map(let members):
            members.isEmpty
                ? ["{}"]
                : ["{ "]
                    + members.sorted { $0.key < $1.key }
                    .map { [Span("\($0.key): ", .dim)] + $0.value.spans }
                    .joined(separator: [", "]) + [" }"]
        }
    }

    /// Text as YAML would need it: bare where nothing else could be meant. The digest of a file is cut to what a
    /// person compares.
    private static func shown(_ text: String) -> String {
        if text.utf8.count == 64, text.allSatisfy({ $0.isASCII && $0.isHexDigit }) { return "\(text.prefix(12))…" }
        let meansOther = ["", "true", "false", "null", "none", "~"].contains(text) || Double(text) != nil
        let hasSpaces = text.unicodeScalars.contains { scalar in
            scalar.properties.isWhitespace || scalar.value < 0x20 || scalar == "\"" || scalar == "'"
        }
        let isFlow = text.contains { "[]{},#".contains($0) }
        // The braces of a policy variable, `${aws:username}`, are no flow mapping.
        return meansOther || hasSpaces || (isFlow && !text.contains("${")) ? JSON.quoted(text) : text
    }
}

/// A value as a report shows it, on one line or in lines of its own below its name.
struct ShownValue: Sendable {
    /// Nil where it reads better below its name: a policy, text of several lines.
    let inline: [Span]?
    /// Empty where one line always does.
    let lines: [[Span]]

    init(_ value: Value) {
        var isShort = false
        if let policy = PolicyText(value) {
            lines = policy.sentences
        } else if value["Effect"].string != nil {
            lines = [PolicyText.sentence(value)]
        } else if let text = value.string, text.contains("\n") {
            lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { [Span(String($0))] }
        } else if let members = value.map {
            isShort = !members.values.contains { PolicyText($0) != nil }
            lines = members.sorted { $0.key < $1.key }.flatMap { name, value -> [[Span]] in
                (PolicyText(value)?.sentences ?? [value.spans]).map { [Span("\(name): ", .dim)] + $0 }
            }
        } else {
            isShort = true
            let elements = value.list ?? []
            lines = elements.contains { $0.map != nil } ? elements.map(\.spans) : []
        }
        inline = isShort ? value.spans : nil
    }
}

extension Difference {
    init(_ difference: ValueDiff) {
        path = difference.path
        switch difference.kind {
        case .added(let value):
            let shown = ShownValue(value)
            sign = .added
            inline = shown.inline.map { _ in value.announced }
            lines = shown.lines.map { Line(sign: .added, spans: $0) }
        case .removed(let value):
            let shown = ShownValue(value)
            sign = .removed
            inline = shown.inline
            lines = shown.lines.map { Line(sign: .removed, spans: $0) }
        case .changed(let before, let after), .reordered(let before, let after):
            sign = .changed
            inline = before.spans + [Span(" → ", .changed)] + after.announced
            lines = [Line(sign: .removed, spans: before.spans), Line(sign: .added, spans: after.announced)]
            if case .reordered = difference.kind { remarks = [Span("other order", .dim)] }
        case .elements(let added, let removed):
            let went = removed.map { Line(sign: .removed, spans: $0.spans) }
            let came = added.map { Line(sign: .added, spans: $0.announced) }
            sign = .changed
            inline = Array(
                (went.map { [Span("- ", .removed)] + $0.spans } + came.map { [Span("+ ", .added)] + $0.spans })
                    .joined(separator: ["  "]))
            lines = went + came
        case .lines(let text):
            sign = .changed
            inline = nil
            lines = text.map { line in
                switch line {
                case .added(let line): Line(sign: .added, spans: [Span(line)])
                case .removed(let line): Line(sign: .removed, spans: [Span(line)])
                case .unchanged(let count):
                    Line(sign: .unchanged, spans: [Span("… \(counted(count, "line")) unchanged", .dim)])
                }
            }
        }
    }
}

extension Value {
    /// What will be there: a template says that only the apply knows.
    fileprivate var announced: [Span] {
        if case .template = self { ["(known after apply) "] + spans } else { spans }
    }
}

/// An IAM policy document, seen as sentences.
struct PolicyText {
    let statements: [Value]

    /// Nil where the value is no policy document.
    init?(_ value: Value) {
        switch value["Statement"] {
        case .list(let statements) where statements.allSatisfy({ $0["Effect"].string != nil }):
            self.statements = statements
        case .map(let statement) where statement["Effect"] != nil: self.statements = [.map(statement)]
        default: return nil
        }
    }

    var sentences: [[Span]] { statements.map { Self.sentence($0) } }

    /// `Allow s3:GetObject on arn:… where aws:RequestedRegion StringEquals us-east-1`; nil for what is no statement.
    static func sentence(_ statement: Value) -> [Span] {
        var spans = [Span(statement["Effect"].string ?? "", .strong)]
        func add(_ word: String, _ value: Value) {
            guard !value.isNull else { return }
            spans += [Span(" \(word)\(word.isEmpty ? "" : " ")")] + listed(value)
        }
        add("", statement["Action"])
        add("everything but", statement["NotAction"])
        add("on", statement["Resource"])
        add("on everything but", statement["NotResource"])
        add("to", principals(statement["Principal"]))
        add("to everyone but", principals(statement["NotPrincipal"]))
        var joint = " where "
        for (test, keys) in (statement["Condition"].map ?? [:]).sorted(by: { $0.key < $1.key }) {
            for (key, value) in (keys.map ?? [:]).sorted(by: { $0.key < $1.key }) {
                spans += [Span(joint, .dim), "\(key) ", Span("\(test) ", .dim)] + listed(value)
                joint = " and "
            }
        }
        return spans
    }

    /// `{ Service: lambda.amazonaws.com, AWS: [a, b] }` is who it names; the kind of principal shows in the name.
    private static func principals(_ value: Value) -> Value {
        guard let kinds = value.map else { return value }
        return .list(
            kinds.sorted { $0.key < $1.key }.flatMap { _, names in names.list ?? [names] })
    }

    private static func listed(_ value: Value) -> [Span] {
        Array((value.list ?? [value]).map(\.spans).joined(separator: [", "]))
    }
}
