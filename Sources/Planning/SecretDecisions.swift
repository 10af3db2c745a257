import Schema
import State

/// What a draft decides about secrets, and about what goes out of use with the old ones.
extension Draft {
    func isAskedToRotate(_ address: Address) -> Bool {
        planner.rotation?.addresses.contains(address) ?? false
    }

    /// Says how what goes out of use goes. What heals a lost secret needs no such thing: nothing has the lost one.
    mutating func decideGrace(of address: Address) {
        guard var decision = decisions[address], planner.types[address.section]?.onceShownSecrets.isEmpty == false else { return }
        decision.users = users(of: address).sorted()
        let grace = grace(of: decision.users)
        if isAskedToRotate(address) {
            decision.grace = grace
            decision.deposed = decision.deposed.map { Deposed($0.physicalId, grace: grace) }
        } else if decision.change.kind == .replace {
            decision.grace = grace
        }
        decisions[address] = decision
    }

    /// What refers to an address, also through others, as a function has a key from a secret.
    private func users(of address: Address) -> Set<Address> {
        var users: Set<Address> = []
        var open = [address]
        while let next = open.popLast() {
            for (user, needs) in graph.dependencies where needs.contains(next) && users.insert(user).inserted { open.append(user) }
        }
        return users
    }

    /// How long an object must stay that goes out of use: what used it may go on with it for a while. Nil where nothing does.
    private func grace(of users: [Address]) -> Grace? {
        let drain = users.compactMap { user in planner.types[user.section]?.lingering(decisions[user]?.wanted ?? [:]) }.max() ?? 0
        let soak = planner.rotation?.soak ?? 0
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
        return !decision.isRemade && !decision.isCreated && secrets.isSame(reference, value)
    }

    /// Whether a template stands for a secret that AWS showed once, and that is had back from where it still is.
    func isHeld(_ template: Template) -> Bool {
        guard let reference = template.soleReference, let decision = decisions[reference.address] else { return false }
        return !decision.isRemade && !decision.isCreated && secrets.held[reference.address]?[reference.attribute] != nil
    }
}
