import Foundation
import Records
import Store

/// What the state file and the journal of one stack say, read together.
struct Recorded {
    var snapshot: Snapshot?
    /// Calls that the journal knows no result of.
    var intents: [Intent] = []
    /// Why a file could not be read: `damagedState`, `damagedJournal`.
    var damage: [StateError] = []

    /// - Parameter toleratesDamage: whether a damaged file counts as one that is not there. Otherwise it throws.
    static func load(at location: StateLocation, toleratesDamage: Bool = false) throws(StateError) -> Recorded {
        var recorded = Recorded()
        do throws(StateError) {
            recorded.snapshot = try StateFile(at: location).load()
        } catch {
            guard toleratesDamage, case .damagedState = error else { throw error }
            recorded.damage.append(error)
        }
        do throws(StateError) {
            recorded.intents = try Journal.pending(at: location).map(\.intent)
        } catch {
            guard toleratesDamage, case .damagedJournal = error else { throw error }
            recorded.damage.append(error)
        }
        return recorded
    }

    /// Whether anything binds it to its account and region: a resource, or a call that may have made one.
    var isBound: Bool { snapshot?.isBound == true || !intents.isEmpty }

    /// The same, in the account and region that are meant where nothing binds it to others.
    func settled(in account: String, region: String) -> Recorded {
        guard !isBound else { return self }
        var settled = self
        settled.snapshot?.account = account
        settled.snapshot?.region = region
        return settled
    }
}
