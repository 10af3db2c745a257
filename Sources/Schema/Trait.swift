package import Model

/// What sets a row of a table apart from most others.
package enum Trait: Sendable {
    /// A request says it also where the file leaves it out, with the default.
    case alwaysSent
    /// It follows from another property, where no file says it.
    case derived(Derivation)
    /// A resource may be created without it, and get it in an action of its own, where it closes a cycle.
    case deferred
    /// Live values may hold what nobody should read on a screen.
    case sensitive
    /// What a file says here is a secret, where this says so of the resource's properties.
    case secret(@Sendable (_ properties: Value) -> Bool)
    /// Its policies say this about the resource as a principal.
    case access(AccessRole)
    /// The role that it names is taken by somebody.
    case assumed(Assumption)
    /// AWS takes so many characters, white space not counted, for the documents of all rows with the same access together.
    case sizeLimit(Int)
    /// Wholly the file's, unless the boolean property of this name is false.
    case exclusiveUnless(String)
    /// AWS binds the value to the very object that it names, not to its name.
    case boundToObject
    /// The seconds for which an object that was changed may go on with what it had before.
    case drainTime
    /// What an object is asked to tell whether it works.
    case probe
    /// Called so where the file does not say it.
    case defaultName(DefaultName)
    /// A set whose elements are told apart by one of their members.
    case elementKey(ElementKey)
    /// Its texts name objects of another type.
    case naming(Naming)
    /// A setting of cogstack's own, which AWS never sees.
    case local
    /// Something is lost for good when one live value gives way to another: this says what, in words.
    case losing(@Sendable (_ before: Value, _ after: Value) -> String?)
}

/// The traits of one row, each by its name.
struct Traits {
    var isAlwaysSent = false
    var derivation: Derivation?
    var isDeferred = false
    var isSensitive = false
    var isSecret: @Sendable (_ properties: Value) -> Bool = { _ in false }
    var access: AccessRole?
    var assumed: Assumption?
    var sizeLimit: Int?
    var exclusiveUnless: String?
    var isBoundToObject = false
    var isDrainTime = false
    var isProbe = false
    var defaultName: DefaultName?
    var elementKey: ElementKey?
    var naming: Naming?
    var isLocal = false
    var losing: (@Sendable (_ before: Value, _ after: Value) -> String?)?

    init(_ traits: [Trait]) {
        for trait in traits {
            switch trait {
            case .alwaysSent: isAlwaysSent = true
            case .derived(let derivation): self.derivation = derivation
            case .deferred: isDeferred = true
            case .sensitive: isSensitive = true
            case .secret(let isSecret): self.isSecret = isSecret
            case .access(let access): self.access = access
            case .assumed(let assumption): assumed = assumption
            case .sizeLimit(let limit): sizeLimit = limit
            case .exclusiveUnless(let name): exclusiveUnless = name
            case .boundToObject: isBoundToObject = true
            case .drainTime: isDrainTime = true
            case .probe: isProbe = true
            case .defaultName(let name): defaultName = name
            case .elementKey(let key): elementKey = key
            case .naming(let naming): self.naming = naming
            case .local: isLocal = true
            case .losing(let losing): self.losing = losing
            }
        }
    }
}
