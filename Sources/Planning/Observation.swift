package import Schema

/// What was seen in AWS for a plan.
package struct Observation: Sendable, Equatable {
    /// The live objects, by the address that they belong to or could belong to.
    package var live: [Address: Live]
    /// For addresses that the state has no object for: what a look for one found.
    package var located: [Address: Located]
    /// User accounts in live objects, where there are any.
    package var userAccounts: [Address: Int]

    package init(
        live: [Address: Live] = [:], located: [Address: Located] = [:], userAccounts: [Address: Int] = [:]
    ) {
        self.live = live
        self.located = located
        self.userAccounts = userAccounts
    }
}
