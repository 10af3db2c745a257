package import Schema
package import State

/// What was seen in AWS for a plan.
package struct Observation: Sendable, Equatable {
    /// The live objects, by the address that they belong to or could belong to.
    package var live: [Address: Live]
    /// What a look found for addresses whose object is not recorded, is gone, or may have got a second one by a lost call.
    package var located: [Address: Located]
    /// User accounts in live objects, where there are any.
    package var userAccounts: [Address: Int]
    /// For objects found that create calls without a known result made: what they were to be.
    package var lost: [Address: Record]
    /// Create calls without a known result, for addresses that the file does not have any more, where nothing tells what
    /// they made.
    package var unexplained: [Intent]
    /// Addresses at which a run was cut short: of what it wrote or deleted, a part may be there without the object.
    package var interrupted: Set<Address>

    package init(
        live: [Address: Live] = [:], located: [Address: Located] = [:], userAccounts: [Address: Int] = [:],
        lost: [Address: Record] = [:], unexplained: [Intent] = [], interrupted: Set<Address> = []
    ) {
        self.live = live
        self.located = located
        self.userAccounts = userAccounts
        self.lost = lost
        self.unexplained = unexplained
        self.interrupted = interrupted
    }
}
