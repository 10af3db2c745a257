package import Foundation
package import Records

/// Where the state of one stack is kept: a snapshot, and behind it the steps that were recorded since. Who writes holds the stack's lock.
package protocol StateStore: Sendable {
    /// What is recorded; nil where nothing is.
    func load() throws(StateError) -> Snapshot?

    /// Records one step, which is safe when this returns. Its cost does not grow with what is recorded already.
    ///
    /// - Parameters:
    ///   - step: what changed.
    ///   - snapshot: what is recorded with it, for when the steps have become so many that a new snapshot is due.
    /// - Throws: as `compact`; then the step is not recorded.
    func append(_ step: SnapshotStep, reaching snapshot: Snapshot) throws(StateError)

    /// Replaces all that is kept by one snapshot, at once, and gives back what is kept now: the same, with the next serial.
    ///
    /// - Throws: `concurrentWrite` where what is kept is not what the snapshot came from, `wrongOwner` where it belongs to another stack or
    ///   has resources of another account or region, whatever `load` throws, `unwritable` where there is a secret in the snapshot, and
    ///   `system`. What was kept stays whole in every case.
    func compact(_ snapshot: Snapshot) throws(StateError) -> Snapshot

    /// Takes the lock for a command, without waiting. Throws `locked` where somebody else has it, and `system`.
    func lock(for command: String, now: Date) throws(StateError) -> Lock
}
