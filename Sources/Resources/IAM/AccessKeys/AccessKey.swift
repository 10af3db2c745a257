import Model
package import Schema

/// An access key of an IAM user. AWS gives its id and shows its secret once.
package let accessKeyType = ResourceType(
    section: "accessKeys", name: "accessKey", identity: .baseline, "An access key of an IAM user.",
    attributes: [
        Attribute(
            "iamUser",
            .reference(ReferenceTarget("iamUsers", attribute: "name", outside: #"arn:[^:]+:iam::\d{12}:user/.+"#)),
            required: true, change: .replacement, wire: "UserName",
            equivalent: { AccessKeyID.userName($0) == AccessKeyID.userName($1) }, "The user whose key it is."),
        Attribute(
            "status", .oneOf(["Active", "Inactive"]), default: "Active", writtenBy: "UpdateAccessKey",
            "Whether AWS accepts it."),
        Attribute(
            "rotateAfter", .duration(.days, 1...3650), traits: [.local],
            "The age at which it is to be replaced, such as 90d."),
    ],
    outputs: [
        Output("id", "The access key id, AKIA and so on."),
        Output("secret", secrecy: .onceShownSecret, "The secret access key."),
    ],
    rotationIsDue: { attributes, live, now in
        guard let days = attributes["rotateAfter"].integer, let made = live.facts["made"]?.integer else { return nil }
        let age = (Int(now) - made) / 86400
        guard age >= days else { return nil }
        let use = live.facts["lastUse"]?.string.map { ", \($0)" } ?? ""
        return "is \(age) days old (`rotateAfter: \(days)d`)\(use)"
    })
