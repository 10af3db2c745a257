import Diagnostics
import Foundation
import Testing
import YAMLSource

@Suite struct CoreSchemaTests {
    static let vectors = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/vectors/yaml-test-schema/data/schema-core.json").standardizedFileURL

    static var vectorsArePresent: Bool { FileManager.default.fileExists(atPath: vectors.path) }

    /// The YAML project's own table: text → type, value, canonical form.
    @Test(.enabled(if: vectorsArePresent, "skipped: no shared vectors beside the package"))
    func agreesWithTheTestSchema() throws {
        let table = try JSONDecoder().decode([String: [String]].self, from: Data(contentsOf: Self.vectors))
        #expect(table.count == 245)
        for (text, expected) in table {
            // The table's word for a value that is not written at all.
            let source = text.replacing("#empty", with: "")
            let (node, diagnostics) = YAMLReader.read(Array("- \(source)\n".utf8), file: "vector.yaml")
            let scalar = try #require(node?.sequence?.first?.scalar, "\(text): \(diagnostics)")
            #expect(diagnostics.isEmpty, "\(text)")
            #expect(matches(scalar, type: expected[0], value: expected[1]), "\(text) is \(scalar), not \(expected)")
        }
    }

    private func matches(_ scalar: Scalar, type: String, value: String) -> Bool {
        switch (type, scalar) {
        case ("null", .null): true
        case ("bool", .boolean(let read)): value == "\(read)()"
        case ("int", .integer(let read)): Int(value) == read
        case ("float", .number(let read)): Double(value) == read
        case ("inf", .number(let read)): read == (value == "inf-neg()" ? -.infinity : .infinity)
        case ("nan", .number(let read)): read.isNaN
        case ("str", .string(let read)): read == value
        default: false
        }
    }

    /// What the table leaves out, and what people of YAML 1.1 expect otherwise.
    @Test(
        arguments: [
            ("yes", .string("yes")), ("off", .string("off")),
            ("010", .integer(10)), ("0o10", .integer(8)), ("0x1F", .integer(31)), ("0O10", .string("0O10")),
            ("0X1F", .string("0X1F")),
            ("0o8", .string("0o8")), ("0x", .string("0x")), ("0xg", .string("0xg")), ("+0x1", .string("+0x1")),
            ("0x-1", .string("0x-1")),
            ("1_000", .string("1_000")), ("12h", .string("12h")), ("12:30:45", .string("12:30:45")),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("1e3", .number(1000)), ("1.e3", .number(1000)), ("1e", .string("1e")), ("e3", .string("e3")),
            ("+.5", .number(0.5)),
            ("1.2.3", .string("1.2.3")), ("2024-01-01", .string("2024-01-01")), ("+", .string("+")),
            ("++1", .string("++1")),
            ("١٢", .string("١٢")), ("\"12\"", .string("12")), ("'true'", .string("true")), ("''", .string("")),
            ("!!float 3", .number(3)), ("!!int \"12\"", .integer(12)), ("!!str", .string("")), ("! 12", .string("12")),
            ("!<tag:yaml.org,2002:str> 12", .string("12")), ("|\n  12", .string("12\n")),
            (">-\n  a\n  b", .string("a b")),
        ] as [(String, Scalar)])
    func resolves(_ text: String, _ expected: Scalar) throws {
        let (node, diagnostics) = YAMLReader.read(Array("- \(text)\n".utf8), file: "scalar.yaml")
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        #expect(node?.sequence?.first?.scalar == expected)
    }
}
