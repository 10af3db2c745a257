package import Model
package import Schema

/// An API key of API Gateway: the example of a new resource type, with a secret and a service that no other type has.
///
/// Limits from the service's model (`CreateApiKey`); of a key that exists `UpdateApiKey` changes no value.
package let apiKeyType = ResourceType(
    section: "apiKeys", name: "apiKey", identity: .creationTags, "An API key of API Gateway.",
    attributes: [
        Attribute("name", .string(length: 1...1024), wire: "name", "Its name. AWS allows several keys of one name."),
        Attribute("description", .string(length: 0...1024), default: "", wire: "description", "What it is for."),
        Attribute(
            "enabled", .boolean, default: true, wire: "enabled", traits: [.alwaysSent], "Whether callers may use it."),
        Attribute(
            "value", .string(length: 20...128), required: true, change: .replacement, wire: "value",
            traits: [.sensitive, .secret { _ in true }], "What callers send: a secret."),
    ],
    outputs: [Output("id", "Its id.")])
