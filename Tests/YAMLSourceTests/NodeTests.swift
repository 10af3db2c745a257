import Diagnostics
import Testing
import YAMLSource

@Suite struct NodeTests {
    private func read(_ text: String) throws -> Node {
        let (node, diagnostics) = YAMLReader.read(Array(text.utf8), file: "f")
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        return try #require(node)
    }

    /// `1:4-1:7`: from the first character to after the last.
    private func span(_ node: Node?) -> String? {
        (node?.range).map { "\($0.start.line):\($0.start.column)-\($0.end.line):\($0.end.column)" }
    }

    @Test func everyNodeKnowsItsPlace() throws {
        let root = try read(
            """
            a: # comment
              b: 1
              é日😀: "x y"   # comment

            d: &x !!str foo bar  \("")
            e:
            f: *x
            g:
            - 1
            - [2, {h: 3}]

            """)
        let a = try #require(root.mappingEntry("a"))
        let g = try #require(root.mappingEntry("g"))
        #expect(span(a.key) == "1:1-1:2")
        #expect(span(a.value) == "2:3-3:13")
        #expect(span(a.value.mappingEntry("b")?.value) == "2:6-2:7")
        #expect(span(a.value.mappingEntry("é日😀")?.key) == "3:3-3:6")
        #expect(span(a.value.mappingEntry("é日😀")?.value) == "3:8-3:13")
        #expect(span(root.mappingEntry("d")?.value) == "5:4-5:20")
        #expect(span(root.mappingEntry("e")?.value) == "6:3-6:3")
        #expect(span(root.mappingEntry("f")?.value) == "7:4-7:6")
        #expect(span(g.value) == "9:1-10:14")
        #expect(span(g.value.sequence?[1]) == "10:3-10:14")
        #expect(span(g.value.sequence?[1].sequence?[1].mapping?[0].value) == "10:11-10:12")
        #expect(span(root) == "1:1-10:14")
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func lineEndsDoNotMoveIt(_ lineEnd: String) throws {
        let root = try read("\u{FEFF}" + ["# é", "a: 1", "", "b: 'x", "  y'", "c: 3", ""].joined(separator: lineEnd))
        #expect(span(root.mappingEntry("a")?.key) == "2:1-2:2")
        #expect(root.mappingEntry("b")?.value.scalar == .string("x y"))
        #expect(span(root.mappingEntry("c")?.value) == "6:4-6:5")
    }

    @Test func keepsTheOrderAndTheSpelling() throws {
        let root = try read("z: 012\na: \"é\\n\"\n123: |\n  x\n  y\ntrue: ~\n")
        let entries = try #require(root.mapping)
        #expect(entries.map(\.name) == ["z", "a", "123", "true"])
        #expect(
            entries.map(\.value.spelling) == [
                .init(text: "012", style: .plain), .init(text: "é\n", style: .quoted),
                .init(text: "x\ny\n", style: .block),
                .init(text: "~", style: .plain),
            ])
        #expect(entries.map(\.value.scalar) == [.integer(12), .string("é\n"), .string("x\ny\n"), .null])
    }

    @Test func anAliasRepeatsTheValueAtItsOwnPlace() throws {
        let root = try read("a: &v {x: [1, 2]}\nb: *v\na2: &v 7\nc: *v\n")
        let first = try #require(root.mappingEntry("a")?.value)
        let second = try #require(root.mappingEntry("b")?.value)
        #expect(first.content == second.content)
        #expect(span(second) == "2:4-2:6")
        // The nearest anchor above counts.
        #expect(root.mappingEntry("c")?.value.scalar == .integer(7))
    }

    @Test(arguments: [
        ("[]", "a list"), ("{}", "a map"), ("x", "text"), ("'1'", "text"), ("1", "a number"), ("1.5", "a number"),
        ("true", "true or false"), ("~", "nothing"),
    ])
    func namesItsKind(_ text: String, _ kind: String) throws {
        #expect(try read("- \(text)").sequence?.first?.kindDescription == kind)
    }

    @Test func accessorsAreNilForOtherKinds() throws {
        let root = try read("a: [1]")
        let list = try #require(root.mappingEntry("a")?.value)
        #expect(root.sequence == nil && root.scalar == nil && root.spelling == nil && root.mappingEntry("b") == nil)
        #expect(list.mapping == nil && list.mappingEntry("a") == nil && list.sequence?.first?.sequence == nil)
    }

    @Test func aTagStaysVisible() throws {
        let root = try read("a: !!str 1\nb: 1\nc: !!seq []\n")
        #expect(root.mapping?.map(\.value.tag) == ["tag:yaml.org,2002:str", nil, "tag:yaml.org,2002:seq"])
    }
}
