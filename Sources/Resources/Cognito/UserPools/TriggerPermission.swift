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
            return try await statement.read().map(isRight) ?? false
        } catch {
            if Self.isDenied(error) { return nil }
            throw error
        }
    }

    /// Adds the statement, and sees it.
    func add() async throws(ProviderError) {
        do {
            try await statement.put(
                [
                    "Action": Self.action, "Principal": Self.principal, "SourceArn": .string(poolARN),
                    "SourceAccount": account,
                ], waitingFor: "Lambda to let Cognito call \(function)", isRight: isRight)
        } catch {
            guard Self.isDenied(error) else { throw error }
            throw .refused(
                message: "Cognito may not call \(function), and to let it was refused: \(error.message)", help: help)
        }
    }

    /// Takes the statement away; where there is none, or no function, nothing is left to do.
    func remove() async throws(ProviderError) { try await statement.remove() }

    /// What to do where a policy cannot be read.
    static func rightToRead(_ functions: [String]) -> String {
        "Grant the identity that runs cogstack lambda:GetPolicy on \(functions.sorted().joined(separator: ", "))."
    }

    // MARK: Parts

    /// No two pools have the same id in a policy.
    private var statement: FunctionStatement {
        FunctionStatement(
            policy: FunctionPolicy(ofARN: function), id: "cogstack-\(poolId)", physicalId: poolId, calls: calls)
    }

    private var account: Value { .string(calls.context.account) }

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

    private static func isDenied(_ error: ProviderError) -> Bool {
        error.code?.hasPrefix("AccessDenied") == true
    }

    private static let principal: Value = "cognito-idp.amazonaws.com"
    private static let action: Value = "lambda:InvokeFunction"
}
