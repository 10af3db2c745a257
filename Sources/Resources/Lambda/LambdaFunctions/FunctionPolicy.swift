import AWSClient
import Foundation
import Provider
import Model
import Schema

extension LambdaCalls {
    /// Who may use the function, as its own policy says; nil where it has none, or the caller may not read it.
    func policy() async throws(ProviderError) -> Value? {
        do {
            let text = try await calls.readIfPresent(Self.getPolicy, input(), missing: Self.missing)?["Policy"].string
            return text.flatMap { try? JSONText.decode(Data($0.utf8)) }
        } catch {
            if case .aws(let cause) = error, cause.kind == .service { return nil }
            throw error
        }
    }

    private static let getPolicy = AWSOperation(
        .lambda, "GetPolicy", .read, "GET", "\(functions)/{FunctionName}/policy", answers: "Policy")
}
