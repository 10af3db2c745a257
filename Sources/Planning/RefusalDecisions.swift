import Diagnostics
import Model
import Schema
import Records

/// What an attempt refuses, and what would be lost.
extension PlanAttempt {
    mutating func refuse(_ changes: [AttributeChange], _ type: ResourceType, _ resource: DesiredResource) {
        for change in changes {
            guard case .refused(let advice) = type.attribute(change.attribute)?.change else { continue }
            let accounts = planner.observation.userAccounts[resource.address] ?? 0
            let stake = accounts > 0 ? " (\(accounts) user accounts are at stake)" : ""
            problems.error(
                "cannot-change", "AWS cannot change \(change.path) of \(resource.address) once it exists\(stake)",
                at: resource.origin(of: change.path), help: advice)
        }
        // A secret that a changed property needs: the live value serves as long as it is still the right one.
        for change in changes where type.attribute(change.attribute)?.isSensitive == true {
            needSecrets(in: change.after)
        }
    }

    /// What cannot be read cannot be changed without losing what is in it, nor be seen to have what it is about to lose elsewhere.
    mutating func refuseUnreadable(_ live: Live, _ changed: Set<String>, _ resource: DesiredResource) {
        for (name, help) in live.unreadable.sorted(by: { $0.key < $1.key }) {
            let isToldAnew = resource.attributes[name].references.contains { isMadeAnew($0.address) || decisions[$0.address]?.isReplaced == true }
            guard changed.contains(name) || isToldAnew else { continue }
            problems.error(
                "unreadable", "\(name) of \(resource.address) cannot be read, so that it can neither be changed nor be seen to be right",
                at: resource.origin(of: name), help: help)
        }
    }

    /// AWS bounds how many there can be, and what stands in the way is not the stack's to delete.
    mutating func tellOfNoRoom(_ live: Live, _ decision: Decision, _ resource: DesiredResource) {
        guard let problem = live.quotaProblem, decision.old.orphans.isEmpty, decision.old.deposed.isEmpty else { return }
        if rotated.contains(resource.address) {
            problems.error("no-room", "\(resource.address): \(problem.message)", at: resource.origin(of: ""), help: problem.help)
        } else {
            notices.append("\(resource.address): \(problem.message)")
        }
    }

    /// What a change of a property takes away for good: of the live object, or of what is there under the name of one that is to be made.
    mutating func tellOfLosses(_ decision: Decision, _ type: ResourceType, _ live: Live?) {
        let address = decision.change.address
        let stays = decision.isReplaced ? nil : live
        guard let before = stays?.attributes ?? planner.observation.parts[address] else { return }
        let written = stays == nil ? Set((before.map ?? [:]).keys) : decision.changed
        for row in type.attributes where written.contains(row.name) {
            guard let loss = row.losing?(before[row.name], decision.wanted[row.name]) else { continue }
            notices.append("\(address): \(loss)")
        }
    }

    func loss(_ type: ResourceType, _ address: Address) -> String? {
        guard let what = type.losesWhenDeleted else { return nil }
        guard let accounts = planner.observation.userAccounts[address] else { return what }
        return accounts > 0 ? "\(accounts) \(what)" : nil
    }

    mutating func guardLoss(
        of address: Address, _ type: ResourceType, lifecycle: Lifecycle, origin: SourceRange?, doing: String
    ) {
        if lifecycle.isProtected {
            problems.error(
                "protected", "\(address) would be \(doing), and its `lifecycle` protects it", at: origin,
                help: "Take `protect: true` out of its `lifecycle`, apply, and try again.")
        } else if planner.desired.isProtected, type.losesWhenDeleted != nil {
            problems.error(
                "protected", "\(address) would be \(doing), and the stack is protected against losing \(loss(type, address) ?? "data")",
                at: origin, help: "Take `protect: true` out of the stack file, apply, and try again.")
        }
    }

    /// What would stop a delete half-way stops the plan, before anything is deleted. What an earlier run was to delete holds up nothing else.
    mutating func refuseObstacles() {
        for (address, obstacle) in planner.observation.obstacles.sorted(by: { $0.key < $1.key }) {
            let kind = decisions[address]?.change.kind
            guard kind == .delete || kind == .replace else {
                notices.append("what \(address) had before cannot be deleted: \(obstacle.message)")
                continue
            }
            problems.error(
                "cannot-delete", "\(address) cannot be \(kind == .delete ? "deleted" : "replaced"): \(obstacle.message)",
                at: planner.desired.resources[address]?.origin(of: ""), help: obstacle.help)
        }
    }

    private func liveUsersOutsideTargets(of address: Address) -> [Address] {
        recordedUsers[address].filter { !isTargeted($0) && planner.observation.live[$0] != nil }.sorted()
    }

    /// With `--target`, what stays as it is must not lose what it uses.
    mutating func guardUsersOutsideTargets() {
        guard planner.targets != nil else { return }
        for (address, decision) in decisions.sorted(by: { $0.key < $1.key })
        where decision.changesItsObject || decision.change.kind == .delete {
            for user in liveUsersOutsideTargets(of: address) {
                problems.error(
                    "used-outside-targets", "\(user) uses \(address), which would be \(decision.changesItsObject ? "replaced" : "deleted")",
                    at: planner.desired.resources[user]?.origin(of: ""),
                    help: "Name it too, with `--target \(user)`, or leave `--target` out.")
            }
        }
        // What an earlier run replaced waits until its users are targeted too.
        for (address, decision) in decisions.sorted(by: { $0.key < $1.key }) where !decision.old.deposed.isEmpty {
            let users = liveUsersOutsideTargets(of: address)
            guard !users.isEmpty else { continue }
            decisions[address]?.old.deposed = []
            let (names, ids) = (users.map(\.description), decision.old.deposed.physicalIds)
            notices.append("\(ids.joined(separator: ", ")) of \(address) stays: \(names.joined(separator: ", ")), outside the targets, may still use it")
        }
    }
}
