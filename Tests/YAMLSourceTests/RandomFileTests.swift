import Diagnostics
import Foundation
import Testing
import YAMLSource
import TestSupport

/// Random trees come back as they were written, and random bytes never crash. `SEED=… swift test` repeats one run.
@Suite struct RandomFileTests {
    static let seeds: [UInt64] =
        ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }.map { [$0] }
        ?? (0..<60).map { _ in .random(in: 0 ... .max) }

    @Test(arguments: seeds)
    func whatIsWrittenIsReadBack(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let tree = Tree.random(depth: 4, &random)
        var emitter = Emitter(random: random)
        let text = emitter.document(tree)
        let (node, diagnostics) = YAMLReader.read(Array(text.utf8), file: "random.yaml")
        #expect(diagnostics.isEmpty, "SEED=\(seed)\n\(diagnostics)\n\(text)")
        #expect(node.map(Tree.init) == tree, "SEED=\(seed)\n\(text)")
    }

    @Test(arguments: seeds)
    func randomBytesNeverCrash(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "[", "]", "{", "}", ": ", ":", ",", "- ", "? ", "\n", "\n  ", "\t", "&a ", "*a", "!!int ", "!x ", "'", "\"",
            "|", ">", "%", "@",
            "---", "...", "#", "<<", "a", "é", "日", "1", "~", "\\", "\r", "\u{FEFF}",
        ]
        for _ in 0..<20 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                // Mostly YAML's own signs, which get further than noise.
                if Int.random(in: 0..<40, using: &random) == 0 {
                    bytes.append(.random(in: 0...255, using: &random))
                } else {
                    bytes += Array(pieces.randomElement(using: &random)!.utf8)
                }
            }
            let (node, diagnostics) = YAMLReader.read(bytes, file: "noise.yaml")
            #expect(node != nil || diagnostics.hasErrors, "SEED=\(seed) \(bytes)")
            let source = String(decoding: bytes, as: UTF8.self)
            let lines = sourceLines(of: source)
            for range in diagnostics.sorted.compactMap(\.range) {
                #expect(
                    (1...lines.count).contains(range.start.line) && range.start <= range.end,
                    "SEED=\(seed) \(bytes) \(range)")
            }
            let rendered = DiagnosticRenderer(sources: ["noise.yaml": source], colour: false).render(diagnostics).text
            #expect(rendered.isEmpty == diagnostics.isEmpty, "SEED=\(seed) \(bytes)")
        }
    }
}

/// A node without its place.
private indirect enum Tree: Equatable {
    case scalar(Scalar)
    case list([Tree])
    case map([Member])

    struct Member: Equatable {
        let name: String
        let value: Tree
    }

    init(_ node: Node) {
        switch node.content {
        case .scalar(let scalar, _): self = .scalar(scalar)
        case .sequence(let elements): self = .list(elements.map(Tree.init))
        case .mapping(let entries): self = .map(entries.map { Member(name: $0.name, value: Tree($0.value)) })
        }
    }

    static func random(depth: Int, _ random: inout SeededGenerator) -> Tree {
        switch Int.random(in: 0..<(depth == 0 ? 5 : 9), using: &random) {
        case 0: return .scalar(.null)
        case 1: return .scalar(.boolean(.random(using: &random)))
        case 2:
            return .scalar(.integer(Int(truncatingIfNeeded: random.next()) >> Int.random(in: 0..<64, using: &random)))
        case 3:
            return .scalar(
                .number(
                    Double.random(in: -1e6...1e6, using: &random) * [1e-300, 1, 1e300].randomElement(using: &random)!))
        case 4: return .scalar(.string(text(&random)))
        case 5, 6:
            return .list(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in Tree.random(depth: depth - 1, &random) })
        default:
            let names = Set((0..<Int.random(in: 0...4, using: &random)).map { _ in text(&random) }).sorted()
            return .map(names.map { Member(name: $0, value: Tree.random(depth: depth - 1, &random)) })
        }
    }

    private static func text(_ random: inout SeededGenerator) -> String {
        let words = [
            "a", "name", "yes", "~", "null", "12", "0x1", "1.5", " ", "\n", "\t", ": ", " #", "- ", "'", "\"", "\\",
            "é", "日本", "😀", "\u{1}",
            "\u{2028}", "\u{FEFF}", "*", "&", "!", "%", "@", "`", "[", "}", ",", "<<", "---",
        ]
        return (0..<Int.random(in: 0...4, using: &random)).map { _ in words.randomElement(using: &random)! }.joined()
    }
}

/// Writes a tree as YAML, choosing among the ways there are.
private struct Emitter {
    var random: SeededGenerator

    mutating func document(_ tree: Tree) -> String {
        let isEmptyRoot = tree == .scalar(.null)
        return (Bool.random(using: &random) ? "---\n" : "") + (isEmptyRoot ? "null\n" : block(tree, indent: 0))
    }

    /// Lines at an indentation, with the newline at the end.
    private mutating func block(_ tree: Tree, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        switch tree {
        case .list(let elements) where !elements.isEmpty && Bool.random(using: &random):
            return elements.map { margin + "-" + child($0, indent: indent) }.joined()
        case .map(let members) where !members.isEmpty && Bool.random(using: &random):
            return members.map { margin + quoted($0.name) + ":" + child($0.value, indent: indent) }.joined()
        default: return margin + flow(tree) + "\n"
        }
    }

    /// What follows `-` or `key:`.
    private mutating func child(_ tree: Tree, indent: Int) -> String {
        if Bool.random(using: &random) {
            return " " + flow(tree) + (Bool.random(using: &random) ? " # comment\n" : "\n")
        }
        return "\n" + block(tree, indent: indent + Int.random(in: 1...3, using: &random))
    }

    private mutating func flow(_ tree: Tree) -> String {
        switch tree {
        case .scalar(.null): return ["~", "null", "Null"].randomElement(using: &random)!
        case .scalar(.boolean(let value)): return value ? "true" : "FALSE"
        case .scalar(.integer(let value)): return "\(value)"
        case .scalar(.number(let value)): return "\(value)"
        case .scalar(.string(let value)): return quoted(value)
        case .list(let elements): return "[" + elements.map { flow($0) }.joined(separator: ", ") + "]"
        case .map(let members):
            return "{" + members.map { "\(quoted($0.name)): \(flow($0.value))" }.joined(separator: ", ") + "}"
        }
    }

    private mutating func quoted(_ text: String) -> String {
        let fitsSingleQuotes = text.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && $0.value != 0x2028 && $0.value != 0xFEFF
        }
        if fitsSingleQuotes, Bool.random(using: &random) { return "'" + text.replacing("'", with: "''") + "'" }
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\n": "\\n"
            case "\t": "\\t"
            case "\u{1}", "\u{2028}", "\u{FEFF}":
                "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count)
                    + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}
