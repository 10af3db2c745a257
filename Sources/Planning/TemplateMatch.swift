import Schema

extension Template {
    /// Whether a text is this template with its references filled in; nil where that cannot be said.
    ///
    /// - Parameter isValue: whether a part of the text is what a reference stands for; nil where that cannot be said.
    func matches(_ text: String, _ isValue: (Reference, String) -> Bool?) -> Bool? {
        Self.matches(parts[...], text[...], isValue)
    }

    private static func matches(
        _ parts: ArraySlice<Part>, _ text: Substring, _ isValue: (Reference, String) -> Bool?
    ) -> Bool? {
        let rest = parts.dropFirst()
        switch parts.first {
        case nil: return text.isEmpty
        case .context: return nil
        case .literal(let literal):
            return text.hasPrefix(literal) ? matches(rest, text.dropFirst(literal.count), isValue) : false
        case .reference(let reference):
            if rest.isEmpty { return isValue(reference, String(text)) }
            // Where the value ends is not written down: wherever what follows it may begin.
            for end in text.indices {
                if case .literal(let literal) = rest.first, !text[end...].hasPrefix(literal) { continue }
                guard let isRight = isValue(reference, String(text[..<end])) else { return nil }
                guard isRight else { continue }
                guard let restMatches = matches(rest, text[end...], isValue) else { return nil }
                if restMatches { return true }
            }
            return false
        }
    }
}
