import AWSClient
package import Model
package import Provider
package import Records
package import Schema

/// A type whose objects are parts of a function, which knows them by their keys: aliases and URLs. The physical id is the key:
/// `<function>/<name>`.
///
/// A provider of such a type names its calls.
package protocol FunctionPart: Provider {
    var calls: FunctionPartCalls { get }

    /// What others may refer to.
    ///
    /// - Parameter object: as AWS shows it.
    func outputs(_ object: Value) -> [String: Value]
}

/// The calls of a part of a function. Each is answered with the object.
package struct FunctionPartCalls: Sendable {
    let read: AWSOperation
    let create: AWSOperation
    let update: AWSOperation
    let delete: AWSOperation
}

extension FunctionPart {
    package func read(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        guard let object = try await object(physicalId, calls) else { return nil }
        let attributes = type.attributes(fromWire: object).overlaid(by: type.keyProperties(physicalId))
        return Live(physicalId, attributes: attributes, outputs: outputs(object))
    }

    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        guard let physicalId = type.key(desired) else { throw .noKey(type) }
        let object: Value
        do {
            object = try await calls.write(
                self.calls.create, Self.request(type.wireForm(desired)), retrying: LambdaCalls.inTurn)
        } catch {
            guard case .aws(let cause) = error, LambdaCalls.isNameTaken(cause) else { throw error }
            throw .keyTaken(physicalId, calls.address)
        }
        let outputs = outputs(object)
        try await calls.recordCreated(physicalId, outputs: outputs)
        return outputs
    }

    package func update(
        _ physicalId: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        let live = try await calls.readEventually(physicalId, service: "Lambda") { () async throws(ProviderError) in
            try await object(physicalId, calls)
        }
        let known = Set(type.rows(writtenBy: nil).map(\.wireName))
        let merged = type.overlay(live, with: desired, changed: changed).members(known)
        try await calls.write(
            self.calls.update, merged.overlaid(by: key(physicalId)), on: physicalId, retrying: LambdaCalls.inTurn)
        return [:]
    }

    package func delete(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await calls.remove(
            self.calls.delete, key(physicalId), on: physicalId, missing: LambdaCalls.missing,
            retrying: LambdaCalls.inTurn)
    }

    /// The object that has the key. It is this stack's where the function is, since AWS keeps no tags with it.
    package func locate(
        _ desired: Value, intents: [Intent], _ calls: ProviderContext
    ) async throws(ProviderError) -> Located {
        guard let physicalId = type.key(desired), try await object(physicalId, calls) != nil else { return .none }
        if !intents.isEmpty { return .ours(physicalId) }
        return try await calls.ownsFunction(desired["functionName"]) ? .ours(physicalId) : .unowned(physicalId)
    }

    // MARK: Parts

    private func object(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        try await calls.readIfPresent(self.calls.read, key(physicalId), missing: LambdaCalls.missing)
    }

    /// The members of a request that say which object is meant.
    private func key(_ physicalId: String) -> Value { Self.request(type.wireForm(type.keyProperties(physicalId))) }

    private static func request(_ members: Value) -> Value {
        .map((members.map ?? [:]).filter { $0.key != "Qualifier" || $0.value.string != FunctionKey.unqualified })
    }
}

/// What tells parts of functions from each other, beside what each type has.
enum FunctionKey {
    /// Lambda's word for what a function is when no version or alias is named.
    static let unqualified = "$LATEST"

    /// A function by its name, or by its ARN where it is in another account or region.
    static func name(_ value: Value, _ context: StackContext) -> Value {
        guard let text = value.string, text.contains(":") else { return value }
        let parts = text.split(separator: ":").map(String.init)
        guard let name = parts.last else { return value }
        let own = context.arn("lambda", "function:\(name)")
        return .string(own == text || own.hasSuffix(":\(text)") ? name : text)
    }

    /// Nil where the function is not known yet.
    static func arn(_ function: Value, _ context: StackContext) -> String? {
        guard let name = name(function, context).string else { return nil }
        return name.hasPrefix("arn:") ? name : context.arn("lambda", "function:\(name)")
    }
}

extension ProviderContext {
    /// Whether a function carries this stack's tag.
    ///
    /// - Parameter function: its name or ARN.
    func ownsFunction(_ function: Value) async throws(ProviderError) -> Bool {
        guard let function = function.string else { return false }
        let tags = try await shared.value("tags of \(function)") { () async throws(ProviderError) in
            try await LambdaCalls(function, self).get()?["Tags"] ?? .null
        }
        return tags[Ownership.stackTag].string == context.stack
    }
}

extension Attribute {
    /// The row that says of which function an object is a part.
    package static func functionName(_ help: String = "The function: its name in this file, or its name or ARN.")
        -> Attribute
    {
        Attribute(
            "functionName",
            .reference(
                ReferenceTarget(
                    "lambdaFunctions", attribute: "name",
                    outside: #"((arn:[^:]+:lambda:[^:]+:)?\d{12}:function:)?[a-zA-Z0-9_-]{1,64}"#)),
            required: true, change: .replacement,
            compile: { (value: Value, _: Value, context: StackContext) throws(CompileError) -> Value in
                FunctionKey.name(value, context)
            }, help)
    }

    /// The row that says of which of a function's versions and aliases an object is a part.
    package static func qualifier(_ outside: String, _ help: String) -> Attribute {
        Attribute(
            "qualifier", .reference(ReferenceTarget("lambdaAliases", attribute: "name", outside: outside)),
            default: .string(FunctionKey.unqualified), change: .replacement,
            traits: [.naming(Naming("lambdaAliases", within: "functionName") { $1["name"].string == $0 })], help)
    }
}
