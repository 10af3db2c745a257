/// IAM's wildcards: `*` for any text, `?` for any character.
package enum Wildcards {
    /// Whether a pattern matches a whole text.
    package static func match(_ pattern: String, _ text: String) -> Bool {
        match(Array(pattern), Array(text), isAnyText: { $0 == "*" }, takes: { $0 == "?" || $0 == $1 })
    }

    /// The same over other symbols than characters.
    ///
    /// - Parameters:
    ///   - isAnyText: whether a symbol of the pattern stands for any number of symbols.
    ///   - takes: whether another symbol of the pattern stands for one of the text.
    static func match<Symbol>(
        _ pattern: [Symbol], _ text: [Symbol], isAnyText: (Symbol) -> Bool, takes: (Symbol, Symbol) -> Bool
    ) -> Bool {
        var (position, index) = (0, 0)
        // Where the last one for any text stood, and up to where in the text it reaches.
        var last: (position: Int, index: Int)?
        while index < text.count {
            if position < pattern.count, isAnyText(pattern[position]) {
                last = (position, index)
                position += 1
            } else if position < pattern.count, takes(pattern[position], text[index]) {
                (position, index) = (position + 1, index + 1)
            } else if let before = last {
                last = (before.position, before.index + 1)
                (position, index) = (before.position + 1, before.index + 1)
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy(isAnyText)
    }
}
