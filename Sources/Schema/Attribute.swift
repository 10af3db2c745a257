package import Model

/// One row of a resource type's table: everything that cogstack knows of one property.
/// A class, since a row is handed on often and never changed.
package final class Attribute: Sendable {
    /// The property's name in a stack file: the AWS API's own word in lowerCamelCase.
    package let name: String
    package let type: AttributeType
    /// One line for people.
    package let help: String
    /// The member's name in AWS messages.
    package let wireName: String
    package let isRequired: Bool
    /// What AWS applies where nothing is said, and what is written when the property is taken out of the file.
    /// Nil where AWS has no such value.
    package let awsDefault: Value?
    package let change: Mutability
    /// Whether a request says it also where the file leaves it out, with the default: the resource, or the object that the file gives, is
    /// then as if the file said so, whether it is new or adopted.
    package let isAlwaysSent: Bool
    /// How it follows from another property, where no file says it.
    package let derivation: Derivation?
    /// The API call that writes it, where it is another than the type's own create and update calls.
    package let writtenBy: String?
    /// A resource may be created without it, and get it in an action of its own, where it closes a cycle.
    package let isDeferred: Bool
    /// Whether live values may hold what nobody should read on a screen.
    package let isSensitive: Bool
    /// Whether what a file says here is a secret, given the resource's properties: then it is neither shown nor written down.
    package let isSecret: @Sendable (_ properties: Value) -> Bool
    /// What its policies say about the resource as a principal.
    package let access: AccessRole?
    /// Who takes the role that it names.
    package let assumed: Assumption?
    /// The most characters, white space not counted, that AWS takes for the documents of all rows with the same `access` together.
    package let sizeLimit: Int?
    /// The boolean property that, unless it is false, makes this one wholly the file's: left out it means AWS's default,
    /// also against what somebody else wrote.
    package let exclusiveUnless: String?
    /// Whether AWS binds the value to the object that it names, and not to its name, so it must be written again when that is re-created under the
    /// same name.
    package let isBoundToObject: Bool
    /// The seconds for which an object that was changed may go on with what it had before.
    package let isDrainTime: Bool
    /// What an object is asked to tell whether it works.
    package let isProbe: Bool
    /// A setting of cogstack's own, which AWS never sees: never compared, only kept.
    package let isLocal: Bool
    /// Turns the file's short form into the form that AWS stores. Nil where they are the same.
    package let compile: Compile?
    /// The other properties of the resource that `compile` reads. It sees no other ones.
    package let compiledWith: [String]
    /// Whether two values of it (of a map: two of its members) mean the same. Nil: they are compared by their type.
    package let equivalent: (@Sendable (Value, Value) -> Bool)?

    /// What it is called where the file does not say; nil where it is no name.
    package let defaultName: DefaultName?
    /// How the elements of a set of objects are told apart, where they are compared one by one.
    package let elementKey: ElementKey?

    /// The objects of another type that its texts name, without being references.
    package let naming: Naming?

    /// What is lost for good when one live value gives way to another, in words; nil where nothing is.
    package let losing: (@Sendable (_ before: Value, _ after: Value) -> String?)?

    /// Whether it is part of what tells an object from others, such as its name: everybody needs to read it.
    var tellsWhich: Bool {
        if case .replacement = change { return !isSensitive }
        return defaultName != nil
    }

    package typealias Compile =
        @Sendable (_ value: Value, _ resource: Value, _ context: StackContext) throws(CompileError) -> Value

    package init(
        _ name: String, _ type: AttributeType, required: Bool = false, default awsDefault: Value? = nil,
        change: Mutability = .inPlace,
        wire: String? = nil, writtenBy: String? = nil, traits: [Trait] = [], compiledWith: [String] = [],
        compile: Compile? = nil,
        equivalent: (@Sendable (Value, Value) -> Bool)? = nil, _ help: String
    ) {
        self.name = name
        self.type = type
        self.help = help
        self.wireName = wire ?? name.prefix(1).uppercased() + name.dropFirst()
        self.isRequired = required
        self.awsDefault = awsDefault
        self.change = change
        self.writtenBy = writtenBy
        self.compile = compile
        self.compiledWith = compiledWith
        self.equivalent = equivalent
        let traits = Traits(traits)
        isAlwaysSent = traits.isAlwaysSent
        derivation = traits.derivation
        isDeferred = traits.isDeferred
        isSensitive = traits.isSensitive
        isSecret = traits.isSecret
        access = traits.access
        assumed = traits.assumed
        sizeLimit = traits.sizeLimit
        exclusiveUnless = traits.exclusiveUnless
        isBoundToObject = traits.isBoundToObject
        isDrainTime = traits.isDrainTime
        isProbe = traits.isProbe
        isLocal = traits.isLocal
        losing = traits.losing
        defaultName = traits.defaultName ?? (name == "name" ? .stackAndResource : nil)
        elementKey = traits.elementKey
        naming = traits.naming
    }
}

/// How a property follows from another one of the same resource.
package struct Derivation: Sendable {
    /// The property that it follows from.
    package let source: String
    /// Its value, given the source's; null where there is none.
    package let value: @Sendable (_ source: Value) -> Value

    package init(from source: String, value: @escaping @Sendable (_ source: Value) -> Value) {
        self.source = source
        self.value = value
    }
}

/// What the policies in a property say about the resource that carries them.
package enum AccessRole: Sendable {
    /// Documents that say what the principal may do.
    case identity
    /// A document that says who may become the principal.
    case trust
    /// ARNs of policies that say what the principal may do.
    case managed
    /// The ARN of a policy beyond which the principal may do nothing, whatever the others say.
    case boundary

    /// Whether the property holds the documents themselves.
    package var isDocument: Bool { self == .identity || self == .trust }
}

/// What a name is where the file does not say it.
package enum DefaultName: Sendable, Equatable {
    /// The stack's name and the resource's, `prod-users`: where names must differ in a whole account.
    case stackAndResource
    /// The resource's alone: where people and programs see it.
    case resource
    /// What another property says, where it is one of these words; the resource's alone where it is not.
    case word(of: String, among: [String])

    /// - Parameter properties: what the file says of the resource.
    package func text(of address: Address, inStack stack: String, _ properties: [String: Value]) -> String {
        switch self {
        case .stackAndResource: return "\(stack)-\(address.name)"
        case .resource: return address.name
        case .word(let property, let words):
            guard let word = properties[property]?.string, words.contains(word) else { return address.name }
            return word
        }
    }
}

/// How the elements of a set of objects are told apart. They are compared one by one, member by member, and those that no file named are
/// AWS's or somebody else's.
package struct ElementKey: Sendable {
    /// The member that no two elements share.
    package let member: String
    /// What an element is where nothing is said of it; null where there is none then.
    package let fallback: @Sendable (_ key: String) -> Value

    package init(_ member: String, fallback: @escaping @Sendable (_ key: String) -> Value = { _ in .null }) {
        self.member = member
        self.fallback = fallback
    }
}

/// Texts in which AWS finds the names of other objects, such as a scope in which a resource server's identifier stands: the objects must be
/// there first, and what they are called in the file says nothing. A property that is no text, or is left out, counts as an empty one.
package struct Naming: Sendable {
    /// The type of what is named.
    package let section: String
    /// The property that both must share, such as the user pool.
    package let within: String
    /// Whether a text names the object with these properties.
    package let isNamed: @Sendable (_ text: String, _ other: Value) -> Bool

    package init(
        _ section: String, within: String, isNamed: @escaping @Sendable (_ text: String, _ other: Value) -> Bool
    ) {
        self.section = section
        self.within = within
        self.isNamed = isNamed
    }
}

/// What it takes to change a property of a live object.
package enum Mutability: Sendable, Equatable {
    case inPlace
    /// Elements can be added in place; one that is there can neither be changed nor taken away, and the plan fails with this advice.
    case additive(advice: String)
    /// It can be changed in place and never taken away again: then the plan fails with this advice.
    case lasting(advice: String)
    /// Only a new object can have the new value; the old one goes when nothing uses it any more.
    case replacement
    /// AWS cannot change it and cogstack does not replace the object for it: the plan fails with this advice.
    case refused(advice: String)

    /// Whether a live object can come to have another value.
    package var isInPlace: Bool {
        switch self {
        case .inPlace, .additive, .lasting: true
        case .replacement, .refused: false
        }
    }
}

/// What a property's value may be.
package indirect enum AttributeType: Sendable {
    /// Text, its length in characters, and a pattern that all of it matches.
    case string(length: ClosedRange<Int>? = nil, pattern: String? = nil)
    /// One of AWS's words, verbatim.
    case oneOf([String])
    case boolean
    case integer(ClosedRange<Int>? = nil)
    case number(ClosedRange<Double>? = nil)
    /// A whole number of `unit`, which a file may also write as `12h`, `90d`, `30m` or `45s`.
    case duration(DurationUnit, ClosedRange<Int>? = nil)
    /// Order carries meaning.
    case list(AttributeType, count: ClosedRange<Int>? = nil)
    /// Order carries none.
    case set(AttributeType, count: ClosedRange<Int>? = nil)
    /// Keys are the user's own.
    case map(AttributeType, keys: String? = nil, ownership: MapOwnership = .whole)
    /// Keys are AWS's.
    case object([Attribute])
    /// An object in one of several forms, told apart by the one key that only that form has.
    case form([Form])
    /// A resource of this file by its name, or one outside by an id or ARN.
    case reference(ReferenceTarget)
    /// An IAM policy document, or `{ file: path }` that names one; or short forms that `compile` turns into one.
    case policyDocument(shortForms: [Form] = [])
    /// Text, or `{ file: path }` for what stands in a file; its length in characters.
    case text(length: ClosedRange<Int>? = nil)
    /// `{ file: path }`, of so many bytes at most. Its compiled value is `{ path, sha256 }`, and the digest is what is compared.
    case file(limit: Int)
    /// Any JSON, written as YAML, or `{ file: path }` for what stands in a file.
    case json
    /// A folder, file or zip archive. Its compiled value is `{ path, sha256 }`, and the digest is what is compared.
    case artifact
}

/// One way to write an entry whose first key says what it is.
package struct Form: Sendable {
    /// The key that tells this form from the others.
    package let key: String
    package let attributes: [Attribute]
    package let help: String

    package init(_ key: String, _ attributes: [Attribute], _ help: String) {
        self.key = key
        self.attributes = attributes
        self.help = help
    }
}

package enum DurationUnit: Int, Sendable {
    case seconds = 1
    case minutes = 60
    case hours = 3600
    case days = 86400
}

/// Who owns the keys of a map that the file does not name.
package enum MapOwnership: Sendable {
    /// The file names all of them: another one is drift.
    case whole
    /// Others may add keys: only those that the file names, or named, are looked at.
    case perKey
}

/// What a reference by bare name points at.
package struct ReferenceTarget: Sendable {
    /// The sections in which the name is looked for.
    package let sections: [String]
    /// The attribute of the resource that stands for the name.
    package let attribute: String
    /// What an id or ARN from outside the file looks like.
    package let outside: String
    /// Whether the resource must exist before this one may be written. False where AWS takes the value on trust,
    /// as in the resource list of an IAM policy.
    package let isOrdering: Bool

    package init(_ sections: String..., attribute: String, outside: String = "arn:.+", ordering: Bool = true) {
        self.sections = sections
        self.attribute = attribute
        self.outside = outside
        self.isOrdering = ordering
    }
}

/// Why a short form cannot be compiled.
package struct CompileError: Error, Sendable, Equatable {
    /// Where below the attribute, such as `[1].s3.isolateBy`.
    package let path: PropertyPath
    package let message: String
    package let help: String

    package init(path: PropertyPath = .root, message: String, help: String) {
        self.path = path
        self.message = message
        self.help = help
    }
}

/// What holds for every resource of a stack in one run.
package struct StackContext: Sendable, Equatable {
    package let stack: String
    /// `aws`, `aws-cn`, …
    package let partition: String
    package let region: String
    /// Twelve digits.
    package let account: String

    package init(stack: String, partition: String, region: String, account: String) {
        self.stack = stack
        self.partition = partition
        self.region = region
        self.account = account
    }

    /// The ARN of something in the stack's region and account.
    package func arn(_ service: String, _ resource: String) -> String {
        "\(ARN(partition: partition[...], service: service[...], region: region[...], account: account[...], resource: resource[...]))"
    }

    /// The ARN of something in the stack's account that is in no region.
    package func globalARN(_ service: String, _ resource: String) -> String {
        "\(ARN(partition: partition[...], service: service[...], account: account[...], resource: resource[...]))"
    }
}
