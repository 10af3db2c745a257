import AWSClient
import Foundation
import Provider
import Model
import Schema

/// Whether a function works, as it says itself.
extension LambdaCalls {
    /// What the function says against an event; nil where it answers without an error, which a new key's or role's first seconds
    /// may not let it.
    func selfTestFailure(about event: Value) async throws(ProviderError) -> String? {
        let payload: String
        do { payload = String(decoding: try JSONText.encode(event), as: UTF8.self) } catch {
            return "the probe is no event"
        }
        do {
            return try await calls.polling("\(name) to answer its probe", seconds: 15) {
                () async throws(ProviderError) -> Poll<String?> in
                do throws(ProviderError) {
                    let answer = try await calls.read(Self.invoke, input().overlaid(by: ["Payload": .string(payload)]))
                    return Self.selfTestFailure(in: answer).map(Poll.notYet) ?? .done(nil)
                } catch {
                    // Also that Lambda does not let it be called: what was just written may not be known there yet.
                    guard case .aws(let cause) = error, cause.kind == .service else { throw error }
                    return .notYet("\(cause.code): \(cause.message)")
                }
            }
        } catch {
            if case .timedOut(_, _, let words) = error { return words }
            throw error
        }
    }

    /// What an answer says went wrong: in Lambda's words, or in those of an answer with an HTTP status.
    static func selfTestFailure(in answer: Value) -> String? {
        let text = answer["Payload"].string ?? ""
        let payload = (try? JSONText.decode(Data(text.utf8))) ?? .null
        if !answer["FunctionError"].isNull { return payload["errorMessage"].string ?? text }
        guard let status = payload["statusCode"].integer, status >= 400 else { return nil }
        return "\(status) \(payload["body"].string ?? "")"
    }

    private static let invoke = AWSOperation(
        .lambda, "Invoke", .repeatable, "POST", "\(functions)/{FunctionName}/invocations", payload: "Payload"
    ).hiding("Payload")
}
