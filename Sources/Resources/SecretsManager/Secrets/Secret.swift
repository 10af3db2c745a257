import Model
package import Schema

/// A secret of AWS Secrets Manager.
///
/// Limits from the service's model (`CreateSecret`, `DeleteSecret`): a name has 512 characters at most, a value 65,536 bytes, and a
/// recovery window 7 to 30 days.
package let secretType = ResourceType(
    section: "secrets", name: "secret", identity: .key(isTaggable: true), "A secret of Secrets Manager.",
    attributes: [
        Attribute(
            "name", .string(length: 1...512, pattern: "[A-Za-z0-9/_+=.@-]+"), change: .replacement,
            "Its name, unique in account and region."),
        Attribute("description", .string(length: 0...2048), default: "", "What it is for."),
        Attribute(
            "kmsKeyId", .string(length: 1...2048, pattern: KMSKey.pattern), default: "", equivalent: KMSKey.isSame,
            "The key that encrypts it, by id, ARN or alias; AWS's own where left out."),
    ] + SecretProvider.value.rows(length: 1...65536, of: "secret") + [
        Attribute(
            "recoveryWindowInDays", .integer(0...30), traits: [.local],
            "How long AWS keeps it after it is deleted: 7 to 30, or 0 for not at all; 30 where left out.")
    ],
    apiNames: APINames(unmanaged: ["secretBinary", "addReplicaRegions", "forceOverwriteReplicaSecret", "type"]),
    outputs: [
        Output("arn", "Its ARN, which ends in six characters that AWS chooses."),
        Output("name", "Its name.") { attributes, _ in attributes["name"].string.map(Value.string) },
    ],
    rules: [SecretProvider.value.isWrittenOnce, windowIsOffered])

private let windowIsOffered = Rule("recovery-window", over: ["recoveryWindowInDays"]) { attributes in
    guard let days = attributes["recoveryWindowInDays"].integer, (1...6).contains(days) else { return [] }
    return [
        RuleProblem(
            path: PropertyPath("recoveryWindowInDays"),
            message: "Secrets Manager has no recovery window of \(days) days",
            help: "Give 7 to 30 days, or 0 to have it deleted at once.")
    ]
}
