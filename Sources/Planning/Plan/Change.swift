package import Model

/// What happens to one resource, and why.
package struct Change: Sendable, Equatable, Codable {
    package var address: Address
    /// The type's name, `role`.
    package var type: String
    package var kind: Kind
    /// What AWS calls the live object; nil where there is none yet.
    package var physicalId: String?
    package var attributes: [AttributeChange]
    /// What must be done first.
    package var after: [Address]
    /// Why, where the attributes do not say it: "deleted outside cogstack".
    package var reason: String?
    /// Whether something is lost that cannot be made again, in words: "the pool's 12 user accounts".
    package var loses: String?

    package enum Kind: String, Sendable, Codable, CaseIterable {
        case create, update, replace, delete, adopt, rotate, none
    }

    package init(
        address: Address, type: String, kind: Kind, physicalId: String? = nil, attributes: [AttributeChange] = [],
        after: [Address] = [], reason: String? = nil, loses: String? = nil
    ) {
        self.address = address
        self.type = type
        self.kind = kind
        self.physicalId = physicalId
        self.attributes = attributes
        self.after = after
        self.reason = reason
        self.loses = loses
    }
}

/// One property's change.
package struct AttributeChange: Sendable, Equatable, Codable {
    /// `passwordPolicy.minimumLength`.
    package var path: PropertyPath
    /// Null where there was nothing. Secrets stand as `(secret)`.
    package var before: Value
    /// Null where there will be nothing; a template where only the apply will know.
    package var after: Value
    package var cause: Cause
    package var forcesReplacement: Bool
    /// `stacks/prod.yaml:42:5`; nil where the file does not mention it.
    package var at: String?

    package enum Cause: String, Sendable, Codable {
        case stackFile = "stack file"
        case drift
        case awsDefault = "default"
    }

    package init(
        path: PropertyPath, before: Value, after: Value, cause: Cause, forcesReplacement: Bool = false,
        at: String? = nil
    ) {
        self.path = path
        self.before = before
        self.after = after
        self.cause = cause
        self.forcesReplacement = forcesReplacement
        self.at = at
    }

    /// The first step of its path: the row of the type's table.
    package var attribute: String {
        path.attribute ?? ""
    }
}
