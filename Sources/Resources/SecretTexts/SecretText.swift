import AWSClient
import Foundation
import Provider
import Model
import Schema

/// The value of a secret or of a parameter, in either of the two forms in which a file may write it: one text, or pairs that are
/// kept as one JSON object and compared one by one. AWS knows one text only.
struct SecretText: Sendable {
    /// The property that is the text itself, in AWS's word.
    let textName: String
    static let pairsName = "keyValuePairs"

    /// - Parameter secret: whether the value is a secret, given the resource's properties.
    func rows(
        length: ClosedRange<Int>, of what: String,
        secret: @escaping @Sendable (_ properties: Value) -> Bool = { _ in true }
    ) -> [Attribute] {
        [
            Attribute(
                textName, .string(length: length), traits: [.sensitive, .secret(secret)], "The \(what), as one text."),
            // As the console of Secrets Manager calls them.
            Attribute(
                Self.pairsName, .map(.string()), traits: [.sensitive, .secret(secret)],
                "The \(what), as pairs: AWS keeps them as one JSON object."),
        ]
    }

    var names: Set<String> { [textName, Self.pairsName] }

    var isWrittenOnce: Rule {
        Rule("one-value", over: [textName, Self.pairsName]) { attributes in
            let pairs = attributes[Self.pairsName]
            if attributes[textName].isNull != (pairs.isNull || pairs == [:]) { return [] }
            return [
                RuleProblem(
                    path: attributes[textName].isNull ? .root : PropertyPath(Self.pairsName),
                    message: attributes[textName].isNull ? "it has no value" : "it has two values",
                    help: "Give either `\(textName)` or `\(Self.pairsName)`.")
            ]
        }
    }

    // MARK: Reading

    /// The live text in both forms; what a file writes is compared with its own.
    func attributes(of text: String?) -> [String: Value] {
        guard let text else { return [:] }
        var attributes: [String: Value] = [textName: .string(text)]
        if let pairs = Self.pairs(in: text) { attributes[Self.pairsName] = .map(pairs) }
        return attributes
    }

    /// The members of a JSON object as texts; nil for a text that is none.
    private static func pairs(in text: String) -> [String: Value]? {
        guard let members = (try? JSONText.decode(Data(text.utf8)))?.map else { return nil }
        return members.compactMapValues { member in
            if member.string != nil { return member }
            return (try? JSONText.encode(member)).map { .string(String(decoding: $0, as: UTF8.self)) }
        }
    }

    // MARK: Writing

    /// Whether the value can be sent without a look at the live one.
    func isKnown(_ desired: Value) -> Bool {
        desired[textName].isKnown && desired[Self.pairsName].isKnown
    }

    /// The text to send. What holds a secret that only an earlier run was shown keeps its live value.
    ///
    /// - Parameter live: the text that is there now; nil where it is not known or there is none.
    func text(of desired: Value, live: String?, _ calls: ProviderContext) throws(ProviderError) -> Value {
        guard let pairs = desired[Self.pairsName].map else {
            let text = desired[textName].isKnown ? desired[textName] : live.map(Value.string)
            guard let text else { throw Self.lost(textName, calls) }
            return Self.secret(text)
        }
        let livePairs = live.flatMap(Self.pairs(in:)) ?? [:]
        var sent: [String: Value] = [:]
        for (name, value) in pairs where !value.isNull {
            guard let value = value.isKnown ? value : livePairs[name] else {
                throw Self.lost("\(Self.pairsName).\(name)", calls)
            }
            sent[name] = value
        }
        do {
            return .secret(Secret(String(decoding: try JSONText.encode(.map(sent)), as: UTF8.self)))
        } catch {
            throw .refused(
                message:
                    "\(PropertyPath(Self.pairsName) + error.path) of \(calls.address) cannot be sent: \(error.reason).",
                help: "Put the value right.")
        }
    }

    private static func secret(_ value: Value) -> Value {
        value.string.map { .secret(Secret($0)) } ?? value
    }

    private static func lost(_ name: String, _ calls: ProviderContext) -> ProviderError {
        .refused(
            message: "\(name) of \(calls.address) needs a secret that AWS shows only once.",
            help: "Plan again: the plan then makes a new one.")
    }
}

extension Value {
    /// The text of an answer's member that the client hides as a secret: it is compared, and never shown.
    var hiddenText: String? {
        if case .secret(let secret) = self { secret.clearText } else { string }
    }
}
