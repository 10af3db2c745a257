package import Model
import Schema

/// A statement of an identity policy, taken apart so that it can be asked about single requests.
package struct PolicyStatement: Sendable, Hashable {
    /// What it says of actions or resources.
    package enum Selection: Sendable, Hashable {
        case these([String])
        /// `NotAction`, `NotResource`.
        case allBut([String])
    }

    package let effect: Access.Effect
    package let actions: Selection
    package let resources: Selection
    package let conditions: [PolicyCondition]
    /// Whether `${…}` stands for something: only since version 2012-10-17 (IAM User Guide, "IAM policy elements: Variables and tags").
    package let knowsVariables: Bool

    /// The statements of a document, in its order.
    package static func all(in document: Value) -> [PolicyStatement] {
        let knowsVariables = PolicyDocument.version(of: document) == PolicyDocument.currentVersion
        return PolicyDocument.statements(of: document).compactMap { statement in
            guard let effect = Access.Effect(rawValue: PolicyDocument.text(statement["Effect"])) else { return nil }
            return PolicyStatement(
                effect: effect, actions: selection("Action", of: statement),
                resources: selection("Resource", of: statement),
                conditions: PolicyCondition.all(in: statement["Condition"]), knowsVariables: knowsVariables)
        }
    }

    private static func selection(_ member: String, of statement: Value) -> Selection {
        let others = statement["Not\(member)"]
        return others.isNull ? .these(PolicyDocument.texts(statement[member])) : .allBut(PolicyDocument.texts(others))
    }

    /// Whether it is about an action, such as `s3:GetObject`. The case of actions has no meaning.
    package func concerns(action: String) -> Bool {
        func isAny(of patterns: [String]) -> Bool {
            patterns.contains { Wildcards.match($0.lowercased(), action.lowercased()) }
        }
        return switch actions {
        case .these(let patterns): isAny(of: patterns)
        case .allBut(let patterns): !isAny(of: patterns)
        }
    }

    /// Whether it is about a request.
    func applies(to request: PolicyRequest, _ variables: [String: String?]) -> Certainty {
        guard concerns(action: request.action) else { return .no }
        let isMeant: Certainty =
            switch resources {
            case .these(let patterns): .any(patterns.map { matches($0, request.resource, variables) })
            case .allBut(let patterns): .not(.any(patterns.map { matches($0, request.resource, variables) }))
            }
        return .all(
            [isMeant]
                + conditions.map { condition in
                    condition.holds(for: request) { self.matches($0, $1, isPattern: $2, variables) }
                })
    }

    /// The text with a wildcard in the place of each policy variable.
    private static func withoutVariables(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            result += rest[..<start.lowerBound] + "*"
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private func matches(_ pattern: String, _ text: String, isPattern: Bool = true, _ variables: [String: String?])
        -> Certainty
    {
        var filled = pattern
        var lacksValue = false
        if knowsVariables {
            for (variable, value) in variables where filled.contains(variable) {
                lacksValue = lacksValue || value == nil
                filled = filled.replacing(variable, with: value ?? "")
            }
        }
        // What holds a variable without a value matches nothing.
        if lacksValue { return .no }
        guard knowsVariables, filled.contains("${") else {
            return (isPattern ? Wildcards.match(filled, text) : filled == text) ? .yes : .no
        }
        // It may stand for anything.
        return Wildcards.match(Self.withoutVariables(filled), text) ? .unclear : .no
    }
}

/// One test of a statement's condition.
package struct PolicyCondition: Sendable, Hashable {
    /// In IAM's spelling, such as `ForAllValues:StringEquals`; as it was written where IAM does not know it.
    package let name: String
    /// In lower case, since its case has no meaning.
    package let key: String
    package let values: [String]

    static func all(in condition: Value) -> [PolicyCondition] {
        (condition.map ?? [:]).sorted { $0.key < $1.key }.flatMap { name, keys in
            (keys.map ?? [:]).sorted { $0.key < $1.key }.map { key, values in
                PolicyCondition(
                    name: ConditionOperator(name)?.spelling ?? name, key: key.lowercased(),
                    values: PolicyDocument.texts(values))
            }
        }
    }

    /// - Parameter matches: whether a value of the policy matches one of the request, with or without wildcards.
    func holds(for request: PolicyRequest, _ matches: (String, String, Bool) -> Certainty) -> Certainty {
        guard let actual = request.context[key], let condition = ConditionOperator(name) else { return .unclear }
        switch condition.name {
        case "Null":
            return values == [actual.isEmpty ? "true" : "false"] ? .yes : .no
        case "StringEquals", "StringLike":
            // A set operator for all values holds for none (IAM User Guide, "Set operators for multivalued context keys").
            if actual.isEmpty { return condition.quantifier == .allValues || condition.isIfExists ? .yes : .no }
            let each = actual.map { one in
                Certainty.any(values.map { matches($0, one, condition.name == "StringLike") })
            }
            return condition.quantifier == .allValues ? .all(each) : .any(each)
        default:
            return .unclear
        }
    }
}
