import Diagnostics
import Planning
import Model
import Schema
import StackFile
import Testing

/// A stack file in a test, in which a line of carets stands under each mistake, with its code and message:
///
///     userPols: {}
///     ^^^^^^^^ unknown-key: a stack file has no section `userPols`
///
/// A range of several lines is marked as far as its first line goes.
struct MarkedText {
    let text: String
    /// `3:1-9 unknown-key: …`, by line and column.
    let expected: [String]

    init(_ marked: String) {
        var lines: [Substring] = []
        var expected: [String] = []
        for line in marked.split(separator: "\n", omittingEmptySubsequences: false) {
            if let mark = line.wholeMatch(of: /( *)(\^+) ([a-z-]+: .+)/) {
                let start = mark.1.count + 1
                expected.append("\(lines.count):\(start)-\(start + mark.2.count) \(mark.3)")
            } else {
                lines.append(line)
            }
        }
        text = lines.joined(separator: "\n")
        self.expected = expected
    }
}

/// Files in memory, and what comes of reading one.
struct Scene: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var files: [String: String]
    var settings: [String: String] = [:]
    var environment: [String: String] = [:]
    /// Mistakes that have no place in a file.
    var placeless: [String] = []
    /// Those of the tests, or those of this build.
    var types = Garden.types

    static let main = "stacks/dev.yaml"

    /// One file, with marks; `stack: dev` goes before it.
    init(
        _ description: String, set settings: [String: String] = [:], environment: [String: String] = [:],
        types: [ResourceType] = Garden.types, _ body: String
    ) {
        self.init(description, files: [Self.main: "stack: dev\n" + body], set: settings, environment: environment)
        self.types = types
    }

    init(
        _ description: String, files: [String: String], set settings: [String: String] = [:],
        environment: [String: String] = [:], placeless: [String] = []
    ) {
        testDescription = description
        self.files = files
        self.settings = settings
        self.environment = environment
        self.placeless = placeless
    }

    private var marked: [String: MarkedText] { files.mapValues(MarkedText.init) }

    func read() -> StackFileReader.Outcome {
        let texts = marked.mapValues(\.text)
        let files = Files(
            read: { path throws(FileProblem) in
                guard let text = texts[path] else {
                    throw FileProblem("there is no such file", help: "Check the path.")
                }
                return Array(text.utf8)
            },
            code: { path throws(FileProblem) in
                guard path.hasSuffix(".zip") else {
                    throw FileProblem("there is no such file", help: "Check the path.")
                }
                return Files.Code(
                    digest: "digest of \(path)",
                    sensitiveFiles: path.contains("careless") ? [".env", "a.key", "b.key", "c.key"] : [])
            })
        return StackFileReader(types: types, files: files, environment: environment).read(Self.main, settings: settings)
    }

    /// All mistakes, those of the checks over the whole stack among them.
    func diagnostics() -> (diagnostics: Diagnostics, sources: [String: String]) {
        let outcome = read()
        var diagnostics = outcome.diagnostics
        if let draft = outcome.draft {
            let types = Dictionary(uniqueKeysWithValues: self.types.map { ($0.section, $0) })
            diagnostics.append(contentsOf: StaticChecks(types: types).check(draft))
        }
        return (diagnostics, outcome.sources)
    }

    var found: [String] {
        let (diagnostics, sources) = diagnostics()
        return diagnostics.sorted.map { diagnostic in
            let words = "\(diagnostic.code): \(diagnostic.message)"
            guard let range = diagnostic.range else { return words }
            let lines = (sources[range.file] ?? "").split(separator: "\n", omittingEmptySubsequences: false)
            let line = lines.indices.contains(range.start.line - 1) ? lines[range.start.line - 1] : ""
            let end = range.end.line == range.start.line ? range.end.column : line.unicodeScalars.count + 1
            return
                "\(range.file):\(range.start.line):\(range.start.column)-\(max(end, range.start.column + 1)) \(words)"
        }.sorted()
    }

    var expected: [String] {
        (placeless + marked.flatMap { file, marked in marked.expected.map { "\(file):\($0)" } }).sorted()
    }

    /// A resource of a file that is right.
    func resource(_ address: String, _ place: SourceLocation = #_sourceLocation) throws -> DesiredResource {
        let outcome = read()
        #expect(outcome.diagnostics.sorted.map(\.description) == [], sourceLocation: place)
        let key = try #require(Address(address), sourceLocation: place)
        return try #require(outcome.draft?.resources[key], sourceLocation: place)
    }
}

extension Value {
    /// A template, as it stands in a stack file.
    static func text(_ text: String) -> Value { .template(Template(reading: text)) }
}
