package import Diagnostics
package import Schema
package import State

/// Works out what to do: desired against prior against live, for every resource, and the graph of actions that does it.
/// Pure: whatever must be known is handed in.
package struct Planner: Sendable {
    package let context: StackContext
    /// By section.
    package let types: [String: ResourceType]
    package let desired: DesiredStack
    package let prior: Snapshot?
    package let observation: Observation
    /// The addresses that may change; nil for all.
    package let targets: Set<Address>?

    package init(
        context: StackContext, types: [String: ResourceType], desired: DesiredStack, prior: Snapshot?,
        observation: Observation, targets: Set<Address>? = nil
    ) {
        self.context = context
        self.types = types
        self.desired = desired
        self.prior = prior
        self.observation = observation
        self.targets = targets
    }

    /// The plan that makes the account as the file says.
    ///
    /// - Throws: what forbids any plan, all of it at once.
    package func plan() throws(Diagnostics) -> Plan {
        let graph: DependencyGraph
        do {
            graph = try DependencyGraph(desired.resources, types: types)
        } catch {
            throw Diagnostics([error.diagnostic(in: desired)])
        }
        // A secret that AWS showed once and that is needed again can only be had by making its resource anew, which in
        // turn may need others: until nothing is added.
        var rotated: Set<Address> = []
        while true {
            var draft = Draft(planner: self, graph: graph, rotated: rotated)
            draft.decide()
            if draft.neededSecrets.isSubset(of: rotated) {
                guard !draft.problems.hasErrors else { throw draft.problems }
                return draft.plan()
            }
            rotated.formUnion(draft.neededSecrets)
        }
    }

    /// The plan that takes away everything that is the stack's.
    package func planDestruction() throws(Diagnostics) -> Plan {
        var emptied = desired
        emptied.resources = [:]
        emptied.outputs = [:]
        var prior = prior ?? Snapshot(stack: desired.name, account: context.account, region: context.region, file: desired.file)
        for (address, located) in observation.located {
            // An object that the state lost is the stack's all the same when its tags say so.
            guard case .ours(let physicalId) = located, let type = types[address.section],
                let resource = desired.resources[address]
            else { continue }
            prior.resources[address] = Record(
                type: type.name, physicalId: physicalId,
                dependsOn: resource.attributes.references.filter(\.isOrdering).map(\.address) + resource.dependsOn,
                isRetained: resource.lifecycle.isRetained, isProtected: resource.lifecycle.isProtected)
        }
        let planner = Planner(
            context: context, types: types, desired: emptied, prior: prior, observation: observation, targets: targets)
        var plan = try planner.plan()
        plan.purpose = .destroy
        return plan
    }
}

extension DependencyCycle {
    /// The cycle in words, at the place of its first resource.
    package func diagnostic(in stack: DesiredStack) -> Diagnostic {
        let path = (addresses + addresses.prefix(1)).map(\.description).joined(separator: " → ")
        return Diagnostic(
            "dependency-cycle", "these resources wait for each other: \(path)",
            at: addresses.first.flatMap { stack.resources[$0]?.origin(of: "") },
            help: "Take one of the references or `dependsOn` entries out.")
    }
}
