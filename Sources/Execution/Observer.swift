package import AWSClient
package import Planning
package import Provider
package import Schema
package import State

/// Reads the live account for a plan: everything that the state names at once, then what is to be looked for.
package struct Observer: Sendable {
    private let registry: Registry
    private let context: StackContext
    private let caller: any AWSCaller
    private let pace: any Pace
    private let parallelism: Int
    private let shared = SharedReads()

    package init(registry: Registry, context: StackContext, caller: any AWSCaller, pace: any Pace, parallelism: Int) {
        self.registry = registry
        self.context = context
        self.caller = caller
        self.pace = pace
        self.parallelism = max(1, parallelism)
    }

    /// - Parameter intents: create calls that the journal knows no result of.
    package func observe(
        _ desired: DesiredStack, prior: Snapshot?, intents: [Intent]
    ) async throws(ProviderError) -> Observation {
        let open = Dictionary(grouping: intents.filter(\.creates), by: \.address)
        let types = Dictionary(registry.types.map { ($0.section, $0) }, uniquingKeysWith: { first, _ in first })
        let recorded = (prior?.resources ?? [:]).compactMapValues(\.physicalId)
        var observation = Observation()
        var resolver = Resolver(context: context, resources: desired.resources, types: types)

        let reads = recorded.filter { registry[$0.key.section] != nil }
        for (address, live) in try await each(reads, { provider, address, physicalId throws(ProviderError) in
            try await provider.read(physicalId, calls(address))
        }) {
            guard let live else { continue }
            observation.live[address] = live
            resolver.know(live.outputs, of: address)
        }
        // What has no object yet, and what a lost call may have made a second one of. Some can be looked for only once
        // what they belong to is found.
        var wanted = desired.resources.filter { recorded[$0.key] == nil || open[$0.key] != nil }
        while true {
            var ready: [Address: Value] = [:]
            for (address, resource) in wanted {
                guard let provider = registry[address.section] else { continue }
                let attributes = resolver.resolve(resource.attributes)
                if provider.locatedBy.allSatisfy({ attributes[$0].isKnown }) { ready[address] = attributes }
            }
            if ready.isEmpty { return observation }
            for address in ready.keys { wanted[address] = nil }
            let found = try await each(ready) { provider, address, attributes throws(ProviderError) in
                let calls = calls(address)
                let located = try await provider.locate(attributes, intents: open[address] ?? [], calls)
                let physicalId: String? =
                    switch located {
                    case .ours(let id), .unowned(let id): id
                    default: nil
                    }
                guard let physicalId, recorded[address] == nil else { return (located, nil as Live?) }
                return (located, try await provider.read(physicalId, calls))
            }
            for (address, (located, live)) in found {
                observation.located[address] = located
                guard let live else { continue }
                observation.live[address] = live
                resolver.know(live.outputs, of: address)
            }
        }
    }

    /// Counts the user accounts in live objects that would take them along.
    package func countUserAccounts(in observation: inout Observation) async throws(ProviderError) {
        let holders = observation.live.filter { registry[$0.key.section]?.type.losesWhenDeleted != nil }
        observation.userAccounts = try await each(holders) { provider, address, live throws(ProviderError) in
            try await provider.userAccounts(live.physicalId, calls(address))
        }.compactMapValues(\.self)
    }

    private func calls(_ address: Address) -> Calls {
        Calls(
            address: address, context: context, caller: caller, recorder: Forbidding(), pace: pace, shared: shared)
    }

    /// Does one thing for each address, so many at once.
    private func each<Input: Sendable, Output: Sendable>(
        _ inputs: [Address: Input],
        _ body: @escaping @Sendable (any Provider, Address, Input) async throws(ProviderError) -> Output
    ) async throws(ProviderError) -> [Address: Output] {
        var outputs: [Address: Output] = [:]
        var failure: ProviderError?
        await withTaskGroup(of: (Address, Result<Output, ProviderError>).self) { group in
            var waiting = inputs.sorted { $0.key < $1.key }[...]
            func startNext() {
                guard let (address, input) = waiting.popFirst(), let provider = registry[address.section] else { return }
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

    func made(_ physicalId: String, outputs: [String: Value], address: Address) async throws(ProviderError) {}
}
