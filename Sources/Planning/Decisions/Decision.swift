import Model
import Schema
import Records

/// What an attempt has decided for one address.
struct Decision {
    var change: Change
    var fate = Fate.kept(isReadopted: false)
    /// The properties as they shall be, in AWS's form.
    var wanted: Value
    /// Which of them are secrets.
    var secretPaths = SecretPaths()
    var settings: RecordSettings
    /// What its live object has otherwise than the file wants; none where there is none.
    var differences: [AttributeChange] = []
    /// The rows that an update writes.
    var changed: Set<String> = []
    /// What each row refers to and must wait for.
    var targets: [String: Set<Address>] = [:]
    var deferral = Deferral()
    var widening = Widening()
    var old = OldObjects()
    var retirement = Retirement()
    /// A run that was cut short has not seen whether it works.
    var mustBeFinished = false
    /// What others may refer to and the state does not have as it is by now.
    var unrecordedOutputs: [String: Value] = [:]
    var userAccountsLost = 0
    /// The properties of the live object that the address has now; nil where it has none.
    var before: Value?
    /// Those of the object that it has by the end of the plan; nil where it has none then.
    var after: Value?

    init(change: Change, wanted: Value, settings: RecordSettings) {
        self.change = change
        self.wanted = wanted
        self.settings = settings
    }

    /// Rows that a second action writes, since they close a cycle.
    struct Deferral {
        var rows: Set<String> = []
        /// What that action waits for.
        var dependsOn: Set<Address> = []
    }

    /// Access that is given to both objects of an address while one takes the other's place.
    struct Widening {
        /// Rows that give access to what changes its object, with what they say while both objects are in use: written first, and as they
        /// are wanted once nothing uses the old object any more.
        var rows: [String: Value] = [:]
        /// Those of them that are live as widened already.
        var held: Set<String> = []
        /// What these rows give access to, or whom.
        var targets: Set<Address> = []
    }

    /// Objects that an address had before, or that calls without an answer made for it.
    struct OldObjects {
        /// Replaced earlier and not deleted yet, which something may be using.
        var deposed: [Deposed] = []
        /// Those that nothing can be using: they go before another one is created, since AWS may bound their number.
        var orphans: [String] = []
        /// Those that must be deleted before a new one can have their name.
        var nameHolders: [Deposed] = []
        /// Those that are not this stack's: they stay in AWS and are taken out of the state.
        var disowned: [String] = []
    }

    /// How the live object goes when another one takes its place.
    struct Retirement {
        /// Nil where it goes at once.
        var grace: Grace?
        /// What has its secret, from it or from something that has it from it, or what uses it.
        var users: [Address] = []
    }
}

extension Decision {
    /// The rows that an update writes before anything that uses the object goes over to another one.
    var changedAtFirst: Set<String> { changed.subtracting(widening.held) }

    /// The properties as they shall be while both the old and the new object of what they give access to are in use.
    var wantedBeforeNarrowing: Value { .map((wanted.map ?? [:]).merging(widening.rows) { $1 }) }

    /// What goes back to AWS's default inside the rows of `names`, and the elements that go from a list.
    func resets(of names: Set<String>) -> [PropertyPath: Value] {
        var resets: [PropertyPath: Value] = [:]
        for row in change.attributes where names.contains(row.attribute) {
            if row.path != PropertyPath(row.attribute) {
                if row.cause == .awsDefault { resets[row.path] = row.after }
            } else if let before = row.before.list, let after = row.after.list {
                let kept = Set(after)
                let gone = before.filter { !kept.contains($0) }
                if !gone.isEmpty { resets[row.path] = .list(gone) }
            }
        }
        return resets
    }

    /// What the rows of `names` refer to; all rows where it is nil.
    func references(of names: Set<String>?, excluding others: Set<String> = []) -> [Address] {
        Set(targets.filter { (names?.contains($0.key) ?? true) && !others.contains($0.key) }.flatMap(\.value)).sorted()
    }
}
