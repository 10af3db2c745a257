import AWSClient
package import Provider
package import Model
package import Schema
package import Records

/// A parameter's physical id is its name.
///
/// PutParameter replaces the whole parameter and always needs its value, so a change to anything else sends what is live
/// along; it takes tags only for a new parameter.
package struct SSMParameterProvider: TagListingProvider {
    static let value = SecretText(textName: "value")
    static let defaultKey = "alias/aws/ssm"

    package let type = ssmParameterType

    package init() {}

    package func read(_ name: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        async let settings = outcome { () async throws(ProviderError) in try await describe(name, calls) }
        async let listed = outcome { () async throws(ProviderError) in try await tags(of: name, calls) }
        let parameter = try await get(name, calls)
        let (found, foundTags) = (await settings, await listed)
        guard let parameter, let live = try found.get() else { return nil }
        var attributes = type.attributes(fromWire: live).map ?? [:]
        attributes["keyId"] = live["KeyId"]
        attributes.merge(Self.value.attributes(of: parameter["Value"].hiddenText)) { $1 }
        attributes["tags"] = try foundTags.get() ?? [:]
        return Live(name, attributes: .map(attributes.filter { !$0.value.isNull }), outputs: outputs(name, calls))
    }

    /// After a parameter was deleted AWS asks for 30 seconds before another one takes its name (DeleteParameter).
    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        let name = desired["name"].string ?? ""
        var input = type.wireForm(desired, only: Self.settings)
        input["Value"] = try Self.value.text(of: desired, live: nil, calls)
        if let tags = desired["tags"].map, !tags.isEmpty { input["Tags"] = Tags.list(desired["tags"]) }
        try await calls.retryUntilConsistent(
            "Systems Manager to let go of the name \(name)", seconds: 40,
            isTransient: { $0.code == "ParameterAlreadyExists" || Self.busy.contains($0) }
        ) { () async throws(ProviderError) -> Void in
            try await calls.write(Self.create, input)
        }
        let outputs = outputs(name, calls)
        try await calls.recordCreated(name, outputs: outputs)
        return outputs
    }

    package func update(
        _ name: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        if !changed.isDisjoint(with: Self.value.names.union(["description", "keyId"])) {
            try await overwrite(name, desired, changed, calls)
        }
        if changed.contains("tags") {
            let owner: Value = ["ResourceType": "Parameter", "ResourceId": .string(name)]
            try await TagChanges(to: desired["tags"]).write { (tags) async throws(ProviderError) in
                try await write(Self.tag, owner.overlaid(by: ["Tags": Tags.list(tags)]), on: name, calls)
            } removing: { (keys) async throws(ProviderError) in
                try await write(Self.untag, owner.overlaid(by: ["TagKeys": keys]), on: name, calls)
            }
        }
        return [:]
    }

    package func delete(_ name: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await calls.remove(Self.delete, ["Name": .string(name)], on: name, missing: Self.missing)
    }

    /// A name that is a path begins with a slash, which its ARN shares.
    package func tagged(_ calls: ProviderContext) async throws(ProviderError) -> [TaggedObject] {
        try await TaggedObjects.of(type, service: "ssm", prefix: "parameter/", calls).map { object in
            TaggedObject(object.physicalId.contains("/") ? "/" + object.physicalId : object.physicalId, object.address)
        }
    }

    package func locate(_ desired: Value, intents: [Intent], _ calls: ProviderContext) async throws(ProviderError)
        -> Located
    {
        guard let name = desired["name"].string, let tags = try await tags(of: name, calls) else { return .none }
        // The tags of what does not exist may read as none at all.
        if tags == [:], try await describe(name, calls) == nil { return .none }
        return Ownership.located(name, tags: tags, stack: calls.context.stack, address: calls.address)
    }

    /// The ARN of a name, where a path's leading / does not appear twice.
    static func arn(of name: String, _ context: StackContext) -> String {
        context.arn("ssm", "parameter\(name.hasPrefix("/") ? "" : "/")\(name)")
    }

    // MARK: Calls

    private static let settings: Set<String> = ["name", "type", "description", "keyId", "tier"]

    /// Reads, merges, writes: what the request leaves out would be lost.
    private func overwrite(
        _ name: String, _ desired: Value, _ changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) {
        async let settings = outcome { () async throws(ProviderError) in try await describe(name, calls) }
        async let parameter = outcome { () async throws(ProviderError) in try await get(name, calls) }
        let live = try await settings.get() ?? [:]
        let text = try await parameter.get()?["Value"].hiddenText
        var input: Value = ["Name": .string(name), "Overwrite": true]
        for member in ["Type", "Description", "KeyId", "Tier", "AllowedPattern", "DataType"] where live[member] != "" {
            input[member] = live[member]
        }
        let policies = live["Policies"].elements.compactMap { $0["PolicyText"].string }
        if !policies.isEmpty { input["Policies"] = .string("[\(policies.joined(separator: ","))]") }
        let written = type.withDefaults(desired, for: changed.intersection(["description", "keyId"]))
        input = input.overlaid(by: type.wireForm(written))
        if input["Type"] != "SecureString" { input["KeyId"] = .null }
        let isValueGiven = Self.value.names.contains { !desired[$0].isNull }
        input["Value"] =
            isValueGiven ? try Self.value.text(of: desired, live: text, calls) : .secret(Secret(text ?? ""))
        try await write(Self.overwrite, input, on: name, calls)
    }

    private func get(_ name: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        try await calls.readIfPresent(
            Self.get, ["Name": .string(name), "WithDecryption": true], missing: Self.missing)?["Parameter"]
    }

    /// What GetParameter does not tell; nil where there is no such parameter.
    private func describe(_ name: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        // AWS may answer with an empty page and a token (DescribeParameters).
        let found = try await calls.readAll(
            Self.describe, ["ParameterFilters": [["Key": "Name", "Option": "Equals", "Values": [.string(name)]]]],
            items: "Parameters", inputToken: "NextToken", outputToken: "NextToken")
        return found.first { $0["Name"].string == name }
    }

    private func tags(of name: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        try await calls.readIfPresent(
            Self.listTags, ["ResourceType": "Parameter", "ResourceId": .string(name)], missing: "InvalidResourceId",
            Self.missing
        ).map { Tags.own(in: $0["TagList"]) }
    }

    /// A change that Systems Manager refuses while another one of the same parameter is under way.
    private func write(_ operation: Operation, _ input: Value, on name: String, _ calls: ProviderContext)
        async throws(ProviderError)
    {
        try await calls.write(operation, input, on: name, retrying: Self.busy)
    }

    /// SSM API, PutParameter, AddTagsToResource, RemoveTagsFromResource.
    private static let busy = TransientErrors(of: "Systems Manager", codes: "TooManyUpdates")

    private func outputs(_ name: String, _ calls: ProviderContext) -> [String: Value] {
        ["name": .string(name), "arn": .string(Self.arn(of: name, calls.context))]
    }

    private static let missing = "ParameterNotFound"
    private static let get = Operation(
        .ssm, "GetParameter", .read, answers: "Parameter.Name", "Parameter.Value", secrets: ["Parameter.Value"])
    private static let describe = Operation(.ssm, "DescribeParameters", .read, answers: "Parameters[].Name")
    private static let listTags = Operation(.ssm, "ListTagsForResource", .read, answers: "TagList[].Key")
    private static let create = Operation(.ssm, "PutParameter", .create, answers: "Version")
    private static let overwrite = Operation(.ssm, "PutParameter", .repeatable, answers: "Version")
    private static let delete = Operation(.ssm, "DeleteParameter", .repeatable)
    private static let tag = Operation(.ssm, "AddTagsToResource", .repeatable)
    private static let untag = Operation(.ssm, "RemoveTagsFromResource", .repeatable)
}
