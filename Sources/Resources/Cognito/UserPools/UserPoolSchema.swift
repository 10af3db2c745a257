import Model
import Schema

// The attributes that a user pool keeps of people: standard ones, which every pool has, and its own.
extension ResourceType {
    static let schemaAttribute = [
        Attribute(
            "name", .string(length: 1...20, pattern: #"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"#), required: true,
            "A standard attribute, such as `email`; or one of your own, without `custom:`."),
        Attribute(
            "attributeDataType", .oneOf(["String", "Number", "DateTime", "Boolean"]), default: "String",
            traits: [.alwaysSent], "What kind of value it has."),
        Attribute(
            "mutable", .boolean, default: true, traits: [.alwaysSent],
            "Whether it can be changed once somebody has it. One that an identity provider fills must be."),
        Attribute(
            "required", .boolean, default: false, traits: [.alwaysSent],
            "Whether everybody must have it: a standard one alone."),
        Attribute(
            "developerOnlyAttribute", .boolean, default: false,
            "An older way to keep it from app clients: see `writeAttributes` of these."),
        Attribute(
            "stringAttributeConstraints",
            .object([
                Attribute("minLength", .integer(0...2048), "The fewest characters."),
                Attribute("maxLength", .integer(0...2048), "The most characters."),
            ]),
            "How long a text may be."),
        Attribute(
            "numberAttributeConstraints",
            .object([
                Attribute("minValue", .integer(), "The smallest number."),
                Attribute("maxValue", .integer(), "The greatest number."),
            ]),
            "How great a number may be."),
    ]

    static let schemaAdvice =
        "AWS can add attributes to a pool that exists, and neither change nor remove one. Put the line back as it was and add another attribute under a new name; or make a second pool under another name in the file and move the users there, by import or by a user migration function."

    /// A standard attribute as every pool has it (Cognito Developer Guide, "Working with user attributes"); null for any other name.
    @Sendable static func standardAttribute(_ name: String) -> Value {
        let attribute: Value
        switch name {
        case "sub":
            attribute = standard("String", isMutable: false, isRequired: true, text: 1...2048)
        case "birthdate":
            attribute = standard("String", text: 10...10)
        case "email_verified", "phone_number_verified":
            attribute = standard("Boolean")
        case "updated_at":
            attribute = standard("Number").overlaid(by: ["numberAttributeConstraints": ["minValue": 0]])
        case "address", "email", "family_name", "gender", "given_name", "locale", "middle_name", "name", "nickname",
            "phone_number", "picture", "preferred_username", "profile", "website", "zoneinfo":
            attribute = standard("String", text: 0...2048)
        default:
            return .null
        }
        return attribute.overlaid(by: ["name": .string(name)])
    }

    private static func standard(
        _ type: String, isMutable: Bool = true, isRequired: Bool = false, text: ClosedRange<Int>? = nil
    ) -> Value {
        var attribute: Value = [
            "attributeDataType": .string(type), "mutable": .boolean(isMutable), "required": .boolean(isRequired),
        ]
        if let text {
            attribute["stringAttributeConstraints"] = [
                "minLength": .integer(text.lowerBound), "maxLength": .integer(text.upperBound),
            ]
        }
        return attribute
    }
}

/// What AWS refuses of a schema.
let schemaRule = Rule("schema", over: ["schema"]) { pool in
    let attributes = pool["schema"].list ?? []
    var seen: Set<String> = []
    return attributes.enumerated().compactMap { index, attribute in
        guard let name = attribute["name"].string else { return nil }
        let path = PropertyPath("schema")[index]
        let standard = ResourceType.standardAttribute(name)
        if name.hasPrefix("custom:") || name.hasPrefix("dev:") {
            return RuleProblem(
                path: path["name"], message: "AWS itself puts `custom:` before the name of an attribute of yours",
                help: "Write `name: \(name.drop { $0 != ":" }.dropFirst())`.")
        }
        if !seen.insert(name).inserted {
            return RuleProblem(
                path: path["name"], message: "`schema` has \(name) twice", help: "Take one of the two out.")
        }
        if standard.isNull, attribute["required"] == true {
            return RuleProblem(
                path: path["required"], message: "an attribute of your own cannot be required",
                help: "Take `required` out, and let a `preSignUp` function ask for \(name).")
        }
        if !standard.isNull, standard["attributeDataType"] != attribute["attributeDataType"] {
            return RuleProblem(
                path: path,
                message: "\(name) is a standard attribute of type \(standard["attributeDataType"].string ?? "")",
                help: "Add `attributeDataType: \(standard["attributeDataType"].string ?? "")`.")
        }
        if name == "sub" {
            return RuleProblem(path: path, message: "AWS sets `sub` itself", help: "Take it out.")
        }
        return limits(of: attribute, path)
    }
}

/// Limits that do not fit the type, or each other.
private func limits(of attribute: Value, _ path: PropertyPath) -> RuleProblem? {
    for (member, type, low, high) in [
        ("stringAttributeConstraints", "String", "minLength", "maxLength"),
        ("numberAttributeConstraints", "Number", "minValue", "maxValue"),
    ] where !attribute[member].isNull {
        if let stated = attribute["attributeDataType"].string, stated != type {
            return RuleProblem(
                path: path[member], message: "`\(member)` is for attributes of type \(type), and this one is \(stated)",
                help: "Take it out, or write `attributeDataType: \(type)`.")
        }
        if let least = attribute[member][low].integer, let most = attribute[member][high].integer, least > most {
            return RuleProblem(
                path: path[member], message: "`\(low)` is greater than `\(high)`", help: "Make \(low) at most \(most).")
        }
    }
    return nil
}
