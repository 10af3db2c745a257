package import Model

/// What an apply will do, whole: a graph of actions over the changes of single resources. It is data, can be saved, and
/// holds no secret; the executor runs exactly this.
package struct Plan: Sendable, Equatable, Codable {
    package var stack: String
    package var account: String
    package var region: String
    package var purpose: Purpose
    /// One for each resource that the file or the state names, in the order of their addresses.
    package var changes: [Change]
    /// What the executor runs, in an order in which it could run one by one.
    package var actions: [Action]
    package var permissions: [PermissionChange]
    /// User accounts in pools that this plan deletes.
    package var userAccountsAtStake: Int
    /// The stack's outputs as the file states them; templates where only the apply will know.
    package var outputs: [String: Value]
    /// Things a person should know that stop nothing.
    package var notices: [String]

    package enum Purpose: String, Sendable, Codable {
        case apply, destroy
    }

    package init(
        stack: String, account: String, region: String, purpose: Purpose, changes: [Change] = [],
        actions: [Action] = [],
        permissions: [PermissionChange] = [], userAccountsAtStake: Int = 0, outputs: [String: Value] = [:],
        notices: [String] = []
    ) {
        self.stack = stack
        self.account = account
        self.region = region
        self.purpose = purpose
        self.changes = changes
        self.actions = actions
        self.permissions = permissions
        self.userAccountsAtStake = userAccountsAtStake
        self.outputs = outputs
        self.notices = notices
    }
}
