import Foundation
import Model
import Schema
import StackFile
import Testing
import TestSupport

/// Random properties, written as YAML in one of its styles, read as the same values.
@Suite struct PropertyTests {
    @Test func whatIsWrittenIsRead() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let wanted = Self.properties(&random)
            let text = "sheds:\n  tools: " + Self.yaml(.map(wanted), 4, &random)
            #expect(try Scene("", text).own("sheds.tools") == .map(wanted), "seed \(seed)\n\(text)")
        }
    }

    private static func properties(_ random: inout SeededGenerator) -> [String: Value] {
        var properties: [String: Value] = [:]
        func maybe(_ name: String, _ value: (inout SeededGenerator) -> Value) {
            if Bool.random(using: &random) { properties[name] = value(&random) }
        }
        maybe("note") { .string(word(&$0)) }
        maybe("size") { .integer(.random(in: 1...10, using: &$0)) }
        maybe("slope") { [.integer(0), .integer(1), .number(0.25), .number(0.1)].randomElement(using: &$0) ?? 0 }
        maybe("locked") { .boolean(.random(using: &$0)) }
        maybe("alarm") { .string(["OFF", "ON", "OPTIONAL"].randomElement(using: &$0) ?? "") }
        maybe("visit") { .integer(.random(in: 3600...43200, using: &$0)) }
        maybe("doors") { random in
            .list((0..<Int.random(in: 1...3, using: &random)).map { _ in .string(word(&random)) })
        }
        maybe("environment") { random in
            .map(
                Dictionary(
                    uniqueKeysWithValues: ["A", "B_C", "NO"].prefix(.random(in: 0...3, using: &random)).map {
                        ($0, .string(word(&random)))
                    }))
        }
        maybe("walls") { ["height": .integer(.random(in: -9...9, using: &$0)), "paint": .string(word(&$0))] }
        maybe("policy") { random in .map(["x": tree(3, &random), keyword(&random): tree(3, &random)]) }
        return properties
    }

    private static func tree(_ depth: Int, _ random: inout SeededGenerator) -> Value {
        switch Int.random(in: depth > 0 ? 0...5 : 2...5, using: &random) {
        case 0: .list((0..<Int.random(in: 0...3, using: &random)).map { _ in tree(depth - 1, &random) })
        case 1:
            .map(
                Dictionary(
                    (0..<Int.random(in: 0...3, using: &random)).map { _ in (keyword(&random), tree(depth - 1, &random))
                    },
                    uniquingKeysWith: { $1 }))
        case 2: .integer(.random(in: .min ... .max, using: &random))
        case 3: .boolean(.random(using: &random))
        case 4:
            .template(
                Template([.literal(word(&random) + "-"), .context(.account), .literal(word(&random, after: "/"))]))
        default: .string(word(&random))
        }
    }

    /// Text that looks like something else to YAML or to us.
    private static func word(_ random: inout SeededGenerator, after prefix: String = "") -> String {
        let pieces = [
            "a", "é", "🗝️", "null", "true", "12", "0x1F", "1e3", "~", "$", "$(", "$(account)", "${", ")", "#", ": ",
            "- ", "'", "\"",
            "\\", "\n", "\t", " ", "&x", "*x", "!", "%", "@", "`", "{", "]", ",", "on", "<<", "\u{85}", "\u{7F}",
        ]
        let count = Int.random(in: 0...4, using: &random)
        return prefix + (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }

    private static func keyword(_ random: inout SeededGenerator) -> String {
        word(&random).filter { $0 != "$" }
    }

    // MARK: Writing

    private static func yaml(_ value: Value, _ indent: Int, _ random: inout SeededGenerator) -> String {
        let margin = "\n" + String(repeating: " ", count: indent)
        switch value {
        case .map(let members) where !members.isEmpty && indent > 0 && Bool.random(using: &random):
            return members.map { "\(margin)\(key($0)): \(yaml($1, indent + 2, &random))" }.joined()
        case .map(let members):
            return "{ " + members.map { "\(key($0)): \(yaml($1, 0, &random))" }.joined(separator: ", ") + " }"
        case .list(let elements) where !elements.isEmpty && indent > 0 && Bool.random(using: &random):
            return elements.map { "\(margin)- \(yaml($0, indent + 2, &random))" }.joined()
        case .list(let elements):
            return "[ " + elements.map { yaml($0, 0, &random) }.joined(separator: ", ") + " ]"
        case .integer(let number): return String(number)
        case .number(let number): return String(number)
        case .boolean(let flag): return String(flag)
        case .template(let template): return quoted(template.description)
        case .string(let text):
            let isPlain = text.wholeMatch(of: /[a-z]+/) != nil && !["null", "true", "false"].contains(text)
            return isPlain && Bool.random(using: &random) ? text : quoted(text.replacing("$(", with: "$$("))
        default: return "~"
        }
    }

    private static func key(_ name: String) -> String {
        name.wholeMatch(of: /[A-Za-z_]+/) != nil && name != "null" ? name : quoted(name)
    }

    private static func quoted(_ text: String) -> String {
        "\""
            + text.unicodeScalars.map { scalar in
                switch scalar {
                case "\"", "\\": "\\\(scalar)"
                case "\n": "\\n"
                case "\t": "\\t"
                case "\u{85}", "\u{7F}": "\\u00" + String(scalar.value, radix: 16)
                default: String(scalar)
                }
            }.joined() + "\""
    }
}
