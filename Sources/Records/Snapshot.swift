package import Model

/// What cogstack last did: the contents of a stack's state file. It holds no secret.
package struct Snapshot: Sendable, Equatable, Codable {
    /// The format that this build reads and writes.
    package static let currentFormat = 3

    package var format: Int
    package var stack: String
    /// Twelve digits.
    package var account: String
    package var region: String
    /// Grows by one with each write, so two copies can be told apart.
    package var serial: Int
    /// The stack file, as it was named when this was written.
    package var file: String
    /// Whether the stack file protects the stack from `destroy`.
    package var isProtected: Bool
    package var resources: [Address: Record]
    /// The stack file's `outputs`, resolved.
    package var outputs: [String: Value]

    package init(
        stack: String, account: String, region: String, file: String, isProtected: Bool = false,
        resources: [Address: Record] = [:], outputs: [String: Value] = [:]
    ) {
        self.format = Self.currentFormat
        self.stack = stack
        self.account = account
        self.region = region
        self.serial = 0
        self.file = file
        self.isProtected = isProtected
        self.resources = resources
        self.outputs = outputs
    }
}

extension Snapshot {
    /// Whether its resources tie it to its account and region. Without any, such as `destroy` leaves it, it goes on wherever the stack is
    /// applied next.
    package var isBound: Bool { !resources.isEmpty }
}

/// Which addresses have which objects.
package struct ObjectOwners: Sendable {
    private struct Object: Hashable {
        let section: String
        let physicalId: String
    }
    private var addresses: [Object: [Address]] = [:]

    package init(_ records: [Address: Record]) {
        for (address, record) in records {
            for id in record.physicalIds {
                addresses[Object(section: address.section, physicalId: id), default: []].append(address)
            }
        }
    }

    /// The other address of the same section that has an object; nil where none has.
    package func owner(of physicalId: String, excluding address: Address) -> Address? {
        addresses[Object(section: address.section, physicalId: physicalId)]?.filter { $0 != address }.min()
    }
}

/// One resource, as it was last applied.
package struct Record: Sendable, Equatable, Codable {
    /// The name of its type, `userPool`.
    package var type: String
    /// What AWS calls it. Nil where only replaced objects are left to delete.
    package var physicalId: String?
    /// The properties that the file set, in AWS's form, references resolved, secrets as digests.
    package var attributes: Value
    /// What others may refer to, secrets left out.
    package var outputs: [String: Value]
    /// Salted digests of its secret outputs, by their name: enough to see whether a live value is still the same.
    package var secrets: [String: SecretDigest]
    /// What it referred to: a resource is deleted before these.
    package var dependsOn: [Address]
    /// The unique ids that what it referred to had when that was written: AWS binds it to these objects, not to their names.
    package var boundIds: [Address: String]
    /// Objects besides that one which are to be deleted: replaced ones, and what calls made that came to nothing.
    package var deposed: [Deposed]
    /// Left in AWS when it is removed from the file.
    package var isRetained: Bool
    /// Refused to be deleted.
    package var isProtected: Bool

    private enum CodingKeys: String, CodingKey {
        case type, physicalId, attributes, outputs, secrets, dependsOn
        // The name that states have on disk.
        case boundIds = "ties"
        case deposed, isRetained, isProtected
    }

    package init(
        type: String, physicalId: String?, attributes: Value = [:], outputs: [String: Value] = [:],
        secrets: [String: SecretDigest] = [:], dependsOn: [Address] = [], boundIds: [Address: String] = [:],
        deposed: [Deposed] = [],
        isRetained: Bool = false, isProtected: Bool = false
    ) {
        self.type = type
        self.physicalId = physicalId
        self.attributes = attributes
        self.outputs = outputs
        self.secrets = secrets
        self.dependsOn = dependsOn
        self.boundIds = boundIds
        self.deposed = deposed
        self.isRetained = isRetained
        self.isProtected = isProtected
    }

    /// Everything that AWS may have for the address.
    package var physicalIds: Set<String> { Set(deposed.physicalIds).union(physicalId.map { [$0] } ?? []) }
}
