import AWSClient
import Provider
import Model
import Schema

/// The calls about one function, with Lambda's waits.
struct LambdaCalls: Sendable {
    let name: String
    let calls: ProviderContext

    init(_ name: String, _ calls: ProviderContext) {
        self.name = name
        self.calls = calls
    }

    /// Configuration, tags and concurrency; nil where there is no such function.
    func get() async throws(ProviderError) -> Value? {
        try await calls.readIfPresent(Self.get, input(), missing: Self.missing)
    }

    func configuration() async throws(ProviderError) -> Value {
        try await calls.read(Self.getConfiguration, input())
    }

    /// A change that Lambda refuses for a while: another one is under way, or what IAM has just accepted has not reached Lambda. A
    /// role that Lambda may never assume is refused in the same words, so the wait is bounded.
    @discardableResult
    func write(_ operation: Operation, _ members: Value = [:]) async throws(ProviderError) -> Value {
        try await calls.write(operation, input().overlaid(by: members), on: name, retrying: Self.transient)
    }

    /// A change of configuration or code, of the revision that was seen last: what somebody else wrote since is not overwritten.
    ///
    /// - Parameter revision: of ``revision()`` or ``waitUntilUpdated()``.
    func update(_ operation: Operation, _ members: Value, of revision: Value) async throws(ProviderError) -> Value {
        do {
            return try await write(operation, members.overlaid(by: ["RevisionId": revision]))
        } catch {
            guard case .aws(let cause) = error, cause.code == "PreconditionFailedException" else { throw error }
            // Where it was sent more than once, the first sending may have made the new revision, and it may be sent anew.
            guard cause.attempts > 1 else {
                throw .refused(
                    message:
                        "\(name) was changed by somebody else while it was about to be changed, and was left as they made it.",
                    help: "Run it again: the plan then shows what they changed.")
            }
            return try await write(operation, members.overlaid(by: ["RevisionId": try await self.revision()]))
        }
    }

    /// A change of the function's tags, which are named by its ARN, with the same patience.
    func writeTags(_ operation: Operation, _ members: Value) async throws(ProviderError) {
        try await calls.write(operation, members, on: name, retrying: Self.transient)
    }

    /// A delete, with the same patience; what is gone already is deleted.
    func remove(_ operation: Operation) async throws(ProviderError) {
        try await calls.remove(operation, input(), on: name, missing: Self.missing, retrying: Self.transient)
    }

    /// Waits until a new function can be called and changed.
    func waitUntilActive() async throws(ProviderError) {
        _ = try await wait("Lambda to make \(name) ready", "State", failure: "Lambda cannot run \(name)") {
            $0 == "Pending"
        }
    }

    /// Waits until a change has arrived everywhere; until then Lambda takes no other one. Returns the id of the revision that is live.
    @discardableResult
    func waitUntilUpdated() async throws(ProviderError) -> Value {
        try await wait("Lambda to update \(name)", "LastUpdateStatus", failure: "Lambda cannot update \(name)") {
            $0 == "InProgress"
        }
    }

    /// The id of the live revision, once nothing changes it any more. How the last change ended is no matter: this is about the next.
    func revision() async throws(ProviderError) -> Value {
        try await calls.polling("Lambda to end the change of \(name) that is under way") {
            () async throws(ProviderError) -> Poll<Value> in
            let live = try await configuration()
            let isChanging = live["State"] == "Pending" || live["LastUpdateStatus"] == "InProgress"
            return isChanging ? .notYet("\(name) is being changed.") : .done(live["RevisionId"])
        }
    }

    private func wait(
        _ what: String, _ member: String, failure: String, until isGoingOn: (String?) -> Bool
    ) async throws(ProviderError) -> Value {
        try await calls.polling(what) { () async throws(ProviderError) -> Poll<Value> in
            // What was made just now is not found everywhere yet.
            guard let live = try await calls.readIfPresent(Self.getConfiguration, input(), missing: Self.missing) else {
                return .notYet("Lambda does not find \(name).")
            }
            let words =
                live["\(member)Reason"].string ?? live["\(member)ReasonCode"].string ?? live[member].string ?? ""
            if live[member].string == "Failed" {
                throw .refused(message: "\(failure): \(words)", help: "Put right what AWS names, and run it again.")
            }
            return isGoingOn(live[member].string) ? .notYet(words) : .done(live["RevisionId"])
        }
    }

    func input() -> Value { ["FunctionName": .string(name)] }

    /// The texts are those that terraform-provider-aws waits for.
    private static let transient = TransientErrors(of: "Lambda") { error in
        switch error.code {
        case "InvalidParameterValueException":
            [
                "The role defined for the function cannot be assumed by Lambda",
                "The provided execution role does not have permissions", "throttled by EC2",
                "Lambda was unable to configure access to your environment variables because the KMS key is invalid for CreateGrant",
            ].contains { error.message.contains($0) }
        case "ResourceConflictException": !isNameTaken(error)
        default: false
        }
    }

    /// A change that Lambda refuses while another one of the same object is under way.
    static let inTurn = TransientErrors(of: "Lambda") { error in
        error.code == "ResourceConflictException" && !isNameTaken(error)
    }

    /// "Function already exist" and its like, which have the same code as a change under way, and never pass.
    static func isNameTaken(_ error: AWSError) -> Bool {
        error.code == "ResourceConflictException"
            && ["already exist", "FunctionUrlConfig exists"].contains { error.message.contains($0) }
    }

    static let missing = "ResourceNotFoundException"
    static let functions = "/2015-03-31/functions"
    private static let get = Operation(
        .lambda, "GetFunction", .read, "GET", "\(functions)/{FunctionName}",
        answers: "Configuration.FunctionName", "Configuration.CodeSha256"
    ).hiding("Configuration.Environment.Variables", "Code.Location")
    private static let getConfiguration = Operation(
        .lambda, "GetFunctionConfiguration", .read, "GET", "\(functions)/{FunctionName}/configuration",
        answers: "FunctionName", "State", "LastUpdateStatus", "RevisionId"
    ).hiding("Environment.Variables")
    static let create = Operation(
        .lambda, "CreateFunction", .create, "POST", functions, statuses: [201], answers: "FunctionArn", "CodeSha256"
    ).hiding("Environment.Variables", "Code.ZipFile")
    static let updateConfiguration = Operation(
        .lambda, "UpdateFunctionConfiguration", .repeatable, "PUT", "\(functions)/{FunctionName}/configuration",
        answers: "FunctionName", "RevisionId"
    ).hiding("Environment.Variables")
    static let updateCode = Operation(
        .lambda, "UpdateFunctionCode", .repeatable, "PUT", "\(functions)/{FunctionName}/code",
        answers: "FunctionName", "CodeSha256", "RevisionId"
    ).hiding("Environment.Variables", "ZipFile")
    static let putConcurrency = Operation(
        .lambda, "PutFunctionConcurrency", .repeatable, "PUT", "/2017-10-31/functions/{FunctionName}/concurrency",
        answers: "ReservedConcurrentExecutions")
    static let deleteConcurrency = Operation(
        .lambda, "DeleteFunctionConcurrency", .repeatable, "DELETE", "/2017-10-31/functions/{FunctionName}/concurrency",
        statuses: [204])
    static let delete = Operation(
        .lambda, "DeleteFunction", .repeatable, "DELETE", "\(functions)/{FunctionName}", statuses: [200, 202, 204])
    static let tag = Operation(
        .lambda, "TagResource", .repeatable, "POST", "/2017-03-31/tags/{Resource}", statuses: [204])
    static let untag = Operation(
        .lambda, "UntagResource", .repeatable, "DELETE", "/2017-03-31/tags/{Resource}", query: ["TagKeys": "tagKeys"],
        statuses: [204])
}
