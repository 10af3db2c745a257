package import Diagnostics
package import Model
import Schema
import Records

/// What the live account has of a stack that its state does not know.
package struct Rebuild: Sendable, Equatable {
    /// Takes back, in the order of their dependencies, what carries the stack's tags or can be nobody else's. Nothing in AWS is changed.
    package var plan: Plan
    /// What is taken back, by its physical id.
    package var found: [Address: String] = [:]
    /// What the state had already, by its physical id.
    package var known: [Address: String] = [:]
    /// What the file names and AWS does not have.
    package var missing: [Address] = []
    /// What may be the stack's and is not taken back: why not.
    package var left: [Address: String] = [:]
    /// Why some of what the stack may have lost track of could not be looked for; nil where all could.
    package var unseen: String?

    package init(plan: Plan) {
        self.plan = plan
    }
}

extension Planner {
    /// What can be recorded anew of a state that was lost, wholly or in part. Of the properties that the file sets those are
    /// recorded that AWS has as they are in the file: the others are changes, for the next plan to show.
    ///
    /// - Throws: a cycle in the file.
    package func planRebuild() throws(Diagnostics) -> Rebuild {
        let graph: DependencyGraph
        do {
            graph = try DependencyGraph(desired.resources, types: types)
        } catch {
            throw Diagnostics([error.diagnostic(in: desired)])
        }
        var attempt = PlanAttempt(planner: self, graph: graph, rotated: [])
        attempt.decide()
        var rebuild = Rebuild(
            plan: Plan(stack: desired.name, account: context.account, region: context.region, purpose: .apply))
        rebuild.plan.outputs = attempt.outputs
        let owners = ObjectOwners(prior?.resources ?? [:])
        for address in graph.order { sort(address, attempt.decisions[address], owners, into: &rebuild) }

        let recorded = Set((prior?.resources ?? [:]).keys).union(rebuild.found.keys)
        var ids: [Address: Int] = [:]
        for address in graph.order where rebuild.found[address] != nil {
            guard let decision = attempt.decisions[address] else { continue }
            let id = rebuild.plan.actions.count + 1
            ids[address] = id
            var settings = decision.settings
            settings.dependsOn = settings.dependsOn.filter(recorded.contains)
            let applied = decision.secretPaths.hide(decision.applied(whereRecorded: recorded))
            rebuild.plan.actions.append(
                Action(
                    id: id, address: address,
                    .adopt(
                        Action.Adoption(
                            rebuild.found[address],
                            Action.Properties(
                                applied,
                                boundTo: decision.references(of: Set((applied.map ?? [:]).keys)).filter(
                                    recorded.contains),
                                settings: settings))),
                    after: settings.dependsOn.compactMap { ids[$0] }.sorted()))
        }
        for (address, record) in strayRecords.sorted(by: { $0.key < $1.key }) {
            rebuild.found[address] = record.physicalId
            rebuild.plan.actions.append(
                Action(
                    id: rebuild.plan.actions.count + 1, address: address,
                    .adopt(
                        Action.Adoption(
                            record.physicalId,
                            Action.Properties(record.attributes, settings: RecordSettings(dependsOn: record.dependsOn)))
                    )))
        }
        rebuild.unseen = observation.orphansUnseen
        return rebuild
    }

    private func sort(_ address: Address, _ decision: Decision?, _ owners: ObjectOwners, into rebuild: inout Rebuild) {
        if let id = prior?.resources[address]?.physicalId, observation.live[address]?.physicalId == id {
            rebuild.known[address] = id
            return
        }
        switch observation.located[address] {
        case nil, .some(.none):
            rebuild.missing.append(address)
        case .ours(let id):
            if let decision, decision.isReadopted {
                rebuild.found[address] = id
            } else if let other = owners.owner(of: id, excluding: address) {
                rebuild.left[address] = "\(id) is recorded as \(other)"
            } else {
                rebuild.left[address] =
                    "\(id) is there, but the file's values for it cannot be used: `cogstack plan` says why"
            }
        case .unowned(let id):
            rebuild.left[address] = "\(id) exists and has no owner tags, so it may not be this stack's"
        case .foreign(let id, let owner):
            rebuild.left[address] = "\(id) exists and belongs to \(owner)"
        case .lost(let ids):
            rebuild.left[address] =
                "\(ids.joined(separator: ", ")) came of a call whose answer was lost: orphaned, never used, and deleted by the next apply"
        case .ambiguous(let ids):
            rebuild.left[address] = "it may be one of \(ids.joined(separator: ", ")), and nothing tells which"
        }
    }
}

extension Decision {
    /// The properties that are in AWS as the file says, without those that name what is not recorded.
    fileprivate func applied(whereRecorded recorded: Set<Address>) -> Value {
        .map(
            (wanted.map ?? [:]).filter { name, value in
                !changed.contains(name) && !deferral.rows.contains(name)
                    && value.references.allSatisfy { recorded.contains($0.address) }
            })
    }
}
