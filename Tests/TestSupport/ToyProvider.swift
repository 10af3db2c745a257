package import AWSClient
package import Model
package import Provider
package import Records
package import Schema

/// The calls of all toy types: their operations are `CreateBox`, `GetBox`, `UpdateBox`, `DeleteBox`, `ListBoxes`.
package struct ToyProvider: RetirableProvider, SelfTestingProvider, PeopleHoldingProvider {
    package let type: ResourceType
    package var locatedBy: [String] {
        switch type.identity {
        case .key(let names, _, _): names
        case .creationTags: []
        case .baseline: ["box"]
        }
    }

    package init(_ type: ResourceType) { self.type = type }

    package func read(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        let answer = try await calls.readIfPresent(
            operation("Get", .read), ["id": .string(physicalId)], missing: "NoSuchObject")
        guard let answer else { return nil }
        var attributes = answer["attributes"]
        if type.identity.isTaggable { attributes["tags"] = answer["tags"] }
        return Live(
            physicalId, attributes: attributes, outputs: answer["outputs"].map ?? [:],
            isOff: attributes["isOff"] == true)
    }

    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        var baseline: [String] = []
        if case .baseline = type.identity { baseline = try await list(of: desired["box"], calls) }
        var attributes = (desired.map ?? [:])
        attributes["labels"] = nil
        attributes["tags"] = nil
        let answer = try await calls.write(
            operation("Create", .create), ["attributes": .map(attributes), "tags": desired["tags"]], baseline: baseline)
        let id = answer["id"].string ?? ""
        let outputs = answer["outputs"].map ?? [:]
        try await calls.recordCreated(id, outputs: outputs)
        if !desired["labels"].isNull { try await label(id, desired["labels"], calls) }
        return outputs
    }

    package func update(
        _ physicalId: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        if changed.contains("labels") { try await label(physicalId, desired["labels"], calls) }
        let values = type.withDefaults(desired, for: changed)
        let rest = changed.subtracting(["labels", "tags"])
        var input: Value = [
            "id": .string(physicalId), "attributes": .map(rest.reduce(into: [:]) { $0[$1] = values[$1] }),
        ]
        if changed.contains("tags") { input["tags"] = desired["tags"] }
        if !rest.isEmpty || changed.contains("tags") {
            try await calls.write(operation("Update", .repeatable), input, on: physicalId)
            // As Lambda is asked whether a change has arrived.
            if type.attribute("secret") != nil {
                _ = try await calls.read(operation("Get", .read), ["id": .string(physicalId)])
            }
        }
        return [:]
    }

    package func delete(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await calls.remove(
            operation("Delete", .repeatable), ["id": .string(physicalId)], on: physicalId, missing: "NoSuchObject")
    }

    package func switchOff(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await turn("isOff", true, physicalId, calls)
    }

    package func switchOn(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await turn("isOff", false, physicalId, calls)
    }

    private func turn(_ name: String, _ value: Value, _ physicalId: String, _ calls: ProviderContext)
        async throws(ProviderError)
    {
        try await calls.remove(
            operation("Update", .repeatable), ["id": .string(physicalId), "attributes": .map([name: value])],
            on: physicalId,
            missing: "NoSuchObject")
    }

    package func selfTestFailure(_ physicalId: String, _ attributes: Value, _ calls: ProviderContext)
        async throws(ProviderError) -> String?
    {
        guard type.attribute("secret") != nil, !attributes["secret"].isNull else { return nil }
        return try await calls.read(operation("Probe", .read), ["id": .string(physicalId)])["complaint"].string
    }

    package func locate(_ desired: Value, intents: [Intent], _ calls: ProviderContext) async throws(ProviderError)
        -> Located
    {
        switch type.identity {
        case .key:
            guard let name = desired["name"].string,
                let answer = try await calls.readIfPresent(
                    operation("Get", .read), ["id": .string(name)], missing: "NoSuchObject")
            else { return .none }
            return Ownership.located(name, tags: answer["tags"], stack: calls.context.stack, address: calls.address)
        case .creationTags:
            let ours = try await calls.read(operation("List", .read))["objects"].elements.filter { object in
                object["tags"][Ownership.stackTag].string == calls.context.stack
                    && object["tags"][Ownership.addressTag].string == calls.address.description
            }.compactMap { $0["id"].string }.filter { !calls.known.contains($0) }
            return ours.count > 1 ? .ambiguous(ours) : ours.first.map { .ours($0) } ?? .none
        case .baseline:
            let ids = try await list(of: desired["box"], calls)
            if !intents.isEmpty {
                let known = Set(intents.flatMap(\.baseline))
                let lost = ids.filter { !known.contains($0) }
                return lost.isEmpty ? .none : .lost(lost)
            }
            return ids.count > 1 ? .ambiguous(ids) : ids.first.map { .ours($0) } ?? .none
        }
    }

    /// People live in boxes: as many as its attribute says that no stack file has.
    package func userAccounts(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Int? {
        guard type.section == "boxes" else { return nil }
        let box = try await calls.readIfPresent(
            operation("Get", .read), ["id": .string(physicalId)], missing: "NoSuchObject")
        return box?["attributes"]["people"].integer ?? 0
    }

    private func list(of box: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String] {
        try await calls.read(operation("List", .read))["objects"].elements
            .filter { $0["attributes"]["box"] == box }.compactMap { $0["id"].string }
    }

    private func label(_ physicalId: String, _ labels: Value, _ calls: ProviderContext) async throws(ProviderError) {
        try await calls.write(
            AWSOperation(.toys, "LabelBox", .repeatable), ["id": .string(physicalId), "labels": labels], on: physicalId)
    }

    private func operation(_ verb: String, _ effect: AWSOperation.Effect) -> AWSOperation {
        let name = verb + type.name.prefix(1).uppercased() + type.name.dropFirst()
        return switch verb {
        case "Create": AWSOperation(.toys, name, effect, answers: "id", secrets: Self.secrets)
        case "Get": AWSOperation(.toys, name, effect, answers: "attributes", secrets: Self.secrets)
        case "List": AWSOperation(.toys, name, effect, answers: "objects")
        default: AWSOperation(.toys, name, effect)
        }
    }

    private static let secrets = ["outputs.secret", "outputs.code"]
}

extension Service {
    package static let toys = Service(name: "Toys", endpointPrefix: "toys", format: .json(targetPrefix: "Toys"))
}
