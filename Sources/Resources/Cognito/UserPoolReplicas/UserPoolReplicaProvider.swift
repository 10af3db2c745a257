import AWSClient
package import Model
package import Provider
package import Schema

/// Copies of user pools in other regions. The physical id is `<pool id>/<region>`.
package struct UserPoolReplicaProvider: UserPoolPart {
    package let type = ResourceType.userPoolReplica
    package let calls = PartCalls(
        read: AWSOperation(
            .cognitoIdentityProvider, "ListUserPoolReplicas", .read, answers: "UserPoolReplicas[].RegionName"),
        in: "UserPoolReplicas",
        create: AWSOperation(.cognitoIdentityProvider, "CreateUserPoolReplica", .create, answers: "UserPoolReplica"),
        update: AWSOperation(
            .cognitoIdentityProvider, "UpdateUserPoolReplica", .repeatable, answers: "UserPoolReplica"),
        delete: AWSOperation(
            .cognitoIdentityProvider, "DeleteUserPoolReplica", .repeatable, answers: "UserPoolReplica"))

    package init() {}

    /// One that is being deleted is as good as gone.
    package func object(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        let replica = try await listed(physicalId, calls)
        return replica?["Status"] == "DELETING" ? nil : replica
    }

    package func read(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        guard let object = try await object(physicalId, calls) else { return nil }
        var attributes = type.keyProperties(physicalId)
        // One that is being created becomes INACTIVE.
        attributes["status"] = isUnfinished(object) ? "INACTIVE" : object["Status"]
        attributes["userPoolTags"] = calls.recorded["userPoolTags"]
        return Live(
            physicalId, attributes: attributes.withoutNulls, outputs: ["arn": object["UserPoolArn"]],
            isUnfinished: isUnfinished(object))
    }

    package func isUnfinished(_ object: Value) -> Bool { object["Status"] == "CREATING" }

    /// Until the copy is there, which takes as long as the pool has users.
    package func settle(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await wait("AWS to copy the user pool", physicalId, calls) { replica in
            replica?["Status"] != nil && replica?["Status"] != "CREATING"
        }
    }

    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        if let physicalId = type.key(desired) { try await waitUntilGone(physicalId, calls) }
        let outputs = try await make(desired, calls)
        if desired["status"] == "ACTIVE", let physicalId = type.key(desired) {
            try await set("ACTIVE", of: physicalId, calls)
        }
        return outputs
    }

    package func outputs(of object: Value, _ attributes: Value, _ context: StackContext) -> [String: Value] {
        ["arn": object["UserPoolReplica"]["UserPoolArn"]]
    }

    /// Without a change the copy is waited for, which an earlier run may not have done to the end.
    package func update(
        _ physicalId: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        try await settle(physicalId, calls)
        if changed.contains("status") { try await set(desired["status"].string ?? "INACTIVE", of: physicalId, calls) }
        return [:]
    }

    /// AWS deletes none that people can sign in to (DeleteUserPoolReplica).
    package func delete(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        guard let replica = try await object(physicalId, calls) else { return }
        if isUnfinished(replica) { try await settle(physicalId, calls) }
        if replica["Status"] == "ACTIVE" { try await set("INACTIVE", of: physicalId, calls) }
        try await remove(physicalId, calls)
        try await waitUntilGone(physicalId, calls)
    }

    // MARK: Parts

    /// As AWS lists it; nil where it does not, or lists none since the pool can have none.
    private func listed(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        let key = key(physicalId)
        let all: [Value]
        do {
            all = try await calls.readAll(
                self.calls.read, key.members(["UserPoolId"]), items: self.calls.object, inputToken: "NextToken",
                outputToken: "NextToken")
        } catch {
            guard [self.calls.missing, "OperationNotEnabledException"].contains(error.code) else { throw error }
            return nil
        }
        return all.first { $0["RegionName"] == key["RegionName"] && $0["Role"] != "PRIMARY" }
    }

    private func set(_ status: String, of physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await calls.write(
            self.calls.update, key(physicalId).overlaid(by: ["Status": .string(status)]), on: physicalId,
            retrying: .cognito)
        try await wait("AWS to make \(physicalId) \(status)", physicalId, calls) { $0?["Status"].string == status }
    }

    private func waitUntilGone(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await wait("AWS to delete \(physicalId)", physicalId, calls) { $0?["Status"] != "DELETING" }
    }

    private func wait(
        _ what: String, _ physicalId: String, _ calls: ProviderContext, until isDone: (Value?) -> Bool
    ) async throws(ProviderError) {
        try await calls.polling(what, seconds: 1800) { () async throws(ProviderError) -> Poll<Void> in
            let replica = try await listed(physicalId, calls)
            return isDone(replica) ? .done(()) : .notYet("its status is \(replica?["Status"].string ?? "not known").")
        }
    }
}
