package import Diagnostics
package import Model

/// A stack as its file wants it: checked, merged, parameters filled in; references still to be resolved.
package struct DesiredStack: Sendable {
    package var name: String
    /// The file, as it was named.
    package var file: String
    /// The only account it may touch; nil for any.
    package var account: String?
    package var region: String?
    package var isProtected: Bool
    package var resources: [Address: DesiredResource]
    package var outputs: [String: Value]
    /// The environment variables that it read, with their values: these may be secrets, and are never written.
    package var variables: [String: String]
    /// Every file that it was made of, with a digest: to tell whether a saved plan is still about the same text.
    package var inputs: [String: String]

    package init(
        name: String, file: String, account: String? = nil, region: String? = nil, isProtected: Bool = false,
        resources: [Address: DesiredResource] = [:], outputs: [String: Value] = [:], inputs: [String: String] = [:],
        variables: [String: String] = [:]
    ) {
        self.name = name
        self.file = file
        self.account = account
        self.region = region
        self.isProtected = isProtected
        self.resources = resources
        self.outputs = outputs
        self.inputs = inputs
        self.variables = variables
    }

    /// Those of its resources, in their order.
    package var addresses: [Address] { resources.keys.sorted() }
}

/// One resource as the file wants it.
package struct DesiredResource: Sendable {
    package var address: Address
    /// The properties that the file sets, in the file's form, tags and name complete.
    package var attributes: Value
    /// Where each property stands: `passwordPolicy.minimumLength`, and the resource itself under the path without steps.
    package var origins: [PropertyPath: SourceRange]
    package var dependsOn: [Address]
    package var lifecycle: Lifecycle
    /// Which of the properties came from the environment, in texts: people keep secrets there.
    package var secretPaths: SecretPaths
    /// The properties whose values are not what the file means, because of a mistake that was reported. Empty in a stack that is acted on.
    package var mistaken: Set<String>

    package init(
        address: Address, attributes: Value, origins: [PropertyPath: SourceRange] = [:], dependsOn: [Address] = [],
        lifecycle: Lifecycle = Lifecycle(), secretPaths: SecretPaths = SecretPaths(), mistaken: Set<String> = []
    ) {
        self.address = address
        self.attributes = attributes
        self.origins = origins
        self.dependsOn = dependsOn
        self.lifecycle = lifecycle
        self.secretPaths = secretPaths
        self.mistaken = mistaken
    }

    /// Where `path`, or the nearest thing above it that the file names, stands.
    package func origin(of path: PropertyPath) -> SourceRange? {
        origins[path] ?? path.parent.flatMap { origin(of: $0) }
    }

    /// Where a property stands, or the resource where the file does not name it.
    package func origin(of property: String) -> SourceRange? { origin(of: PropertyPath(property)) }

    /// Where the resource itself stands.
    package var origin: SourceRange? { origins[.root] }

    /// What the value at `path`, or the nearest thing above it that the file names, refers to.
    package func references(at path: PropertyPath) -> [Reference] {
        let value = attributes[path]
        if value.isNull, let parent = path.parent { return references(at: parent) }
        return value.references
    }
}

/// How far cogstack may go with a resource: `lifecycle` in the stack file.
package struct Lifecycle: Sendable, Equatable {
    /// Never deleted or replaced.
    package var isProtected = false
    /// Left in AWS when it is removed from the file.
    package var isRetained = false
    /// A live object with the wanted name that carries nobody's tags may be taken over.
    package var mayAdopt = false
    /// Paths whose differences are ignored.
    package var ignoreChanges: [PropertyPath] = []

    package init(
        isProtected: Bool = false, isRetained: Bool = false, mayAdopt: Bool = false, ignoreChanges: [PropertyPath] = []
    ) {
        self.isProtected = isProtected
        self.isRetained = isRetained
        self.mayAdopt = mayAdopt
        self.ignoreChanges = ignoreChanges
    }
}
