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

    /// What stands in a secret's place and is none.
    @Test func whatIsSpared() {
        let sparing = SecretPaths(["pairs", "note"]).union(SecretPaths(["doors"])).sparing(["pairs.id", "note"])
        #expect(
            sparing.hide(["pairs": ["id": "i", "secret": "s"], "note": "n", "doors": ["d"]]) == [
                "pairs": ["id": "i", "secret": .secret(Secret("s"))], "note": "n", "doors": [.secret(Secret("d"))],
            ])
        #expect(sparing.hide("i", at: "pairs.id") == "i")
        #expect(sparing.hide(["id": "i", "x": "y"], at: "pairs") == ["id": "i", "x": .secret(Secret("y"))])
    }

    /// A secret may be a member of an object, and the rest of that is none.
    @Test func aTableDeclaresSecretsByPath() {
        let type = ResourceType(
            section: "s", name: "s", identity: .baseline, "A sample.",
            attributes: [
                Attribute("note", .string(), traits: [.sensitive], "A note."),
                Attribute(
                    "lock",
                    .object([
                        Attribute(
                            "code", .string(), traits: [.sensitive, .secret { $0["isOpen"] != true }], "Its code."),
                        Attribute("maker", .string(), "Who made it."),
                    ]), "Its lock."),
            ], outputs: [])
        let values: Value = ["note": "n", "lock": ["code": "1234", "maker": "m"]]
        #expect(type.sensitivePaths == ["note", "lock.code"])
        #expect(type.isSensitive("lock.code") && !type.isSensitive("lock") && !type.isSensitive("lock.maker"))
        #expect(type.secretPaths(of: values).covers("lock.code"))
        #expect(!type.secretPaths(of: values.overlaid(by: ["isOpen": true])).covers("lock.code"))
        #expect(type.withoutSensitive(values) == ["lock": ["maker": "m"]])
        #expect(
            type.keeping(["lock", "note"], of: values, in: ["note": "x", "lock": ["code": "0"]]) == [
                "note": "x", "lock": ["maker": "m"],
            ])
    }

    @Test func aTextWithASecretIsOne() {
        #expect(Value.joined(["a-", .secret(Secret("b")), 1]) == .secret(Secret("a-b1")))
        #expect(
            Value.joined(["a-", .secret(Secret("b")), .template(Template([.context(.region)]))])
                == .template(Template([.literal("a-"), .secret(Secret("b")), .context(.region)])))
    }
}
