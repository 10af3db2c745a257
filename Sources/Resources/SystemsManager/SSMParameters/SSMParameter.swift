import Model
package import Schema

/// A parameter of the Parameter Store of AWS Systems Manager.
///
/// From the service's model (`PutParameter`): a value has 4 KB at most, 8 KB in the tier Advanced, which is never lowered again; the
/// type of a parameter cannot be changed (`HierarchyTypeMismatchException`). Names: AWS Systems Manager User Guide, "Creating
/// Parameter Store parameters".
package let ssmParameterType = ResourceType(
    section: "ssmParameters", name: "ssmParameter", identity: .key(isTaggable: true),
    "A parameter of Systems Manager's Parameter Store.",
    attributes: [
        Attribute(
            "name", .string(length: 1...1011, pattern: "(/[a-zA-Z0-9_.-]+)+|[a-zA-Z0-9_.-]+"), change: .replacement,
            "Its name or path, such as /prod/proxy-key, unique in account and region."),
        Attribute(
            "type", .oneOf(["String", "SecureString"]), default: "SecureString", change: .replacement,
            traits: [.alwaysSent],
            "Whether AWS encrypts the value."),
        Attribute("description", .string(length: 0...1024), default: "", "What it is for."),
        Attribute(
            "keyId", .string(length: 1...256, pattern: KMSKey.pattern),
            default: .string(SSMParameterProvider.defaultKey),
            equivalent: KMSKey.isSame,
            "The key that encrypts a SecureString, by id, ARN or alias; AWS's own where left out."),
        Attribute(
            "tier", .oneOf(["Standard", "Advanced"]), default: "Standard", change: .replacement,
            "Advanced costs, and lets the value have 8 KB in place of 4."),
    ] + SSMParameterProvider.value.rows(length: 1...8192, of: "value") { $0["type"] != "String" },
    apiNames: APINames(unmanaged: ["allowedPattern", "policies", "dataType"]),
    outputs: [
        Output("arn", "Its ARN.") { attributes, context in
            attributes["name"].string.map { .string(SSMParameterProvider.arn(of: $0, context)) }
        },
        Output("name", "Its name.") { attributes, _ in attributes["name"].string.map(Value.string) },
    ],
    rules: [SSMParameterProvider.value.isWrittenOnce, keyNeedsEncryption])

private let keyNeedsEncryption = Rule("key-without-encryption", over: ["type", "keyId"]) { attributes in
    guard attributes["type"] == "String", !attributes["keyId"].isNull else { return [] }
    return [
        RuleProblem(
            path: PropertyPath("keyId"), message: "a String is not encrypted, so there is nothing to do for a key",
            help: "Leave `keyId` out, or make it a SecureString.")
    ]
}
