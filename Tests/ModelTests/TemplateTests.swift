import Foundation
import Model
import Testing

@Suite struct TemplateTests {
    @Test(
        arguments: [
            ("$(sheds.tools.arn)", [.reference(Reference(Address(section: "sheds", name: "tools"), "arn"))]),
            ("a$(account)b$(region)", [.literal("a"), .context(.account), .literal("b"), .context(.region)]),
            ("$$(account)", [.literal("$(account)")]),
            ("${aws:username}", [.literal("${aws:username}")]),
            ("$(nothing)", [.literal("$(nothing)")]),
            ("$(a..b)", [.literal("$(a..b)")]),
            ("$(account", [.literal("$(account")]),
            ("", []),
        ] as [(String, [Template.Part])])
    func isRead(_ text: String, _ parts: [Template.Part]) {
        #expect(Template(reading: text).parts == parts)
    }

    @Test(arguments: ["$(sheds.tools.arn)", "$$(account)-$(account)", "${x}$(partition)$", "$$$(", "€$(a.b.c)é", ""])
    func readsBackWhatItWrites(_ text: String) {
        #expect(Template(reading: text).description == text)
    }

    @Test(
        arguments: [
            (["a", "b"], "ab"),
            (["v", 1, "-", true], "v1-true"),
            (["v", .number(1.5)], "v1.5"),
            ([], ""),
            (
                ["a", .template(Template(reading: "b$(account)")), "", "c", "d"],
                .template(Template(reading: "ab$(account)cd"))
            ),
            (
                ["a", .template(Template([.context(.account)]))],
                .template(Template([.literal("a"), .context(.account)]))
            ),
        ] as [([Value], Value)])
    func isJoined(_ values: [Value], _ expected: Value) {
        #expect(Value.joined(values) == expected)
    }

    @Test(
        arguments: [
            ("roles.long-lived", Address(section: "roles", name: "long-lived")),
            ("roles", nil), ("roles.", nil), (".name", nil), ("roles.a.b", nil), ("", nil),
        ] as [(String, Address?)])
    func anAddressIsRead(_ text: String, _ address: Address?) {
        #expect(Address(text) == address)
    }

    @Test func everyReferenceIsSeen() {
        let reference = Reference(Address(section: "sheds", name: "tools"), "arn")
        let value: Value = [
            "a": [.template(Template(reference))], "b": .template(Template([.literal("x"), .reference(reference)])),
        ]
        #expect(value.references == [reference, reference])
        #expect(!value.isKnown)
        #expect((["a": ["b", 1, .null]] as Value).isKnown)
    }
}

@Suite struct ValueTests {
    @Test(
        arguments: [
            .null, true, 0, -7, .number(1.5), "", "text", "$(account)", [], [1, "a", [.null]], [:], ["a": ["b": false]],
            .template(Template(reading: "arn:$(partition):$(sheds.tools.id)$$(")),
            ["a": .sealed(SecretDigest(salt: "0a", sha256: "ff"))],
        ] as [Value])
    func readsBackWhatItWrites(_ value: Value) throws {
        let bytes = try JSONEncoder().encode([value])
        #expect(try JSONDecoder().decode([Value].self, from: bytes) == [value])
    }

    @Test(
        arguments: [
            .secret(Secret("hunter2")), ["a": [.secret(Secret("hunter2"))]],
            .template(Template([.secret(Secret("hunter2")), .context(.account)])),
        ] as [Value])
    func aSecretIsNeverWritten(_ value: Value) {
        #expect(throws: EncodingError.self) { try JSONEncoder().encode(value) }
        #expect(value.holdsSecret)
        var dumped = ""
        dump(value, to: &dumped)
        for text in ["\(value)", String(reflecting: value), dumped] { #expect(!text.contains("hunter2")) }
    }

    @Test(
        arguments: [
            (["a": 1, "b": ["c": 2, "d": 3]], ["b": ["c": 4], "e": 5], ["a": 1, "b": ["c": 4, "d": 3], "e": 5]),
            (["a": [1, 2]], ["a": [3]], ["a": [3]]),
            (["a": 1], 2, 2),
        ] as [(Value, Value, Value)])
    func isOverlaid(_ below: Value, _ above: Value, _ expected: Value) {
        #expect(below.overlaid(by: above) == expected)
    }
}
