import Diagnostics
import Testing
import YAMLSource

/// Files that are damaged, huge or made to hurt.
@Suite struct HostileFileTests {
    private func read(_ bytes: some Collection<UInt8>) -> (node: Node?, diagnostics: Diagnostics) {
        YAMLReader.read(bytes, file: "f")
    }

    private func verdict(_ bytes: some Collection<UInt8>) -> String? {
        let first = read(bytes).diagnostics.sorted.first
        return first.map { "\($0.code) \($0.range?.description ?? "")" }
    }

    @Test func aFileOverTheLimitIsNotRead() {
        let limit = 16 << 20
        // Good YAML of exactly the limit is read, one byte more is not.
        let comment = Array("a: 1\n#".utf8) + Array(repeating: UInt8(ascii: "x"), count: limit - 6)
        #expect(comment.count == limit)
        #expect(read(comment).diagnostics.isEmpty)
        #expect(verdict(comment + [UInt8(ascii: "x")]) == "file-too-large f:1:1")
        // Twenty megabytes that would be refused for other reasons, had they been looked at.
        let huge = read(repeatElement(UInt8(0), count: 20 << 20)).diagnostics.sorted
        #expect(huge.map(\.message) == ["the file has 20971520 bytes, and the limit is 16777216 (16 MiB)"])
    }

    @Test(
        arguments: [
            ([0x61, 0x3A, 0x20, 0xFF], "not-utf8 f:1:4"),
            (Array("é: 1\nü: ".utf8) + [0xC3, 0x28], "not-utf8 f:2:4"),
            (Array("a: ".utf8) + [0xC0, 0x80], "not-utf8 f:1:4"),
            (Array("a: ".utf8) + [0xED, 0xA0, 0x80], "not-utf8 f:1:4"),
            (Array("a: ".utf8) + [0xF4, 0x90, 0x80, 0x80], "not-utf8 f:1:4"),
            (Array("a: ".utf8) + [0xE2, 0x82], "not-utf8 f:1:4"),
            ([0xFF, 0xFE, 0x61, 0x00], "not-utf8 f:1:1"),
            ([0xFE, 0xFF, 0x00, 0x61], "not-utf8 f:1:1"),
            ([0x61, 0x00, 0x3A, 0x00], "not-utf8 f:1:1"),
            ([0x00, 0x61, 0x00, 0x3A], "not-utf8 f:1:1"),
            ([0x00, 0x00, 0xFE, 0xFF], "not-utf8 f:1:1"),
            (Array("a: x\0y".utf8), "control-character f:1:5"),
            (Array("a: 1\r\nb: \u{1B}[31m".utf8), "control-character f:2:4"),
            (Array("a: \u{7F}".utf8), "control-character f:1:4"),
            (Array("a: '日\u{85}'".utf8), "control-character f:1:6"),
            (Array("a: '\u{2028}'".utf8), "control-character f:1:5"),
            (Array("a: \u{FEFF}".utf8), "control-character f:1:4"),
            (Array("a: \u{FFFF}".utf8), "control-character f:1:4"),
            (Array("\u{FEFF}a: \u{1}".utf8), "control-character f:1:4"),
        ] as [([UInt8], String)])
    func whatIsNoTextIsRefusedWithItsPlace(_ bytes: [UInt8], _ expected: String) {
        #expect(verdict(bytes) == expected)
        #expect(read(bytes).node == nil)
    }

    @Test func theEscapeThatIsAdvisedWorks() {
        #expect(read(Array("a: \u{1}".utf8)).diagnostics.sorted.first?.help?.contains("\"\\x01\"") == true)
        #expect(
            read(Array("a: \"\\x01\\u2028\"".utf8)).node?.mappingEntry("a")?.value.scalar == .string("\u{1}\u{2028}"))
    }

    @Test func anAliasBombIsDefused() {
        let levels = (1...30).map {
            "l\($0): &l\($0) [\(Array(repeating: "*l\($0 - 1)", count: 9).joined(separator: ", "))]"
        }
        let bomb = (["l0: &l0 [x]"] + levels).joined(separator: "\n")
        let (node, diagnostics) = read(Array(bomb.utf8))
        #expect(node == nil)
        #expect(diagnostics.sorted.map(\.code) == ["too-many-values"])
        #expect(diagnostics.sorted.first?.range?.start.line == 7)
    }

    @Test func valuesAreCountedWithTheirAliasesInFull() {
        // The root, a key and a list of 99: 102. Each further key with its alias: 101.
        let list = "a: &a [" + Array(repeating: "1", count: 99).joined(separator: ",") + "]\n"
        let copies = (0..<9900).map { "k\($0): *a\n" }.joined()  // 1 000 002 values
        #expect(verdict(Array((list + copies).utf8))?.hasPrefix("too-many-values f:9901:") == true)
        let fewer = (0..<9899).map { "k\($0): *a\n" }.joined()  // 999 901 values
        #expect(read(Array((list + fewer).utf8)).diagnostics.isEmpty)
    }

    @Test(arguments: ["[", "{a: ", "[{a: ", "{", "- ", "? ", "- - "])
    func deepNestingIsRefused(_ opening: String) {
        let text = String(repeating: opening, count: (1 << 20) / opening.utf8.count)
        #expect(read(Array(text.utf8)).diagnostics.sorted.map(\.code) == ["nested-too-deeply"])
    }

    @Test func depthIsCountedThroughAliases() {
        func text(levels: Int) -> [UInt8] {
            Array((["l0: &l0 []"] + (1..<levels).map { "l\($0): &l\($0) [*l\($0 - 1)]" }).joined(separator: "\n").utf8)
        }
        // The root is a level too.
        #expect(read(text(levels: 99)).diagnostics.isEmpty)
        #expect(verdict(text(levels: 100)) == "nested-too-deeply f:100:12")
        let open = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(read(Array(open.utf8)).diagnostics.isEmpty)
        #expect(verdict(Array("[\(open)]".utf8)) == "nested-too-deeply f:1:101")
    }
}
