import Provider
import Resources
import Model
import Schema
import Testing

/// What must hold of every resource type's table, whichever types there are: a new one is checked by being registered.
@Suite struct DeclarationTests {
    static let types = ResourceTypes.registry.types

    /// Every row of a table with its path, members of objects and elements of lists included.
    static func rows(_ attributes: [Attribute], above: String) -> [(path: String, row: Attribute)] {
        attributes.flatMap { row -> [(path: String, row: Attribute)] in
            let path = "\(above).\(row.name)"
            return [(path, row)] + members(row.type, path)
        }
    }

    private static func members(_ type: AttributeType, _ path: String) -> [(path: String, row: Attribute)] {
        switch type {
        case .object(let rows): Self.rows(rows, above: path)
        case .list(let element, _), .set(let element, _), .map(let element, _, _): members(element, path)
        case .form(let forms), .policyDocument(let forms):
            forms.flatMap { Self.rows($0.attributes, above: "\(path).\($0.key)") }
        default: []
        }
    }

    static let allRows = types.flatMap { rows($0.attributes, above: $0.section) }

    @Test func sectionsAndNamesAreUnique() {
        #expect(Set(Self.types.map(\.section)).count == Self.types.count)
        #expect(Set(Self.types.map(\.name)).count == Self.types.count)
        #expect(!Self.types.isEmpty)
    }

    @Test(arguments: types.map(\.section)) func rowsAreUniqueAndExplained(_ section: String) throws {
        let type = try #require(Self.types.first { $0.section == section })
        #expect(Set(type.attributes.map(\.name)).count == type.attributes.count)
        #expect(Set(type.outputs.map(\.name)).count == type.outputs.count)
        for (path, row) in Self.rows(type.attributes, above: section) {
            #expect(row.help.count > 8 && row.help.hasSuffix("."), "\(path) needs a help line that is a sentence")
            // The keys of a map that AWS documents are its words, verbatim.
            #expect(
                row.name.first?.isLowercase == true || row.name == row.wireName, "\(path) is not in lowerCamelCase")
        }
        for output in type.outputs { #expect(output.help.hasSuffix("."), "\(section).\(output.name)") }
    }

    /// What tells an object cannot be changed while it is the same object.
    @Test func aKeyIsMadeOfRowsThatTakeANewObject() {
        for type in Self.types {
            guard case .key(let names, _, _) = type.identity else { continue }
            for name in names {
                #expect(type.attribute(name)?.change == .replacement, "\(type.section).\(name)")
            }
        }
    }

    @Test func patternsAreRegularExpressions() {
        for (path, row) in Self.allRows {
            switch row.type {
            case .string(_, let pattern?), .map(_, let pattern?, _):
                #expect((try? Regex(pattern)) != nil, "\(path): \(pattern)")
            case .reference(let target):
                #expect((try? Regex(target.outside)) != nil, "\(path): \(target.outside)")
            default: break
            }
        }
    }

    @Test func referencesPointAtWhatThereIs() {
        for (path, row) in Self.allRows {
            guard case .reference(let target) = row.type else { continue }
            for section in target.sections {
                let type = Self.types.first { $0.section == section }
                #expect(type?.output(target.attribute) != nil, "\(path) points at \(section).*.\(target.attribute)")
            }
        }
    }

    @Test func defaultsAreValuesOfTheirType() {
        for (path, row) in Self.allRows {
            guard let value = row.awsDefault else { continue }
            #expect(row.type.accepts(value), "\(path): \(value)")
        }
    }

    /// A property written to AWS and read back is the same property.
    @Test func wireFormsReadBack() {
        for type in Self.types {
            for row in type.attributes where row.compile == nil && !row.isLocal {
                guard let sample = row.type.sample else { continue }
                let wire = type.wireForm(.map([row.name: sample]), writtenBy: row.writtenBy)
                let back = type.attributes(fromWire: wire, writtenBy: row.writtenBy)
                #expect(back[row.name] == sample, "\(type.section).\(row.name)")
            }
        }
    }

    /// What an answer writes as an empty text goes into no update of the whole object, by whichever table.
    @Test func emptyLiveTextsAreNotSentBack() {
        let live: Value = [
            "Text": "", "Number": 0, "Object": ["Text": "", "Flag": false], "Objects": [["Text": "", "Name": "a"]],
        ]
        for type in Self.types {
            let merged = type.overlay(live, with: [:], changed: [])
            #expect(merged == ["Number": 0, "Object": ["Flag": false], "Objects": [["Name": "a"]]], "\(type.section)")
        }
    }

    /// A setting of cogstack's own goes into no request and comes out of no answer, by whichever way a table is written to AWS.
    @Test(arguments: types.map(\.section)) func localRowsStayAtHome(_ section: String) throws {
        let type = try #require(Self.types.first { $0.section == section })
        let every = Set(type.attributes.map(\.name))
        let desired = Value.map(
            Dictionary(uniqueKeysWithValues: type.attributes.map { ($0.name, $0.type.sample ?? "sample") }))
        let localMembers = Set(type.attributes.filter(\.isLocal).map(\.wireName))
        for call in Set(type.attributes.map(\.writtenBy)) {
            let sent = Set(type.attributes.filter { $0.writtenBy == call }.map(\.wireName)).subtracting(localMembers)
            func members(_ wire: Value) -> Set<String> { Set((wire.map ?? [:]).keys) }
            #expect(members(type.wireForm(desired, writtenBy: call)) == sent)
            #expect(members(type.wireForm(desired, writtenBy: call, only: every)) == sent)
            #expect(members(type.wireForm(type.withDefaults(desired, for: every), writtenBy: call)) == sent)
            #expect(members(type.overlay([:], with: desired, changed: every, writtenBy: call)) == sent)
            let answer = Value.map(
                Dictionary(uniqueKeysWithValues: every.map { (type.attribute($0)?.wireName ?? "", "sample") }))
            let read = members(type.attributes(fromWire: answer, writtenBy: call))
            #expect(read.isDisjoint(with: type.attributes.filter(\.isLocal).map(\.name)))
        }
    }
}

extension AttributeType {
    /// Whether a value is one of this type, limits included.
    fileprivate func accepts(_ value: Value) -> Bool {
        switch (self, value) {
        case (.string(let length, let pattern), .string(let text)):
            (length?.contains(text.count) ?? true || text.isEmpty)
                && (text.isEmpty || pattern.map { (try? Regex($0).wholeMatch(in: text)) != nil } ?? true)
        case (.oneOf(let words), .string(let word)): words.contains(word)
        case (.boolean, .boolean): true
        case (.integer(let range), .integer(let number)), (.duration(_, let range), .integer(let number)):
            range?.contains(number) ?? true
        case (.number(let range), .integer), (.number(let range), .number):
            value.double.map { range?.contains($0) ?? true } ?? false
        case (.list(let element, _), .list(let elements)), (.set(let element, _), .list(let elements)):
            elements.allSatisfy(element.accepts)
        case (.map(let element, _, _), .map(let members)): members.values.allSatisfy(element.accepts)
        case (.object(let rows), .map(let members)):
            members.allSatisfy { name, value in rows.first { $0.name == name }?.type.accepts(value) ?? false }
        case (.policyDocument, .map), (.reference, .string), (.form, .map), (.text, .string), (.json, .map): true
        default: false
        }
    }

    /// Some value of this type; nil where only a file or AWS could give one.
    fileprivate var sample: Value? {
        switch self {
        case .string, .reference: "sample"
        case .oneOf(let words): words.first.map(Value.string)
        case .boolean: true
        case .integer(let range), .duration(_, let range): .integer(range?.upperBound ?? 7)
        case .number(let range): Value.number(range?.upperBound ?? 0.5).withWholeNumber
        case .list(let element, _), .set(let element, _): element.sample.map { [$0] }
        case .map(let element, _, _): element.sample.map { ["key": $0] }
        case .object(let rows):
            .map(Dictionary(uniqueKeysWithValues: rows.compactMap { row in row.type.sample.map { (row.name, $0) } }))
        case .text: "sample"
        case .json: ["key": "sample"]
        case .form, .policyDocument, .artifact, .file: nil
        }
    }
}
