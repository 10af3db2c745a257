/// What was perhaps meant by a name that is none of those that there are. It is worked out only where it is shown: the name is compared
/// with each of them, and thousands of mistakes may be about thousands of names.
package struct Suggestion: Sendable {
    private let word: String
    private let candidates: @Sendable () -> [String]
    private let listing: String
    private let none: String
    private let remark: String

    /// - Parameters:
    ///   - candidates: the names that there are, in any order.
    ///   - listing: what comes before them where none is near: `The file has`.
    ///   - none: what to say where there are none.
    ///   - remark: a sentence for the end, with a space before it.
    package init(
        for word: String, among candidates: @escaping @Sendable () -> [String], listing: String, none: String,
        remark: String = ""
    ) {
        self.word = word
        self.candidates = candidates
        self.listing = listing
        self.none = none
        self.remark = remark
    }

    /// `Did you mean x?`, or the names that there are.
    package var text: String {
        let names = candidates()
        if let meant = nearest(word, in: names) { return "Did you mean `\(meant)`?\(remark)" }
        return (names.isEmpty ? none : "\(listing) \(Self.list(names)).") + remark
    }

    /// How many names are worth reading.
    private static let mostListed = 20

    private static func list(_ names: [String]) -> String {
        let shown = names.sorted().prefix(mostListed).joined(separator: ", ")
        return names.count > mostListed ? "\(shown) and \(names.count - mostListed) more" : shown
    }
}

/// Two are one where they are about one word among names that are introduced alike: then their places tell them apart.
extension Suggestion: Hashable {
    package static func == (left: Suggestion, right: Suggestion) -> Bool {
        (left.word, left.listing, left.none, left.remark) == (right.word, right.listing, right.none, right.remark)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(word)
        hasher.combine(listing)
    }
}
