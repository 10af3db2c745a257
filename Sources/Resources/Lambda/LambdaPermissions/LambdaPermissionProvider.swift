import AWSClient
package import Model
package import Provider
package import Records
package import Schema

/// Statements of functions' resource policies. The physical id is `<function>/<qualifier>/<statement id>`.
package struct LambdaPermissionProvider: Provider {
    package let type = ResourceType.lambdaPermission

    package init() {}

    package func read(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        guard let live = try await statement(physicalId, calls).read() else { return nil }
        return Live(
            physicalId, attributes: FunctionPermission.properties(live).overlaid(by: type.keyProperties(physicalId)),
            outputs: [:])
    }

    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        guard let physicalId = type.key(desired) else { throw .noKey(type) }
        let statement = statement(physicalId, calls)
        let wanted = FunctionPermission.shown(desired)
        func isRight(_ live: Value) -> Bool { FunctionPermission.properties(live) == wanted }
        if let live = try await statement.read(), !isRight(live) { throw .keyTaken(physicalId, calls.address) }
        try await statement.put(
            type.wireForm(wanted), by: Self.add, waitingFor: "Lambda to show the statement \(statement.id)",
            added: { () async throws(ProviderError) in try await calls.recordCreated(physicalId) }, isRight: isRight)
        return [:]
    }

    /// Nothing of a statement can be changed, so nothing is asked for.
    package func update(
        _ physicalId: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] { [:] }

    /// Waits until it is gone, since another one may get its id.
    package func delete(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        let statement = statement(physicalId, calls)
        try await statement.remove()
        try await calls.polling("Lambda to remove the statement \(statement.id)") {
            () async throws(ProviderError) -> Poll<Void> in
            try await statement.read() == nil ? .done(()) : .notYet("its policy still has it.")
        }
    }

    /// The statement that has the key. It is this stack's where the function is, since AWS keeps no tags with it.
    package func locate(
        _ desired: Value, intents: [Intent], _ calls: ProviderContext
    ) async throws(ProviderError) -> Located {
        guard let physicalId = type.key(desired), try await statement(physicalId, calls).read() != nil else {
            return .none
        }
        if !intents.isEmpty { return .ours(physicalId) }
        return try await calls.ownsFunction(desired["functionName"]) ? .ours(physicalId) : .unowned(physicalId)
    }

    // MARK: Parts

    private static let add = FunctionStatement.add(.create)

    private func statement(_ physicalId: String, _ calls: ProviderContext) -> FunctionStatement {
        let key = type.keyProperties(physicalId)
        let qualifier = key["qualifier"].string
        return FunctionStatement(
            policy: FunctionPolicy(
                of: key["functionName"].string ?? "", qualifier: qualifier == FunctionKey.unqualified ? nil : qualifier),
            id: key["statementId"].string ?? "", physicalId: physicalId, calls: calls)
    }
}
