import AWSClient
import Model
import Schema

/// What the attempt at something showed.
enum AccessResult {
    case allowed
    case refused(AWSError)
    /// It could not be tried, for instance because it is not there; says why.
    case untried(String)
}

/// Carries an attempt out, and reads from the answer whether the action is allowed. Nothing of AWS is changed, and nobody's data is
/// asked for.
///
/// Each service asks for the permission before it looks for what is named, so an answer about what is missing means yes.
extension Verification {
    func attempt(_ attempt: Probe.Attempt, as session: RoleSession) async throws(LinkFailure) -> AccessResult {
        let caller = administrator.signing(with: session.credentials)
        let operation: AWSOperation
        let input: Value
        switch attempt {
        case .list(let bucket, let prefix):
            (operation, input) = (
                Self.listObjects, ["Bucket": .string(bucket), "ListType": 2, "MaxKeys": 1, "Prefix": .string(prefix)]
            )
        case .getObject(let bucket, let key):
            // One byte, should there be such an object after all.
            (operation, input) = (
                Self.getObject, ["Bucket": .string(bucket), "Key": .string(key), "Range": "bytes=0-0"]
            )
        case .abortUpload(let bucket, let key):
            (operation, input) = (
                Self.abortUpload, ["Bucket": .string(bucket), "Key": .string(key), "UploadId": "cogstack-verify"]
            )
        case .getItem(let table, let key):
            switch try await itemKey(table) {
            case .known(let names, let sort):
                (operation, input) = (Self.getItem, ["TableName": .string(table), "Key": Self.key(key, names, sort)])
            case .unknown(let why): return .untried(why)
            }
        case .deleteItem(let table, let key):
            switch try await itemKey(table) {
            case .known(let names, let sort):
                operation = Self.deleteItem
                input = [
                    "TableName": .string(table), "Key": Self.key(key, names, sort),
                    // No item both exists and does not: nothing is ever deleted, whatever the key.
                    "ConditionExpression": "attribute_exists(#k) AND attribute_not_exists(#k)",
                    "ExpressionAttributeNames": ["#k": .string(names[0])],
                ]
            case .unknown(let why): return .untried(why)
            }
        case .invoke(let function):
            (operation, input) = (Self.dryRun, ["FunctionName": .string(function), "InvocationType": "DryRun"])
        }
        do throws(AWSError) {
            _ = try await caller.call(operation, input)
            return .allowed
        } catch {
            return try Self.reading(error, of: attempt)
        }
    }

    private static func reading(_ error: AWSError, of attempt: Probe.Attempt) throws(LinkFailure) -> AccessResult {
        switch (attempt, error.code) {
        case (_, "AccessDenied"), (_, "AccessDeniedException"): return .refused(error)
        // S3 API, GetObject; a range that an empty object has not.
        case (.getObject, "NoSuchKey"), (.getObject, "InvalidRange"): return .allowed
        // S3 API, AbortMultipartUpload.
        case (.abortUpload, "NoSuchUpload"): return .allowed
        // DynamoDB API, DeleteItem.
        case (.deleteItem, "ConditionalCheckFailedException"): return .allowed
        // Lambda API, Invoke.
        case (.invoke, "ResourceNotFoundException"): return .allowed
        case (.list(let bucket, _), let code), (.getObject(let bucket, _), let code),
            (.abortUpload(let bucket, _), let code):
            if code == "NoSuchBucket" { return .untried("the bucket \(bucket) does not exist") }
            if elsewhere.contains(code) { return .untried("the bucket \(bucket) is in another region") }
        default: break
        }
        // Whatever else a service says is about the attempt, not about the permission.
        guard error.kind == .service || error.kind == .throttled else { throw LinkFailure(error, advice: nil) }
        return .untried("\(error.operation) was answered with \(error.words ?? "nothing")")
    }

    private static let elsewhere: Set<String> = [
        "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException",
    ]

    // MARK: - Keys of tables

    /// What the key of a table's items consists of, asked for with the run's own credentials.
    enum ItemKey {
        /// The names of its one or two attributes, and a value for the second.
        case known([String], sort: Value?)
        case unknown(String)
    }

    private func itemKey(_ table: String) async throws(LinkFailure) -> ItemKey {
        if let known = itemKeys[table] { return known }
        let key: ItemKey
        do throws(AWSError) {
            key = Self.itemKey(
                table, try await administrator.call(Self.describeTable, ["TableName": .string(table)])["Table"])
        } catch {
            guard error.kind == .service || error.kind == .throttled else { throw LinkFailure(error, advice: nil) }
            key = .unknown(
                error.code == "ResourceNotFoundException"
                    ? "the table \(table) does not exist"
                    : "the key of the table \(table) cannot be read: \(error.words ?? "")")
        }
        itemKeys[table] = key
        return key
    }

    private static func itemKey(_ table: String, _ description: Value) -> ItemKey {
        func name(_ kind: Value) -> String? {
            description["KeySchema"].elements.first { $0["KeyType"] == kind }?["AttributeName"].string
        }
        func type(_ name: String) -> String? {
            description["AttributeDefinitions"].elements.first { $0["AttributeName"] == .string(name) }?[
                "AttributeType"
            ].string
        }
        guard let partition = name("HASH") else { return .unknown("the key of the table \(table) cannot be read") }
        guard type(partition) == "S" else {
            return .unknown("the partition key of the table \(table) is no string, and so no identity id")
        }
        guard let sort = name("RANGE") else { return .known([partition], sort: nil) }
        let values: [String: Value] = ["S": ["S": "cogstack-verify"], "N": ["N": "0"], "B": ["B": "AA=="]]
        guard let value = type(sort).flatMap({ values[$0] }) else {
            return .unknown("the key of the table \(table) cannot be read")
        }
        return .known([partition, sort], sort: value)
    }

    private static func key(_ partition: String, _ names: [String], _ sort: Value?) -> Value {
        var key: [String: Value] = [names[0]: ["S": .string(partition)]]
        if let sort { key[names[1]] = sort }
        return .map(key)
    }

    private static let listObjects = AWSOperation(
        .s3, "ListObjectsV2", .read, "GET", "/{Bucket}",
        query: ["ListType": "list-type", "MaxKeys": "max-keys", "Prefix": "prefix"],
        answers: "ListBucketResult.Name", "ListBucketResult.IsTruncated")
    private static let getObject = AWSOperation(
        .s3, "GetObject", .read, "GET", "/{Bucket}/{Key+}", headers: ["Range": "Range"], payload: "Body",
        statuses: [200, 206])
    private static let abortUpload = AWSOperation(
        .s3, "AbortMultipartUpload", .repeatable, "DELETE", "/{Bucket}/{Key+}", query: ["UploadId": "uploadId"],
        statuses: [204])
    private static let describeTable = AWSOperation(
        .dynamoDB, "DescribeTable", .read, answers: "Table.KeySchema[].AttributeName")
    private static let getItem = AWSOperation(.dynamoDB, "GetItem", .read, answers: "Item?")
    private static let deleteItem = AWSOperation(.dynamoDB, "DeleteItem", .repeatable, answers: "Attributes?")
    /// Runs nothing: it only looks whether it would be allowed (Lambda API, Invoke).
    private static let dryRun = AWSOperation(
        .lambda, "Invoke", .read, "POST", "/2015-03-31/functions/{FunctionName}/invocations",
        headers: ["InvocationType": "X-Amz-Invocation-Type"], payload: "Payload", statuses: [204]
    ).hiding("Payload")
}
