package import Model

/// An object that an address had, or that a call made for it, and that is to be deleted.
package struct Deposed: Sendable, Equatable, Codable {
    package var physicalId: String
    /// Whether nothing can be using it: the answer of the call that made it was lost, or it was taken back.
    package var isOrphan: Bool
    /// How it goes once nothing refers to it any more; nil where it is deleted at once then.
    package var grace: Grace?
    /// Whether a run has switched it off, or was about to: then it may be switched on again, and one that a person switched off not.
    package var isSwitchedOff: Bool
    /// What it referred to, which may be others than its address refers to by now.
    package var dependsOn: [Address]
    /// The properties that were applied to it last, without references to what may go before it: it is reinstated with them where the
    /// file wants it again.
    package var attributes: Value
    /// The unique ids of what it was bound to, as `Record.boundIds`.
    package var boundIds: [Address: String]

    package init(
        _ physicalId: String, isOrphan: Bool = false, grace: Grace? = nil, isSwitchedOff: Bool = false,
        dependsOn: [Address] = [],
        attributes: Value = [:], boundIds: [Address: String] = [:]
    ) {
        self.physicalId = physicalId
        self.isOrphan = isOrphan
        self.grace = grace
        self.isSwitchedOff = isSwitchedOff
        self.dependsOn = dependsOn
        self.attributes = attributes
        self.boundIds = boundIds
    }

    private enum CodingKeys: String, CodingKey {
        case physicalId
        // The names that states have on disk.
        case isOrphan = "isUseless"
        case boundIds = "ties"
        case grace, isSwitchedOff, dependsOn, attributes
    }

    /// Reads also what format 1 of the state had, an id alone: something may be using that object. Early states of format 2 have
    /// neither `attributes` nor `ties`.
    package init(from decoder: any Decoder) throws {
        if let id = try? decoder.singleValueContainer().decode(String.self) {
            self.init(id)
            return
        }
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try members.decode(String.self, forKey: .physicalId),
            isOrphan: try members.decode(Bool.self, forKey: .isOrphan),
            grace: try members.decodeIfPresent(Grace.self, forKey: .grace),
            isSwitchedOff: try members.decode(Bool.self, forKey: .isSwitchedOff),
            dependsOn: try members.decode([Address].self, forKey: .dependsOn),
            attributes: try members.decodeIfPresent(Value.self, forKey: .attributes) ?? [:],
            boundIds: try members.decodeIfPresent([Address: String].self, forKey: .boundIds) ?? [:])
    }
}

/// How an object that was in use until now goes: it stays until whoever had it is done, then it is switched off, and only when
/// nobody missed it for a while it is deleted.
package struct Grace: Sendable, Equatable, Codable {
    /// Seconds before it is switched off.
    package var drain: Int
    /// Seconds from then until it is deleted.
    package var soak: Int

    package init(drain: Int, soak: Int) {
        self.drain = drain
        self.soak = soak
    }
}

extension Grace: CustomStringConvertible {
    /// `is switched off after 30 s and deleted 60 s later`
    package var description: String {
        soak > 0 ? "is switched off after \(drain) s and deleted \(soak) s later" : "is deleted after \(drain) s"
    }
}

extension [Deposed] {
    /// What AWS calls them.
    package var physicalIds: [String] { map(\.physicalId) }

    /// Takes one up; one of the same id is there once, as it was.
    package mutating func add(_ deposed: Deposed) {
        if !physicalIds.contains(deposed.physicalId) { append(deposed) }
    }

    /// Forgets the one of an id.
    package mutating func remove(_ physicalId: String) { removeAll { $0.physicalId == physicalId } }
}

extension Value {
    /// The value without what is still a reference: its members and elements that are known.
    package var withoutReferences: Value {
        switch self {
        case .map(let members):
            .map(members.filter { $0.value.isKnown || $0.value.map != nil }.mapValues(\.withoutReferences))
        case .list(let elements): .list(elements.filter(\.isKnown))
        case .template: .null
        default: self
        }
    }
}
