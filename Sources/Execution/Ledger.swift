package import AWSClient
package import Planning
package import Provider
package import Model
package import Schema
package import Records
package import Store

/// What has been done: the snapshot in memory and on disk, and the journal that runs ahead of it. Every change of AWS goes
/// through here twice: as an intent before its request, as a record after.
package actor Ledger: Recorder {
    package private(set) var snapshot: Snapshot
    private let types: [String: ResourceType]
    private let store: any StateStore
    private let journal: Journal
    private let now: @Sendable () -> Double
    private let salt: @Sendable () -> [UInt8]
    /// What the resources of this run gave, secrets among it: they live here and nowhere else.
    private var outputs: [Address: [String: Value]] = [:]
    /// The intents that no record covers yet.
    private var open: [Address: [(id: Int, intent: Intent)]] = [:]
    /// What was recorded before an action of this run gave its address another object.
    private var replaced: [Address: Record] = [:]
    /// How many requests of this run have changed something of an address, or may have.
    private var changes: [Address: Int] = [:]
    /// What was recorded of properties before an update of this run.
    private var updated: [Address: Value] = [:]
    /// The addresses whose records differ from what is kept.
    private var unsaved: Set<Address> = []
    /// Which records are bound to the object of an address.
    private var boundTo: [Address: Set<Address>] = [:]
    /// What the actions under way will have recorded, for a record that is written before they are done.
    private var begun: [Address: (action: Action, attributes: Value, grace: Grace?)] = [:]

    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - salt: sixteen random bytes, others each time.
    package init(
        snapshot: Snapshot, types: [String: ResourceType], store: any StateStore, journal: Journal,
        now: @escaping @Sendable () -> Double, salt: @escaping @Sendable () -> [UInt8]
    ) async {
        self.snapshot = snapshot
        self.types = types
        self.store = store
        self.journal = journal
        self.now = now
        self.salt = salt
        outputs = snapshot.resources.mapValues(\.outputs)
        for (address, record) in snapshot.resources {
            for target in record.boundIds.keys { boundTo[target, default: []].insert(address) }
        }
        for entry in await journal.pending { open[entry.intent.address, default: []].append((entry.id, entry.intent)) }
    }

    // MARK: Before a request

    /// An action is about to be carried out. What it sets counts as set from here on: after a kill the file may have
    /// changed, and what it does not name any more goes back to AWS's default only where the state knows of it.
    ///
    /// - Parameters:
    ///   - isOldGone: whether the recorded object does not exist any more.
    ///   - grace: how it goes, where it is replaced.
    package func begin(
        _ action: Action, attributes: Value, isOldGone: Bool, grace: Grace? = nil
    ) throws(ProviderError) {
        let address = action.address
        let attributes = attributes.sealed(salt: salt)
        begun[address] = (action, attributes, grace)
        if isOldGone, snapshot.resources[address]?.physicalId != nil {
            snapshot.resources[address]?.physicalId = nil
            unsaved.insert(address)
        }
        guard let update = action.update, var record = snapshot.resources[address] else { return }
        let set = Value.map((attributes.map ?? [:]).filter { update.changed.contains($0.key) })
        let united = record.attributes.united(with: set)
        updated[address] = record.attributes
        if united == record.attributes { return }
        record.attributes = united
        put(record, at: address)
        try save()
    }

    /// Objects that are the stack's and are to be deleted, where the state does not know them yet: whatever happens, the next
    /// plan does.
    package func expect(deletions: [Action]) throws(ProviderError) {
        for action in deletions {
            guard let deletion = action.deletion,
                snapshot.resources[action.address]?.physicalIds.contains(deletion.physicalId) != true
            else { continue }
            depose(
                Deposed(deletion.physicalId, isOrphan: deletion.isOrphan, grace: deletion.grace), of: action.address,
                deletion.settings)
        }
        if !unsaved.isEmpty { try save() }
    }

    package func intend(
        _ operation: AWSOperation, on physicalId: String?, baseline: [String], address: Address
    ) async throws(ProviderError) {
        let intent = Intent(
            address: address, type: types[address.section]?.name ?? address.section, operation: operation.name,
            creates: operation.effect == .create, physicalId: physicalId, baseline: baseline, at: now(),
            record: operation.effect == .create || begun[address]?.action.kind == .create ? planned(address) : nil)
        do {
            open[address, default: []].append((try await journal.begin(intent), intent))
        } catch {
            throw .state(error)
        }
        changes[address, default: 0] += 1
    }

    /// Notes that an object which is to be deleted is about to be switched off, or was switched on again.
    package func switched(off isOff: Bool, _ physicalId: String, of address: Address) throws(ProviderError) {
        guard let index = snapshot.resources[address]?.deposed.firstIndex(where: { $0.physicalId == physicalId }) else {
            return
        }
        snapshot.resources[address]?.deposed[index].isSwitchedOff = isOff
        unsaved.insert(address)
        try save()
    }

    /// Whether a run has switched an object off that is to be deleted.
    package func hasSwitchedOff(_ physicalId: String, of address: Address) -> Bool {
        snapshot.resources[address]?.deposed.contains { $0.physicalId == physicalId && $0.isSwitchedOff } ?? false
    }

    /// An update was made, did not prove itself and was taken back: what it was to set is not set.
    package func rolledBack(_ address: Address) async throws(ProviderError) {
        if let before = updated.removeValue(forKey: address), var record = snapshot.resources[address] {
            record.attributes = before
            put(record, at: address)
            try save()
        }
        // It came to an end, and the object is as it was.
        try await settle(address) { !$0.creates }
    }

    /// What was announced is over: nothing is to be looked into after a kill. Where the journal cannot be written, it is looked into.
    package func changedNothing(_ operation: AWSOperation, on physicalId: String?, address: Address) async {
        changes[address, default: 0] -= 1
        guard
            let index = open[address]?.lastIndex(where: {
                $0.intent.operation == operation.name && $0.intent.physicalId == physicalId
            }),
            let refused = open[address]?.remove(at: index)
        else { return }
        try? await journal.end(refused.id)
    }

    /// What the action under way will have recorded.
    private func planned(_ address: Address) -> Record? {
        begun[address].map { begun in
            var record = Record(type: types[address.section]?.name ?? "", physicalId: nil, attributes: begun.attributes)
            record.take(begun.action.settings)
            return record
        }
    }

    // MARK: After it

    package func recordCreated(_ physicalId: String, outputs: [String: Value], address: Address)
        async throws(ProviderError)
    {
        var record = record(of: address)
        if record.physicalId != physicalId {
            replaced[address] = snapshot.resources[address]
            if let old = record.physicalId {
                record.deposed.add(
                    Deposed(
                        old, grace: begun[address]?.grace, dependsOn: record.dependsOn,
                        attributes: record.attributes.withoutReferences,
                        boundIds: record.boundIds))
            }
            record.deposed.remove(physicalId)
            record.physicalId = physicalId
            record.attributes = [:]
            record.outputs = [:]
            record.secrets = [:]
            record.boundIds = [:]
            self.outputs[address] = [:]
        }
        if let begun = begun[address] {
            record.attributes = record.attributes.united(with: begun.attributes)
            record.take(begun.action.settings)
            bind(&record, by: begun.action)
        }
        learn(outputs, &record, address)
        put(record, at: address)
        try save()
    }

    /// Records that an address is as an action says.
    package func applied(
        _ action: Action, physicalId: String, attributes: Value, outputs: [String: Value]
    ) async throws(ProviderError) {
        let address = action.address
        var record = record(of: address)
        record.physicalId = physicalId
        record.attributes = attributes.sealed(salt: salt)
        record.take(action.settings)
        bind(&record, by: action)
        learn(outputs, &record, address)
        put(record, at: address)
        begun[address] = nil
        try save()
        try await settle(address) { $0.physicalId == nil || $0.physicalId == physicalId }
    }

    /// - Parameter isFollowed: whether the address gets another object in this run: its record stays, since others name it.
    package func deleted(
        _ physicalId: String, of address: Address, isFollowed: Bool
    ) async throws(ProviderError) {
        if var record = snapshot.resources[address] {
            record.deposed.remove(physicalId)
            if record.physicalId == physicalId { record.physicalId = nil }
            let isEmpty = record.physicalId == nil && record.deposed.isEmpty && !isFollowed
            if record.physicalId == nil, record.deposed.isEmpty {
                // It refers to nothing any more, so what it referred to may go before its successor is there.
                record.attributes = [:]
                record.dependsOn = []
            }
            put(record, at: address)
            if isEmpty { remove(address) }
            try save()
        }
        // A create call for the same address may be under way.
        try await settle(address) { $0.physicalId == physicalId }
    }

    package func forgotten(_ address: Address) async throws(ProviderError) {
        remove(address)
        try save()
        try await settle(address) { _ in true }
    }

    /// Takes one object out of an address's record: it stays in AWS, and is not this stack's.
    package func forgotten(_ physicalId: String, of address: Address) async throws(ProviderError) {
        guard var record = snapshot.resources[address] else { return }
        record.deposed.remove(physicalId)
        if record.physicalId == physicalId { record.physicalId = nil }
        put(record, at: address)
        try save()
        try await settle(address) { $0.physicalId == physicalId }
    }

    private func remove(_ address: Address) {
        snapshot.resources[address] = nil
        unsaved.insert(address)
        for other in boundTo.removeValue(forKey: address) ?? []
        where snapshot.resources[other]?.boundIds[address] != nil {
            snapshot.resources[other]?.boundIds[address] = nil
            unsaved.insert(other)
        }
    }

    private func put(_ record: Record, at address: Address) {
        snapshot.resources[address] = record
        unsaved.insert(address)
        for target in record.boundIds.keys { boundTo[target, default: []].insert(address) }
    }

    /// Records objects that a lost call left behind, so they are deleted although nobody uses them.
    package func deposed(_ physicalIds: [String], by action: Action) throws(ProviderError) {
        for id in physicalIds { depose(Deposed(id, isOrphan: true), of: action.address, action.settings) }
        try save()
    }

    /// Makes an address's record what it was before an action of this run gave it the object `physicalId`, which is to be
    /// deleted: that is recorded, whatever happens.
    package func restore(_ address: Address, undoing physicalId: String) throws(ProviderError) {
        guard var record = replaced[address] else { return }
        // What else came to be deleted meanwhile stays so.
        record.deposed = (snapshot.resources[address]?.deposed ?? []).filter { $0.physicalId != record.physicalId }
        record.deposed.add(Deposed(physicalId, isOrphan: true))
        put(record, at: address)
        outputs[address] = record.outputs
        try save()
    }

    private func depose(_ deposed: Deposed, of address: Address, _ settings: RecordSettings) {
        var record = record(of: address)
        if snapshot.resources[address] == nil { record.take(settings) }
        record.deposed.add(deposed)
        put(record, at: address)
    }

    /// Notes to which objects an action bound its object.
    private func bind(_ record: inout Record, by action: Action) {
        for target in action.properties?.boundTo ?? [] {
            record.boundIds[target] = types[target.section]?.uniqueId(in: outputs[target] ?? [:])
        }
    }

    private func record(of address: Address) -> Record {
        snapshot.resources[address] ?? Record(type: types[address.section]?.name ?? "", physicalId: nil)
    }

    /// Ends a run: the stack's outputs are recorded, and the journal, which has nothing to say any more, is emptied.
    package func close(
        outputs: [String: Value], file path: String, isProtected: Bool, everythingSettled: Bool
    ) async throws(ProviderError) {
        snapshot.outputs = outputs.filter { $0.value.isKnown && !$0.value.holdsSecret }
        snapshot.file = path
        snapshot.isProtected = isProtected
        do { snapshot = try store.compact(snapshot) } catch { throw .state(error) }
        unsaved = []
        guard everythingSettled else { return }
        for address in open.keys { try await settle(address) { _ in true } }
        do { try await journal.clear() } catch { throw .state(error) }
    }

    // MARK: What is known

    /// Create calls of this run whose result is not recorded.
    package func openIntents(of address: Address) -> [Intent] {
        (open[address] ?? []).map(\.intent).filter(\.creates)
    }

    /// Whether this run has changed something of an address, or may have.
    package func mayHaveChanged(_ address: Address) -> Bool { changes[address, default: 0] > 0 }

    package func physicalId(of address: Address) -> String? { snapshot.resources[address]?.physicalId }

    /// Every object that the state has for an address.
    package func physicalIds(of address: Address) -> Set<String> { snapshot.resources[address]?.physicalIds ?? [] }

    /// What the state has of an address's properties.
    package func attributes(of address: Address) -> Value { snapshot.resources[address]?.attributes ?? [:] }

    /// The outputs of all that a value refers to, as far as they are known.
    package func knownOutputs(of value: Value) -> [Address: [String: Value]] {
        var known: [Address: [String: Value]] = [:]
        for reference in value.references { known[reference.address] = outputs[reference.address] }
        return known
    }

    package func learn(_ values: [String: Value], of address: Address) {
        outputs[address, default: [:]].merge(hidden(values, of: address)) { $1 }
    }

    private func hidden(_ values: [String: Value], of address: Address) -> [String: Value] {
        types[address.section]?.hidingSecrets(in: values) ?? values
    }

    private func learn(_ values: [String: Value], _ record: inout Record, _ address: Address) {
        outputs[address, default: [:]].merge(hidden(values, of: address)) { $1 }
        for (name, value) in hidden(values, of: address) {
            if case .secret(let secret) = value {
                record.secrets[name] = SecretDigest(of: secret, salt: salt())
            } else {
                record.outputs[name] = value
            }
        }
    }

    /// Those of the address's intents are covered by what the state says now.
    private func settle(_ address: Address, _ isCovered: (Intent) -> Bool) async throws(ProviderError) {
        let covered = (open[address] ?? []).filter { isCovered($0.intent) }
        open[address]?.removeAll { isCovered($0.intent) }
        for (id, _) in covered {
            do { try await journal.end(id) } catch { throw .state(error) }
        }
    }

    private func save() throws(ProviderError) {
        var next = snapshot
        next.serial += 1
        do {
            try store.append(SnapshotStep(to: next, changing: unsaved), reaching: next)
        } catch {
            throw .state(error)
        }
        snapshot.serial = next.serial
        unsaved = []
    }
}

extension Record {
    fileprivate mutating func take(_ settings: RecordSettings) {
        dependsOn = settings.dependsOn
        isRetained = settings.isRetained
        isProtected = settings.isProtected
    }
}

extension Value {
    /// What either says: this where both do, the elements of both where they are lists.
    fileprivate func united(with other: Value) -> Value {
        switch (self, other) {
        case (.map(let mine), .map(let theirs)): .map(mine.merging(theirs) { $0.united(with: $1) })
        case (.list(let mine), .list(let theirs)): .list(mine + theirs.filter { !mine.contains($0) })
        default: self
        }
    }
}
