import Model
import Schema
import Records

/// What a draft has decided for one address.
struct Decision {
    var change: Change
    /// The properties as they shall be, in AWS's form.
    var wanted: Value
    /// Which of them are secrets.
    var secretPaths = SecretPaths()
    var settings: RecordSettings
    /// The rows that an update writes.
    var changed: Set<String> = []
    /// The rows that are written by a second action, since they close a cycle.
    var late: Set<String> = []
    /// Rows that give access to what changes its object, with what they say while both objects are in use: written first, and as they are
    /// wanted once nothing uses the old object any more.
    var widened: [String: Value] = [:]
    /// Those of them that are live as widened already.
    var heldRows: Set<String> = []
    /// What these rows give access to, or whom.
    var widenedFor: Set<Address> = []
    /// What each row refers to and must wait for.
    var targets: [String: Set<Address>] = [:]
    /// What the second action waits for.
    var lateDependsOn: Set<Address> = []
    /// Objects replaced earlier and not deleted yet, which something may be using.
    var deposed: [Deposed] = []
    /// Objects that nothing can be using: they go before another one is made, since AWS may bound their number.
    var useless: [String] = []
    /// The live object is recorded although the state did not know it as the current one.
    var isReadopted = false
    /// The object that becomes the address's again, in place of the recorded one; nil where none does.
    var reinstated: Reinstated?
    /// Objects that must be deleted before a new one can have their name.
    var nameHolders: [Deposed] = []
    /// Recorded objects that are not this stack's: they stay in AWS and are taken out of the state.
    var disowned: [String] = []
    /// A run that was cut short has not seen whether it works.
    var mustBeFinished = false
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
    /// The properties of the live object that the address has now; nil where it has none.
    var before: Value?
    /// Those of the object that it has by the end of the plan; nil where it has none then.
    var after: Value?

    var isCreated: Bool { change.kind == .create }
    /// A new object takes the place of a live one.
    var isRemade: Bool { (change.kind == .replace || change.kind == .rotate) && reinstated == nil }

    /// Another object takes the place of the recorded one: a new one, or one that is there.
    var changesItsObject: Bool { isRemade || reinstated != nil }

    /// The rows that an update writes before anything that uses the object goes over to another one.
    var changedAtFirst: Set<String> { changed.subtracting(heldRows) }

    /// The properties as they shall be while both the old and the new object of what they give access to are in use.
    var wantedBeforeNarrowing: Value { .map((wanted.map ?? [:]).merging(widened) { $1 }) }

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
