import AWSClient
import Provider
import Schema

/// The log group of a function. Lambda would make one by itself, which then keeps everything for ever and belongs to nobody; so it
/// is made before the function and deleted after it.
struct LogGroup: Sendable {
    let names: FunctionNames
    let calls: Calls

    init(_ name: String, _ calls: Calls) {
        names = FunctionNames(name, calls.context)
        self.calls = calls
    }

    /// In AWS's form; nil where there is none. The groups come sorted, so that the one of just this name is on the first page.
    func read() async throws(ProviderError) -> Value? {
        let page = try await calls.read(Self.describe, ["logGroupNamePrefix": .string(names.logGroup)])
        return page["logGroups"].elements.first { $0["logGroupName"].string == names.logGroup }
    }

    /// Makes it with the owner's tags. One that is there already, with the log of an earlier function, is used as it is.
    func create(tags: Value) async throws(ProviderError) {
        var input: Value = ["logGroupName": .string(names.logGroup)]
        if let tags = tags.map, !tags.isEmpty { input["tags"] = .map(tags.filter { !$0.value.isNull }) }
        do {
            try await calls.write(Self.create, input, on: names.logGroup)
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
            return try await calls.remove(Self.deleteRetention, input, on: names.logGroup, missing: Self.missing)
        }
        let retention = input.overlaid(by: ["retentionInDays": days])
        do {
            try await calls.write(Self.putRetention, retention, on: names.logGroup)
        } catch {
            guard error.code == Self.missing else { throw error }
            try await create(tags: tags)
            try await calls.write(Self.putRetention, retention, on: names.logGroup)
        }
    }

    /// Deletes it where its tags say that it is the stack's. The log of a function that was there before is left.
    func delete() async throws(ProviderError) {
        let answer = try await calls.readIfPresent(
            Self.listTags, ["resourceArn": names.logGroupARN], missing: Self.missing)
        guard answer?["tags"][Ownership.stackTag].string == calls.context.stack else { return }
        try await calls.settling(
            "CloudWatch Logs to take \(Self.delete.name)", passing: { $0.code == "OperationAbortedException" }
        ) { () async throws(ProviderError) -> Void in
            try await calls.remove(
                Self.delete, ["logGroupName": .string(names.logGroup)], on: names.logGroup, missing: Self.missing)
        }
    }

    private static let missing = "ResourceNotFoundException"
    private static let describe = Operation(.logs, "DescribeLogGroups", .read)
    /// Not a create call in the journal's sense: the name is the function's, and a second call changes nothing.
    private static let create = Operation(.logs, "CreateLogGroup", .repeatable)
    private static let putRetention = Operation(.logs, "PutRetentionPolicy", .repeatable)
    private static let deleteRetention = Operation(.logs, "DeleteRetentionPolicy", .repeatable)
    private static let listTags = Operation(.logs, "ListTagsForResource", .read)
    private static let delete = Operation(.logs, "DeleteLogGroup", .repeatable)
}
