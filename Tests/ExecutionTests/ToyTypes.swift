import AWSClient
import Planning
import Provider
import Model
import Schema
import Records

/// Resource types that only these tests know: one of each way in which AWS lets an object be known again.
enum Toys {
    static let context = StackContext(stack: "toys", partition: "aws", region: "us-east-1", account: "123456789012")
    static let registry = Registry([ToyProvider(box), ToyProvider(lid), ToyProvider(key), ToyProvider(lamp)])

    /// A thing with a unique name, and a property that may close a cycle.
    static let box = ResourceType(
        section: "boxes", name: "box", identity: .uniqueName(isTaggable: true), losesWhenDeleted: "user accounts",
        "A box.",
        attributes: [
            Attribute("name", .string(), change: .replacement, "Its name."),
            Attribute("shelf", .string(), default: "/", change: .replacement, "Where it stands."),
            Attribute("size", .integer(), default: 1, "How large it is."),
            Attribute("labels", .map(.string(), ownership: .perKey), "Labels, written by a call of their own."),
            Attribute(
                "cover", .reference(ReferenceTarget("lids", attribute: "id")), traits: [.deferrable], "What closes it."),
        ],
        outputs: [
            Output("id", uniqueId: true, "Its id."),
            Output("arn", "Its ARN.") { attributes, context in
                attributes["name"].string.map { .string("arn:\(context.partition):box:\(context.account):\($0)") }
            },
        ])

    /// Something that AWS gives an id to, with a secret that AWS shows whenever it is asked.
    static let lid = ResourceType(
        section: "lids", name: "lid", identity: .creationTags, "A lid.",
        attributes: [
            Attribute("box", .reference(ReferenceTarget("boxes", attribute: "id")), "What it closes."),
            Attribute("material", .string(), default: "wood", change: .replacement, "What it is made of."),
            Attribute("note", .string(), "A note."),
        ],
        outputs: [Output("id", "Its id."), Output("code", secrecy: .readableSecret, "What opens it.")])

    /// Something with a secret that is shown once. A box takes two.
    static let key = ResourceType(
        section: "keys", name: "key", identity: .baseline, "A key.",
        attributes: [
            Attribute(
                "box", .reference(ReferenceTarget("boxes", attribute: "id")), required: true, change: .replacement,
                "Whose it is.")
        ],
        outputs: [Output("id", "Its id."), Output("secret", secrecy: .onceShownSecret, "Its secret.")])

    /// A user of secrets.
    static let lamp = ResourceType(
        section: "lamps", name: "lamp", identity: .uniqueName(isTaggable: true), "A lamp.",
        attributes: [
            Attribute("name", .string(), change: .replacement, "Its name."),
            Attribute("lid", .reference(ReferenceTarget("lids", attribute: "id")), "What it stands on."),
            Attribute("key", .reference(ReferenceTarget("keys", attribute: "id")), "The key's id."),
            Attribute("secret", .string(), traits: [.sensitive], "The key's secret."),
            Attribute("code", .string(), traits: [.sensitive], "The lid's code."),
            Attribute("glow", .integer(), default: 7, traits: [.drainTime], "How many seconds it glows on."),
            Attribute("beside", .reference(ReferenceTarget("lamps", attribute: "id")), "Another lamp."),
            Attribute("test", .string(), traits: [.probe, .local], "How it is asked."),
        ],
        outputs: [Output("id", "Its id.")])

    // MARK: Stack files

    static func resource(
        _ text: String, _ attributes: Value, lifecycle: Lifecycle = Lifecycle(), dependsOn: [String] = []
    ) -> DesiredResource {
        let address = Address(text) ?? Address(section: "?", name: "?")
        var attributes = attributes
        if address.section == "boxes" || address.section == "lamps", attributes["name"].isNull {
            attributes["name"] = .string(address.name)
        }
        if registry[address.section]?.type.identity.isTaggable == true {
            attributes["tags"] = .map(Ownership.tags(stack: context.stack, address: address))
        }
        return DesiredResource(
            address: address, attributes: attributes, dependsOn: dependsOn.compactMap { Address($0) },
            lifecycle: lifecycle)
    }

    static func stack(_ resources: [DesiredResource], outputs: [String: Value] = [:]) -> DesiredStack {
        DesiredStack(
            name: context.stack, file: "toys.yaml",
            resources: Dictionary(resources.map { ($0.address, $0) }, uniquingKeysWith: { $1 }), outputs: outputs)
    }

    /// `boxes.a.id` as a value.
    static func reference(_ path: String) -> Value {
        Reference(path).map { .template(Template($0)) } ?? .null
    }
}

/// The calls of all toy types: their operations are `CreateBox`, `GetBox`, `UpdateBox`, `DeleteBox`, `ListBoxes`.
struct ToyProvider: RetirableProvider, SelfTestingProvider {
    let type: ResourceType
    var locatedBy: [String] {
        switch type.identity {
        case .uniqueName: ["name"]
        case .creationTags: []
        case .baseline: ["box"]
        }
    }

    init(_ type: ResourceType) { self.type = type }

    func read(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        let answer = try await calls.readIfPresent(
            operation("Get", .read), ["id": .string(physicalId)], missing: "NoSuchObject")
        guard let answer else { return nil }
        var attributes = answer["attributes"]
        if type.identity.isTaggable { attributes["tags"] = answer["tags"] }
        return Live(
            physicalId, attributes: attributes, outputs: answer["outputs"].map ?? [:],
            isOff: attributes["isOff"] == true)
    }

    func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
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

    func update(
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

    func delete(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await calls.remove(
            operation("Delete", .repeatable), ["id": .string(physicalId)], on: physicalId, missing: "NoSuchObject")
    }

    func switchOff(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await turn("isOff", true, physicalId, calls)
    }

    func switchOn(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
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

    func selfTestFailure(_ physicalId: String, _ attributes: Value, _ calls: ProviderContext)
        async throws(ProviderError) -> String?
    {
        guard type.attribute("secret") != nil, !attributes["secret"].isNull else { return nil }
        return try await calls.read(operation("Probe", .read), ["id": .string(physicalId)])["complaint"].string
    }

    func locate(_ desired: Value, intents: [Intent], _ calls: ProviderContext) async throws(ProviderError) -> Located {
        switch type.identity {
        case .uniqueName:
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

    private func list(of box: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String] {
        try await calls.read(operation("List", .read))["objects"].elements
            .filter { $0["attributes"]["box"] == box }.compactMap { $0["id"].string }
    }

    private func label(_ physicalId: String, _ labels: Value, _ calls: ProviderContext) async throws(ProviderError) {
        try await calls.write(
            AWSOperation(.toys, "LabelBox", .repeatable), ["id": .string(physicalId), "labels": labels], on: physicalId)
    }

    private func operation(_ verb: String, _ effect: AWSOperation.Effect) -> AWSOperation {
        AWSOperation(.toys, verb + type.name.prefix(1).uppercased() + type.name.dropFirst(), effect)
    }
}

extension Service {
    static let toys = Service(name: "Toys", endpointPrefix: "toys", format: .json(targetPrefix: "Toys"))
}
