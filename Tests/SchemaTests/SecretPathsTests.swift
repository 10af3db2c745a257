import Model
import Schema
import TestSupport
import Testing

@Suite struct SecretPathsTests {
    private let paths = SecretPaths(["note", "environment.KEY", "doors", "empty"])

    @Test(
        arguments: [
            ("note", true), ("notes", false), ("environment", false), ("environment.KEY", true),
            ("environment.KEYS", false),
            ("environment.KEY.x", true), ("doors[0]", true), ("size", false),
        ] as [(PropertyPath, Bool)])
    func covers(path: PropertyPath, isCovered: Bool) {
        #expect(paths.covers(path) == isCovered)
    }

    @Test func whatIsHidden() {
        let values: Value = [
            "note": .template(Template([.literal("p-"), .context(.account)])),
            "environment": ["KEY": "k", "OPEN": "o"], "doors": ["front"],
            "size": 3, "name": "n",
        ]
        let hidden = paths.hide(values)
        #expect(
            hidden == [
                "note": .template(Template([.secret(Secret("p-")), .context(.account)])),
                "environment": ["KEY": .secret(Secret("k")), "OPEN": "o"],
                "doors": [.secret(Secret("front"))], "size": 3, "name": "n",
            ])
        #expect(
            hidden.redacted == [
                "note": "(secret)$(account)", "environment": ["KEY": "(secret)", "OPEN": "o"], "doors": ["(secret)"],
                "size": 3, "name": "n",
            ])
        #expect(paths.hide("k", at: "environment.KEY") == .secret(Secret("k")))
    }

    @Test func aTextWithASecretIsOne() {
        #expect(Value.joined(["a-", .secret(Secret("b")), 1]) == .secret(Secret("a-b1")))
        #expect(
            Value.joined(["a-", .secret(Secret("b")), .template(Template([.context(.region)]))])
                == .template(Template([.literal("a-"), .secret(Secret("b")), .context(.region)])))
    }
}
