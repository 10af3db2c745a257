import Model

/// What a key may be.
enum KeyText {
    /// A key goes into headers of each request, where nothing but visible ASCII can stand; without its header a request would go out
    /// unsigned.
    static func check(_ value: String, _ name: String) throws(ConfigurationError) {
        func isBreak(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" || scalar == "\r" }
        let scalars = value.unicodeScalars
        guard let first = scalars.first, let last = scalars.last,
            let bad = scalars.first(where: { !(0x21...0x7e).contains($0.value) })
        else { return }
        let what =
            if isBreak(last) { "ends in a line break" } else if scalars.contains(where: isBreak) {
                "has a line break in it"
            } else if last.properties.isWhitespace { "ends in white space" } else if first.properties.isWhitespace {
                "begins with white space"
            } else if bad.properties.isWhitespace { "has white space in it" } else {
                "has a character that stands in no key"
            }
        throw ConfigurationError(
            .noCredentials, "\(name) \(what), which AWS's keys do not. Set it again, without that.")
    }
}
