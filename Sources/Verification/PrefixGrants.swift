import Schema

/// What a role's policies let a session list in S3, as far as it can be tried out without touching anybody's data: buckets by
/// their whole name, whole or under a prefix that holds the session's identity id.
struct PrefixGrant: Hashable {
    let bucket: String
    /// A pattern of `s3:prefix`; nil for the whole bucket.
    let pattern: String?

    /// The policy variable that is the identity id in long sessions: the tag that the proxy gives them.
    static let variable = "${aws:PrincipalTag/CognitoIdentityId}"

    /// Whether it keeps users apart.
    var isolates: Bool { pattern?.contains(Self.variable) == true }

    /// A prefix that it allows to the session of this identity.
    func prefix(of identityId: String) -> String {
        guard var text = pattern?.replacing(Self.variable, with: identityId) else { return "\(identityId)/" }
        while text.hasSuffix("*") { text.removeLast() }
        return text
    }

    /// The grants in IAM's policy documents.
    static func all(in documents: [Value]) -> [PrefixGrant] {
        var found: [PrefixGrant] = []
        for statement in documents.flatMap({ oneOrMore($0["Statement"]) })
        where statement["Effect"] == "Allow" && texts(statement["Action"]).contains(where: isListing) {
            for resource in texts(statement["Resource"]) {
                let parts = resource.split(separator: ":", omittingEmptySubsequences: false)
                guard parts.count == 6, parts[2] == "s3", !parts[5].contains(where: { "/*?$".contains($0) }) else { continue }
                let bucket = String(parts[5])
                guard let conditions = statement["Condition"].map, !conditions.isEmpty else {
                    found.append(PrefixGrant(bucket: bucket, pattern: nil))
                    continue
                }
                // Any other condition is beyond what is tried here.
                guard conditions.count == 1, let (name, keys) = conditions.first, ["StringLike", "StringEquals"].contains(name),
                    keys.map?.count == 1
                else { continue }
                found += texts(keys["s3:prefix"]).map { PrefixGrant(bucket: bucket, pattern: $0) }
            }
        }
        return found
    }

    private static func isListing(_ action: String) -> Bool {
        ["s3:ListBucket", "s3:List*", "s3:*", "*"].contains(action)
    }

    private static func oneOrMore(_ value: Value) -> [Value] { value.list ?? (value.isNull ? [] : [value]) }
    private static func texts(_ value: Value) -> [String] { oneOrMore(value).compactMap(\.string) }
}
