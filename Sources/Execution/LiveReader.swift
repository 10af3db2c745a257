package import AWSClient
package import Planning
package import Provider
import Model
package import Schema
package import Records

/// Reads the live account for a plan: everything that the state names at once, then what is to be looked for.
package struct LiveReader: Sendable {
    private let registry: Registry
    private let context: StackContext
    private let caller: any AWSCaller
    private let pace: any Pace
    private let parallelism: Int
    private let isFresh: Bool
    private let shared = SharedReads()

    /// - Parameter isFresh: whether the state was written so short a time ago that AWS may not show everywhere what it records.
    package init(
        registry: Registry, context: StackContext, caller: any AWSCaller, pace: any Pace, parallelism: Int,
        isFresh: Bool = false
    ) {
        self.registry = registry
        self.context = context
        self.caller = caller
        self.pace = pace
        self.parallelism = max(1, parallelism)
        self.isFresh = isFresh
    }

    /// - Parameter intents: calls that the journal knows no result of.
    package func observe(
        _ desired: DesiredStack, prior: Snapshot?, intents: [Intent]
    ) async throws(ProviderError) -> Observation {
        let records = prior?.resources ?? [:]
        let open = Dictionary(grouping: intents.filter(\.creates), by: \.address)
        var observation = Observation(interrupted: Set(intents.map(\.address)))
        async let tagged = taggedObjects()
        // What somebody was about to change or delete may well be gone.
        let touched = Set(intents.compactMap(\.physicalId))
        // What another address has is the stack's as well.
        let known = Dictionary(grouping: records, by: \.key.section).mapValues { Set($0.flatMap(\.value.physicalIds)) }
        let seen = try await each(records) { provider, address, record throws(ProviderError) in
            let known = known[address.section] ?? []
            return (
                current: try await readCurrent(record, address, provider, known: known, touched: touched),
                deposed: try await readDeposed(record.deposed, address, provider, known: known)
            )
        }
        observation.live = seen.compactMapValues(\.current)
        observation.deposed = seen.mapValues(\.deposed).filter { !$0.value.isEmpty }

        try await findLost(open, records, &observation)
        observation.unexplained = intents.filter {
            guard $0.creates, desired.resources[$0.address] == nil else { return false }
            if case .ambiguous = observation.located[$0.address] { return true }
            return !isFindable($0)
        }

        let wanted = desired.resources.filter { address, _ in
            observation.located[address] == nil
                && (observation.live[address] == nil || open[address]?.contains { !isFindable($0) } == true)
        }
        try await find(wanted, desired, open, records, &observation)
        try await findNewNames(desired, records, &observation)
        try await findLeftovers(of: intents, records, &observation)
        try await findOrphans(among: await tagged, records, &observation)
        return observation
    }

    private func readCurrent(
        _ record: Record, _ address: Address, _ provider: any Provider, known: Set<String>, touched: Set<String>
    ) async throws(ProviderError) -> Live? {
        guard let physicalId = record.physicalId else { return nil }
        let calls = calls(address, knownIds: known, recorded: record.attributes)
        if let live = try await provider.live(physicalId, calls) { return live }
        return isFresh && !touched.contains(physicalId) ? try await readLate(physicalId, address, provider) : nil
    }

    /// Reads what is to be deleted: whose it is, and whether the file wants it again. Where the type can tell neither, nothing is read.
    private func readDeposed(
        _ deposed: [Deposed], _ address: Address, _ provider: any Provider, known: Set<String>
    ) async throws(ProviderError) -> [String: Live] {
        guard provider.type.identity.isTaggable || provider.type.onceShownSecrets.isEmpty else { return [:] }
        var live: [String: Live] = [:]
        for id in deposed.physicalIds { live[id] = try await provider.live(id, calls(address, knownIds: known)) }
        return live
    }

    /// Everything that carries the stack's tags, in the same wave as the reads; and why some types' could not be listed.
    private func taggedObjects() async -> (found: [TaggedObject], unseen: String?) {
        await withTaskGroup(of: Result<[TaggedObject], ProviderError>.self) { group in
            for case let provider as any TagListingProvider in registry.providers {
                group.addTask {
                    // An address of its own, as the list is about no single resource.
                    let calls = calls(Address(section: provider.type.section, name: "*"))
                    do throws(ProviderError) { return .success(try await provider.tagged(calls)) } catch {
                        return .failure(error)
                    }
                }
            }
            var (found, unseen): ([TaggedObject], String?) = ([], nil)
            for await result in group {
                switch result {
                case .success(let objects): found += objects
                case .failure(let error): unseen = error.message
                }
            }
            return (found, unseen)
        }
    }

    /// Reads what carries the stack's tags and nothing accounts for: a list may show what was deleted a moment ago.
    private func findOrphans(
        among tagged: (found: [TaggedObject], unseen: String?), _ records: [Address: Record],
        _ observation: inout Observation
    ) async throws(ProviderError) {
        var known: [String: Set<String>] = [:]
        for (address, record) in records { known[address.section, default: []].formUnion(record.physicalIds) }
        for (address, live) in observation.live { known[address.section, default: []].insert(live.physicalId) }
        for (address, located) in observation.located {
            known[address.section, default: []].formUnion(located.physicalIds)
        }
        for (address, sighting) in observation.renamed {
            known[address.section, default: []].formUnion(sighting.located.physicalIds)
        }
        for (address, names) in observation.leftovers { known[address.section, default: []].formUnion(names) }
        let unknown = Dictionary(
            grouping: tagged.found.filter { known[$0.address.section]?.contains($0.physicalId) != true }, by: \.address)
        let found = try await each(unknown) { provider, address, objects throws(ProviderError) in
            var orphans: [Orphan] = []
            for object in objects.sorted(by: { $0.physicalId < $1.physicalId }) {
                if let live = try await provider.live(object.physicalId, calls(address)) {
                    orphans.append(Orphan(address, live))
                }
            }
            return orphans
        }
        observation.orphans = found.sorted { $0.key < $1.key }.flatMap(\.value)
        observation.orphansUnseen = tagged.unseen
    }

    /// Notes the names under which create actions without an end may have left parts of their objects: those that nothing else names,
    /// and that are no object of anybody else's.
    private func findLeftovers(
        of intents: [Intent], _ records: [Address: Record], _ observation: inout Observation
    ) async throws(ProviderError) {
        var attributes: [Address: [String: Value]] = [:]
        for intent in intents {
            guard registry[intent.address.section]?.type.hasParts == true, let planned = intent.record?.attributes,
                let name = planned["name"].string, records[intent.address]?.physicalIds.contains(name) != true,
                observation.live[intent.address]?.physicalId != name
            else { continue }
            attributes[intent.address, default: [:]][name] = planned
        }
        observation.leftovers = try await each(attributes) { provider, address, byName throws(ProviderError) in
            var names: Set<String> = []
            for (name, planned) in byName {
                if case .none = try await locate(provider, planned, [], calls(address, known: records[address])).0 {
                    names.insert(name)
                }
            }
            return names
        }.filter { !$0.value.isEmpty }
    }

    /// Looks at the names that recorded resources are to get in place of those that they have: the new objects must find them free.
    private func findNewNames(
        _ desired: DesiredStack, _ records: [Address: Record], _ observation: inout Observation
    ) async throws(ProviderError) {
        var resolver = Resolver(context: context, resources: desired.resources, types: registry.bySection)
        for (address, live) in observation.live { resolver.know(live.outputs, of: address) }
        var wanted: [Address: Value] = [:]
        for (address, resource) in desired.resources {
            guard let provider = registry[address.section], case .key = provider.type.identity,
                let live = observation.live[address]
            else { continue }
            let type = provider.type
            let attributes = type.canonicalForm(
                resolver.resolve(resource.attributes), of: provider.locatedBy, context)
            guard let key = type.key(attributes),
                !type.isSameKey(key, type.key(live.attributes) ?? live.physicalId),
                records[address]?.deposed.physicalIds.contains(key) != true
            else { continue }
            wanted[address] = attributes
        }
        let found = try await each(wanted) { provider, address, attributes throws(ProviderError) in
            let calls = calls(address, known: records[address])
            let (located, live) = try await locate(provider, attributes, [], calls)
            return (sighting: Sighting(located, live), parts: try await parts(provider, attributes, located, calls))
        }
        observation.renamed = found.mapValues(\.sighting)
        for (address, (_, parts)) in found { observation.parts[address] = parts }
    }

    /// Reads an object that was made just now and is not shown yet; nil where it is not shown in a while either. To take it for gone
    /// would make it a second time, or leave it behind.
    private func readLate(
        _ physicalId: String, _ address: Address, _ provider: any Provider
    ) async throws(ProviderError) -> Live? {
        do {
            return try await calls(address).polling("AWS to show \(physicalId)", seconds: Self.longestLag) {
                () async throws(ProviderError) -> Poll<Live> in
                // Answers that were shared once are old by now.
                let live = try await provider.live(physicalId, calls(address, shared: SharedReads()))
                return live.map(Poll.done) ?? .notYet("there is nothing")
            }
        } catch {
            if case .timedOut = error { return nil }
            throw error
        }
    }

    /// Seconds that AWS is given to show what it has made.
    private static let longestLag = 4

    /// Looks for what calls whose answer was lost have made, by what they sent: the file may say something else by now.
    private func findLost(
        _ open: [Address: [Intent]], _ records: [Address: Record], _ observation: inout Observation
    ) async throws(ProviderError) {
        let found = try await each(open) {
            provider, address, intents throws(ProviderError) -> (located: Located, live: Live?, intent: Intent)? in
            for intent in intents.reversed() where isFindable(intent) {
                let (located, live) = try await locate(
                    provider, intent.record?.attributes ?? [:], intents, calls(address, known: records[address]))
                switch located {
                case .ours, .lost, .ambiguous: return (located, live, intent)
                case .none, .unowned, .foreign: continue
                }
            }
            return nil
        }
        for case (let address, let (located, live, intent)?) in found {
            observation.located[address] = located
            observation.lost[address] = intent.record
            if observation.live[address] == nil { observation.live[address] = live }
        }
    }

    private func isFindable(_ intent: Intent) -> Bool {
        guard let record = intent.record, let provider = registry[intent.address.section] else { return false }
        return provider.locatedBy.allSatisfy { record.attributes[$0].isKnown }
    }

    /// Looks for what the file wants and nobody has found yet. Some can be looked for only once what they belong to is found.
    private func find(
        _ wanted: [Address: DesiredResource], _ desired: DesiredStack, _ open: [Address: [Intent]],
        _ records: [Address: Record], _ observation: inout Observation
    ) async throws(ProviderError) {
        var resolver = Resolver(context: context, resources: desired.resources, types: registry.bySection)
        for (address, live) in observation.live { resolver.know(live.outputs, of: address) }
        var wanted = wanted
        while true {
            var ready: [Address: Value] = [:]
            for (address, resource) in wanted {
                guard let provider = registry[address.section] else { continue }
                let attributes = provider.type.canonicalForm(
                    resolver.resolve(resource.attributes), of: provider.locatedBy, context)
                if provider.locatedBy.allSatisfy({ attributes[$0].isKnown }) { ready[address] = attributes }
            }
            if ready.isEmpty { return }
            for address in ready.keys { wanted[address] = nil }
            let found = try await each(ready) { provider, address, attributes throws(ProviderError) in
                let calls = calls(address, known: records[address])
                let (located, live) = try await locate(provider, attributes, open[address] ?? [], calls)
                return (located: located, live: live, parts: try await parts(provider, attributes, located, calls))
            }
            for (address, (located, live, parts)) in found {
                observation.located[address] = located
                observation.parts[address] = parts
                guard let live, observation.live[address] == nil else { continue }
                observation.live[address] = live
                resolver.know(live.outputs, of: address)
            }
        }
    }

    /// What a look finds, with the object where it is one.
    private func locate(
        _ provider: any Provider, _ attributes: Value, _ intents: [Intent], _ calls: ProviderContext
    ) async throws(ProviderError) -> (Located, Live?) {
        let located = try await provider.locateUnknown(attributes, intents: intents, calls)
        switch located {
        case .ours(let id), .unowned(let id): return (located, try await provider.live(id, calls))
        case .none, .foreign, .lost, .ambiguous: return (located, nil)
        }
    }

    /// What is there under the name of an object that a look did not find; nil where nothing is.
    private func parts(
        _ provider: any Provider, _ attributes: Value, _ located: Located, _ calls: ProviderContext
    ) async throws(ProviderError) -> Value? {
        guard let provider = provider as? any PartsProvider, case .none = located else { return nil }
        let parts = try await provider.parts(attributes, calls)
        return parts.map?.isEmpty == true ? nil : parts
    }

    /// Counts the user accounts in live objects that would take them along.
    package func countUserAccounts(in observation: inout Observation) async throws(ProviderError) {
        let orphans = Dictionary(
            observation.orphans.map { ($0.address, $0.live) }, uniquingKeysWith: { first, _ in first })
        let holders = orphans.merging(observation.live) { $1 }.filter {
            registry[$0.key.section]?.type.losesWhenDeleted != nil
        }
        observation.userAccounts = try await each(holders) { provider, address, live throws(ProviderError) in
            try await (provider as? any PeopleHoldingProvider)?.userAccounts(live.physicalId, calls(address))
        }.compactMapValues(\.self)
    }

    var types: [String: ResourceType] { registry.bySection }

    /// Asks whether something stops what a plan deletes from being deleted.
    package func findObstacles(to plan: Plan, in observation: inout Observation) async throws(ProviderError) {
        let deletes = plan.actions.filter { $0.kind == .delete }
        let going = Set(deletes.compactMap(\.physicalId))
        observation.obstacles = try await each(Dictionary(grouping: deletes, by: \.address)) {
            provider, address, deletes throws(ProviderError) -> RuleProblem? in
            for id in deletes.compactMap(\.physicalId) {
                if let obstacle = try await lastingObstacle(id, going, address, provider) { return obstacle }
            }
            return nil
        }.compactMapValues(\.self)
    }

    /// What a run deleted just now AWS may still show.
    private func lastingObstacle(
        _ physicalId: String, _ going: Set<String>, _ address: Address, _ provider: any Provider
    ) async throws(ProviderError) -> RuleProblem? {
        guard let provider = provider as? any DeletionGuardingProvider else { return nil }
        let calls = calls(address)
        let obstacle = try await provider.obstacle(physicalId, going: going, calls)
        guard isFresh, obstacle != nil else { return obstacle }
        do {
            return try await calls.polling("AWS to forget what was deleted", seconds: Self.longestLag) {
                () async throws(ProviderError) -> Poll<RuleProblem?> in
                let obstacle = try await provider.obstacle(physicalId, going: going, calls)
                return obstacle.map { .notYet($0.message) } ?? .done(nil)
            }
        } catch {
            if case .timedOut = error { return obstacle }
            throw error
        }
    }

    func calls(
        _ address: Address, known record: Record? = nil, knownIds: Set<String> = [], shared: SharedReads? = nil,
        recorded: Value = [:]
    ) -> ProviderContext {
        ProviderContext(
            address: address, context: context, caller: caller, recorder: Forbidding(), pace: pace,
            shared: shared ?? self.shared,
            known: record?.physicalIds ?? knownIds, recorded: recorded)
    }

    /// Does one thing for each address, so many at once.
    func each<Input: Sendable, Output: Sendable>(
        _ inputs: [Address: Input],
        _ body: @escaping @Sendable (any Provider, Address, Input) async throws(ProviderError) -> Output
    ) async throws(ProviderError) -> [Address: Output] {
        var outputs: [Address: Output] = [:]
        var failure: ProviderError?
        await withTaskGroup(of: (Address, Result<Output, ProviderError>).self) { group in
            var waiting = inputs.sorted { $0.key < $1.key }[...]
            func startNext() {
                guard let (address, input) = waiting.popFirst(), let provider = registry[address.section] else {
                    return
                }
                group.addTask {
                    do throws(ProviderError) {
                        return (address, .success(try await body(provider, address, input)))
                    } catch {
                        return (address, .failure(error))
                    }
                }
            }
            for _ in 0..<parallelism { startNext() }
            for await (address, result) in group {
                switch result {
                case .success(let output): outputs[address] = output
                case .failure(let error): failure = failure ?? error
                }
                if failure == nil { startNext() }
            }
        }
        if let failure { throw failure }
        return outputs
    }
}

/// Planning writes nothing: a provider that tries to is at fault, and nothing is sent.
private struct Forbidding: Recorder {
    func intend(
        _ operation: AWSOperation, on physicalId: String?, baseline: [String], address: Address
    ) async throws(ProviderError) {
        throw .refused(
            message: "\(operation) would change something while \(address) is only looked at.",
            help: "This is a defect of cogstack: please report it with this message.")
    }

    func changedNothing(_ operation: AWSOperation, on physicalId: String?, address: Address) async {}

    func recordCreated(_ physicalId: String, outputs: [String: Value], address: Address) async throws(ProviderError) {}
}
