import Schema

/// What a draft has decided for one address.
struct Decision {
    var change: Change
    /// The properties as they shall be, in AWS's form.
    var wanted: Value
    var settings: RecordSettings
    /// The rows that an update writes.
    var changed: Set<String> = []
    /// The rows that are written by a second action, since they close a cycle.
    var late: Set<String> = []
    /// What the second action waits for.
    var lateDependsOn: Set<Address> = []
    /// Objects replaced earlier and not deleted yet.
    var deposed: [String] = []
    /// Objects that lost calls made and nobody can use: they go before another one is made, since AWS may bound their number.
    var useless: [String] = []
    /// The live object is recorded although the state did not know it.
    var isTakenBack = false
    /// The state does not have all that others may refer to.
    var lacksOutputs = false
    /// The record goes, the object stays or is gone.
    var isForgotten = false
    /// What it belongs to is made anew, and it with it.
    var mustBeRemade = false
    /// The old object must go before the new one can have its name.
    var replacesFirst = false
    var userAccountsLost = 0
    var permissions: PermissionChange?

    var isCreated: Bool { change.kind == .create }
    /// A new object takes the place of a live one.
    var isRemade: Bool { change.kind == .replace || change.kind == .rotate }

    /// What goes back to AWS's default inside the rows of `names`, and the elements that go from a list.
    func resets(of names: Set<String>) -> [String: Value] {
        var resets: [String: Value] = [:]
        for row in change.attributes where names.contains(row.attribute) {
            if row.path != row.attribute {
                if row.cause == .awsDefault { resets[row.path] = row.after }
            } else if let before = row.before.list, let after = row.after.list {
                let gone = before.filter { !after.contains($0) }
                if !gone.isEmpty { resets[row.path] = .list(gone) }
            }
        }
        return resets
    }

    init(change: Change, wanted: Value, settings: RecordSettings) {
        self.change = change
        self.wanted = wanted
        self.settings = settings
    }
}
