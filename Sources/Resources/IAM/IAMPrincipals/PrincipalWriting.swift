import AWSClient
import IAMPolicy
import Provider
import Model
import Schema

extension PrincipalCalls {
    /// Makes it, without its policies, and says so.
    ///
    /// - Parameter members: what the create call takes beside the name.
    /// - Returns: the outputs.
    func create(_ members: Value) async throws(ProviderError) -> [String: Value] {
        let answer: Value
        do {
            answer = try await write(kind.create, members.map ?? [:])
        } catch {
            guard error.code == "EntityAlreadyExists" else { throw error }
            throw calls.nameTaken(name, by: kind.word, isRegional: false)
        }
        let outputs = Principal(object: answer[kind.rawValue]).outputs(kind)
        try await calls.recordCreated(name, outputs: outputs)
        return outputs
    }

    /// Brings the rows of ``PrincipalPolicies`` and the tags, as far as they are in `changed`, to what `desired` says.
    ///
    /// The boundary comes before the policies, so at no time more is allowed than before or after.
    func update(to desired: Value, changed: Set<String>) async throws(ProviderError) {
        let isExclusive = desired["exclusivePolicies"] != false
        if changed.contains("permissionsBoundary") { try await writeBoundary(desired["permissionsBoundary"]) }
        if changed.contains("grants") { try await writeGrants(desired["grants"]) }
        if changed.contains("inlinePolicies") {
            try await writeInlinePolicies(desired["inlinePolicies"], isExclusive: isExclusive)
        }
        if changed.contains("managedPolicies") {
            try await writeManagedPolicies(desired["managedPolicies"], isExclusive: isExclusive)
        }
        if changed.contains("tags") { try await writeTags(desired["tags"]) }
    }

    /// Deletes it, once its policies and what `clear` takes away are gone, as IAM asks. IAM's lists may be behind its objects: what
    /// they did not show stops the delete, and is listed again then.
    func delete(_ clear: () async throws(ProviderError) -> Void) async throws(ProviderError) {
        try await calls.retryUntilConsistent(
            "IAM to take \(kind.delete.name)", isTransient: IAM.deletesInTurn.contains
        ) { () async throws(ProviderError) -> Void in
            try await clear()
            try await removePolicies()
            try await calls.remove(kind.delete, input(), on: name, missing: IAM.missing)
        }
    }

    private func removePolicies() async throws(ProviderError) {
        async let managed = outcome { () async throws(ProviderError) in try await managedPolicies() }
        let inline = try await inlinePolicyNames() ?? []
        for arn in try await managed.get() ?? [] { try await remove(kind.detachPolicy, ["PolicyArn": .string(arn)]) }
        for policy in inline { try await deletePolicy(policy) }
    }

    /// Whose it is, by its tags.
    func located() async throws(ProviderError) -> Located {
        guard let object = try await object() else { return .none }
        return Ownership.located(
            name, tags: Tags.own(in: object["Tags"]), stack: calls.context.stack, address: calls.address)
    }

    /// A policy document as it is sent.
    func text(of document: Value) throws(ProviderError) -> Value {
        do {
            return .string(try PolicyDocument.render(document))
        } catch {
            throw .refused(
                message: "A policy of \(calls.address) cannot be sent: \(error.path): \(error.message).",
                help: "\(error.help).")
        }
    }

    private func writeBoundary(_ boundary: Value) async throws(ProviderError) {
        if boundary.isNull {
            try await remove(kind.deleteBoundary)
        } else {
            try await write(kind.putBoundary, ["PermissionsBoundary": boundary])
        }
    }

    private func writeGrants(_ document: Value) async throws(ProviderError) {
        if document.map?.isEmpty ?? true {
            try await deletePolicy(PrincipalPolicies.grantsName)
        } else {
            try await putPolicy(PrincipalPolicies.grantsName, document)
        }
    }

    /// - Parameter isExclusive: whether those that `desired` does not name go too. One that it names as null goes always.
    private func writeInlinePolicies(_ desired: Value, isExclusive: Bool) async throws(ProviderError) {
        let live = isNew ? [:] : try await inlinePolicies() ?? [:]
        let wanted = desired.map ?? [:]
        for (policy, document) in wanted.sorted(by: { $0.key < $1.key }) where !document.isNull {
            if let old = live[policy], PolicyDocument.equivalent(old, document) { continue }
            try await putPolicy(policy, document)
        }
        for policy in live.keys.sorted() where policy != PrincipalPolicies.grantsName {
            if wanted[policy]?.isNull ?? isExclusive { try await deletePolicy(policy) }
        }
    }

    /// - Parameter isExclusive: whether those that `desired` does not name go too. One that it maps to null goes always.
    private func writeManagedPolicies(_ desired: Value, isExclusive: Bool) async throws(ProviderError) {
        let live = isNew ? [] : Set(try await managedPolicies() ?? [])
        let elements = desired.list ?? []
        let wanted = Set(elements.compactMap(\.string))
        let gone =
            isExclusive ? live.subtracting(wanted) : live.intersection(elements.compactMap(\.map).flatMap(\.keys))
        for arn in wanted.subtracting(live).sorted() { try await write(kind.attachPolicy, ["PolicyArn": .string(arn)]) }
        for arn in gone.sorted() { try await remove(kind.detachPolicy, ["PolicyArn": .string(arn)]) }
    }

    /// Tags that `desired` does not name may be somebody else's and stay; one that it names as null goes. It goes first, since IAM's
    /// tag keys are the same in any case: untagging the old spelling of a key would take the new one away.
    private func writeTags(_ desired: Value) async throws(ProviderError) {
        let changes = TagChanges(to: desired)
        if !changes.removed.isEmpty {
            try await write(kind.untag, ["TagKeys": .list(changes.removed.map(Value.string))])
        }
        if !changes.set.isEmpty { try await write(kind.tag, ["Tags": Tags.list(.map(changes.set))]) }
    }

    private func putPolicy(_ policy: String, _ document: Value) async throws(ProviderError) {
        try await write(kind.putPolicy, ["PolicyName": .string(policy), "PolicyDocument": try text(of: document)])
    }

    private func deletePolicy(_ policy: String) async throws(ProviderError) {
        try await remove(kind.deletePolicy, ["PolicyName": .string(policy)])
    }
}
