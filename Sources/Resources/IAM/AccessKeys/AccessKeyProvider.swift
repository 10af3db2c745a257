import AWSClient
import Foundation
package import Provider
package import Model
package import Schema
package import Records

/// A key's physical id is `user/AKIA…`: every call needs both.
package struct AccessKeyProvider: RetirableProvider {
    package let type = accessKeyType
    package let locatedBy = ["iamUser"]

    package init() {}

    package func read(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        let key = AccessKeyID(physicalId)
        async let use = outcome { () async throws(ProviderError) in try await lastUse(key, calls) }
        let keys = try await keys(of: key.user, calls, shared: true) ?? []
        let found = keys.first { $0["AccessKeyId"].string == key.id }
        // Who may not ask for the last use can plan all the same.
        var facts: [String: Value] = [:]
        if case .success(let use) = await use { facts["lastUse"] = .string(use ?? "never used") }
        guard let found else { return nil }
        facts["made"] = found["CreateDate"].string.flatMap(Self.seconds(of:)).map { .integer(Int($0)) }
        return Live(
            physicalId, attributes: ["iamUser": .string(key.user), "status": found["Status"]],
            outputs: ["id": .string(key.id)],
            facts: facts, isOff: found["Status"] == "Inactive",
            quotaProblem: await quotaProblem(beside: key, keys, calls))
    }

    /// Who stands in the way of another key: one that is not the stack's.
    private func quotaProblem(beside key: AccessKeyID, _ keys: [Value], _ calls: ProviderContext) async -> RuleProblem?
    {
        guard keys.count >= Self.quota, calls.known.contains(key.physicalId) else { return nil }
        let others = keys.filter {
            !calls.known.contains(AccessKeyID(user: key.user, id: $0["AccessKeyId"].string ?? "").physicalId)
        }
        guard let other = others.first, let id = other["AccessKeyId"].string else { return nil }
        return RuleProblem(
            path: .root,
            message:
                "the user \(key.user) has another key, \(await described(other, key.user, calls)), which is not the stack's, and AWS allows \(Self.quota) keys a user",
            help:
                "The stack uses \(key.id). If nothing uses \(id), delete it: `aws iam delete-access-key --user-name \(key.user) --access-key-id \(id)`."
        )
    }

    /// A key with what is known of it.
    private func described(_ key: Value, _ user: String, _ calls: ProviderContext) async -> String {
        let id = key["AccessKeyId"].string ?? ""
        let use: String
        do { use = try await lastUse(AccessKeyID(user: user, id: id), calls) ?? "never used" } catch {
            use = "its last use is unknown"
        }
        return "\(id) (\(key["Status"].string ?? ""), made \(key["CreateDate"].string ?? ""), \(use))"
    }

    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        let user = AccessKeyID.userName(desired["iamUser"])
        let before = try await keys(of: user, calls) ?? []
        guard before.count < Self.quota else { throw await tooMany(before, user, calls) }
        let answer = try await calls.retryUntilConsistent(
            "IAM to know the user \(user)",
            isTransient: { $0.code == IAM.missing && $0.message.contains("cannot be found") }
        ) { () async throws(ProviderError) -> Value in
            try await calls.write(
                Self.create, ["UserName": .string(user)], baseline: before.compactMap { $0["AccessKeyId"].string })
        }
        let made = answer["AccessKey"]
        let key = AccessKeyID(user: user, id: made["AccessKeyId"].string ?? "")
        let outputs: [String: Value] = ["id": .string(key.id), "secret": made["SecretAccessKey"]]
        try await calls.recordCreated(key.physicalId, outputs: outputs)
        // Where another key is in use, this one is handed to nobody before AWS accepts it everywhere that it was asked.
        if before.contains(where: { $0["Status"] == "Active" }) { try await prove(key, made["SecretAccessKey"], calls) }
        // AWS makes keys active.
        if desired["status"] == "Inactive" { try await set("Inactive", key, calls) }
        return outputs
    }

    /// Signs a request with a new key until AWS accepts it. STS API, GetCallerIdentity: it needs no permission.
    private func prove(_ key: AccessKeyID, _ secret: Value, _ calls: ProviderContext) async throws(ProviderError) {
        guard case .secret(let secret) = secret else { return }
        let caller = calls.caller.signing(
            with: Credentials(accessKeyId: key.id, secretAccessKey: secret, source: "the new key of \(key.user)"))
        try await calls.retryUntilConsistent(
            "AWS to accept the new key", seconds: 60,
            isTransient: { ["InvalidClientTokenId", "SignatureDoesNotMatch"].contains($0.code) }
        ) { () async throws(ProviderError) -> Void in
            do throws(AWSError) {
                _ = try await caller.call(Operation(.sts, "GetCallerIdentity", .read, answers: "Account", "Arn"), [:])
            } catch {
                throw .aws(error)
            }
        }
    }

    /// Why there can be no further key: what is known of those that there are, and which of them is the stack's.
    private func tooMany(_ keys: [Value], _ user: String, _ calls: ProviderContext) async -> ProviderError {
        var found: [String] = []
        for key in keys {
            let id = AccessKeyID(user: user, id: key["AccessKeyId"].string ?? "")
            found.append(
                "\(await described(key, user, calls)), \(calls.known.contains(id.physicalId) ? "the one of \(calls.address)" : "another one")"
            )
        }
        return .refused(
            message: "The user \(user) has two keys, and AWS allows no more: \(found.joined(separator: "; ")).",
            help: "Delete the one that nothing uses, and run it again.")
    }

    package func switchOff(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await setIfPresent("Inactive", physicalId, calls)
    }

    package func switchOn(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await setIfPresent("Active", physicalId, calls)
    }

    private func setIfPresent(_ status: String, _ physicalId: String, _ calls: ProviderContext)
        async throws(ProviderError)
    {
        do {
            try await set(status, AccessKeyID(physicalId), calls)
        } catch {
            if error.code != IAM.missing { throw error }
        }
    }

    package func update(
        _ physicalId: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        if changed.contains("status") {
            try await set(desired["status"].string ?? "Active", AccessKeyID(physicalId), calls)
        }
        return [:]
    }

    /// A key is switched off before it goes: AWS stops accepting a deleted key later than it stops listing it.
    package func delete(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        let key = AccessKeyID(physicalId)
        do {
            try await set("Inactive", key, calls)
        } catch {
            if error.code == IAM.missing { return }
            throw error
        }
        try await calls.remove(Self.delete, key.input, on: physicalId, missing: IAM.missing)
    }

    /// A key whose create call was lost is found by what was there before, and is of no use: its secret went with the answer. One that
    /// somebody has used, or more keys than there were calls, cannot all be lost ones: in doubt they stay. Without the journal, a
    /// key belongs to the address where the user is the stack's own and has no other.
    package func locate(_ desired: Value, intents: [Intent], _ calls: ProviderContext) async throws(ProviderError)
        -> Located
    {
        let user = AccessKeyID.userName(desired["iamUser"])
        guard let found = try await keys(of: user, calls), !found.isEmpty else { return .none }
        if !intents.isEmpty {
            let lost = found.filter { key in intents.contains { Self.mayHaveMade(key, $0) } }
            let ids = physicalIds(lost, user).filter { !calls.known.contains($0) }
            if ids.isEmpty { return .none }
            if ids.count > intents.count { return .ambiguous(ids) }
            // The secret of a lost key is known to nobody.
            for id in ids where try await lastUse(AccessKeyID(id), calls) != nil { return .ambiguous(ids) }
            return .lost(ids)
        }
        let owner = try await PrincipalCalls(.user, user, calls).object().map { Tags.own(in: $0["Tags"]) } ?? [:]
        guard owner[Ownership.stackTag].string == calls.context.stack else { return .none }
        let ids = physicalIds(found, user)
        return ids.count == 1 ? .ours(ids[0]) : .ambiguous(ids)
    }

    /// When and for what a key was used last, in words, as far as IAM knows by now; nil where it never was.
    /// IAM API, GetAccessKeyLastUsed: without a date the key was never used.
    private func lastUse(_ key: AccessKeyID, _ calls: ProviderContext) async throws(ProviderError) -> String? {
        let use = try await calls.read(Self.lastUsed, ["AccessKeyId": .string(key.id)])["AccessKeyLastUsed"]
        guard let date = use["LastUsedDate"].string else { return nil }
        return "last used \(date) for \(use["ServiceName"].string ?? "?") in \(use["Region"].string ?? "?")"
    }

    /// Whether a key came from a call: it was not there before, and appeared within minutes of it, throttling included. A key
    /// outside that time may be somebody else's.
    private static func mayHaveMade(_ key: Value, _ intent: Intent) -> Bool {
        guard let id = key["AccessKeyId"].string, !intent.baseline.contains(id),
            let made = key["CreateDate"].string.flatMap(seconds(of:))
        else { return false }
        return (-skew...skew + RetryPolicy.usualThrottleDeadline).contains(made - intent.at)
    }

    /// Seconds since 1970 of AWS's `2026-01-02T03:04:05Z`.
    private static func seconds(of date: String) -> Double? {
        let whole = try? Date(date, strategy: .iso8601)
        let date = whole ?? (try? Date(date, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        return date?.timeIntervalSince1970
    }

    private func physicalIds(_ keys: [Value], _ user: String) -> [String] {
        keys.compactMap { $0["AccessKeyId"].string }.sorted().map { AccessKeyID(user: user, id: $0).physicalId }
    }

    /// A user's keys; nil where there is no such user.
    ///
    /// - Parameter shared: whether an answer that this run has already may serve.
    private func keys(of user: String, _ calls: ProviderContext, shared: Bool = false) async throws(ProviderError)
        -> [Value]?
    {
        let principal = PrincipalCalls(.user, user, calls)
        if !shared { return try await principal.list(Self.list, "AccessKeyMetadata") }
        let keys = try await calls.shared.value("\(Self.list.name) \(user)") { () async throws(ProviderError) in
            try await principal.list(Self.list, "AccessKeyMetadata").map(Value.list) ?? .null
        }
        return keys.list
    }

    private func set(_ status: String, _ key: AccessKeyID, _ calls: ProviderContext) async throws(ProviderError) {
        var input = key.input
        input["Status"] = .string(status)
        try await calls.write(Self.update, input, on: key.physicalId)
    }

    /// AWS's, which cannot be raised.
    private static let quota = 2
    /// Seconds by which AWS's clock and this one may differ, with the time that a request may take.
    private static let skew = 300.0

    private static let list = Operation(.iam, "ListAccessKeys", .read, answers: "AccessKeyMetadata[].AccessKeyId")
    private static let lastUsed = Operation(
        .iam, "GetAccessKeyLastUsed", .read, answers: "AccessKeyLastUsed.ServiceName")
    private static let create = Operation(
        .iam, "CreateAccessKey", .create, answers: "AccessKey.AccessKeyId", "AccessKey.SecretAccessKey",
        secrets: ["AccessKey.SecretAccessKey"])
    private static let update = Operation(.iam, "UpdateAccessKey", .repeatable)
    private static let delete = Operation(.iam, "DeleteAccessKey", .repeatable)
}

/// Which key of which user.
struct AccessKeyID {
    let user: String
    let id: String

    init(user: String, id: String) {
        self.user = user
        self.id = id
    }

    init(_ physicalId: String) {
        let parts = physicalId.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        user = String(parts[0])
        id = parts.count > 1 ? String(parts[1]) : ""
    }

    var physicalId: String { "\(user)/\(id)" }
    var input: Value { ["UserName": .string(user), "AccessKeyId": .string(id)] }

    /// The name in a reference: itself, or the end of an ARN.
    static func userName(_ reference: Value) -> String {
        reference.string?.split(separator: "/").last.map(String.init) ?? ""
    }
}
