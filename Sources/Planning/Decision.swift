import Schema
import State

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
    /// What each row refers to and must wait for.
    var targets: [String: Set<Address>] = [:]
    /// What the second action waits for.
    var lateDependsOn: Set<Address> = []
    /// Objects replaced earlier and not deleted yet, which something may be using.
    var deposed: [Deposed] = []
    /// Objects that nothing can be using: they go before another one is made, since AWS may bound their number.
    var useless: [String] = []
    /// The live object is recorded although the state did not know it.
    var isTakenBack = false
    /// What others may refer to and the state does not have as it is by now.
    var unrecordedOutputs: [String: Value] = [:]
    /// The record goes, the object stays or is gone.
    var isForgotten = false
    /// How the live object goes when it is replaced; nil where it goes at once.
    var grace: Grace?
    /// What has its secret, from it or from something that has it from it.
    var users: [Address] = []
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

    /// What the rows of `names` refer to; all rows where it is nil.
    func ties(of names: Set<String>?, besides others: Set<String> = []) -> [Address] {
        Set(targets.filter { (names?.contains($0.key) ?? true) && !others.contains($0.key) }.flatMap(\.value)).sorted()
    }

    init(change: Change, wanted: Value, settings: RecordSettings) {
        self.change = change
        self.wanted = wanted
        self.settings = settings
    }
}
