package import Diagnostics
package import Model
package import Schema
package import Records

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
    /// What is to get a new secret although the one that it has is right; nil for nothing.
    package let rotation: Rotation?
    /// Seconds since 1970.
    package let now: Double
    /// What looks at a plan before it is one.
    var checks = PlanCheck.all

    package init(
        context: StackContext, types: [String: ResourceType], desired: DesiredStack, prior: Snapshot?,
        observation: Observation, targets: Set<Address>? = nil, rotation: Rotation? = nil, now: Double = 0
    ) {
        self.context = context
        self.types = types
        self.desired = desired
        self.prior = prior
        self.observation = observation
        self.targets = targets
        self.rotation = rotation
        self.now = now
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
        // One that was rotated and still has the object from before is only brought to its end.
        var rotated: Set<Address> = rotation?.addresses ?? []
        rotated = rotated.filter { prior?.resources[$0]?.deposed.allSatisfy(\.isOrphan) ?? true }
        while true {
            var attempt = PlanAttempt(planner: self, graph: graph, rotated: rotated)
            attempt.decide()
            if attempt.neededSecrets.isSubset(of: rotated) {
                guard !attempt.problems.hasErrors else { throw attempt.problems }
                do {
                    return try attempt.plan()
                } catch {
                    throw Diagnostics([error.diagnosticOfActions])
                }
            }
            rotated.formUnion(attempt.neededSecrets)
        }
    }

    /// What is known of secrets.
    package var secrets: Secrets { secrets(of: knownRecords) }

    func secrets(of records: [Address: Record]) -> Secrets {
        Secrets(records: records, desired: desired.resources, live: observation.live, types: types)
    }

    /// What is recorded, with what lost calls have made.
    var knownRecords: [Address: Record] {
        var records = prior?.resources ?? [:]
        for (address, record) in observation.lost {
            let before = records[address]
            if case .ours(let id) = observation.located[address], observation.live[address]?.physicalId == id {
                // What a lost call made and is the address's now counts as applied with what the call sent.
                records[address] = record
                records[address]?.deposed = before?.deposed ?? []
            } else {
                // What it made besides used what it referred to.
                var known = before ?? record
                known.dependsOn += record.dependsOn.filter { !known.dependsOn.contains($0) }
                records[address] = known
            }
        }
        for (address, names) in observation.leftovers {
            guard let type = types[address.section] else { continue }
            for name in names {
                records[address, default: Record(type: type.name, physicalId: nil)].deposed.add(
                    Deposed(name, isOrphan: true))
            }
        }
        return records
    }

    /// The plan that takes away everything that is the stack's.
    package func planDestruction() throws(Diagnostics) -> Plan {
        var emptied = desired
        emptied.resources = [:]
        emptied.outputs = [:]
        var prior =
            prior ?? Snapshot(stack: desired.name, account: context.account, region: context.region, file: desired.file)
        let dependencies: [Address: Set<Address>]
        do {
            dependencies = try DependencyGraph(desired.resources, types: types).dependencies
        } catch {
            throw Diagnostics([error.diagnostic(in: desired)])
        }
        // What the file says now counts, also where it was not applied yet.
        for (address, resource) in desired.resources {
            prior.resources[address]?.isRetained = resource.lifecycle.isRetained
            prior.resources[address]?.isProtected = resource.lifecycle.isProtected
        }
        var notices: [String] = []
        let owners = ObjectOwners(prior.resources)
        var resolver = Resolver(context: context, resources: desired.resources, types: types)
        func record(_ address: Address, _ resource: DesiredResource, _ type: ResourceType, physicalId: String?) {
            prior.resources[address] = Record(
                type: type.name, physicalId: physicalId, dependsOn: (dependencies[address] ?? []).sorted(),
                isRetained: resource.lifecycle.isRetained, isProtected: resource.lifecycle.isProtected)
        }
        for (address, located) in observation.located.sorted(by: { $0.key < $1.key }) {
            guard prior.resources[address] == nil, let type = types[address.section],
                let resource = desired.resources[address]
            else { continue }
            switch located {
            case .ours(let id) where owners.owner(of: id, excluding: address) != nil: continue
            // An object that the state lost is the stack's all the same when its tags say so.
            case .ours, .lost: record(address, resource, type, physicalId: nil)
            case .ambiguous(let ids):
                notices.append(
                    "\(address) may be one of \(ids.joined(separator: ", ")): nothing tells which, so all stay")
            // What is made before the object and has its name may be there without it, such as a function's log.
            case .none where observation.interrupted.contains(address):
                guard let key = type.key(resolver.resolve(resource.attributes)) else { continue }
                record(address, resource, type, physicalId: key)
            case .none, .unowned, .foreign: break
            }
        }
        var observation = observation
        let (strays, strayRecords) = (strayObjects, strayRecords)
        for (address, live) in strays {
            prior.resources[address] = strayRecords[address]
            observation.live[address] = live
        }
        observation.orphans.removeAll { strays[$0.address] != nil }
        if let unseen = observation.orphansUnseen {
            notices.append("unrecorded resources of this stack could not be looked for, so they stay: \(unseen)")
        }
        let planner = Planner(
            context: context, types: types, desired: emptied, prior: prior, observation: observation, targets: targets)
        var plan = try planner.plan()
        plan.purpose = .destroy
        plan.notices += notices
        return plan
    }

}

extension DependencyCycle {
    /// The cycle in words, where it is none of the file: its records can only have been written by a defect or by hand.
    fileprivate var diagnosticOfActions: Diagnostic {
        Diagnostic(
            "stuck-actions",
            "the state says that these wait for each other, so nothing can go first: \(addresses.map(\.description).joined(separator: " → "))",
            at: nil,
            help:
                "Move the state file away and run `cogstack state rebuild FILE`, which makes new records from the account, and please report it."
        )
    }

    /// The cycle in words, at the place of its first resource.
    package func diagnostic(in stack: DesiredStack) -> Diagnostic {
        let path = (addresses + addresses.prefix(1)).map(\.description).joined(separator: " → ")
        return Diagnostic(
            "dependency-cycle", "these resources wait for each other: \(path)",
            at: addresses.first.flatMap { stack.resources[$0]?.origin },
            help: "Take one of the references or `dependsOn` entries out.")
    }
}
