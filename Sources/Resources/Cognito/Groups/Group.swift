import Model
package import Schema

extension ResourceType {
    /// Limits, words and defaults: botocore's `cognito-idp` model and AWS-FACTS 4.
    package static let group = ResourceType(
        section: "groups", name: "group", identity: .key(of: ["userPool", "name"]),
        losesWhenDeleted: "memberships of users",
        "A group of users of a user pool.",
        attributes: [
            .userPool(),
            Attribute(
                "name", .string(length: 1...128, pattern: #"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"#), change: .replacement,
                wire: "GroupName", traits: [.defaultName(.resource)],
                "The group's name, as tokens show it in `cognito:groups`. Left out: the resource's name in the file."),
            Attribute("description", .string(length: 0...2048), default: "", "What the group is for."),
            Attribute(
                "precedence", .integer(0...2_147_483_647),
                change: .lasting(advice: "Put the old number back, or another one: a higher number counts less."),
                "Of somebody's groups the one with the lowest number gives the role."),
            Attribute(
                "roleArn", .reference(ReferenceTarget("roles", attribute: "arn")),
                change: .lasting(
                    advice:
                        "Put the old role back, or name another one that may do less; or make a group under another name."
                ),
                "The role that members may take: its name in this file, or its ARN."),
        ],
        apiNames: APINames(otherwise: ["groupName": "name", "role": "roleArn"]),
        outputs: [
            Output("name", "The group's name.") { attributes, _ in attributes["name"].string.map(Value.string) }
        ])
}
