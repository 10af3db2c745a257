package import AWSClient
package import Planning
package import Provider
package import Schema
package import State

/// What has been done: the snapshot in memory and on disk, and the journal that runs ahead of it. Every change of AWS goes
/// through here twice: as an intent before its request, as a record after.
package actor Ledger: Recorder {
    package private(set) var snapshot: Snapshot
    private let types: [String: ResourceType]
    private let file: StateFile
    private let journal: Journal
    private let now: @Sendable () -> Double
    private let salt: @Sendable () -> [UInt8]
    /// What the resources of this run gave, secrets among it: they live here and nowhere else.
    private var outputs: [Address: [String: Value]] = [:]
    /// The intents that no record covers yet.
    private var open: [Address: [(id: Int, intent: Intent)]] = [:]

    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - salt: sixteen random bytes, others each time.
    package init(
        snapshot: Snapshot, types: [String: ResourceType], file: StateFile, journal: Journal,
        now: @escaping @Sendable () -> Double, salt: @escaping @Sendable () -> [UInt8]
    ) async {
        self.snapshot = snapshot
        self.types = types
        self.file = file
        self.journal = journal
        self.now = now
        self.salt = salt
        outputs = snapshot.resources.mapValues(\.outputs)
        for entry in await journal.pending { open[entry.intent.address, default: []].append((entry.id, entry.intent)) }
    }

    // MARK: Before a request

    package func intend(
        _ operation: AWSOperation, on physicalId: String?, baseline: [String], address: Address
    ) async throws(ProviderError) {
        let intent = Intent(
            address: address, type: types[address.section]?.name ?? address.section, operation: operation.name,
            creates: operation.effect == .create, physicalId: physicalId, baseline: baseline, at: now())
        do {
            open[address, default: []].append((try await journal.begin(intent), intent))
        } catch {
            throw .state(error)
        }
    }

    // MARK: After it

    package func made(_ physicalId: String, outputs: [String: Value], address: Address) async throws(ProviderError) {
        var record = snapshot.resources[address] ?? Record(type: types[address.section]?.name ?? "", physicalId: nil)
        if let old = record.physicalId, old != physicalId, !record.deposed.contains(old) { record.deposed.append(old) }
        record.physicalId = physicalId
        // Nothing is known to be applied yet: the next plan compares everything that the file says.
        record.attributes = [:]
        record.outputs = [:]
        record.secrets = [:]
        self.outputs[address] = [:]
        learn(outputs, &record, address)
        snapshot.resources[address] = record
        try save()
    }

    /// Records that an address is as an action says.
    package func applied(
        _ action: Action, physicalId: String, attributes: Value, outputs: [String: Value]
    ) async throws(ProviderError) {
        let address = action.address
        var record = snapshot.resources[address] ?? Record(type: types[address.section]?.name ?? "", physicalId: physicalId)
        record.physicalId = physicalId
        record.attributes = attributes
        record.dependsOn = action.settings.dependsOn
        record.isRetained = action.settings.isRetained
        record.isProtected = action.settings.isProtected
        learn(outputs, &record, address)
        snapshot.resources[address] = record
        try save()
        try await settle(address)
    }

    package func deleted(_ physicalId: String, of address: Address) async throws(ProviderError) {
        guard var record = snapshot.resources[address] else { return }
        record.deposed.removeAll { $0 == physicalId }
        if record.physicalId == physicalId { record.physicalId = nil }
        let isEmpty = record.physicalId == nil && record.deposed.isEmpty
        snapshot.resources[address] = isEmpty ? nil : record
        try save()
        try await settle(address)
    }

    package func forgotten(_ address: Address) async throws(ProviderError) {
        snapshot.resources[address] = nil
        try save()
        try await settle(address)
    }

    /// Records objects that a lost call left behind, so that they are deleted although nobody uses them.
    package func deposed(_ physicalIds: [String], of address: Address) async throws(ProviderError) {
        var record = snapshot.resources[address] ?? Record(type: types[address.section]?.name ?? "", physicalId: nil)
        record.deposed += physicalIds.filter { !record.deposed.contains($0) }
        snapshot.resources[address] = record
        try save()
    }

    /// Ends a run: the stack's outputs are recorded, and the journal, which has nothing to say any more, is emptied.
    package func close(
        outputs: [String: Value], file path: String, isProtected: Bool, everythingSettled: Bool
    ) async throws(ProviderError) {
        snapshot.outputs = outputs.filter { $0.value.isKnown && !$0.value.holdsSecret }
        snapshot.file = path
        snapshot.isProtected = isProtected
        try save()
        guard everythingSettled else { return }
        for address in open.keys { try await settle(address) }
        do { try await journal.clear() } catch { throw .state(error) }
    }

    // MARK: What is known

    /// Create calls of this run whose result is not recorded.
    package func openIntents(of address: Address) -> [Intent] {
        (open[address] ?? []).map(\.intent).filter(\.creates)
    }

    package func physicalId(of address: Address) -> String? { snapshot.resources[address]?.physicalId }

    package func knownOutputs() -> [Address: [String: Value]] { outputs }

    package func learn(_ values: [String: Value], of address: Address) {
        outputs[address, default: [:]].merge(values) { $1 }
    }

    private func learn(_ values: [String: Value], _ record: inout Record, _ address: Address) {
        outputs[address, default: [:]].merge(values) { $1 }
        for (name, value) in values {
            if case .secret(let secret) = value {
                record.secrets[name] = SecretDigest(of: secret, salt: salt())
            } else {
                record.outputs[name] = value
            }
        }
    }

    /// The address's intents are covered by what the state says now.
    private func settle(_ address: Address) async throws(ProviderError) {
        for (id, _) in open.removeValue(forKey: address) ?? [] {
            do { try await journal.end(id) } catch { throw .state(error) }
        }
    }

    private func save() throws(ProviderError) {
        do { snapshot = try file.save(snapshot) } catch { throw .state(error) }
    }
}
