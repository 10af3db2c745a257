import Diagnostics
import Model
import Schema
import Testing
import TestSupport

@testable import Reports

@Suite struct DifferenceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let before: Value
        let after: Value
        let expected: [ValueDiff]

        init(_ name: String, _ before: Value, _ after: Value, _ expected: [ValueDiff]) {
            self.testDescription = name
            self.before = before
            self.after = after
            self.expected = expected
        }
    }

    @Test(arguments: [
        Case("equal", ["a": [1]], ["a": [1]], []),
        Case("scalar", 1, "1", [ValueDiff(path: "p", kind: .changed(1, "1"))]),
        Case("appears", .null, false, [ValueDiff(path: "p", kind: .added(false))]),
        Case("goes", "x", .null, [ValueDiff(path: "p", kind: .removed("x"))]),
        Case(
            "members", ["same": 1, "old": 2, "both": 3], ["same": 1, "new": 4, "both": 5],
            [
                ValueDiff(path: "p.both", kind: .changed(3, 5)), ValueDiff(path: "p.new", kind: .added(4)),
                ValueDiff(path: "p.old", kind: .removed(2)),
            ]),
        Case("odd member", ["a.b": 1], ["a.b": 2], [ValueDiff(path: #"p["a.b"]"#, kind: .changed(1, 2))]),
        Case(
            "elements", ["a", "b", "b"], ["b", "c"],
            [ValueDiff(path: "p", kind: .elements(added: ["c"], removed: ["a", "b"]))]),
        Case("order", ["a", "b"], ["b", "a"], [ValueDiff(path: "p", kind: .reordered(["a", "b"], ["b", "a"]))]),
        Case("bare element", "a", ["a", "b"], [ValueDiff(path: "p", kind: .elements(added: ["b"], removed: []))]),
        Case("bare and list of one", "a", ["a"], []),
        Case(
            "named elements", [["name": "a", "v": 1], ["name": "b", "v": 1]],
            [["name": "b", "v": 2], ["name": "a", "v": 1]],
            [ValueDiff(path: "p[b].v", kind: .changed(1, 2))]),
        Case(
            "renamed element", [["name": "a", "v": 1]], [["name": "b", "v": 1]],
            [
                ValueDiff(path: "p[b]", kind: .added(["name": "b", "v": 1])),
                ValueDiff(path: "p[a]", kind: .removed(["name": "a", "v": 1])),
            ]),
        Case(
            "statement is found by what stays",
            [
                ["Effect": "Allow", "Action": "a", "Resource": "r"],
                ["Effect": "Deny", "Action": "b", "Resource": "r"],
            ],
            [
                ["Effect": "Deny", "Action": ["b", "c"], "Resource": "r"],
                ["Effect": "Allow", "Action": "a", "Resource": "r"],
            ],
            [ValueDiff(path: "p[0].Action", kind: .elements(added: ["c"], removed: []))]),
        Case(
            "allow never becomes deny", [["Effect": "Allow", "Action": "a", "Resource": "r"]],
            [["Effect": "Deny", "Action": "a", "Resource": "r"]],
            [
                ValueDiff(path: "p[0]", kind: .added(["Effect": "Deny", "Action": "a", "Resource": "r"])),
                ValueDiff(path: "p[0]", kind: .removed(["Effect": "Allow", "Action": "a", "Resource": "r"])),
            ]),
        Case(
            "lines", "a\nb\nc", "a\nx\nc",
            [ValueDiff(path: "p", kind: .lines([.unchanged(1), .removed("b"), .added("x"), .unchanged(1)]))]),
    ])
    func isSmall(row: Case) {
        #expect(ValueDiff.between(row.before, row.after, at: "p") == row.expected)
    }

    /// No difference is lost: whatever differs is reported, except where a single element stands bare.
    @Test func whatDiffersIsReported() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<3000 {
            let (before, after) = (random.value(depth: 3), random.value(depth: 3))
            #expect(ValueDiff.between(before, before, at: "p").isEmpty, "seed \(seed)")
            guard unwrapped(before) != unwrapped(after) else { continue }
            #expect(!ValueDiff.between(before, after, at: "p").isEmpty, "seed \(seed): \(before) and \(after)")
        }
    }

    /// The same with lists of one map as that map.
    private func unwrapped(_ value: Value) -> Value {
        switch value {
        case .list(let elements) where elements.count == 1 && elements[0].map != nil: unwrapped(elements[0])
        case .list(let elements): .list(elements.map(unwrapped))
        case .map(let members): .map(members.mapValues(unwrapped))
        default: value
        }
    }
}

extension SeededGenerator {
    /// Integers stand for all scalars: text is left out, as it may stand bare for a list of one.
    fileprivate mutating func value(depth: Int) -> Value {
        switch Int.random(in: 0..<(depth > 0 ? 5 : 3), using: &self) {
        case 0: .boolean(Bool.random(using: &self))
        case 1, 2: .integer(Int.random(in: 0..<3, using: &self))
        case 3: .list((0..<Int.random(in: 0..<4, using: &self)).map { _ in value(depth: depth - 1) })
        default:
            .map(
                Dictionary(
                    (0..<Int.random(in: 0..<3, using: &self)).map { _ in
                        (["a", "b", "Sid"].randomElement(using: &self) ?? "a", value(depth: depth - 1))
                    },
                    uniquingKeysWith: { $1 }))
        }
    }
}
