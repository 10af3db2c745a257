import Diagnostics
import Planning
import Model
import Schema
import StackFile
import Testing
import TestSupport

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
            let file = diagnostic.range?.file
            let mark = MarkedText.mark(of: diagnostic, in: file.flatMap { sources[$0] } ?? "")
            return file.map { "\($0):\(mark)" } ?? mark
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
