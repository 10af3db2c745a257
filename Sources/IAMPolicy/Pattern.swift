import Model

/// An action, a resource or a principal as a policy names it, with what it covers.
struct Pattern: Hashable, Comparable {
    /// As it was written.
    let shown: String
    /// What two that mean the same have in common.
    private let compared: String
    private let segments: [[Token]]
    private let covering: Covering

    private enum Covering: Hashable {
        /// By `*` and `?`.
        case wildcards
        /// By the whole text, or all of its kind by `*`.
        case principal
    }

    private enum Token: Hashable {
        case character(Character)
        case anyCharacter
        case anyText
        /// A policy variable or a reference: some text that is not known here.
        case unknown(String)
    }

    /// The case of actions has no meaning.
    static func action(_ text: String) -> Pattern {
        Pattern(shown: text, compared: text.lowercased(), covering: .wildcards)
    }

    static func resource(_ text: String) -> Pattern {
        Pattern(shown: text, compared: text, covering: .wildcards)
    }

    /// - Parameter kind: `AWS`, `Service`, `Federated` or `CanonicalUser`.
    static func principal(_ kind: String, _ text: String) -> Pattern {
        let whole = ARN(text).flatMap { $0.service == "iam" && $0.resource == "root" ? $0.principalAccount : nil }
        return Pattern(shown: text, compared: "\(kind):\(whole ?? Substring(text))", covering: .principal)
    }

    private init(shown: String, compared: String, covering: Covering) {
        self.shown = shown
        self.compared = compared
        self.covering = covering
        self.segments = covering == .wildcards ? Self.segments(of: compared) : []
    }

    static func == (left: Pattern, right: Pattern) -> Bool {
        left.compared == right.compared && left.covering == right.covering
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(compared)
    }

    static func < (left: Pattern, right: Pattern) -> Bool {
        (left.compared, left.shown) < (right.compared, right.shown)
    }

    /// Whether it is known to name exactly one thing.
    var isLiteral: Bool {
        covering == .wildcards && segments.joined().allSatisfy { if case .character = $0 { true } else { false } }
    }

    /// `AWS`, `Service`, `Federated` or `CanonicalUser`, of a principal.
    var principalKind: Substring { compared.prefix { $0 != ":" } }

    /// What stands before the first colon, such as an action's service; nil where that is not literal text.
    var literalFirstPart: String? {
        guard covering == .wildcards, let part = segments.first else { return nil }
        var text = ""
        for token in part {
            guard case .character(let character) = token else { return nil }
            text.append(character)
        }
        return text
    }

    var containsUnknown: Bool {
        segments.joined().contains { if case .unknown = $0 { true } else { false } }
    }

    var usesVariables: Bool { compared.contains("${") }

    /// Whether all that `other` can match is matched by this. May say no where the answer is yes, never the other way round.
    func covers(_ other: Pattern) -> Bool {
        if self == other { return true }
        switch covering {
        case .principal:
            return compared == "AWS:*" && other.compared.hasPrefix("AWS:")
        case .wildcards:
            if compared == "*" { return true }
            return segments.count == other.segments.count
                && zip(segments, other.segments).allSatisfy { Self.covers($0, $1) }
        }
    }

    /// A wildcard does not reach over a colon, save in the last part of an ARN: each part is matched for itself
    /// (IAM User Guide, "IAM JSON policy elements: Resource").
    private static func segments(of text: String) -> [[Token]] {
        tokens(of: text).split(separator: .character(":"), maxSplits: 5, omittingEmptySubsequences: false).map(
            Array.init)
    }

    private static func tokens(of text: String) -> [Token] {
        var tokens: [Token] = []
        var rest = Substring(text)
        while let character = rest.first {
            if rest.hasPrefix("$$(") {
                tokens += rest.prefix(3).map(Token.character)
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") || rest.hasPrefix("$("),
                let end = rest.firstIndex(where: { "})".contains($0) })
            {
                tokens.append(.unknown(String(rest[...end])))
                rest = rest[rest.index(after: end)...]
            } else {
                tokens.append(character == "*" ? .anyText : character == "?" ? .anyCharacter : .character(character))
                rest = rest.dropFirst()
            }
        }
        return tokens
    }

    /// Matches wildcards against text in which wildcards and unknown texts are symbols that only `*` takes in.
    private static func covers(_ pattern: [Token], _ text: [Token]) -> Bool {
        Wildcards.match(pattern, text, isAnyText: { $0 == .anyText }, takes: takes)
    }

    private static func takes(_ pattern: Token, _ text: Token) -> Bool {
        switch (pattern, text) {
        case (.anyCharacter, .character): true
        default: pattern == text
        }
    }
}
