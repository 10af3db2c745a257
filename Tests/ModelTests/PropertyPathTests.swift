import TestSupport
import Testing

@testable import Model

/// One written form for each path, and one parser for all of them.
@Suite struct PropertyPathTests {
    typealias Step = PropertyPath.Step

    static let written: [(steps: [Step], text: String)] = [
        ([.member("name")], "name"),
        ([.member("passwordPolicy"), .member("minimumLength")], "passwordPolicy.minimumLength"),
        ([.member("trust"), .element(0), .member("appClient")], "trust[0].appClient"),
        ([.element(12)], "[12]"),
        ([.element(1), .element(0), .member("s3")], "[1][0].s3"),
        ([.member("tags"), .member("cost.center")], #"tags["cost.center"]"#),
        ([.member("tags"), .member("")], #"tags[""]"#),
        ([.member("tags"), .member("[0]")], #"tags["[0]"]"#),
        ([.member("tags"), .member("two words"), .member("in")], #"tags["two words"].in"#),
        ([.member("a\"b\\c"), .element(3)], #"["a\"b\\c"][3]"#),
        (
            [.member("Condition"), .member("StringEquals"), .member("aws:PrincipalTag/team")],
            "Condition.StringEquals.aws:PrincipalTag/team"
        ),
        ([.member("größe"), .member("日本")], "größe.日本"),
        ([], ""),
    ]

    @Test(arguments: written)
    func isWrittenInOneWay(_ steps: [Step], _ text: String) {
        let path = PropertyPath(steps)
        #expect(path.description == text)
        #expect(path.steps == steps)
        #expect(PropertyPath(reading: text) == (steps.isEmpty ? nil : path))
    }

    @Test(arguments: [
        "", ".", "a.", ".a", "a..b", "a[", "a[]", "a[x]", "a[-1]", "a[01]", "a[0", "a[0]b", "a]", "a b", "a\"b",
        #"a["b]"#, #"a["b"#,
        "a[99999999999999999999]", "a.[0]", "[0].", "a\tb",
    ])
    func refusesWhatIsNoPath(_ text: String) {
        #expect(PropertyPath(reading: text) == nil)
    }

    @Test(arguments: [
        ("a", "a", true), ("a", "a.b", true), ("a", "a[0].b", true), ("a", #"a["b.c"]"#, true), ("a", "ab", false),
        ("a.b", "a", false),
        ("a[1]", "a[1].b", true), ("a[1]", "a[10]", false), ("a", "b.a", false),
    ])
    func coversWhatLiesBelow(_ above: String, _ below: String, _ isCovered: Bool) throws {
        let (above, below) = (try #require(PropertyPath(reading: above)), try #require(PropertyPath(reading: below)))
        #expect(above.covers(below) == isCovered)
        #expect(PropertyPath.root.covers(below) && !below.covers(.root))
    }

    @Test(arguments: [
        ("a.b[0].c", "a.b", "a.b.c", "a"), ("a", "a", "a", "a"), ("[0].a", "", "a", nil),
        (#"["a.b"].c"#, #"["a.b"].c"#, #"["a.b"].c"#, "a.b"),
    ])
    func knowsItsParts(_ text: String, _ beforeElements: String, _ withoutIndexes: String, _ attribute: String?) throws
    {
        let path = try #require(PropertyPath(reading: text))
        #expect(path.beforeElements.description == beforeElements)
        #expect(path.withoutIndexes.description == withoutIndexes)
        #expect(path.attribute == attribute)
    }

    @Test func aParentIsOneStepShorter() {
        var path: PropertyPath? = PropertyPath("a", "b.c")[3]["d"]
        var texts: [String] = []
        while let here = path {
            texts.append(here.description)
            path = here.parent
        }
        #expect(texts == [#"a["b.c"][3].d"#, #"a["b.c"][3]"#, #"a["b.c"]"#, "a", ""])
    }

    /// Names of all kinds of characters, joined in two ways, come back as they were.
    @Test(arguments: 1...20)
    func comesBackFromItsWrittenForm(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let characters = Array("ab.[]\"\\ \n:/é$")
        for _ in 0..<100 {
            let steps = (0..<Int.random(in: 1...4, using: &random)).map { _ -> Step in
                if Bool.random(using: &random) { return .element(Int.random(in: 0...99, using: &random)) }
                return .member(
                    String(
                        (0..<Int.random(in: 0...5, using: &random)).map { _ in
                            characters.randomElement(using: &random) ?? "a"
                        }))
            }
            let path = PropertyPath(steps)
            #expect(PropertyPath(reading: path.description)?.steps == steps, "seed \(seed): \(path)")
            let cut = Int.random(in: 0...steps.count, using: &random)
            #expect(
                PropertyPath(steps[..<cut]) + PropertyPath(steps[cut...]) == path, "seed \(seed): \(path) cut at \(cut)"
            )
        }
    }
}

/// What stands at a path, and the walks over a value.
@Suite struct ValueWalkTests {
    static let value: Value = [
        "a": ["b": [1, ["c": "x"]]], "d.e": .null, "f": .template(Template(reading: "$(roles.r.arn)")),
    ]

    @Test(
        arguments: [
            ("a.b[0]", 1), ("a.b[1].c", "x"), ("a.b[2]", .null), ("a.c.d", .null), ("a[0]", .null),
            (#"["d.e"]"#, .null),
        ] as [(String, Value)])
    func findsWhatStandsAtAPath(_ path: String, _ found: Value) throws {
        #expect(Self.value[try #require(PropertyPath(reading: path))] == found)
    }

    @Test(
        arguments: [
            ("a.b[0]", ["a": ["b": [9, 2]]]), ("a.b[7]", ["a": ["b": [1, 2]]]),
            ("a.c.d", ["a": ["b": [1, 2], "c": ["d": 9]]]),
            ("a", ["a": 9]),
        ] as [(String, Value)])
    func setsWhatStandsAtAPath(_ path: String, _ result: Value) throws {
        let value: Value = ["a": ["b": [1, 2]]]
        #expect(value.setting(try #require(PropertyPath(reading: path)), to: 9) == result)
    }

    @Test func leavesHaveTheirPlacesInOrder() {
        #expect(Self.value.leaves().map(\.path.description) == ["a.b[0]", "a.b[1].c", #"["d.e"]"#, "f"])
        #expect(Self.value.mapLeaves { $0.string == "x" ? "y" : $0 }[PropertyPath("a", "b")[1]["c"]] == "y")
        #expect(Self.value.containsLeaf { $0 == "x" } && !Self.value.containsLeaf { $0 == "y" })
    }
}
