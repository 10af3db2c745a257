import Foundation
import Model
import Provider
import Resources
import Schema

/// Prints every resource type's table as JSON: what the integration tests derive from the declarations is read from here.
@main
struct Tables {
    static func main() throws {
        let types = ResourceTypes.registry.types.map { ($0.section, Self.table($0)) }
        let tables = Value.map(Dictionary(uniqueKeysWithValues: types))
        try FileHandle.standardOutput.write(contentsOf: JSONText.encode(tables))
    }

    private static func table(_ type: ResourceType) -> Value {
        let key: Value = if case .key(let names, _, _) = type.identity { .list(names.map(Value.string)) } else { .null }
        return [
            "section": .string(type.section), "name": .string(type.name), "key": key,
            "isTaggable": .boolean(type.identity.isTaggable), "attributes": .list(type.attributes.map(row)),
            "unmanaged": .list(type.apiNames.unmanaged.map(Value.string)),
            "otherwise": .map(type.apiNames.otherwise.mapValues(Value.string)),
            "outputs": .list(type.outputs.map { .string($0.name) }),
        ]
    }

    private static func row(_ row: Attribute) -> Value {
        let change =
            switch row.change {
            case .inPlace: "in place"
            case .additive: "additive"
            case .lasting: "lasting"
            case .replacement: "replacement"
            case .refused: "refused"
            }
        return .map(
            [
                "name": .string(row.name), "wire": .string(row.wireName), "isRequired": .boolean(row.isRequired),
                "isLocal": .boolean(row.isLocal), "change": .string(change), "default": row.fallback,
                "isDerived": .boolean(row.derivation != nil), "isNamed": .boolean(row.defaultName != nil),
                "isSensitive": .boolean(row.isSensitive),
                "writtenBy": row.writtenBy.map(Value.string) ?? .null,
            ].merging(kind(row.type)) { $1 })
    }

    /// What a value may be: its kind, and what that kind says beside.
    private static func kind(_ type: AttributeType) -> [String: Value] {
        switch type {
        case .string(let length, let pattern):
            ["kind": "string", "limits": limits(length), "pattern": pattern.map(Value.string) ?? .null]
        case .oneOf(let words): ["kind": "word", "words": .list(words.map(Value.string))]
        case .boolean: ["kind": "boolean"]
        case .integer(let range): ["kind": "integer", "limits": limits(range)]
        case .duration(_, let range): ["kind": "integer", "limits": limits(range)]
        case .number(let range):
            [
                "kind": "number",
                "limits": range.map { .list([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null,
            ]
        case .list(let element, let count), .set(let element, let count):
            ["kind": "list", "limits": limits(count), "element": .map(kind(element))]
        case .map(let element, _, _): ["kind": "map", "element": .map(kind(element))]
        case .object(let rows): ["kind": "object", "attributes": .list(rows.map(row))]
        case .form(let forms): ["kind": "form", "forms": .list(forms.map { .string($0.key) })]
        case .reference(let target):
            ["kind": "reference", "sections": .list(target.sections.map(Value.string))]
        case .policyDocument: ["kind": "policy"]
        case .text(let length): ["kind": "text", "limits": limits(length)]
        case .file(let limit): ["kind": "file", "limits": .list([0, .integer(limit)])]
        case .json: ["kind": "json"]
        case .artifact: ["kind": "code"]
        }
    }

    private static func limits(_ range: ClosedRange<Int>?) -> Value {
        range.map { .list([.integer($0.lowerBound), .integer($0.upperBound)]) } ?? .null
    }
}
