import AWSClient
import Provider
import Model
import Schema

/// The log group of a function. Lambda would make one by itself, which then keeps everything for ever and belongs to nobody; so it
/// is made before the function and deleted after it.
struct LogGroup: Sendable {
    let names: FunctionNames
    let calls: ProviderContext

    init(_ name: String, _ calls: ProviderContext) {
        names = FunctionNames(name, calls.context)
        self.calls = calls
    }

    /// In AWS's form; nil where there is none. The groups come sorted, so the one of just this name is on the first page.
    func read() async throws(ProviderError) -> Value? {
        let page = try await calls.read(Self.describe, ["logGroupNamePrefix": .string(names.logGroup)])
        return page["logGroups"].elements.first { $0["logGroupName"].string == names.logGroup }
    }

    /// Makes it with the owner's tags. One that is there already, with the log of an earlier function, is used as it is.
    func create(tags: Value) async throws(ProviderError) {
        var input: Value = ["logGroupName": .string(names.logGroup)]
        if let tags = tags.map, !tags.isEmpty { input["tags"] = .map(tags.filter { !$0.value.isNull }) }
        do {
            try await write(Self.create, input)
        } catch {
            guard error.code == "ResourceAlreadyExistsException" else { throw error }
        }
    }

    /// - Parameters:
    ///   - days: null for ever.
    ///   - tags: for the group, where somebody has deleted it.
    func setRetention(_ days: Value, tags: Value) async throws(ProviderError) {
        let input: Value = ["logGroupName": .string(names.logGroup)]
        guard !days.isNull else {
            return try await remove(Self.deleteRetention, input)
        }
        let retention = input.overlaid(by: ["retentionInDays": days])
        do {
            try await putRetention(retention)
        } catch {
            guard error.code == Self.missing else { throw error }
            try await create(tags: tags)
            try await putRetention(retention)
        }
    }

    /// A grant of the right to it takes some seconds to arrive (terraform-provider-aws, aws_cloudwatch_log_group). One that was never
    /// given is refused in the same words, so the wait is short.
    private func putRetention(_ input: Value) async throws(ProviderError) {
        try await calls.retryUntilConsistent(
            "CloudWatch Logs to take PutRetentionPolicy", seconds: 20,
            isTransient: { error in
                error.code == "AccessDeniedException"
                    && error.message.contains("no identity-based policy allows the logs:PutRetentionPolicy action")
            }
        ) { () async throws(ProviderError) -> Void in
            try await write(Self.putRetention, input)
        }
    }

    /// Deletes it where its tags say that it is the stack's. The log of a function that was there before is left.
    func delete() async throws(ProviderError) {
        let answer = try await calls.readIfPresent(
            Self.listTags, ["resourceArn": names.logGroupARN], missing: Self.missing)
        guard answer?["tags"][Ownership.stackTag].string == calls.context.stack else { return }
        try await remove(Self.delete, ["logGroupName": .string(names.logGroup)])
    }

    /// A change that CloudWatch Logs refuses while another one of the same group is under way.
    private func write(_ operation: Operation, _ input: Value) async throws(ProviderError) {
        try await calls.write(operation, input, on: names.logGroup, retrying: Self.inTurn)
    }

    /// A delete, with the same patience; what is gone already is deleted.
    private func remove(_ operation: Operation, _ input: Value) async throws(ProviderError) {
        try await calls.remove(operation, input, on: names.logGroup, missing: Self.missing, retrying: Self.inTurn)
    }

    private static let inTurn = TransientErrors(of: "CloudWatch Logs", codes: "OperationAbortedException")

    private static let missing = "ResourceNotFoundException"
    private static let describe = Operation(.logs, "DescribeLogGroups", .read, answers: "logGroups[].logGroupName")
    /// Not a create call in the journal's sense: the name is the function's, and a second call changes nothing.
    private static let create = Operation(.logs, "CreateLogGroup", .repeatable)
    private static let putRetention = Operation(.logs, "PutRetentionPolicy", .repeatable)
    private static let deleteRetention = Operation(.logs, "DeleteRetentionPolicy", .repeatable)
    private static let listTags = Operation(.logs, "ListTagsForResource", .read, answers: "tags")
    private static let delete = Operation(.logs, "DeleteLogGroup", .repeatable)
}
