import AWSClient
package import Provider
package import Model
package import Schema
package import Records

/// A key's physical id is its id.
package struct APIKeyProvider: Provider {
    package let type = apiKeyType

    package init() {}

    package func read(_ id: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        let found = try await calls.readIfPresent(
            Self.get, Self.input(["apiKey": .string(id), "includeValue": true]), missing: Self.missing)
        guard let key = found else { return nil }
        var attributes = type.attributes(fromWire: key)
        // In clear, to be compared; the row says that it is a secret.
        attributes["value"] = key["value"].hiddenText.map(Value.string) ?? .null
        attributes["tags"] = Tags.own(key["tags"])
        return Live(id, attributes: attributes, outputs: ["id": .string(id)])
    }

    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        var input = type.wireForm(desired, only: ["name", "description", "enabled", "value"])
        input["tags"] = desired["tags"]
        let id = try await calls.write(Self.create, Self.input(input))["id"]
        let outputs = ["id": id]
        try await calls.recordCreated(id.string ?? "", outputs: outputs)
        return outputs
    }

    package func update(
        _ id: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        let written = type.withDefaults(desired, for: changed.intersection(["name", "description", "enabled"]))
        let patch = type.wireForm(written).map ?? [:]
        if !patch.isEmpty {
            let operations = patch.sorted { $0.key < $1.key }.map { name, value -> Value in
                let text = value.string ?? (value == true ? "true" : "false")
                return ["op": "replace", "path": .string("/\(name)"), "value": .string(text)]
            }
            try await calls.write(
                Self.update, Self.input(["apiKey": .string(id), "patchOperations": .list(operations)]), on: id)
        }
        if changed.contains("tags") { try await setTags(desired["tags"], of: id, calls) }
        return [:]
    }

    package func delete(_ id: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await calls.remove(Self.delete, Self.input(["apiKey": .string(id)]), on: id, missing: Self.missing)
    }

    package func locate(_ desired: Value, intents: [Intent], _ calls: ProviderContext) async throws(ProviderError)
        -> Located
    {
        let keys = try await calls.readAll(
            Self.list, Self.input([:]), items: "item", inputToken: "position", outputToken: "position")
        let ours = keys.compactMap { key -> String? in
            guard let id = key["id"].string, !calls.known.contains(id) else { return nil }
            let owner = Ownership.located(
                id, tags: Tags.own(key["tags"]), stack: calls.context.stack, address: calls.address)
            return owner == .ours(id) ? id : nil
        }
        return ours.count > 1 ? .ambiguous(ours) : ours.first.map { .ours($0) } ?? .none
    }

    // MARK: Calls

    private func setTags(_ desired: Value, of id: String, _ calls: ProviderContext) async throws(ProviderError) {
        let key = ARN(
            partition: calls.context.partition[...], service: "apigateway", region: calls.context.region[...],
            resource: "/apikeys/\(id)"[...])
        let object: Value = ["resourceArn": .string("\(key)")]
        try await TagChanges(to: desired).write { (tags) async throws(ProviderError) in
            try await calls.write(Self.tag, Self.input(object.overlaid(by: ["tags": tags])), on: id)
        } removing: { (keys) async throws(ProviderError) in
            try await calls.write(Self.untag, Self.input(object.overlaid(by: ["tagKeys": keys])), on: id)
        }
    }

    /// Without the header, API Gateway answers in another form, HAL.
    private static func input(_ members: Value) -> Value { members.overlaid(by: ["accept": "application/json"]) }

    private static let missing = "NotFoundException"
    private static let accept = ["accept": "Accept"]
    private static let create = Operation(
        .apiGateway, "CreateApiKey", .create, "POST", "/apikeys", headers: accept, statuses: [201], answers: "id",
        secrets: ["value"])
    private static let get = Operation(
        .apiGateway, "GetApiKey", .read, "GET", "/apikeys/{apiKey}", query: ["includeValue": "includeValue"],
        headers: accept, answers: "id", secrets: ["value"])
    private static let list = Operation(
        .apiGateway, "GetApiKeys", .read, "GET", "/apikeys", query: ["position": "position"], headers: accept,
        answers: "item[].id", secrets: ["item[].value"])
    private static let update = Operation(
        .apiGateway, "UpdateApiKey", .repeatable, "PATCH", "/apikeys/{apiKey}", headers: accept, answers: "id",
        secrets: ["value"])
    private static let delete = Operation(
        .apiGateway, "DeleteApiKey", .repeatable, "DELETE", "/apikeys/{apiKey}", headers: accept, statuses: [202])
    private static let tag = Operation(
        .apiGateway, "TagResource", .repeatable, "PUT", "/tags/{resourceArn}", headers: accept, statuses: [204])
    private static let untag = Operation(
        .apiGateway, "UntagResource", .repeatable, "DELETE", "/tags/{resourceArn}", query: ["tagKeys": "tagKeys"],
        headers: accept, statuses: [204])
}

extension Service {
    fileprivate static let apiGateway = Service(name: "API Gateway", endpointPrefix: "apigateway", format: .restJSON)
}
