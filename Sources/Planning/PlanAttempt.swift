import Diagnostics
import Model
import Schema
import Records

/// One attempt at a plan: goes through the resources in the order of their dependencies, so that each knows whether what
/// it refers to stays or is made anew.
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
        decision.secretPaths = resource.secretPaths
        let deposed = priorResources[address]?.deposed ?? []
        decision.old.deposed = deposed.filter { !$0.isOrphan }
        // What the new object takes over with its name is not deleted before.
        decision.old.orphans = deposed.filter(\.isOrphan).physicalIds.filter { id in
            now["name"].string.map { !type.isSameName($0, id) } ?? true
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
        for change in changes where type.attribute(change.attribute)?.isSensitive == true {
            needSecrets(in: change.after)
        }
        let isBoundToReplaced = refreshWhatIsBoundToReplaced(&decision, resource, type)

        if rotated.contains(address) {
            decision.change.kind = .rotate
            decision.change.reason =
                isAskedToRotate(address)
                ? "a new one takes its place" : "its secret is needed and AWS shows it only once, so a new one is made"
            if !decision.old.deposed.isEmpty {
                // An earlier rotation stopped half-way. Nothing is known to have this object's secret, and something may have that of the
                // one before, so that this one makes room: AWS allows two keys a user.
                decision.old.orphans.append(live.physicalId)
                decision.change.reason =
                    "an earlier rotation stopped before anything had its secret, so it makes room for a new one"
            }
        } else if let reinstated = decision.reinstated {
            // What a person sees is the way from the object that goes.
            if let current {
                decision.change.attributes = differences(
                    type, resource, wanted: now, live: current, prior: priorResources[address]?.attributes ?? [:])
                decision.change.loses = loss(type, address)
            }
            decision.change.kind = current == nil ? .adopt : .replace
            decision.change.reason = reinstated.reason
        } else if changes.contains(where: \.forcesReplacement) || isBoundToReplaced {
            decision.change.kind = .replace
            decision.change.loses = loss(type, address)
        } else if decision.change.kind == .none, !decision.changed.isEmpty {
            decision.change.kind = .update
        }
        if decision.reinstated == nil, [.replace, .rotate].contains(decision.change.kind) {
            decision.fate = .replaced(isReadopted: decision.isReadopted, freesName: keepsUniqueName(type, now, live))
        }
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
        // What is let be stays as it is live, also when its neighbours are written.
        decision.wanted = type.keeping(resource.lifecycle.ignoreChanges, of: live.attributes, in: now)
        decision.before = (current ?? live).attributes
        decision.after = outcome(
            of: changes.filter { !deferred.contains($0.attribute) }, decision, type, live: live.attributes)
        decisions[address] = decision
    }

    private mutating func create(_ decision: inout Decision, _ resource: DesiredResource, _ type: ResourceType) {
        decision.fate = .created
        decision.change.kind = .create
        decision.change.attributes = shown(decision.wanted, type, resource)
        if let gone = priorResources[decision.change.address]?.physicalId {
            decision.change.reason = "deleted outside cogstack"
            // What was made with an object under its name, such as a function's log, may be there without it, and nothing else names it
            // once the name is another.
            if case .uniqueName = type.identity,
                decision.wanted["name"].string.map({ !type.isSameName($0, gone) }) == true
            {
                decision.old.deposed.add(Deposed(gone))
            }
        }
        needSecrets(in: decision.wanted)
        decision.after = decision.wanted
    }

    /// A property that closes a cycle, once everything that it may refer to is decided.
    private mutating func decideDeferred(of address: Address) {
        guard let names = graph.deferred[address], var decision = decisions[address],
            let resource = planner.desired.resources[address], let type = planner.types[address.section],
            let wanted = canonicalForm(resource, type)
        else { return }
        let deferred = Value.map((wanted.map ?? [:]).filter { names.contains($0.key) })
        let isNew = decision.isCreated || decision.isReplaced
        let applied = decision.reinstated?.attributes ?? priorResources[address]?.attributes ?? [:]
        let there = decision.reinstated?.live ?? planner.observation.live[address]
        let live = (isNew ? nil : there?.assuming(applied)) ?? Live("", attributes: [:], outputs: [:])
        // Rows that are not deferred were compared before.
        let changes = differences(type, resource, wanted: deferred, live: live, prior: applied).filter {
            names.contains($0.attribute)
        }
        decision.wanted = decision.wanted.overlaid(by: deferred)
        decision.deferral.rows = Set(changes.map(\.attribute))
        for row in type.attributes where names.contains(row.name) && !decision.deferral.rows.contains(row.name) {
            guard let target = replacedTarget(of: row, resource) else { continue }
            decision.deferral.rows.insert(row.name)
            decision.change.reason = bound(row, to: target)
        }
        decision.after = outcome(of: changes, decision, type, live: decision.after ?? live.attributes)
        decision.deferral.dependsOn = Set(names.flatMap { resource.attributes[$0].references.map(\.address) })
        decision.change.attributes = decision.change.attributes.filter { !names.contains($0.attribute) } + changes
        decision.changed.subtract(names)
        if decision.change.kind == .none, !decision.deferral.rows.isEmpty { decision.change.kind = .update }
        if decision.change.kind == .update, decision.changed.isEmpty, decision.deferral.rows.isEmpty,
            !decision.mustBeFinished
        {
            decision.change.kind = .none
        }
        decisions[address] = decision
    }

    /// What a run changed just before it was cut short may not have arrived, and nothing has asked it whether it works.
    private func finishWhatWasCutShort(_ decision: inout Decision, _ live: Live, _ type: ResourceType) {
        let isAskable = type.attributes.contains { $0.isProbe && !decision.wanted[$0.name].isNull }
        let wasCutShort = planner.observation.interrupted.contains(decision.change.address)
        guard decision.change.kind == .none || decision.change.kind == .adopt, decision.changed.isEmpty,
            live.isUnfinished ? wasCutShort || decision.isReadopted : wasCutShort && isAskable
        else { return }
        decision.mustBeFinished = true
        guard decision.change.kind == .none else { return }
        decision.change.kind = .update
        decision.change.reason =
            isAskable
            ? "a run was cut short while it changed this, so it is asked whether it works"
            : "a run was cut short while it changed this, and AWS is still at work on it"
    }

    // MARK: What is live

    /// The live object that this address has or may have; nil where one is to be made.
    private mutating func acceptedLive(
        for address: Address, _ resource: DesiredResource, _ type: ResourceType, _ decision: inout Decision
    ) -> Live? {
        let live = planner.observation.live[address]
        if let live, live.physicalId == priorResources[address]?.physicalId {
            // What a lost call made besides the recorded object is provably this stack's, and of no use.
            switch planner.observation.located[address] {
            case .ours(let id): decision.old.orphans.append(id)
            case .lost(let ids): decision.old.orphans += ids
            case .ambiguous(let ids):
                notices.append(
                    "a lost call for \(address) may have made one of \(ids.joined(separator: ", ")): nothing tells which"
                )
            default: break
            }
            return live
        }
        let place = resource.origin(of: "name") ?? resource.origin(of: "")
        switch planner.observation.located[address] {
        case nil, .some(.none):
            return nil
        case .lost(let ids):
            decision.old.orphans += ids
            return nil
        case .ours(let physicalId):
            if let other = owners.owner(of: physicalId, excluding: address) {
                // What another address of the file has is that one's, and this one gets its own.
                if planner.desired.resources[other] == nil {
                    refuse(physicalId, recordedAs: other, for: address, place)
                }
                return nil
            }
            decision.fate = .kept(isReadopted: live != nil)
            return live
        case .unowned(let physicalId):
            if resource.lifecycle.mayAdopt {
                decision.fate = .kept(isReadopted: true)
                decision.change.kind = .adopt
                decision.change.reason = "exists already, and `lifecycle: { adopt: true }` lets it be taken over"
                return live
            }
            refuseUnowned(physicalId, place)
        case .foreign(let physicalId, let owner):
            if let other = owners.owner(of: physicalId, excluding: address), planner.desired.resources[other] == nil {
                refuse(physicalId, recordedAs: other, for: address, place)
                return nil
            }
            refuseName(physicalId, of: owner, for: address, place)
        case .ambiguous(let ids):
            problems.error(
                "ambiguous-live-object",
                "several live objects could be \(address): \(ids.joined(separator: ", "))", at: place,
                help: "Delete those that nothing uses, and plan again.")
        }
        return nil
    }

    /// An address of the file wants the object of one that the file does not have any more: to take it over here and delete it there
    /// would lose it, and which was meant only a person knows.
    private mutating func refuse(
        _ physicalId: String, recordedAs other: Address, for address: Address, _ place: SourceRange?
    ) {
        problems.error(
            "recorded-elsewhere", "\(physicalId) is recorded as \(other), which the file does not have any more",
            at: place,
            help:
                "If it has another name in the file now, say so: `cogstack state mv \(planner.desired.file) \(other) \(address)`. Otherwise give \(address) another name."
        )
    }

    func differences(
        _ type: ResourceType, _ resource: DesiredResource, wanted: Value, live: Live, prior: Value
    ) -> [AttributeChange] {
        let difference = Difference(
            type: type, desired: wanted, prior: prior, live: live.attributes,
            ignored: resource.lifecycle.ignoreChanges, secrets: resource.secretPaths,
            isSameSecret: { template, value in isSecret(of: template, value) })
        return difference.changes().map { change in
            var change = change
            if resource.origins[change.attribute] != nil { change.at = resource.origin(of: change.path)?.description }
            // The file does not say it, and so it has its default.
            if change.cause == .stackFile, type.isAlwaysSent(change.path), resource.origins[change.path] == nil {
                change.cause = .awsDefault
            }
            // What cogstack itself makes anew, or did in a run that stopped half-way, was not changed by somebody else.
            if change.cause == .drift, resource.references(at: change.path).contains(where: { isMadeAnew($0.address) })
            {
                change.cause = .stackFile
            }
            if case .template(let template) = change.after, isHeld(template) {
                change.after = .string(Secret.placeholder)
            }
            return change
        }
    }

    func isMadeAnew(_ address: Address) -> Bool {
        decisions[address].map { decision in
            decision.isCreated || decision.change.kind == .replace || decision.reinstated != nil
                || (decision.isReplaced && isAskedToRotate(address))
                || !decision.old.deposed.isEmpty
        } ?? false
    }

    /// What a new resource will have, as it may be shown.
    private func shown(_ wanted: Value, _ type: ResourceType, _ resource: DesiredResource) -> [AttributeChange] {
        type.attributes.compactMap { row in
            var value = wanted[row.name]
            if row.name == "tags" { value = Ownership.withoutOwner(value) }
            guard !value.isNull, !row.isLocal, value != [:] else { return nil }
            let isCode = if case .artifact = row.type { true } else { false }
            return AttributeChange(
                path: row.name, before: .null,
                after: isCode ? value["path"] : resource.secretPaths.hide(value, at: row.name).redacted,
                cause: .stackFile,
                at: resource.origin(of: row.name)?.description)
        }
    }

    private mutating func canonicalForm(_ resource: DesiredResource, _ type: ResourceType) -> Value? {
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

    private func keepsUniqueName(_ type: ResourceType, _ wanted: Value, _ live: Live) -> Bool {
        if case .uniqueName = type.identity, let name = wanted["name"].string {
            type.isSameName(name, live.attributes["name"].string ?? live.physicalId)
        } else {
            false
        }
    }

    /// AWS ties some properties to the very object they named, so that they must be written again when it is made anew,
    /// even where their text stays the same.
    ///
    /// - Returns: whether the resource must be replaced with what it is bound to.
    private mutating func refreshWhatIsBoundToReplaced(
        _ decision: inout Decision, _ resource: DesiredResource, _ type: ResourceType
    ) -> Bool {
        var mustBeReplaced = false
        for row in type.attributes where !decision.changed.contains(row.name) {
            guard let target = replacedTarget(of: row, resource) else { continue }
            if case .replacement = row.change {
                mustBeReplaced = true
            } else {
                decision.changed.insert(row.name)
            }
            decision.change.reason = bound(row, to: target)
        }
        return mustBeReplaced
    }

    /// What a property is tied to that is made anew, or was since it was written.
    private func replacedTarget(of row: Attribute, _ resource: DesiredResource) -> Address? {
        // What cannot be changed belongs to the object, such as a key to its user.
        guard row.isTied || row.change == .replacement else { return nil }
        return targets(of: row, resource).sorted().first { target in
            guard let decision = decisions[target] else { return false }
            if decision.isReplaced || decision.isCreated { return decision.isReplaced || priorResources[target] != nil }
            let outputs = (decision.reinstated?.live ?? planner.observation.live[target])?.outputs ?? [:]
            guard let tie = tie(of: resource.address, to: target),
                let now = planner.types[target.section]?.uniqueId(in: outputs)
            else { return false }
            return now != tie
        }
    }

    /// The object that what an address has by the end of this plan was tied to when it was written.
    private func tie(of address: Address, to target: Address) -> String? {
        decisions[address]?.reinstated?.ties[target] ?? priorResources[address]?.ties[target]
    }

    /// What a property refers to and must wait for.
    private func targets(of row: Attribute, _ resource: DesiredResource) -> [Address] {
        resource.attributes[row.name].references.filter(\.isOrdering).map(\.address)
    }

    private func bound(_ row: Attribute, to target: Address) -> String {
        let isStillToCome = decisions[target].map { $0.isReplaced || $0.isCreated } ?? false
        return
            "\(target) \(isStillToCome ? "is" : "was") made anew, and AWS ties \(row.name) to the object, not to its name"
    }
}
