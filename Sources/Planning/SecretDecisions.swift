import Model
import Schema
import Records

/// What a draft decides about secrets, and about what goes out of use with the old ones.
extension Draft {
    func isAskedToRotate(_ address: Address) -> Bool {
        planner.rotation?.addresses.contains(address) ?? false
    }

    /// Says how what goes out of use goes. Also what heals a lost secret lets the old one be for a while: nothing has that any more
    /// as far as AWS shows, but a function may go on with what it has looked up.
    mutating func decideGrace(of address: Address) {
        guard var decision = decisions[address], let type = planner.types[address.section] else { return }
        guard !type.onceShownSecrets.isEmpty else { return decideDrain(of: address) }
        decision.users = users(of: address).sorted()
        let soak = planner.rotation?.soak
        if decision.isRemade {
            decision.grace = grace(of: decision.users, soak: isAskedToRotate(address) ? soak ?? Rotation.usualSoak : 0)
        }
        if isAskedToRotate(address), soak != nil {
            for index in decision.deposed.indices { decision.deposed[index].grace = grace(of: decision.users, soak: soak ?? 0) }
        }
        if let grace = decision.grace, decision.change.kind == .rotate, !decision.useless.contains(decision.change.physicalId ?? "") {
            decision.change.reason = (decision.change.reason ?? "") + ": the old one \(grace)"
        }
        noteWhatCannotBeAsked(decision)
        decisions[address] = decision
    }

    /// What holds no secret is deleted once the calls are over that may still be using it, and what uses it has been asked whether it works.
    private mutating func decideDrain(of address: Address) {
        guard var decision = decisions[address], decision.changesItsObject || !decision.deposed.isEmpty, !decision.replacesFirst else { return }
        decision.users = consumers.closure(from: address).sorted()
        guard let grace = grace(of: decision.users, soak: 0) else { return }
        decision.grace = grace
        for index in decision.deposed.indices { decision.deposed[index].grace = grace }
        decisions[address] = decision
    }

    /// Says which users nobody can ask whether they work with a new secret.
    private mutating func noteWhatCannotBeAsked(_ decision: Decision) {
        guard decision.isRemade else { return }
        for user in decision.users {
            guard let probe = planner.types[user.section]?.attributes.first(where: \.isProbe), decisions[user]?.wanted[probe.name].isNull == true
            else { continue }
            notices.append(
                "\(user) has no `\(probe.name)`, so that nobody can tell whether it works with the new one of \(decision.change.address)")
        }
    }

    /// What has an address's secret: from it, or from something that keeps it, as a function has a key from a parameter. What works with
    /// the secret keeps it for nobody.
    private func users(of address: Address) -> Set<Address> {
        var users: Set<Address> = []
        var open = (planner.types[address.section]?.onceShownSecrets ?? []).flatMap { consumers.users(of: $0.name, at: address) }
        while let next = open.popLast() {
            guard users.insert(next).inserted, planner.types[next.section]?.attributes.contains(where: \.isProbe) == false else { continue }
            open += consumers.waiting(for: next)
        }
        return users
    }

    /// How long an object must stay that goes out of use: what used it may go on with it for a while. Nil where nothing does.
    private func grace(of users: [Address], soak: Int) -> Grace? {
        let drain = users.flatMap { user -> [Int] in
            guard let type = planner.types[user.section] else { return [] }
            // Calls that began before the change may last as long as they could then.
            return [decisions[user]?.wanted, planner.observation.live[user]?.attributes].compactMap(\.self).map(type.drainTime)
        }.max() ?? 0
        return drain + soak > 0 ? Grace(drain: drain, soak: soak) : nil
    }

    /// Notes secrets that an action will need and that only a new resource can give.
    mutating func needSecrets(in value: Value) {
        for reference in value.references where secrets.isLost(reference) {
            guard let decision = decisions[reference.address], !decision.isCreated, !decision.isRemade else { continue }
            neededSecrets.insert(reference.address)
        }
    }

    /// Whether a live value is the secret that a template stands for.
    func isSecret(of template: Template, _ value: Value) -> Bool {
        guard let reference = template.soleReference, let decision = decisions[reference.address] else { return false }
        if let reinstated = decision.reinstated {
            guard case .secret(let secret) = reinstated.live.outputs[reference.attribute] else { return false }
            return value.string == secret.clearText
        }
        return !decision.isRemade && !decision.isCreated && secrets.isSame(reference, value)
    }

    /// Whether a template stands for a secret that AWS showed once, and that is had back from where it still is.
    func isHeld(_ template: Template) -> Bool {
        guard let reference = template.soleReference, let decision = decisions[reference.address] else { return false }
        return !decision.isRemade && !decision.isCreated && secrets.held[reference.address]?[reference.attribute] != nil
    }
}
