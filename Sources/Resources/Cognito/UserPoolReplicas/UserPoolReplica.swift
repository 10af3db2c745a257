import Model
package import Schema

extension ResourceType {
    /// Limits and words: botocore's `cognito-idp` model; the rest from the Amazon Cognito Developer Guide, "Multi-Region replication for
    /// user pools".
    package static let userPoolReplica = ResourceType(
        section: "userPoolReplicas", name: "userPoolReplica", identity: .key(of: ["userPool", "regionName"]),
        losesWhenDeleted: "the copy of the user accounts in its region",
        "A copy of a user pool in another region, for when its own fails. A pool has one at most. Its tier must be ESSENTIALS or PLUS, its key a multi-region key of one's own, and its issuer UPDATED.",
        attributes: [
            .userPool(),
            Attribute(
                "regionName", .string(length: 5...32, pattern: "[a-z0-9-]+"), required: true, change: .replacement,
                "The region of the copy."),
            Attribute(
                "status", .oneOf(["ACTIVE", "INACTIVE"]), default: "INACTIVE", writtenBy: "UpdateUserPoolReplica",
                "ACTIVE: people can sign in there. Set up e-mail, text messages, triggers and logs in that region before."
            ),
            Attribute(
                "userPoolTags", .map(.string(length: 0...256), keys: #"[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}"#),
                change: .replacement,
                "The tags that the copy is created with. AWS shows them in its region alone, so what becomes of them later is not seen."
            ),
        ],
        outputs: [Output("arn", "The copy's ARN.")],
        excludes: { old, new in old["userPool"] == new["userPool"] })
}
