import Model
import Schema
import TestSupport
import Testing

@testable import Planning

/// Three-way: what the file says, what was last applied, what is live.
@Suite struct DifferenceTests {
    struct Case: CustomTestStringConvertible {
        let title: String
        let desired: Value
        let prior: Value
        let live: Value
        let expected: [String]
        var testDescription: String { title }
    }

    static let cases: [Case] = [
        Case(title: "all agree", desired: ["size": 2], prior: ["size": 2], live: ["size": 2], expected: []),
        Case(
            title: "the file changed", desired: ["size": 3], prior: ["size": 2], live: ["size": 2],
            expected: ["update boxes.a size 2→3 (stack file)"]),
        Case(
            title: "AWS changed", desired: ["size": 2], prior: ["size": 2], live: ["size": 9],
            expected: ["update boxes.a size 9→2 (drift)"]),
        Case(title: "both changed alike", desired: ["size": 9], prior: ["size": 2], live: ["size": 9], expected: []),
        Case(title: "never set is AWS's to decide", desired: [:], prior: [:], live: ["size": 9], expected: []),
        Case(
            title: "taken out goes back to the default", desired: [:], prior: ["size": 2], live: ["size": 2],
            expected: ["update boxes.a size 2→1 (default)"]),
        Case(
            title: "taken out and already the default", desired: [:], prior: ["size": 2], live: ["size": 1],
            expected: []),
        Case(title: "taken out and not shown by AWS", desired: [:], prior: ["size": 2], live: [:], expected: []),
        Case(title: "a default that AWS does not show", desired: ["size": 1], prior: [:], live: [:], expected: []),
        Case(
            title: "sets have no order", desired: ["colours": ["a", "b"]], prior: [:], live: ["colours": ["b", "a"]],
            expected: []),
        Case(
            title: "a set with another element", desired: ["colours": ["a"]], prior: [:],
            live: ["colours": ["a", "b"]],
            expected: ["update boxes.a colours [a,b]→[a] (stack file)"]),
        Case(
            title: "only the part that the file names", desired: ["policy": ["length": 9]],
            prior: ["policy": ["length": 9]],
            live: ["policy": ["length": 9, "digits": false]], expected: []),
        Case(
            title: "a part changed", desired: ["policy": ["length": 9, "digits": true]],
            prior: ["policy": ["length": 9]],
            live: ["policy": ["length": 9, "digits": false]],
            expected: ["update boxes.a policy.digits false→true (stack file)"]),
        Case(
            title: "a part taken out", desired: ["policy": ["length": 9]],
            prior: ["policy": ["length": 9, "digits": false]],
            live: ["policy": ["length": 9, "digits": false]],
            expected: ["update boxes.a policy.digits false→true (default)"]),
        Case(
            title: "the whole taken out", desired: [:], prior: ["policy": ["length": 9]],
            live: ["policy": ["length": 9, "digits": false]], expected: ["update boxes.a policy.length 9→8 (default)"]),
        Case(
            title: "a map that is the file's alone", desired: ["settings": ["a": "1"]], prior: ["settings": ["a": "1"]],
            live: ["settings": ["a": "1", "b": "2"]], expected: ["update boxes.a settings.b (secret)→- (drift)"]),
        Case(
            title: "a sensitive value that only AWS has is not shown", desired: ["settings": ["a": "1"]],
            prior: ["settings": ["a": "1"]], live: ["settings": ["a": "hidden"]],
            expected: ["update boxes.a settings.a (secret)→1 (drift)"]),
        Case(
            title: "a map that others write too", desired: ["labels": ["a": "1"]],
            prior: ["labels": ["a": "1", "b": "2"]],
            live: ["labels": ["a": "1", "b": "2", "theirs": "3"]], expected: ["update boxes.a labels.b 2→- (default)"]),
        Case(
            title: "a map that others write too, untouched", desired: ["labels": ["a": "1"]],
            prior: ["labels": ["a": "1"]],
            live: ["labels": ["a": "1", "theirs": "3"]], expected: []),
    ]

    @Test(arguments: cases) func threeWays(_ test: Case) throws {
        var scene = Scene()
        scene.desired = [Toys.resource("boxes.a", test.desired)]
        scene.applied("boxes.a", test.prior, live: test.live)
        #expect(try scene.plan().words == test.expected)
    }

    @Test func ignoredChangesAreLetBe() throws {
        var scene = Scene()
        scene.desired = [
            Toys.resource(
                "boxes.a", ["size": 2, "policy": ["length": 9]],
                lifecycle: Lifecycle(ignoreChanges: ["size", "policy"]))
        ]
        scene.applied("boxes.a", ["size": 1], live: ["size": 1, "policy": ["length": 4]])
        #expect(try scene.plan().words == [])
    }
}
