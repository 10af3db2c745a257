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
    /// Where each property stands: `passwordPolicy.minimumLength`, and the resource itself under the empty path.
    package var origins: [String: SourceRange]
    package var dependsOn: [Address]
    package var lifecycle: Lifecycle
    /// Which of the properties came from the environment, in texts: people keep secrets there.
    package var secretPaths: SecretPaths
    /// The properties whose values are not what the file means, because of a mistake that was told. Empty in a stack that is acted on.
    package var mistaken: Set<String>

    package init(
        address: Address, attributes: Value, origins: [String: SourceRange] = [:], dependsOn: [Address] = [],
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
    package func origin(of path: String) -> SourceRange? {
        var path = path[...]
        while true {
            if let range = origins[String(path)] { return range }
            guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return origins[""] }
            path = path[..<cut]
        }
    }

    /// What the value at `path`, or the nearest thing above it that the file names, refers to.
    package func references(at path: String) -> [Reference] {
        var value = attributes
        for step in path.split(separator: ".") {
            guard let next = value.map?[String(step)] else { break }
            value = next
        }
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
    package var ignoreChanges: [String] = []

    package init(
        isProtected: Bool = false, isRetained: Bool = false, mayAdopt: Bool = false, ignoreChanges: [String] = []
    ) {
        self.isProtected = isProtected
        self.isRetained = isRetained
        self.mayAdopt = mayAdopt
        self.ignoreChanges = ignoreChanges
    }
}
