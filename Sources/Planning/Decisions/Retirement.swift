import Model
import Schema
import Records

/// What an attempt decides about secrets, and about what goes out of use with the old ones.
extension PlanAttempt {
    func isAskedToRotate(_ address: Address) -> Bool {
        planner.rotation?.addresses.contains(address) ?? false
    }

    /// Says how what goes out of use goes. Also what heals a lost secret lets the old one be for a while: nothing has that any more
    /// as far as AWS shows, but a function may go on with what it has looked up.
    mutating func decideGrace(of address: Address, _ drains: Drains) {
        guard drains.mustBeDecided(of: address), var decision = decisions[address],
            let type = planner.types[address.section]
        else { return }
        guard !type.onceShownSecrets.isEmpty else { return decideDrain(of: address, drains) }
        guard decision.isReplaced || !decision.old.deposed.isEmpty else { return }
        decision.retirement.users = users(of: address).sorted()
        let soak = planner.rotation?.soak
        if decision.isReplaced {
            decision.retirement.grace = drains.grace(
                of: decision.retirement.users, soak: isAskedToRotate(address) ? soak ?? Rotation.usualSoak : 0)
        }
        if isAskedToRotate(address), soak != nil {
            for index in decision.old.deposed.indices {
                decision.old.deposed[index].grace = drains.grace(of: decision.retirement.users, soak: soak ?? 0)
            }
        }
        if let grace = decision.retirement.grace, decision.change.kind == .rotate,
            !decision.old.orphans.contains(decision.change.physicalId ?? "")
        {
            decision.change.reason = (decision.change.reason ?? "") + ": the old one \(grace)"
        }
        decisions[address] = decision
    }

    /// What holds no secret is deleted once the calls are over that may still be using it, and what uses it has been asked whether it works.
    private mutating func decideDrain(of address: Address, _ drains: Drains) {
        guard var decision = decisions[address], decision.changesItsObject || !decision.old.deposed.isEmpty,
            !decision.freesName,
            drains.concern(address)
        else { return }
        decision.retirement.users = consumers.closure(from: address).sorted()
        guard let grace = drains.grace(of: decision.retirement.users, soak: 0) else { return }
        decision.retirement.grace = grace
        for index in decision.old.deposed.indices { decision.old.deposed[index].grace = grace }
        decisions[address] = decision
    }

    /// What has an address's secret: from it, or from something that keeps it, as a function has a key from a parameter. What works with
    /// the secret keeps it for nobody.
    private func users(of address: Address) -> Set<Address> {
        let secrets = Set((planner.types[address.section]?.onceShownSecrets ?? []).map(\.name))
        var users: Set<Address> = []
        var open = consumers.users(of: address, outputs: secrets)
        while let next = open.popLast() {
            guard users.insert(next).inserted,
                planner.types[next.section]?.attributes.contains(where: \.isProbe) == false
            else { continue }
            open += consumers.waitingUsers(of: next)
        }
        return users
    }

    /// Notes secrets that an action will need and that only a new resource can give.
    mutating func needSecrets(in value: Value) {
        for reference in value.references where secrets.isLost(reference) {
            guard let decision = decisions[reference.address], !decision.isCreated, !decision.isReplaced else {
                continue
            }
            // Its own secrets are needed with it.
            if neededSecrets.insert(reference.address).inserted { needSecrets(in: decision.wanted) }
        }
    }

    /// Whether a live value is the secret that a template stands for.
    func isSecret(of template: Template, _ value: Value) -> Bool {
        guard let reference = template.soleReference, let decision = decisions[reference.address] else { return false }
        if let reinstated = decision.reinstated {
            guard case .secret(let secret) = reinstated.live.outputs[reference.attribute] else { return false }
            return value.string == secret.clearText
        }
        return !decision.isReplaced && !decision.isCreated && secrets.isSame(reference, value)
    }

    /// Whether a template stands for a secret that AWS showed once, and that is had back from where it still is.
    func isHeld(_ template: Template) -> Bool {
        guard let reference = template.soleReference, let decision = decisions[reference.address] else { return false }
        return !decision.isReplaced && !decision.isCreated
            && secrets.held[reference.address]?[reference.attribute] != nil
    }
}

/// How long calls may last that something was begun with, of what an attempt has decided on.
struct Drains {
    private var seconds: [Address: Int] = [:]
    /// Those, and all that these use.
    private var concerned: Set<Address> = []
    /// Those of which an object goes.
    private let changing: Set<Address>

    init(_ attempt: PlanAttempt) {
        changing = Set(attempt.decisions.filter { $0.value.changesItsObject || !$0.value.old.deposed.isEmpty }.keys)
        if changing.isEmpty { return }
        for address in attempt.planner.desired.resources.keys {
            guard let type = attempt.planner.types[address.section] else { continue }
            // Calls that began before the change may last as long as they could then.
            let properties = [
                attempt.decisions[address]?.wanted, attempt.planner.observation.live[address]?.attributes,
            ].compactMap(\.self)
            let longest = properties.map(type.drainTime).max() ?? 0
            if longest > 0 { seconds[address] = longest }
        }
        concerned = attempt.consumers.used(by: Set(seconds.keys))
    }

    func mustBeDecided(of address: Address) -> Bool { changing.contains(address) }

    /// Whether something may be using an address for a while after it has changed.
    func concern(_ address: Address) -> Bool { concerned.contains(address) }

    /// How long an object must stay that goes out of use: what used it may go on with it for a while. Nil where nothing does.
    func grace(of users: [Address], soak: Int) -> Grace? {
        let drain = users.compactMap { seconds[$0] }.max() ?? 0
        return drain + soak > 0 ? Grace(drain: drain, soak: soak) : nil
    }
}
