import Foundation
import Model
import Schema
import TestSupport

/// Reads JSON text as a value.
func json(_ text: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(text.utf8))
}

/// A current document of one or more statements, each JSON text.
func policy(_ statements: String..., version: String? = "2012-10-17") throws -> Value {
    let start = version.map { "\"Version\":\"\($0)\"," } ?? ""
    return try json("{\(start)\"Statement\":[\(statements.joined(separator: ","))]}")
}

/// Random documents over few names, so that parts of them often cover each other.
enum Sample {
    static func document(using random: inout SeededGenerator) -> Value {
        let count = Int.random(in: 0...4, using: &random)
        return [
            "Version": random.pick(["2012-10-17", "2012-10-17", "2008-10-17"]),
            "Statement": .list((0..<count).map { _ in statement(using: &random) }),
        ]
    }

    private static func statement(using random: inout SeededGenerator) -> Value {
        var statement: Value = ["Effect": random.pick(["Allow", "Allow", "Allow", "Deny"])]
        statement[random.pick(["Action", "Action", "Action", "NotAction"])] = .list(
            random.some(["s3:GetObject", "s3:Get*", "s3:*", "*", "iam:PassRole", "iam:pass*", "s3:PutObject"]))
        statement[random.pick(["Resource", "Resource", "Resource", "NotResource"])] = .list(
            random.some([
                "*", "arn:aws:s3:::a", "arn:aws:s3:::a/*", "arn:aws:s3:::a/${aws:username}/*", "arn:aws:s3:::?/b/*",
                .template(Template(Reference(Address(section: "roles", name: "long-lived"), "arn"))),
            ]))
        if Bool.random(using: &random) {
            statement["Condition"] = .map([
                random.pick(["StringLike", "StringNotEquals", "ForAllValues:StringEquals"]): .map([
                    random.pick(["s3:prefix", "aws:username"]): .list(random.some(["a", "b", "${aws:username}"]))
                ])
            ])
        }
        if Bool.random(using: &random) {
            statement["Principal"] = random.pick([
                "*", ["AWS": ["123456789012", "*"]], ["Service": "lambda.amazonaws.com"],
            ])
        }
        return statement
    }
}

extension SeededGenerator {
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &self)]
    }

    mutating func some(_ elements: [Value]) -> [Value] {
        Array(elements.shuffled(using: &self).prefix(Int.random(in: 1...3, using: &self)))
    }
}

/// Rewrites of a document that keep its meaning.
enum Rewrite {
    static func document(_ document: Value, using random: inout SeededGenerator) -> Value {
        var result = document
        var statements = (document["Statement"].list ?? []).map { statement($0, using: &random) }
        if let repeated = statements.randomElement(using: &random), Bool.random(using: &random) {
            statements.append(repeated)
        }
        statements.shuffle(using: &random)
        result["Statement"] = statements.count == 1 && Bool.random(using: &random) ? statements[0] : .list(statements)
        result["Id"] = "rewritten"
        return result
    }

    private static func statement(_ statement: Value, using random: inout SeededGenerator) -> Value {
        var members = statement.map ?? [:]
        for name in ["Action", "NotAction"] {
            members[name] = members[name].map { actions in
                list(.list((actions.list ?? []).map { .string($0.string?.uppercased() ?? "") }), using: &random)
            }
        }
        for name in ["Resource", "NotResource"] { members[name] = members[name].map { list($0, using: &random) } }
        if let condition = members["Condition"]?.map {
            members["Condition"] = .map(
                Dictionary(
                    uniqueKeysWithValues: condition.map { name, keys in
                        (
                            name.lowercased(),
                            Value.map(
                                Dictionary(
                                    uniqueKeysWithValues: (keys.map ?? [:]).map { key, values in
                                        (key.uppercased(), list(values, using: &random))
                                    }))
                        )
                    }))
        }
        if members["Principal"] == "*" { members["Principal"] = ["AWS": ["*"]] }
        members["Sid"] = .string("S\(Int.random(in: 0...99, using: &random))")
        return .map(members)
    }

    private static func list(_ value: Value, using random: inout SeededGenerator) -> Value {
        var elements = (value.list ?? [value]).shuffled(using: &random)
        if elements.count == 1, Bool.random(using: &random) { return elements[0] }
        elements.append(elements[0])
        return .list(elements)
    }
}
