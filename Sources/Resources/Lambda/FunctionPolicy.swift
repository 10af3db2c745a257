import AWSClient
import Foundation
import Model
import Provider
import Schema

/// The resource policy of a function, or of one of its versions or aliases: each has its own.
struct FunctionPolicy: Sendable {
    /// The function's name or ARN.
    let function: String
    /// The version or alias; nil for the function itself.
    let qualifier: String?

    init(of function: String, qualifier: String? = nil) {
        self.function = function
        self.qualifier = qualifier
    }

    /// - Parameter arn: of a function, or of one of its versions or aliases:
    ///   `arn:aws:lambda:<region>:<account>:function:<name>[:<qualifier>]`.
    init(ofARN arn: String) {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let isQualified = parts.count == 8
        self.init(
            of: isQualified ? parts.prefix(7).joined(separator: ":") : arn, qualifier: isQualified ? parts[7] : nil)
    }

    /// The members of a request that say whose policy is meant.
    var input: Value {
        var input: Value = ["FunctionName": .string(function)]
        if let qualifier { input["Qualifier"] = .string(qualifier) }
        return input
    }

    /// Nil where there is none.
    func read(_ calls: ProviderContext) async throws(ProviderError) -> Value? {
        let text = try await calls.readIfPresent(Self.get, input, missing: LambdaCalls.missing)?["Policy"].string
        return text.flatMap { try? JSONText.decode(Data($0.utf8)) }
    }

    private static let get = AWSOperation(
        .lambda, "GetPolicy", .read, "GET", "\(LambdaCalls.functions)/{FunctionName}/policy",
        query: ["Qualifier": "Qualifier"], answers: "Policy")
}

extension LambdaCalls {
    /// Who may use the function, as its own policy says; nil where it has none, or the caller may not read it.
    func policy() async throws(ProviderError) -> Value? {
        do {
            return try await FunctionPolicy(of: name).read(calls)
        } catch {
            if case .aws(let cause) = error, cause.kind == .service { return nil }
            throw error
        }
    }
}
