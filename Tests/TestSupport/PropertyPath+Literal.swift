package import Model

/// A path as a test writes it. What has not the form of a path is a single name, which no table has.
extension PropertyPath: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        self = text.isEmpty ? .root : PropertyPath(reading: text) ?? PropertyPath(text)
    }
}
