import AWSClient
package import Provider
package import Model
package import Schema
package import Records

package struct LogGroupProvider: Provider {
    package let type = logGroupType

    package init() {}

    package func read(_ name: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        let groups = try await calls.readAll(
            AWSOperation(.logs, "DescribeLogGroups", .read, answers: "logGroups[].logGroupName"),
            ["logGroupNamePrefix": .string(name)],
            items: "logGroups", inputToken: "nextToken", outputToken: "nextToken")
        guard let group = groups.first(where: { $0["logGroupName"].string == name }) else { return nil }
        var attributes = type.attributes(fromWire: group)
        attributes["tags"] = try await tags(of: name, calls)
        return Live(name, attributes: attributes, outputs: ["name": .string(name)])
    }

    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        let name = desired["name"].string ?? ""
        try await calls.write(
            AWSOperation(.logs, "CreateLogGroup", .create), ["logGroupName": .string(name), "tags": desired["tags"]])
        try await calls.recordCreated(name)
        if !desired["retentionInDays"].isNull {
            _ = try await update(name, to: desired, changed: ["retentionInDays"], calls)
        }
        return ["name": .string(name)]
    }

    package func update(
        _ name: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        if changed.contains("retentionInDays") {
            let days = desired["retentionInDays"]
            let call = days.isNull ? "DeleteRetentionPolicy" : "PutRetentionPolicy"
            try await calls.write(
                AWSOperation(.logs, call, .repeatable), ["logGroupName": .string(name), "retentionInDays": days],
                on: name)
        }
        if changed.contains("tags") {
            let given = (desired["tags"].map ?? [:]).filter { !$0.value.isNull }
            try await calls.write(
                AWSOperation(.logs, "TagLogGroup", .repeatable), ["logGroupName": .string(name), "tags": .map(given)],
                on: name)
            let gone = (desired["tags"].map ?? [:]).filter { $0.value.isNull }.keys.sorted().map(Value.string)
            if !gone.isEmpty {
                try await calls.write(
                    AWSOperation(.logs, "UntagLogGroup", .repeatable),
                    ["logGroupName": .string(name), "tags": .list(gone)],
                    on: name)
            }
        }
        return [:]
    }

    package func delete(_ name: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await calls.remove(
            AWSOperation(.logs, "DeleteLogGroup", .repeatable), ["logGroupName": .string(name)], on: name,
            missing: "ResourceNotFoundException")
    }

    package func locate(_ desired: Value, intents: [Intent], _ calls: ProviderContext) async throws(ProviderError)
        -> Located
    {
        guard let name = desired["name"].string, try await read(name, calls) != nil else { return .none }
        return Ownership.located(
            name, tags: try await tags(of: name, calls), stack: calls.context.stack, address: calls.address)
    }

    private func tags(of name: String, _ calls: ProviderContext) async throws(ProviderError) -> Value {
        let answer = try await calls.read(
            AWSOperation(.logs, "ListTagsLogGroup", .read, answers: "tags"), ["logGroupName": .string(name)])
        return answer["tags"].isNull ? [:] : answer["tags"]
    }
}
