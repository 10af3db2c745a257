import Model
import Provider
import Schema
import TestSupport

/// What a provider says when it gives up; nil where it does not.
func complaint(_ body: () async throws(ProviderError) -> Void) async -> String? {
    do throws(ProviderError) {
        try await body()
        return nil
    } catch {
        return error.description
    }
}

extension Value {
    /// Tags as IAM lists them.
    static func tags(_ pairs: [(String, String)]) -> Value {
        .list(pairs.map { ["Key": .string($0.0), "Value": .string($0.1)] })
    }
}

typealias Script = [String: [ScriptedAWS.Answer]]
let missing = ScriptedAWS.Answer.refused("NoSuchEntity", "The thing with name x cannot be found.")
let prodTags: Value = ["cogstack:stack": "prod", "cogstack:address": "userPools.users"]

extension ResourceType {
    /// The codes of the rules that properties break, each once.
    func problems(_ properties: Value) -> [String] { rules.filter { !$0.check(properties).isEmpty }.map(\.code) }
}
