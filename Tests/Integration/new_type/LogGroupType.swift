package import Model
package import Schema

/// A CloudWatch log group of its own: the example of a new resource type.
package let logGroupType = ResourceType(
    section: "logGroups", name: "logGroup", identity: .uniqueName(isTaggable: true),
    "A CloudWatch log group.",
    attributes: [
        Attribute(
            "name", .string(length: 1...512, pattern: "[.\\-_/#A-Za-z0-9]+"), change: .replacement,
            wire: "logGroupName",
            "Its name, unique in account and region."),
        Attribute(
            "retentionInDays", .integer(1...3653), wire: "retentionInDays",
            "After how many days a log is deleted; never where left out."),
    ],
    outputs: [
        Output("name", "Its name.") { attributes, _ in attributes["name"].string.map(Value.string) }
    ])
