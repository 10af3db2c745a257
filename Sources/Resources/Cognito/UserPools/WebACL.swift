import AWSClient
import Model
import Provider

/// The web ACL of AWS WAF that guards a user pool. It is asked for only where a file sets it, or did.
struct WebACL: Sendable {
    /// The table's row for it.
    static let row = "webACLArn"
    private let pool: String
    private let calls: ProviderContext

    /// - Parameter pool: its ARN.
    init(pool: String, _ calls: ProviderContext) {
        self.pool = pool
        self.calls = calls
    }

    /// Its ARN; null where there is none.
    ///
    /// - Parameter recorded: the pool's properties as they were applied last.
    func read(_ recorded: Value) async throws(ProviderError) -> Value {
        guard !recorded[Self.row].isNull else { return .null }
        return try await calls.readIfPresent(Self.get, ["ResourceArn": .string(pool)], missing: Self.missing)?[
            "WebACL"]["ARN"] ?? .null
    }

    /// - Parameter arn: null to take it away.
    func write(_ arn: Value) async throws(ProviderError) {
        var object: Value = ["ResourceArn": .string(pool)]
        if arn.isNull {
            try await calls.remove(Self.disassociate, object, on: pool, missing: Self.missing)
        } else {
            object["WebACLArn"] = arn
            try await calls.write(Self.associate, object, on: pool, retrying: Self.notYet)
        }
    }

    private static let missing = "WAFNonexistentItemException"
    /// A pool that was made just now (AWS WAF API, `AssociateWebACL`).
    private static let notYet = TransientErrors(of: "AWS WAF", codes: "WAFUnavailableEntityException")
    private static let get = AWSOperation(.wafv2, "GetWebACLForResource", .read, answers: "WebACL?")
    private static let associate = AWSOperation(.wafv2, "AssociateWebACL", .repeatable)
    private static let disassociate = AWSOperation(.wafv2, "DisassociateWebACL", .repeatable)
}

extension Service {
    fileprivate static let wafv2 = Service(
        name: "WAFV2", endpointPrefix: "wafv2", format: .json(targetPrefix: "AWSWAF_20190729"))
}
