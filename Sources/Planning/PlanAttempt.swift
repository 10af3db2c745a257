import Diagnostics
import Model
import Schema
import Records

/// One attempt at a plan: goes through the resources in the order of their dependencies, so each knows whether what
/// it refers to stays or is re-created.
struct PlanAttempt {
    let planner: Planner
    let graph: DependencyGraph
    let rotated: Set<Address>

    var problems = Diagnostics()
    /// Resources whose secret is needed and cannot be had any more.
    var neededSecrets: Set<Address> = []
    private(set) var resolver: Resolver
    var decisions: [Address: Decision] = [:]
    var notices: [String] = []
    /// Where each address stands in the order.
    let places: [Address: Int]
    let priorResources: [Address: Record]
    let owners: ObjectOwners
    let recordedUsers: RecordedUsers
    let secrets: Secrets
    let consumers: Consumers

    init(planner: Planner, graph: DependencyGraph, rotated: Set<Address>) {
        self.planner = planner
        self.graph = graph
        self.rotated = rotated
        resolver = Resolver(context: planner.context, resources: planner.desired.resources, types: planner.types)
        places = Dictionary(uniqueKeysWithValues: zip(graph.order, 0...))
        priorResources = planner.knownRecords
        owners = ObjectOwners(priorResources)
        recordedUsers = RecordedUsers(priorResources)
        secrets = planner.secrets(of: priorResources)
        consumers = Consumers(planner.desired.resources, types: planner.types)
    }

    mutating func decide() {
        for address in graph.order where isTargeted(address) { decide(on: address) }
        for address in graph.order where isTargeted(address) { decideDeferred(of: address) }
        for address in graph.order where isTargeted(address) { decideWidening(of: address) }
        let drains = Drains(self)
        for address in graph.order where isTargeted(address) { decideGrace(of: address, drains) }
        for address in priorResources.keys.sorted()
        where planner.desired.resources[address] == nil && isTargeted(address) {
            decideRemoval(of: address)
        }
        keepWhatOthersUse()
        check()
    }

    /// - Throws: what no order of actions could do.
    mutating func plan() throws(DependencyCycle) -> Plan {
        var plan = Plan(
            stack: planner.desired.name, account: planner.context.account, region: planner.context.region,
            purpose: .apply)
        plan.changes = decisions.keys.sorted().compactMap { decisions[$0]?.change }
        plan.actions = try ActionGraph(
            decisions: decisions, graph: graph, consumers: consumers, prior: priorResources,
            recordedUsers: recordedUsers, types: planner.types
        ).actions()
        plan.permissions = permissions
        plan.userAccountsAtStake = decisions.values.map(\.userAccountsLost).reduce(0, +)
        plan.outputs = outputs
        plan.notices = notices
        return plan
    }

    /// The stack's outputs, as far as they are known.
    var outputs: [String: Value] {
        mutating get {
            var outputs = planner.desired.outputs
            for (name, value) in outputs { outputs[name] = resolver.resolve(value) }
            return outputs
        }
    }

    /// What an earlier run replaced waits until its users are targeted too.
    private mutating func keepWhatOthersUse() {
        guard planner.targets != nil else { return }
        for address in decisions.keys.sorted() {
            guard let ids = decisions[address]?.old.deposed.physicalIds, !ids.isEmpty else { continue }
            let users = liveUsersOutsideTargets(of: address)
            guard !users.isEmpty else { continue }
            decisions[address]?.old.deposed = []
            let names = users.map(\.description).joined(separator: ", ")
            notices.append(
                "\(ids.joined(separator: ", ")) of \(address) stays: \(names), outside the targets, may still use it")
        }
    }

    func liveUsersOutsideTargets(of address: Address) -> [Address] {
        recordedUsers[address].filter { !isTargeted($0) && planner.observation.live[$0] != nil }.sorted()
    }

    /// What is lost with an object, in words; nil where it is known to hold nothing.
    func loss(_ type: ResourceType, _ address: Address) -> String? {
        guard let what = type.losesWhenDeleted else { return nil }
        guard let accounts = planner.observation.userAccounts[address] else { return what }
        return accounts > 0 ? "\(accounts) \(what)" : nil
    }

    func isTargeted(_ address: Address) -> Bool {
        planner.targets?.contains(address) ?? true
    }

    // MARK: One resource of the file

    private mutating func decide(on address: Address) {
        guard let resource = planner.desired.resources[address], let type = planner.types[address.section] else {
            return
        }
        let deferred = graph.deferred[address] ?? []
        guard let wanted = canonicalForm(resource, type) else { return }
        let now = Value.map((wanted.map ?? [:]).filter { !deferred.contains($0.key) })

        var decision = Decision(
            change: Change(
                address: address, type: type.name, kind: .none,
                after: (graph.dependencies[address] ?? []).sorted()),
            wanted: now, settings: settings(of: resource))
        decision.secretPaths = resource.secretPaths(planner.types)
        let deposed = priorResources[address]?.deposed ?? []
        decision.old.deposed = deposed.filter { !$0.isOrphan }
        // What the new object takes over with its name is not deleted before.
        decision.old.orphans = deposed.filter(\.isOrphan).physicalIds.filter { id in
            type.key(now).map { !type.isSameKey($0, id) } ?? true
        }
        for row in type.attributes { decision.targets[row.name] = Set(targets(of: row, resource)) }
        keepWhatIsNotOurs(&decision, type)
        var applied = priorResources[address]?.attributes ?? [:]
        let current = acceptedLive(for: address, resource, type, &decision)?.assuming(applied)
        if let reinstated = reinstated(for: resource, type, wanted: now, current, &decision) {
            decision.fate = .reinstated(reinstated)
            applied = reinstated.attributes
        }
        guard let live = decision.reinstated?.live ?? current else {
            create(&decision, resource, type)
            releaseName(&decision, type)
            decisions[address] = decision
            return
        }
        decision.change.physicalId = current?.physicalId ?? live.physicalId
        let recordedOutputs = decision.reinstated == nil ? priorResources[address]?.outputs ?? [:] : [:]
        decision.unrecordedOutputs = live.outputs.filter {
            !$0.value.holdsSecret && recordedOutputs[$0.key] != $0.value
        }
        let changes = differences(type, resource, wanted: now, live: live, prior: applied)
        decision.change.attributes = changes
        decision.changed = Set(changes.map(\.attribute))
        decision.differences = changes
        // The live value of a secret serves as long as it is still the right one.
        for change in changes where type.isSensitive(change.path) {
            needSecrets(in: change.after)
        }
        let isBoundToReplaced = refreshWhatIsBoundToReplaced(&decision, resource, type)

        decideKind(&decision, current, live, resource, type, wanted: now, isBoundToReplaced: isBoundToReplaced)
        finishWhatWasCutShort(&decision, live, type)
        if decision.change.kind == .replace || decision.change.kind == .rotate {
            decision.userAccountsLost = planner.observation.userAccounts[address] ?? 0
        }
        if decision.isReplaced {
            needSecrets(in: now)
            releaseName(&decision, type)
        } else {
            resolver.know(live.outputs.filter { !$0.value.holdsSecret }, of: address)
        }
        decideOnCurrent(&decision, current, type, resource)
        // What is ignored stays as it is live, also when its neighbours are written.
        decision.wanted = type.keeping(resource.lifecycle.ignoreChanges, of: live.attributes, in: now)
        decision.before = (current ?? live).attributes
        decision.after = outcome(
            of: changes.filter { !deferred.contains($0.attribute) }, decision, type, live: live.attributes)
        decisions[address] = decision
    }

    /// What kind of change it is, and with it what becomes of the object.
    ///
    /// - Parameters:
    ///   - current: the object that the address has; nil where it has none.
    ///   - live: the one that it has or takes over.
    private func decideKind(
        _ decision: inout Decision, _ current: Live?, _ live: Live, _ resource: DesiredResource, _ type: ResourceType,
        wanted: Value,
        isBoundToReplaced: Bool
    ) {
        let address = resource.address
        if rotated.contains(address) {
            decision.change.kind = .rotate
            decision.change.reason =
                isAskedToRotate(address)
                ? "a new one takes its place" : "its secret is needed and AWS shows it only once, so a new one is made"
            if !decision.old.deposed.isEmpty {
                // An earlier rotation stopped half-way. Nothing is known to have this object's secret, and something may have that of the
                // one before, so this one makes room: AWS allows two keys a user.
                decision.old.orphans.append(live.physicalId)
                decision.change.reason =
                    "an earlier rotation stopped before anything had its secret, so it makes room for a new one"
            }
        } else if let reinstated = decision.reinstated {
            // What a person sees is the way from the object that goes.
            if let current {
                decision.change.attributes = differences(
                    type, resource, wanted: wanted, live: current, prior: priorResources[address]?.attributes ?? [:])
                decision.change.loses = loss(type, address)
            }
            decision.change.kind = current == nil ? .adopt : .replace
            decision.change.reason = reinstated.reason
        } else if decision.differences.contains(where: \.forcesReplacement) || isBoundToReplaced {
            decision.change.kind = .replace
            decision.change.loses = loss(type, address)
        } else if decision.change.kind == .none, !decision.changed.isEmpty {
            decision.change.kind = .update
        }
        if decision.reinstated == nil, [.replace, .rotate].contains(decision.change.kind) {
            let freesName = keepsKey(type, wanted, live) || type.excludes?(live.attributes, wanted) == true
            decision.fate = .replaced(isReadopted: decision.isReadopted, freesName: freesName)
        }
    }

    func differences(
        _ type: ResourceType, _ resource: DesiredResource, wanted: Value, live: Live, prior: Value
    ) -> [AttributeChange] {
        let difference = AttributeDiff(
            type: type, desired: wanted, prior: prior, live: live.attributes,
            ignored: resource.lifecycle.ignoreChanges, secrets: resource.secretPaths,
            isSameSecret: { template, value in isSecret(of: template, value) })
        return difference.changes().map { change in
            var change = change
            if resource.origins[PropertyPath(change.attribute)] != nil {
                change.at = resource.origin(of: change.path)?.description
            }
            // The file does not say it, and so it has its default.
            if change.cause == .stackFile, type.isAlwaysSent(change.path), resource.origins[change.path] == nil {
                change.cause = .awsDefault
            }
            // What cogstack itself makes anew, or did in a run that stopped half-way, was not changed by somebody else.
            if change.cause == .drift, resource.references(at: change.path).contains(where: { isRecreated($0.address) })
            {
                change.cause = .stackFile
            }
            if case .template(let template) = change.after, isHeld(template) {
                change.after = .string(Secret.placeholder)
            }
            return change
        }
    }

    func isRecreated(_ address: Address) -> Bool {
        decisions[address].map { decision in
            decision.isCreated || decision.change.kind == .replace || decision.reinstated != nil
                || (decision.isReplaced && isAskedToRotate(address))
                || !decision.old.deposed.isEmpty
        } ?? false
    }

    mutating func canonicalForm(_ resource: DesiredResource, _ type: ResourceType) -> Value? {
        do {
            return try type.canonicalForm(resolver.resolve(resource.attributes), planner.context)
        } catch {
            for error in error.errors {
                problems.error("impossible-value", error.message, at: resource.origin(of: error.path), help: error.help)
            }
            return nil
        }
    }

    private func settings(of resource: DesiredResource) -> RecordSettings {
        RecordSettings(
            dependsOn: (graph.dependencies[resource.address] ?? []).sorted(),
            isRetained: resource.lifecycle.isRetained, isProtected: resource.lifecycle.isProtected)
    }

}

extension DesiredResource {
    /// Its secrets, without what nothing but a reference to an output that is no secret stands for: a first apply, which does not know that
    /// yet, records what it turned out to be, and so do those after it.
    fileprivate func secretPaths(_ types: [String: ResourceType]) -> SecretPaths {
        guard !secretPaths.isEmpty else { return secretPaths }
        return secretPaths.sparing(
            Set(
                attributes.leaves().compactMap { path, leaf in
                    guard case .template(let template) = leaf, template.parts.count == 1,
                        let reference = template.references.first,
                        types[reference.address.section]?.output(reference.attribute)?.secrecy.isSecret == false
                    else { return nil }
                    return path
                }))
    }
}
