package import Model

/// Everything that a resource type is, in one table. Checking, diffing, naming, wire forms and documentation
/// derive from it.
///
/// A class, since a table is handed on often and never changed.
package final class ResourceType: Sendable {
    /// The section of a stack file: `userPools`.
    package let section: String
    /// One of them: `userPool`.
    package let name: String
    package let help: String
    package let identity: Identity
    package let attributes: [Attribute]
    private let rowsByName: [String: Attribute]
    package let outputs: [Output]
    /// AWS's names for what a stack file calls otherwise or does not have.
    package let apiNames: APINames
    /// Checks over several attributes.
    package let rules: [Rule]
    /// What a person loses with the object; nil where it can be made again as it was.
    package let losesWhenDeleted: String?
    /// Why its objects stay in AWS when a file has them no more, as the end of a sentence; nil where they are deleted.
    package let staysBecause: String?
    /// Whether something of an object can be there without it, under its name: what its calls make before it and delete after it.
    package let hasParts: Bool
    /// Why AWS would refuse to delete a live object with these properties; nil where it would not.
    package let blocksDeletion: (@Sendable (_ live: Value) -> RuleProblem?)?
    /// Whether AWS has no room for a new object while the old one is there, although their keys differ: then the old one is deleted first.
    package let excludes: (@Sendable (_ old: Value, _ new: Value) -> Bool)?
    /// Why it is time for a new secret, given what the file says, what is live and the seconds since 1970; nil where it is not.
    package let rotationIsDue: (@Sendable (_ attributes: Value, _ live: Live, _ now: Double) -> String?)?
    /// What an object with these properties lets others have, as a policy document with principals; nil where its properties let nobody
    /// have anything.
    package let letsOthers: (@Sendable (_ attributes: Value) -> Value)?
    /// Whether AWS keeps a policy with an object that says who may use it, and that goes with it.
    package let hasResourcePolicy: Bool
    /// What an object of this type, as it was applied, contributes to signing in; nil where the type has no part in that.
    package let signIn: (@Sendable (_ physicalId: String, _ attributes: Value) -> [SignInPart])?

    package init(
        section: String, name: String, identity: Identity, losesWhenDeleted: String? = nil,
        staysBecause: String? = nil, hasParts: Bool = false,
        _ help: String,
        attributes: [Attribute], apiNames: APINames = APINames(), outputs: [Output], rules: [Rule] = [],
        blocksDeletion: (@Sendable (_ live: Value) -> RuleProblem?)? = nil,
        excludes: (@Sendable (_ old: Value, _ new: Value) -> Bool)? = nil,
        rotationIsDue: (@Sendable (_ attributes: Value, _ live: Live, _ now: Double) -> String?)? = nil,
        letsOthers: (@Sendable (_ attributes: Value) -> Value)? = nil, hasResourcePolicy: Bool = false,
        signIn: (@Sendable (_ physicalId: String, _ attributes: Value) -> [SignInPart])? = nil
    ) {
        self.section = section
        self.name = name
        self.help = help
        self.identity = identity
        let rows = attributes + (identity.isTaggable ? [Self.tags] : [])
        self.attributes = rows
        rowsByName = Dictionary(rows.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.outputs = outputs
        self.apiNames = apiNames
        self.rules = rules
        self.losesWhenDeleted = losesWhenDeleted
        self.staysBecause = staysBecause
        self.hasParts = hasParts
        self.blocksDeletion = blocksDeletion
        self.excludes = excludes
        self.rotationIsDue = rotationIsDue
        self.letsOthers = letsOthers
        self.hasResourcePolicy = hasResourcePolicy
        self.signIn = signIn
    }

    package func attribute(_ name: String) -> Attribute? {
        rowsByName[name]
    }

    package func output(_ name: String) -> Output? {
        outputs.first { $0.name == name }
    }

    /// For how many seconds an object with these properties may go on with what it had before a change.
    package func drainTime(_ attributes: Value) -> Int {
        let rows = self.attributes.filter(\.isDrainTime)
        return rows.compactMap { attributes[$0.name].integer ?? $0.fallback.integer }.max() ?? 0
    }

    /// Its outputs that AWS shows once: only a new object can give them again.
    package var onceShownSecrets: [Output] {
        outputs.filter { if case .onceShownSecret = $0.secrecy { true } else { false } }
    }

    /// The physical id of an object with these properties, where they tell it: what its key's values are, with `/` between them. Nil where
    /// AWS gives the id, and where one of them is not known yet.
    package func key(_ attributes: Value) -> String? {
        guard case .key(let names, _, _) = identity else { return nil }
        let parts = names.compactMap { name in
            (attributes[name].isNull ? attribute(name)?.fallback : attributes[name])?.string
        }
        return parts.count == names.count ? parts.joined(separator: "/") : nil
    }

    /// The properties that a physical id tells: those of the key.
    package func keyProperties(_ physicalId: String) -> Value {
        guard case .key(let names, _, _) = identity else { return [:] }
        let parts = physicalId.split(separator: "/", maxSplits: names.count - 1, omittingEmptySubsequences: false)
        return .map(Dictionary(uniqueKeysWithValues: zip(names, parts.map { .string(String($0)) })))
    }

    /// Whether two keys are one to AWS.
    package func isSameKey(_ one: String, _ other: String) -> Bool {
        if case .key(_, _, ignoresCase: true) = identity {
            one.lowercased() == other.lowercased()
        } else {
            one == other
        }
    }

    /// What tells an object from another one of the same name, among its outputs; nil where the type has nothing that does.
    package func uniqueId(in outputs: [String: Value]) -> String? {
        self.outputs.first(where: \.isUniqueId).flatMap { outputs[$0.name]?.string }
    }

    private static let tags = Attribute(
        "tags", .map(.string(length: 0...256), keys: #"[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}"#, ownership: .perKey),
        "Tags, beside the stack's own and those that name the owner.")
}

/// How a live object is recognised as the one that an address means, also when the answer that named it was lost.
package enum Identity: Sendable {
    /// Some of its properties tell it from all others of the account (or the region): its name, or what it belongs to and its name there.
    /// `isTaggable` where tags tell whose it is. `ignoresCase`: two keys that differ in their letters' case alone are one to AWS.
    case key(of: [String] = ["name"], isTaggable: Bool = false, ignoresCase: Bool = false)
    /// AWS gives the id and allows equal names; tags written by the create call tell it.
    case creationTags
    /// AWS gives the id and there are no tags: a list taken before the create call tells what is new.
    case baseline

    package var isTaggable: Bool {
        switch self {
        case .key(_, let isTaggable, _): isTaggable
        case .creationTags: true
        case .baseline: false
        }
    }
}

/// A value that other resources and the stack's outputs may refer to.
package struct Output: Sendable {
    package let name: String
    package let help: String
    package let secrecy: Secrecy
    /// Whether another object of the same name has another value: AWS binds what refers to the object to this one.
    package let isUniqueId: Bool
    /// The attributes from which it can be predicted: `predict` sees no other ones, since each may be behind a long chain of references.
    package let sources: [String]
    /// The value as it follows from the file alone, where it does.
    package let predict: (@Sendable (_ attributes: Value, _ context: StackContext) -> Value?)?

    package init(
        _ name: String, secrecy: Secrecy = .plain, uniqueId: Bool = false, from sources: [String] = ["name"],
        _ help: String,
        predict: (@Sendable (_ attributes: Value, _ context: StackContext) -> Value?)? = nil
    ) {
        self.name = name
        self.help = help
        self.secrecy = secrecy
        self.isUniqueId = uniqueId
        self.sources = sources
        self.predict = predict
    }
}

package enum Secrecy: Sendable {
    case plain
    /// A secret that AWS shows whenever it is asked.
    case readableSecret
    /// A secret that AWS shows once, in the answer to the create call.
    case onceShownSecret

    package var isSecret: Bool {
        if case .plain = self { false } else { true }
    }
}

/// A check over several attributes of one resource.
package struct Rule: Sendable {
    package let code: String
    /// The attributes that it is about. It sees no other ones, so nothing can be found wrong because of one that is not named.
    package let attributes: [String]
    /// Whether it only warns.
    package let isWarning: Bool
    private let problems: @Sendable (_ attributes: Value) -> [RuleProblem]

    /// - Parameter problems: given the values of `attributes` as the file states them (templates where not known), the problems found.
    package init(
        _ code: String, over attributes: [String], isWarning: Bool = false,
        problems: @escaping @Sendable (_ attributes: Value) -> [RuleProblem]
    ) {
        self.code = code
        self.attributes = attributes
        self.isWarning = isWarning
        self.problems = problems
    }

    /// The problems with a resource's values.
    package func check(_ values: Value) -> [RuleProblem] {
        problems(values.only(attributes))
    }
}

package struct RuleProblem: Sendable, Equatable {
    /// The value at which to point.
    package let path: PropertyPath
    package let message: String
    package let help: String

    package init(path: PropertyPath, message: String, help: String) {
        self.path = path
        self.message = message
        self.help = help
    }
}
