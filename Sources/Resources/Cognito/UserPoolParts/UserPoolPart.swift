import AWSClient
package import Model
package import Provider
package import Records
package import Schema

/// A type whose objects are parts of a user pool, which knows them by their keys: groups, resource servers and their like. The physical
/// id is the key: `<pool id>/<name>`.
///
/// A provider of such a type names its calls. Where AWS's messages differ from the table, it has a form of its own of these.
package protocol UserPoolPart: Provider {
    var calls: PartCalls { get }

    /// The properties that a read shows, but for the key.
    func attributes(of object: Value, _ calls: ProviderContext) -> Value

    /// What a read shows, in the table's names for AWS.
    func tableForm(_ object: Value) -> Value

    /// What a request says, from the table's names for AWS.
    func request(_ members: Value) -> Value

    /// What others may refer to.
    func outputs(_ attributes: Value) -> [String: Value]

    /// What others may refer to, where a read or the answer to the create call tells some of it.
    func outputs(of object: Value, _ attributes: Value, _ context: StackContext) -> [String: Value]

    /// The live object in AWS's names; nil where there is none.
    func object(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Value?

    /// Whether AWS is still at work on an object.
    func isUnfinished(_ object: Value) -> Bool

    /// Waits until AWS has done what a write began.
    func settle(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError)
}

/// The calls of a part of a user pool.
package struct PartCalls: Sendable {
    let read: AWSOperation
    /// The member of the answer to `read` that holds the object.
    let object: String
    let create: AWSOperation
    let update: AWSOperation
    let delete: AWSOperation
    /// The error code that says that there is no such object.
    let missing: String
    /// The error code that says that the key is another object's; nil where none says just that.
    let taken: String?
    /// The members of the key, where a call names them otherwise than the table.
    let keyNames: [String: String]
    /// The member of a read object by which the calls to update and delete know it; nil where they know it by its key.
    let id: String?

    init(
        read: AWSOperation, in object: String, create: AWSOperation, update: AWSOperation, delete: AWSOperation,
        missing: String = "ResourceNotFoundException", taken: String? = nil, keyNames: [String: String] = [:],
        id: String? = nil
    ) {
        self.read = read
        self.object = object
        self.create = create
        self.update = update
        self.delete = delete
        self.missing = missing
        self.taken = taken
        self.keyNames = keyNames
        self.id = id
    }
}

extension UserPoolPart {
    package func attributes(of object: Value, _ calls: ProviderContext) -> Value {
        type.attributes(fromWire: tableForm(object))
    }
    package func tableForm(_ object: Value) -> Value { object }
    package func request(_ members: Value) -> Value { members }
    package func outputs(_ attributes: Value) -> [String: Value] { [:] }
    package func outputs(of object: Value, _ attributes: Value, _ context: StackContext) -> [String: Value] {
        outputs(attributes)
    }
    package func isUnfinished(_ object: Value) -> Bool { false }
    package func settle(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {}

    package func object(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        try await calls.readIfPresent(self.calls.read, key(physicalId), missing: self.calls.missing)?[
            self.calls.object]
    }

    package func read(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        guard let object = try await object(physicalId, calls) else { return nil }
        let attributes = attributes(of: object, calls).overlaid(by: type.keyProperties(physicalId))
        return Live(
            physicalId, attributes: attributes, outputs: outputs(of: object, attributes, calls.context),
            isUnfinished: isUnfinished(object))
    }

    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        try await make(desired, calls)
    }

    /// The key is known beforehand, and another object cannot have it: no list is taken, and a lost answer is found by it.
    func make(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        guard let physicalId = type.key(desired) else { throw .noKey(type) }
        let answer: Value
        do {
            answer = try await calls.write(self.calls.create, request(wireForm(desired)), retrying: .cognito)
        } catch {
            guard let code = error.code, code == self.calls.taken else { throw error }
            throw .keyTaken(physicalId, calls.address)
        }
        let outputs = outputs(of: answer, desired, calls.context)
        try await calls.recordCreated(physicalId, outputs: outputs)
        try await settle(physicalId, calls)
        return outputs
    }

    package func update(
        _ physicalId: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        let live = try await calls.readEventually(physicalId) { () async throws(ProviderError) in
            try await object(physicalId, calls)
        }
        if isUnfinished(live) { try await settle(physicalId, calls) }
        guard !changed.isEmpty else { return [:] }
        var known = Set(type.rows(writtenBy: nil).map(\.wireName))
        if self.calls.id != nil { known.subtract((key(physicalId).map ?? [:]).keys) }
        let merged = type.overlay(tableForm(live), with: desired, changed: changed).members(known)
        try await calls.write(
            self.calls.update, request(merged.overlaid(by: key(physicalId, live))), on: physicalId, retrying: .cognito)
        try await settle(physicalId, calls)
        return [:]
    }

    package func delete(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await remove(physicalId, calls)
    }

    func remove(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        let live = self.calls.id == nil ? [:] : try await object(physicalId, calls)
        guard let live else { return }
        try await calls.remove(
            self.calls.delete, key(physicalId, live), on: physicalId, missing: self.calls.missing, retrying: .cognito)
    }

    /// The object that has the key. It is this stack's where the pool is, since AWS keeps no tags with it.
    package func locate(
        _ desired: Value, intents: [Intent], _ calls: ProviderContext
    ) async throws(ProviderError) -> Located {
        guard let physicalId = type.key(desired), try await object(physicalId, calls) != nil else { return .none }
        if !intents.isEmpty { return .ours(physicalId) }
        return try await calls.ownsPool(key(physicalId)["UserPoolId"]) ? .ours(physicalId) : .unowned(physicalId)
    }

    // MARK: Parts

    /// The members of a request that say which object is meant.
    func key(_ physicalId: String) -> Value {
        let wire = wireForm(type.keyProperties(physicalId))
        return .map(
            Dictionary(
                (wire.map ?? [:]).map { (self.calls.keyNames[$0.key] ?? $0.key, $0.value) },
                uniquingKeysWith: { first, _ in first }))
    }

    /// The same for the calls to update and delete, given the live object.
    func key(_ physicalId: String, _ live: Value) -> Value {
        guard let id = self.calls.id else { return key(physicalId) }
        return key(physicalId).members(["UserPoolId"]).overlaid(by: .map([id: live[id]]))
    }

    /// The members of a request, where an app client that says its pool too is two of them.
    func wireForm(_ attributes: Value) -> Value {
        let wire = type.wireForm(attributes)
        guard let halves = wire["ClientId"].string?.split(separator: "/"), halves.count == 2 else { return wire }
        return wire.overlaid(by: ["UserPoolId": .string(String(halves[0])), "ClientId": .string(String(halves[1]))])
    }
}

extension ProviderContext {
    /// Whether a user pool carries this stack's tag.
    ///
    /// - Parameter pool: its id.
    func ownsPool(_ pool: Value) async throws(ProviderError) -> Bool {
        guard let pool = ResourceType.userPoolId(pool).string else { return false }
        let tags = try await shared.value("tags of \(pool)") { () async throws(ProviderError) in
            let answer = try await readIfPresent(
                .describeUserPool, ["UserPoolId": .string(pool)], missing: "ResourceNotFoundException")
            return answer?["UserPool"]["UserPoolTags"] ?? .null
        }
        return tags[Ownership.stackTag].string == context.stack
    }
}

extension Attribute {
    /// The row that says of which user pool an object is a part.
    package static func userPool(
        traits: [Trait] = [], _ help: String = "The user pool: its name in this file, or its id or ARN."
    ) -> Attribute {
        Attribute(
            "userPool",
            .reference(
                ReferenceTarget("userPools", attribute: "id", outside: #"(arn:.+:userpool/)?[\w-]+_[0-9a-zA-Z]+"#)),
            required: true, change: .replacement, wire: "UserPoolId", traits: traits,
            compile: { (value: Value, _: Value, _: StackContext) throws(CompileError) -> Value in
                ResourceType.userPoolId(value)
            }, help)
    }
}

extension Attribute {
    /// The row that says of which app client, and so of which user pool, an object is a part.
    static func appClient() -> Attribute {
        Attribute(
            "appClient",
            .reference(
                ReferenceTarget("appClients", attribute: "key", outside: #"[\w-]+_[0-9a-zA-Z]+/[\w+]+"#)),
            required: true, change: .replacement, wire: "ClientId",
            "The app client: its name in this file, or `<pool id>/<client id>`.")
    }
}

extension ResourceType {
    /// The id in a user pool's ARN; any other value as it is.
    static func userPoolId(_ value: Value) -> Value {
        guard let text = value.string, let id = text.split(separator: "/").last else { return value }
        return .string(String(id))
    }
}
