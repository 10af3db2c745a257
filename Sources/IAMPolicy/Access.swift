/// One piece of access: what may be done, on what, and under which conditions.
package struct Access: Sendable, Hashable, Codable {
    package var actions: [String]
    package var resources: [String]
    /// Conditions in words; nil where there are none.
    package var conditions: String?

    package init(actions: [String], resources: [String], conditions: String? = nil) {
        self.actions = actions
        self.resources = resources
        self.conditions = conditions
    }
}
