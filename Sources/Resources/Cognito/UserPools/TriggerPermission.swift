import AWSClient
import Foundation
import IAMPolicy
import Provider
import Model
import Schema

/// The statement in a function's resource policy that lets a user pool call it. AWS takes a pool's `LambdaConfig` without one, and then
/// fails every sign-up or sign-in that comes to the trigger (Amazon Cognito Developer Guide, "Using Lambda triggers").
struct TriggerPermission: Sendable {
    /// Its ARN, with the version or alias where the pool calls one: that has a policy of its own.
    let function: String
    let poolId: String
    let poolARN: String
    let calls: ProviderContext

    /// What is to be done about the permission for one function, where it was refused.
    private var help: String {
        "Grant the identity that runs cogstack lambda:GetPolicy, lambda:AddPermission and lambda:RemovePermission on it; or have its owner let \(poolARN) call it, and put `lambdaPermissions` under the pool's `lifecycle: { ignoreChanges: [lambdaPermissions] }`."
    }

    /// Whether the function's policy has the statement as it is to be; nil where whoever asks may not read the policy.
    func isThere() async throws(ProviderError) -> Bool? {
        do {
            return try await statement().map(isRight) ?? false
        } catch {
            if Self.isDenied(error) { return nil }
            throw error
        }
    }

    /// Adds the statement, and sees it: changes of one policy at the same time may lose one.
    func add() async throws(ProviderError) {
        do {
            try await calls.polling("Lambda to let Cognito call \(function)") {
                () async throws(ProviderError) -> Poll<Void> in
                if try await isAdded() { return .done(()) }
                let isThere = try await statement().map(isRight) ?? false
                return isThere ? .done(()) : .notYet("its policy does not have the statement \(id).")
            }
        } catch {
            guard Self.isDenied(error) else { throw error }
            throw .refused(
                message: "Cognito may not call \(function), and to let it was refused: \(error.message)", help: help)
        }
    }

    /// Takes the statement away; where there is none, or no function, nothing is left to do.
    func remove() async throws(ProviderError) {
        try await calls.remove(Self.remove, input, on: poolId, missing: Self.missing, retrying: Self.inTurn)
    }

    /// What to do where a policy cannot be read.
    static func rightToRead(_ functions: [String]) -> String {
        "Grant the identity that runs cogstack lambda:GetPolicy on \(functions.sorted().joined(separator: ", "))."
    }

    // MARK: Parts

    /// Whether the statement was there already; if not, it was sent.
    private func isAdded() async throws(ProviderError) -> Bool {
        if let live = try await statement() {
            if isRight(live) { return true }
            try await remove()
        }
        do {
            try await calls.write(
                Self.add,
                input.overlaid(by: [
                    "Action": Self.action, "Principal": Self.principal, "SourceArn": .string(poolARN),
                    "SourceAccount": account,
                ]), on: poolId, retrying: Self.inTurn)
        } catch {
            guard case .aws(let cause) = error, Self.isTaken(cause) else { throw error }
        }
        return false
    }

    /// Its id in the policy: no two pools have the same.
    private var id: String { "cogstack-\(poolId)" }

    private var account: Value { .string(calls.context.account) }

    private var input: Value {
        var input = target
        input["StatementId"] = .string(id)
        return input
    }

    /// The function, and the qualifier at the end of its ARN: `arn:aws:lambda:<region>:<account>:function:<name>[:<qualifier>]`.
    private var target: Value {
        let parts = function.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 8 else { return ["FunctionName": .string(function)] }
        return ["FunctionName": .string(parts.prefix(7).joined(separator: ":")), "Qualifier": .string(parts[7])]
    }

    private func statement() async throws(ProviderError) -> Value? {
        guard let answer = try await calls.readIfPresent(Self.getPolicy, target, missing: Self.missing),
            let policy = try? JSONText.decode(Data((answer["Policy"].string ?? "").utf8))
        else { return nil }
        return policy["Statement"].elements.first { $0["Sid"].string == id }
    }

    private func isRight(_ statement: Value) -> Bool {
        let wanted: Value = [
            "Effect": "Allow", "Principal": ["Service": Self.principal], "Action": Self.action,
            "Resource": statement["Resource"],
            "Condition": [
                "ArnLike": ["AWS:SourceArn": .string(poolARN)], "StringEquals": ["AWS:SourceAccount": account],
            ],
        ]
        func document(_ statement: Value) -> Value { ["Version": "2012-10-17", "Statement": [statement]] }
        return PolicyDocument.equivalent(document(wanted), document(statement))
    }

    /// A change that Lambda refuses while another one of the same policy is under way.
    private static let inTurn = TransientErrors(of: "Lambda") { error in
        error.code == "ResourceConflictException" && !isTaken(error)
    }

    /// "The statement id (x) provided already exists", which has the same code as a change under way.
    private static func isTaken(_ error: AWSError) -> Bool {
        error.code == "ResourceConflictException" && error.message.contains("already exist")
    }

    private static func isDenied(_ error: ProviderError) -> Bool {
        error.code?.hasPrefix("AccessDenied") == true
    }

    private static let principal: Value = "cognito-idp.amazonaws.com"
    private static let action: Value = "lambda:InvokeFunction"
    private static let missing = "ResourceNotFoundException"
    private static let policy = "/2015-03-31/functions/{FunctionName}/policy"
    private static let getPolicy = AWSOperation(
        .lambda, "GetPolicy", .read, "GET", policy, query: ["Qualifier": "Qualifier"], answers: "Policy")
    /// Not a create call in the journal's sense: the statement's id is fixed, and a second call changes nothing.
    private static let add = AWSOperation(
        .lambda, "AddPermission", .repeatable, "POST", policy, query: ["Qualifier": "Qualifier"], statuses: [201],
        answers: "Statement")
    private static let remove = AWSOperation(
        .lambda, "RemovePermission", .repeatable, "DELETE", "\(policy)/{StatementId}",
        query: ["Qualifier": "Qualifier"], statuses: [204])
}
