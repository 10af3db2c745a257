/// One piece of access: what may be done, on what, by whom, and under which conditions.
///
/// In JSON, empty fields are left out, and so is the effect of what is allowed.
package struct Access: Sendable, Hashable {
    package enum Effect: String, Sendable, Hashable, Codable {
        case allow = "Allow"
        case deny = "Deny"
    }

    package var effect: Effect
    /// Who, where a policy says it; empty in the policies of a user or a role.
    package var principals: [String]
    /// Everybody but these (`NotPrincipal`).
    package var notPrincipals: [String]
    package var actions: [String]
    /// Every action but these (`NotAction`).
    package var notActions: [String]
    /// What may be acted on; empty in a trust policy.
    package var resources: [String]
    /// Every resource but these (`NotResource`).
    package var notResources: [String]
    /// Conditions in words; nil where there are none.
    package var conditions: String?
    /// Who of the world outside the account has it; nil where nobody does.
    package var audience: Audience?
    /// Whether a permissions boundary lets it through, which gives nothing by itself.
    package var isBoundary: Bool
    /// The ARN of the managed policy that says what it is, where only that is known.
    package var policy: String?

    package init(
        _ effect: Effect = .allow, principals: [String] = [], notPrincipals: [String] = [], actions: [String] = [],
        notActions: [String] = [], resources: [String] = [], notResources: [String] = [], conditions: String? = nil,
        audience: Audience? = nil, isBoundary: Bool = false, policy: String? = nil
    ) {
        self.effect = effect
        self.principals = principals
        self.notPrincipals = notPrincipals
        self.actions = actions
        self.notActions = notActions
        self.resources = resources
        self.notResources = notResources
        self.conditions = conditions
        self.audience = audience
        self.isBoundary = isBoundary
        self.policy = policy
    }
}

extension [Access] {
    /// What is open to the most comes first; the rest keeps its order.
    package var widestAudienceFirst: [Access] {
        Audience.allCases.flatMap { audience in filter { $0.audience == audience } } + filter { $0.audience == nil }
    }
}

extension Access {
    /// What happened to it, from its principal's point of view, so a removed `Deny` is gained.
    package enum Direction: Sendable {
        case gained, lost
    }

    /// One line for people, such as `may now s3:DeleteObject on arn:aws:s3:::bucket/*, where s3:prefix is like a/*`.
    package func words(_ direction: Direction) -> String {
        if let policy { return words(direction, of: policy) }
        let what = Self.words(
            actions.count > Self.mostActions ? Self.byService(actions) : actions, allBut: notActions,
            everything: "every action")
        let hasPrincipals = !principals.isEmpty || !notPrincipals.isEmpty
        let hasResources = !resources.isEmpty || !notResources.isEmpty
        var words =
            if isBoundary {
                boundaryWords(direction, what)
            } else if hasPrincipals && !hasResources {
                trustWords(direction, what)
            } else {
                (hasPrincipals ? "\(who) " : "") + ownWords(direction, what)
            }
        if hasResources {
            words += " on \(Self.words(resources, allBut: notResources, everything: "every resource"))"
        }
        if let conditions { words += ", where \(conditions)" }
        return words + (hasPrincipals ? "" : openTo)
    }

    private func ownWords(_ direction: Direction, _ what: String) -> String {
        switch (effect, direction) {
        case (.allow, .gained): "may now \(what)"
        case (.allow, .lost): "may no longer \(what)"
        case (.deny, .gained): "is no longer denied \(what)"
        case (.deny, .lost): "is now denied \(what)"
        }
    }

    private func trustWords(_ direction: Direction, _ what: String) -> String {
        switch (effect, direction) {
        case (.allow, .gained): "may now be assumed by \(who) with \(what)"
        case (.allow, .lost): "may no longer be assumed by \(who) with \(what)"
        case (.deny, .gained): "is no longer denied to \(who) with \(what)"
        case (.deny, .lost): "is now denied to \(who) with \(what)"
        }
    }

    private func boundaryWords(_ direction: Direction, _ what: String) -> String {
        switch (effect, direction) {
        case (.allow, .gained): "its permissions boundary now lets through \(what)"
        case (.allow, .lost): "its permissions boundary no longer lets through \(what)"
        case (.deny, .gained): "its permissions boundary no longer denies \(what)"
        case (.deny, .lost): "its permissions boundary now denies \(what)"
        }
    }

    private func words(_ direction: Direction, of policy: String) -> String {
        let words =
            switch (isBoundary, direction) {
            case (true, .gained): "is no longer bounded by \(policy)"
            case (true, .lost): "is now bounded by \(policy)"
            case (false, .gained): "may now do all that \(policy) allows"
            case (false, .lost): "may no longer do what \(policy) allows"
            }
        return words + openTo
    }

    /// The principals, after the words for those outside the account.
    private var who: String {
        let names = Self.words(principals, allBut: notPrincipals, everything: "everybody")
        guard let audience, notPrincipals.isEmpty, principals != [audience.rawValue] else { return names }
        return principals == ["*"] ? audience.rawValue : "\(audience.rawValue) (\(names))"
    }

    private var openTo: String { audience.map { " (open to \($0.rawValue))" } ?? "" }

    private static func words(_ ones: [String], allBut: [String], everything: String) -> String {
        allBut.isEmpty ? ones.joined(separator: ", ") : "\(everything) but \(allBut.joined(separator: ", "))"
    }

    /// As many actions as people read: AWS's own policies have up to thousands.
    private static let mostActions = 20

    /// The services of so many actions, each with the number of its actions; what is of no single service as it is.
    private static func byService(_ actions: [String]) -> [String] {
        let services = Dictionary(grouping: actions) { $0.contains(":") ? String($0.prefix { $0 != ":" }) : "" }
        return (services[""] ?? [])
            + services.filter { $0.key != "" }.sorted { $0.key < $1.key }.map { service, actions in
                actions.count == 1 ? actions[0] : "\(actions.count) actions of \(service)"
            }
    }
}

extension Access: Codable {
    private enum CodingKeys: String, CodingKey {
        case effect, principals, notPrincipals, actions, notActions, resources, notResources, conditions, audience,
            boundary, policy
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func texts(_ key: CodingKeys) throws -> [String] {
            try container.decodeIfPresent([String].self, forKey: key) ?? []
        }
        self.init(
            try container.decodeIfPresent(Effect.self, forKey: .effect) ?? .allow,
            principals: try texts(.principals), notPrincipals: try texts(.notPrincipals),
            actions: try texts(.actions), notActions: try texts(.notActions),
            resources: try texts(.resources), notResources: try texts(.notResources),
            conditions: try container.decodeIfPresent(String.self, forKey: .conditions),
            audience: try container.decodeIfPresent(Audience.self, forKey: .audience),
            isBoundary: try container.decodeIfPresent(Bool.self, forKey: .boundary) ?? false,
            policy: try container.decodeIfPresent(String.self, forKey: .policy))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if effect != .allow { try container.encode(effect, forKey: .effect) }
        let fields: [(CodingKeys, [String])] = [
            (.principals, principals), (.notPrincipals, notPrincipals), (.actions, actions), (.notActions, notActions),
            (.resources, resources), (.notResources, notResources),
        ]
        for (key, texts) in fields where !texts.isEmpty { try container.encode(texts, forKey: key) }
        try container.encodeIfPresent(conditions, forKey: .conditions)
        try container.encodeIfPresent(audience, forKey: .audience)
        if isBoundary { try container.encode(true, forKey: .boundary) }
        try container.encodeIfPresent(policy, forKey: .policy)
    }
}
