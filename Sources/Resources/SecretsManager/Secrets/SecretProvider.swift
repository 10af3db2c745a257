import AWSClient
package import Provider
package import Model
package import Schema
package import Records

/// A secret's physical id is its name.
///
/// A deleted secret keeps its name until its recovery window is over: AWS refuses another one with InvalidRequestException, "You
/// can't create this secret because a secret with this name is already scheduled for deletion". Where it is this stack's, it is
/// restored and written in full; also after a deletion without a window, which AWS carries out a little later
/// (terraform-provider-aws #10259).
package struct SecretProvider: TagListingProvider {
    static let value = SecretText(textName: "secretString")

    package let type = secretType
    private let token: @Sendable () -> String

    /// - Parameter token: a new text of 32 to 64 characters each time, by which AWS tells a request that arrives twice. It becomes
    ///   the id of the value's version and can be read by those who may not read the value, so it must not follow from that.
    package init(token: @escaping @Sendable () -> String) {
        self.token = token
    }

    package func read(_ name: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        async let found = outcome { () async throws(ProviderError) in try await text(of: name, calls) }
        guard let secret = try await describe(name, calls), secret["DeletedDate"].isNull else {
            _ = await found
            return nil
        }
        var attributes = Self.value.attributes(of: try await found.get())
        attributes["name"] = .string(name)
        attributes["description"] = secret["Description"]
        attributes["kmsKeyId"] = secret["KmsKeyId"]
        attributes["tags"] = Tags.own(in: secret["Tags"])
        return Live(name, attributes: .map(attributes.filter { !$0.value.isNull }), outputs: outputs(name, secret))
    }

    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        let name = desired["name"].string ?? ""
        var input = type.wireForm(desired, only: ["name", "description", "kmsKeyId"])
        input["SecretString"] = try Self.value.text(of: desired, live: nil, calls)
        input["ClientRequestToken"] = .string(token())
        if let tags = desired["tags"].map, !tags.isEmpty { input["Tags"] = Tags.list(desired["tags"]) }
        let (answer, isRestored) = try await calls.retryUntilConsistent(
            "Secrets Manager to let go of the deleted secret \(name)", isTransient: Self.isBeingDeleted
        ) { () async throws(ProviderError) -> (Value, Bool) in
            do throws(ProviderError) {
                return (try await calls.write(Self.create, input), false)
            } catch {
                guard case .aws(let cause) = error, Self.isBeingDeleted(cause),
                    let restored = try await restore(name, calls)
                else { throw error }
                return (restored, true)
            }
        }
        let outputs = outputs(name, answer)
        try await calls.recordCreated(name, outputs: outputs)
        if isRestored {
            let everything = Self.value.names.union(["description", "kmsKeyId", "tags"])
            _ = try await update(name, to: desired, changed: everything, calls)
        }
        return outputs
    }

    package func update(
        _ name: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        var input = type.wireForm(type.withDefaults(desired, for: changed.intersection(["description", "kmsKeyId"])))
        if !changed.isDisjoint(with: Self.value.names) {
            let live = Self.value.isKnown(desired) ? nil : try await text(of: name, calls)
            input["SecretString"] = try Self.value.text(of: desired, live: live, calls)
            input["ClientRequestToken"] = .string(token())
        }
        if input != [:] {
            input["SecretId"] = .string(name)
            try await calls.write(Self.update, input, on: name)
        }
        if changed.contains("tags") { try await setTags(desired["tags"], name, calls) }
        return [:]
    }

    /// With the recovery window that was applied last.
    package func delete(_ name: String, _ calls: ProviderContext) async throws(ProviderError) {
        var input: Value = ["SecretId": .string(name)]
        switch calls.recorded["recoveryWindowInDays"].integer {
        case 0: input["ForceDeleteWithoutRecovery"] = true
        case let days?: input["RecoveryWindowInDays"] = .integer(days)
        case nil: break
        }
        do {
            try await calls.remove(Self.delete, input, on: name, missing: Self.missing)
        } catch {
            guard case .aws(let cause) = error, Self.isBeingDeleted(cause) else { throw error }
        }
    }

    /// The end of a secret's ARN is its name with six letters and digits after it.
    package func tagged(_ calls: ProviderContext) async throws(ProviderError) -> [TaggedObject] {
        try await TaggedObjects.of(type, service: "secretsmanager", prefix: "secret:", calls).map {
            TaggedObject(String($0.physicalId.dropLast(7)), $0.address)
        }
    }

    package func locate(_ desired: Value, intents: [Intent], _ calls: ProviderContext) async throws(ProviderError)
        -> Located
    {
        guard let name = desired["name"].string, let secret = try await describe(name, calls),
            secret["DeletedDate"].isNull
        else { return .none }
        return Ownership.located(
            name, tags: Tags.own(in: secret["Tags"]), stack: calls.context.stack, address: calls.address)
    }

    // MARK: Calls

    private func describe(_ name: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        try await calls.readIfPresent(Self.describe, ["SecretId": .string(name)], missing: Self.missing)
    }

    /// The current value; nil where the secret has none or is deleted.
    private func text(of name: String, _ calls: ProviderContext) async throws(ProviderError) -> String? {
        do {
            return try await calls.readIfPresent(Self.getValue, ["SecretId": .string(name)], missing: Self.missing)?[
                "SecretString"
            ]
            .hiddenText
        } catch {
            guard case .aws(let cause) = error, Self.isBeingDeleted(cause) else { throw error }
            return nil
        }
    }

    /// Brings a deleted secret of this stack's back; nil where there is none any more.
    private func restore(_ name: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        guard let secret = try await describe(name, calls), !secret["DeletedDate"].isNull else { return nil }
        guard
            case .ours = Ownership.located(
                name, tags: Tags.own(in: secret["Tags"]), stack: calls.context.stack, address: calls.address)
        else {
            throw .refused(
                message:
                    "A secret named \(name), which is not \(calls.address)'s, was deleted and keeps its name until its recovery window is over.",
                help:
                    "Give \(calls.address) another name, or delete that one for good with `aws secretsmanager delete-secret --force-delete-without-recovery`."
            )
        }
        try await calls.write(Self.restore, ["SecretId": .string(name)], on: name)
        return secret
    }

    private func setTags(_ desired: Value, _ name: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await TagChanges(to: desired).write { (tags) async throws(ProviderError) in
            try await calls.write(Self.tag, ["SecretId": .string(name), "Tags": Tags.list(tags)], on: name)
        } removing: { (keys) async throws(ProviderError) in
            try await calls.write(Self.untag, ["SecretId": .string(name), "TagKeys": keys], on: name)
        }
    }

    private func outputs(_ name: String, _ secret: Value) -> [String: Value] {
        ["name": .string(name), "arn": secret["ARN"]].filter { !$0.value.isNull }
    }

    private static func isBeingDeleted(_ error: AWSError) -> Bool {
        error.code == "InvalidRequestException"
            && (error.message.contains("scheduled for deletion") || error.message.contains("marked for deletion"))
    }

    private static let missing = "ResourceNotFoundException"
    private static let describe = Operation(.secretsManager, "DescribeSecret", .read, answers: "ARN", "Name")
    private static let getValue = Operation(
        .secretsManager, "GetSecretValue", .read, answers: "ARN", "Name", secrets: ["SecretString"])
    private static let create = Operation(.secretsManager, "CreateSecret", .create, answers: "ARN", "Name")
    private static let restore = Operation(.secretsManager, "RestoreSecret", .repeatable, answers: "ARN", "Name")
    private static let update = Operation(.secretsManager, "UpdateSecret", .repeatable, answers: "ARN", "Name")
    private static let delete = Operation(.secretsManager, "DeleteSecret", .repeatable, answers: "ARN", "Name")
    private static let tag = Operation(.secretsManager, "TagResource", .repeatable)
    private static let untag = Operation(.secretsManager, "UntagResource", .repeatable)
}
