package import IAMPolicy
package import Model
package import Schema

/// Access that a resource gains and loses, or that others do by it: the widest audience comes first.
package struct PermissionChange: Sendable, Equatable, Codable {
    package var principal: Address
    package var gained: [Access]
    package var lost: [Access]

    package init(principal: Address, gained: [Access], lost: [Access]) {
        self.principal = principal
        self.gained = gained
        self.lost = lost
    }

    /// What a change means for access; nil where it means nothing.
    ///
    /// - Parameters:
    ///   - documents: what is known of managed policies, by their ARNs.
    ///   - account: the account that is planned for, so others are told from it.
    init?(
        of address: Address, from before: AccessPolicies, to after: AccessPolicies, documents: [String: Value],
        account: String
    ) {
        if before == after { return nil }
        var (gained, lost): ([Access], [Access]) = ([], [])
        func add(_ change: AccessChange) {
            gained += change.gained
            lost += change.lost
        }
        for kind in [\AccessPolicies.trust, \.resource] {
            add(AccessChange(from: before[keyPath: kind], to: after[keyPath: kind], account: account))
        }

        func own(_ policies: AccessPolicies) -> [Value] {
            policies.identity + policies.managed.sorted().compactMap { documents[$0] }
        }
        func unread(_ arns: Set<String>) -> [Access] {
            arns.filter { documents[$0] == nil }.sorted().map { Access(policy: $0) }
        }
        let change = AccessChange(from: own(before), to: own(after))
        // What a role may do, whoever may become it may do.
        func open(_ accesses: [Access], by trust: [Value]) -> [Access] {
            let audience = Audience.widest(in: trust, account: account)
            return accesses.map { access in
                var access = access
                access.audience = audience
                return access
            }
        }
        gained += open(change.gained + unread(after.managed.subtracting(before.managed)), by: after.trust)
        lost += open(change.lost + unread(before.managed.subtracting(after.managed)), by: before.trust)

        // A principal that comes or goes has its boundary from the first moment to the last.
        if before.boundary != after.boundary, !before.isNothing, !after.isNothing {
            let (old, new) = (before.boundary.flatMap { documents[$0] }, after.boundary.flatMap { documents[$0] })
            if let old, let new {
                let change = AccessChange(from: [old], to: [new])
                gained += change.gained.map(\.atBoundary)
                lost += change.lost.map(\.atBoundary)
            } else {
                if let boundary = before.boundary { gained.append(Access(isBoundary: true, policy: boundary)) }
                if let boundary = after.boundary { lost.append(Access(isBoundary: true, policy: boundary)) }
            }
        }
        if gained.isEmpty && lost.isEmpty { return nil }
        self.init(principal: address, gained: gained.widestAudienceFirst, lost: lost.widestAudienceFirst)
    }

    /// The widest audience of what it tells; nil where it concerns nobody outside.
    var audience: Audience? { (gained + lost).compactMap(\.audience).min() }
}

extension Access {
    fileprivate var atBoundary: Access {
        var access = self
        access.isBoundary = true
        return access
    }
}

extension [PermissionChange] {
    /// Those of the widest audience first, and in the order of their addresses.
    var inOrder: [PermissionChange] {
        let ordered = sorted { $0.principal < $1.principal }
        return Audience.allCases.flatMap { audience in ordered.filter { $0.audience == audience } }
            + ordered.filter { $0.audience == nil }
    }
}

extension Plan {
    /// The managed policies of which it tells no more than their names, by the resources that they are attached to.
    package var unreadPolicies: [Address: Set<String>] {
        Dictionary(
            permissions.map { ($0.principal, Set(($0.gained + $0.lost).compactMap(\.policy))) },
            uniquingKeysWith: { $1 }
        )
        .filter { !$0.value.isEmpty }
    }

    /// The resources whose live objects go, and with them who may use these.
    package func withGoingPolicies(_ types: [String: ResourceType]) -> [Address: String] {
        let going = changes.filter {
            [.delete, .replace].contains($0.kind) && types[$0.address.section]?.hasResourcePolicy == true
        }
        return Dictionary(going.map { ($0.address, $0.physicalId) }, uniquingKeysWith: { $1 }).compactMapValues(\.self)
    }
}

/// All that says what a resource may do, and what others may do with it.
struct AccessPolicies: Equatable {
    /// What it may do.
    var identity: [Value] = []
    /// ARNs of policies that say so too.
    var managed: Set<String> = []
    /// The ARN of the policy that bounds it.
    var boundary: String?
    /// Who may become it.
    var trust: [Value] = []
    /// Who may use it.
    var resource: [Value] = []
    /// There is no such resource.
    var isNothing = true

    /// Nothing at all, as of an object that is not there.
    init() {}

    /// - Parameter resourcePolicy: what AWS keeps with the object beside its properties.
    init(_ attributes: Value, of type: ResourceType, resourcePolicy: Value? = nil) {
        isNothing = false
        for row in type.attributes {
            let value = attributes[row.name]
            switch row.access {
            case .identity: identity += row.documents(in: value)
            case .trust: trust += row.documents(in: value)
            case .managed: managed.formUnion((value.list ?? []).compactMap(\.policyARN))
            case .boundary: boundary = value.policyARN
            case nil: break
            }
        }
        if let policy = type.letsOthers?(attributes) { resource.append(policy) }
        if let resourcePolicy { resource.append(resourcePolicy) }
    }
}

extension Attribute {
    /// The policy documents in a value of this row: itself, or the members of a map of them.
    func documents(in value: Value) -> [Value] {
        guard let members = value.map, !members.isEmpty else { return [] }
        if case .map = type { return members.sorted { $0.key < $1.key }.map(\.value) }
        return [value]
    }
}

extension Value {
    /// An ARN, or the reference that will be one.
    fileprivate var policyARN: String? {
        if case .template(let template) = self { template.description } else { string }
    }
}
