package import Model
package import Records

/// One node of the graph that the executor runs.
package struct Action: Sendable, Equatable {
    package var id: Int
    package var address: Address
    package var work: Work
    /// The actions that must have succeeded before.
    package var after: [Int]

    /// What is done, with all that it takes.
    package enum Work: Sendable, Equatable {
        case create(Properties)
        case update(Update)
        /// Takes a live object into the state as it is.
        case adopt(Adoption)
        case delete(Deletion)
        /// Takes a record, or one object of it where one is named, out of the state; AWS is not touched.
        case forget(physicalId: String?)
    }

    /// What is done, without what it takes.
    package enum Kind: String, Sendable, Codable {
        case create, update, delete, adopt, forget
    }

    package init(id: Int, address: Address, _ work: Work, after: [Int] = []) {
        self.id = id
        self.address = address
        self.work = work
        self.after = after
    }

    /// What an address has, and what is recorded of it, once it is written.
    package struct Properties: Sendable, Equatable, Codable {
        /// As they shall be, in AWS's form; templates are resolved when their resources are done.
        package var attributes: Value
        /// What the properties that are written refer to: AWS may bind them to the objects that these are by then.
        package var boundTo: [Address]
        /// What is recorded beside the result.
        package var settings: RecordSettings

        package init(_ attributes: Value = [:], boundTo: [Address] = [], settings: RecordSettings = RecordSettings()) {
            self.attributes = attributes
            self.boundTo = boundTo
            self.settings = settings
        }
    }

    package struct Update: Sendable, Equatable, Codable {
        /// Nil for the object that an earlier action gives the address.
        package var physicalId: String?
        /// The rows of the type's table that it is about.
        package var changed: [String]
        /// Members of objects, and keys of maps that others write too, that were taken out of the file: by their path, what they
        /// go back to. They are part of the update and not of the record.
        package var resets: [PropertyPath: Value]
        /// What the object gives to others and the state does not have. No secrets.
        package var outputs: [String: Value]
        package var properties: Properties

        package init(
            _ physicalId: String?, changed: [String] = [], resets: [PropertyPath: Value] = [:],
            outputs: [String: Value] = [:],
            _ properties: Properties = Properties()
        ) {
            self.physicalId = physicalId
            self.changed = changed
            self.resets = resets
            self.outputs = outputs
            self.properties = properties
        }
    }

    package struct Adoption: Sendable, Equatable, Codable {
        package var physicalId: String?
        /// What the object gives to others and the state does not have. No secrets.
        package var outputs: [String: Value]
        package var properties: Properties

        package init(_ physicalId: String?, outputs: [String: Value] = [:], _ properties: Properties = Properties()) {
            self.physicalId = physicalId
            self.outputs = outputs
            self.properties = properties
        }
    }

    package struct Deletion: Sendable, Equatable, Codable {
        package var physicalId: String
        /// How an object that was in use until now goes; nil where it is deleted at once.
        package var grace: Grace?
        /// What uses the address, and must work without the object before it is deleted.
        package var users: [Address]
        /// Whether nothing can be using it.
        package var isOrphan: Bool
        /// What is recorded of the address where it has no record yet.
        package var settings: RecordSettings

        package init(
            _ physicalId: String, grace: Grace? = nil, users: [Address] = [], isOrphan: Bool = false,
            settings: RecordSettings = RecordSettings()
        ) {
            self.physicalId = physicalId
            self.grace = grace
            self.users = users
            self.isOrphan = isOrphan
            self.settings = settings
        }
    }
}

// MARK: What is asked of any action

extension Action {
    package var kind: Kind {
        switch work {
        case .create: .create
        case .update: .update
        case .adopt: .adopt
        case .delete: .delete
        case .forget: .forget
        }
    }

    /// The object that it is about; nil where an earlier action, or it itself, gives the address one.
    package var physicalId: String? {
        switch work {
        case .create: nil
        case .update(let update): update.physicalId
        case .adopt(let adoption): adoption.physicalId
        case .delete(let deletion): deletion.physicalId
        case .forget(let physicalId): physicalId
        }
    }

    /// What the address has afterwards; nil where it writes nothing.
    package var properties: Properties? {
        get {
            switch work {
            case .create(let properties): properties
            case .update(let update): update.properties
            case .adopt(let adoption): adoption.properties
            case .delete, .forget: nil
            }
        }
        set {
            guard let newValue else { return }
            switch work {
            case .create: work = .create(newValue)
            case .update(var update):
                update.properties = newValue
                work = .update(update)
            case .adopt(var adoption):
                adoption.properties = newValue
                work = .adopt(adoption)
            case .delete, .forget: break
            }
        }
    }

    /// The properties as they shall be; none where it writes nothing.
    package var attributes: Value {
        get { properties?.attributes ?? [:] }
        set { properties?.attributes = newValue }
    }

    /// What is recorded beside the result.
    package var settings: RecordSettings {
        if case .delete(let deletion) = work { deletion.settings } else { properties?.settings ?? RecordSettings() }
    }

    /// What the object that stays gives to others and the state does not have.
    package var outputs: [String: Value] {
        switch work {
        case .update(let update): update.outputs
        case .adopt(let adoption): adoption.outputs
        case .create, .delete, .forget: [:]
        }
    }

    package var update: Update? { if case .update(let update) = work { update } else { nil } }

    package var deletion: Deletion? { if case .delete(let deletion) = work { deletion } else { nil } }
}

// MARK: As a saved plan has it

/// One object, `kind` beside what that takes: a plan is read by people too.
extension Action: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, address, kind, physicalId, properties, after
    }

    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        id = try members.decode(Int.self, forKey: .id)
        address = try members.decode(Address.self, forKey: .address)
        after = try members.decode([Int].self, forKey: .after)
        work =
            switch try members.decode(Kind.self, forKey: .kind) {
            case .create: .create(try members.decode(Properties.self, forKey: .properties))
            case .update: .update(try Update(from: decoder))
            case .adopt: .adopt(try Adoption(from: decoder))
            case .delete: .delete(try Deletion(from: decoder))
            case .forget: .forget(physicalId: try members.decodeIfPresent(String.self, forKey: .physicalId))
            }
    }

    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(id, forKey: .id)
        try members.encode(address, forKey: .address)
        try members.encode(kind, forKey: .kind)
        try members.encode(after, forKey: .after)
        switch work {
        case .create(let properties): try members.encode(properties, forKey: .properties)
        case .update(let update): try update.encode(to: encoder)
        case .adopt(let adoption): try adoption.encode(to: encoder)
        case .delete(let deletion): try deletion.encode(to: encoder)
        case .forget(let physicalId): try members.encodeIfPresent(physicalId, forKey: .physicalId)
        }
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
