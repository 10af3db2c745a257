package import Model
import Schema
package import Records

/// What an apply will do, whole: a graph of actions over the changes of single resources. It is data, can be saved, and
/// holds no secret; the executor runs exactly this.
package struct Plan: Sendable, Equatable, Codable {
    package var stack: String
    package var account: String
    package var region: String
    package var purpose: Purpose
    /// One for each resource that the file or the state names, in the order of their addresses.
    package var changes: [Change]
    /// What the executor runs, in an order in which it could run one by one.
    package var actions: [Action]
    package var permissions: [PermissionChange]
    /// User accounts in pools that this plan deletes.
    package var userAccountsAtStake: Int
    /// The stack's outputs as the file states them; templates where only the apply will know.
    package var outputs: [String: Value]
    /// Things a person should know that stop nothing.
    package var notices: [String]

    package enum Purpose: String, Sendable, Codable {
        case apply, destroy
    }

    package init(
        stack: String, account: String, region: String, purpose: Purpose, changes: [Change] = [], actions: [Action] = [],
        permissions: [PermissionChange] = [], userAccountsAtStake: Int = 0, outputs: [String: Value] = [:],
        notices: [String] = []
    ) {
        self.stack = stack
        self.account = account
        self.region = region
        self.purpose = purpose
        self.changes = changes
        self.actions = actions
        self.permissions = permissions
        self.userAccountsAtStake = userAccountsAtStake
        self.outputs = outputs
        self.notices = notices
    }
}

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
    package var path: String
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
        path: String, before: Value, after: Value, cause: Cause, forcesReplacement: Bool = false, at: String? = nil
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
        String(path.prefix { $0 != "." && $0 != "[" })
    }
}

/// One node of the graph that the executor runs.
package struct Action: Sendable, Equatable, Codable {
    package var id: Int
    package var address: Address
    package var kind: Kind
    /// The object that is updated or deleted.
    package var physicalId: String?
    /// The properties as they shall be, in AWS's form; templates are resolved when their resources are done.
    package var attributes: Value
    /// The rows of the type's table that an update is about.
    package var changed: [String]
    /// Members of objects, and keys of maps that others write too, that were taken out of the file: by their path, what they
    /// go back to. They are part of the update and not of the record.
    package var resets: [String: Value]
    /// What the properties that it writes refer to: AWS may tie them to the objects that these are by then.
    package var ties: [Address]
    /// What the object that stays gives to others and the state does not have. No secrets.
    package var outputs: [String: Value]
    /// How an object that was in use until now goes; nil where it is deleted at once.
    package var grace: Grace?
    /// What uses the address, and must work without the object that goes before it is deleted.
    package var users: [Address]
    /// Whether nothing can be using what a deletion is about.
    package var isOrphan: Bool
    /// What is recorded beside the result.
    package var settings: RecordSettings
    /// The actions that must have succeeded before.
    package var after: [Int]

    package enum Kind: String, Sendable, Codable {
        case create
        case update
        case delete
        /// Takes a live object into the state as it is.
        case adopt
        /// Takes a record, or one object of it where the action names one, out of the state; AWS is not touched.
        case forget
    }

    package init(
        id: Int, address: Address, kind: Kind, physicalId: String? = nil, attributes: Value = [:], changed: [String] = [],
        resets: [String: Value] = [:], ties: [Address] = [], outputs: [String: Value] = [:], grace: Grace? = nil,
        users: [Address] = [], isOrphan: Bool = false, settings: RecordSettings = RecordSettings(), after: [Int] = []
    ) {
        self.id = id
        self.address = address
        self.kind = kind
        self.physicalId = physicalId
        self.attributes = attributes
        self.changed = changed
        self.resets = resets
        self.ties = ties
        self.outputs = outputs
        self.grace = grace
        self.users = users
        self.isOrphan = isOrphan
        self.settings = settings
        self.after = after
    }
}

/// What the state keeps of a resource besides its properties.
package struct RecordSettings: Sendable, Equatable, Codable {
    package var dependsOn: [Address]
    package var isRetained: Bool
    package var isProtected: Bool

    package init(dependsOn: [Address] = [], isRetained: Bool = false, isProtected: Bool = false) {
        self.dependsOn = dependsOn
        self.isRetained = isRetained
        self.isProtected = isProtected
    }
}
