package import Model
package import Schema
package import Records

/// What was seen in AWS for a plan.
package struct Observation: Sendable, Equatable {
    /// The live objects, by the address that they belong to or could belong to.
    package var live: [Address: Live]
    /// The live objects among those that an address had before and that are to be deleted, by their physical ids.
    package var deposed: [Address: [String: Live]]
    /// What has the name, in AWS, that a recorded resource is to get in place of the one that it has.
    package var renamed: [Address: Sighting]
    /// What a look found for addresses whose object is not recorded, is gone, or may have got a second one by a lost call.
    package var located: [Address: Located]
    /// The properties of what is there under the name of an object that is to be made.
    package var parts: [Address: Value]
    /// Live objects with this stack's tags that neither the state nor a look accounts for, in the order of their addresses and ids.
    package var orphans: [Orphan]
    /// Why some types' orphans could not be looked for; nil where all were.
    package var orphansUnseen: String?
    /// User accounts in live objects, where there are any.
    package var userAccounts: [Address: Int]
    /// What stops a delete of the objects that a first plan deletes, by their addresses.
    package var obstacles: [Address: RuleProblem]
    /// For objects found that create calls without a known result made: what they were to be.
    package var lost: [Address: Record]
    /// Create calls without a known result, for addresses that the file does not have any more, where nothing tells what
    /// they made.
    package var unexplained: [Intent]
    /// Names under which a create action that was cut short may have left parts of an object.
    package var leftovers: [Address: Set<String>]
    /// Addresses at which a run was cut short: of what it wrote or deleted, a part may be there without the object.
    package var interrupted: Set<Address>

    /// What managed policies say that a plan is about, by their ARNs, as far as they may be read.
    package var policies: [String: Value] = [:]
    /// Who may use the live objects that a plan deletes, where AWS keeps that with them and no property holds it.
    package var resourcePolicies: [Address: Value] = [:]

    package init(
        live: [Address: Live] = [:], deposed: [Address: [String: Live]] = [:], renamed: [Address: Sighting] = [:],
        located: [Address: Located] = [:], parts: [Address: Value] = [:], orphans: [Orphan] = [],
        orphansUnseen: String? = nil,
        userAccounts: [Address: Int] = [:], obstacles: [Address: RuleProblem] = [:],
        lost: [Address: Record] = [:], unexplained: [Intent] = [], leftovers: [Address: Set<String>] = [:],
        interrupted: Set<Address> = []
    ) {
        self.live = live
        self.deposed = deposed
        self.renamed = renamed
        self.located = located
        self.parts = parts
        self.orphans = orphans
        self.orphansUnseen = orphansUnseen
        self.userAccounts = userAccounts
        self.obstacles = obstacles
        self.lost = lost
        self.unexplained = unexplained
        self.leftovers = leftovers
        self.interrupted = interrupted
    }
}

/// A live object whose tags say that it is an address's, although nothing else knows of it.
package struct Orphan: Sendable, Equatable {
    package var address: Address
    package var live: Live

    package init(_ address: Address, _ live: Live) {
        self.address = address
        self.live = live
    }
}

/// What a look found, with the object where it may be the address's.
package struct Sighting: Sendable, Equatable {
    package var located: Located
    package var live: Live?

    package init(_ located: Located, _ live: Live? = nil) {
        self.located = located
        self.live = live
    }
}
