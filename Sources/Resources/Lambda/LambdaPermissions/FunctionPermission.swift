import Model

/// A permission's properties as a statement of a policy, and back.
enum FunctionPermission {
    /// Where AddPermission puts the properties that narrow a permission (AWS-FACTS 9).
    private static let conditions: [(property: String, test: String, key: String)] = [
        ("sourceArn", "ArnLike", "AWS:SourceArn"),
        ("sourceAccount", "StringEquals", "AWS:SourceAccount"),
        ("eventSourceToken", "StringEquals", "lambda:EventSourceToken"),
        ("functionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
        ("invokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl"),
        ("principalOrgID", "StringEquals", "aws:PrincipalOrgID"),
    ]

    /// The properties that a live statement shows.
    static func properties(_ statement: Value) -> Value {
        var properties: Value = [
            "action": first(statement["Action"]), "principal": principal(first(statement["Principal"])),
        ]
        for (_, tests) in statement["Condition"].map ?? [:] {
            for (key, value) in tests.map ?? [:] {
                guard let known = conditions.first(where: { $0.key.lowercased() == key.lowercased() }) else { continue }
                let value = first(value)
                properties[known.property] = known.test == "Bool" ? .boolean(value == "true" || value == true) : value
            }
        }
        return .map((properties.map ?? [:]).filter { !$0.value.isNull })
    }

    /// Of a permission's properties those that its statement shows.
    static func shown(_ permission: Value) -> Value {
        let shown = permission.only(["action", "principal"] + conditions.map(\.property))
        return .map((shown.map ?? [:]).filter { !$0.value.isNull && $0.value != false })
    }

    /// The policy that a permission is, as far as it can be told from its properties.
    static func document(_ permission: Value) -> Value {
        var tests: [String: [String: Value]] = [:]
        let permission = shown(permission).overlaid(by: permission.only(["functionName"]))
        for condition in conditions where !permission[condition.property].isNull {
            let value = permission[condition.property]
            tests[condition.test, default: [:]][condition.key] = value == true ? "true" : value
        }
        let principal = permission["principal"]
        let isService = principal.string.map { $0.contains(".") && !$0.hasPrefix("arn:") } ?? false
        return [
            "Version": "2012-10-17",
            "Statement": [
                [
                    "Effect": "Allow", "Principal": [isService ? "Service" : "AWS": principal],
                    "Action": permission["action"], "Resource": permission["functionName"],
                    "Condition": .map(tests.mapValues(Value.map)),
                ]
            ],
        ]
    }

    /// An account by its number, which a policy shows as the ARN of its root; any other principal as it is.
    static func principal(_ value: Value) -> Value {
        guard let text = value.string, let arn = ARN(text), arn.service == "iam", arn.resource == "root" else {
            return value
        }
        return .string(String(arn.account))
    }

    /// What stands alone, in a list of one, or as the one member of a map.
    private static func first(_ value: Value) -> Value {
        switch value {
        case .list(let elements): elements.first ?? .null
        case .map(let members): members.first.map { first($0.value) } ?? .null
        default: value
        }
    }
}
