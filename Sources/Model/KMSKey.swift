/// A KMS key, which AWS takes by its id, its ARN or an alias.
package enum KMSKey {
    /// What a name of a key may be, as a regular expression.
    package static let pattern = #"(arn:[^:]+:kms:[^:]+:\d{12}:)?((key/)?[a-zA-Z0-9-]+|alias/[a-zA-Z0-9:/_-]+)"#

    /// Whether two names are of one key, as far as the names tell: an ARN ends in the id or the alias.
    package static func isSame(_ left: Value, _ right: Value) -> Bool { shortened(left) == shortened(right) }

    private static func shortened(_ key: Value) -> Substring? {
        guard let name = key.string else { return nil }
        let last = ARN(name)?.resource ?? name[...]
        return last.hasPrefix("key/") ? last.dropFirst(4) : last
    }
}
