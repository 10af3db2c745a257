/// One piece of access: what may be done, on what, by whom, and under which conditions.
///
/// In JSON, empty fields are left out, and so is the effect of what is allowed.
package struct Access: Sendable, Hashable {
    package enum Effect: String, Sendable, Hashable, Codable {
        case allow = "Allow"
        case deny = "Deny"
    }

    package var effect: Effect
    /// Who, where a trust policy says it; empty in the policies of a user or a role.
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

    package init(
        _ effect: Effect = .allow, principals: [String] = [], notPrincipals: [String] = [], actions: [String] = [],
        notActions: [String] = [], resources: [String] = [], notResources: [String] = [], conditions: String? = nil
    ) {
        self.effect = effect
        self.principals = principals
        self.notPrincipals = notPrincipals
        self.actions = actions
        self.notActions = notActions
        self.resources = resources
        self.notResources = notResources
        self.conditions = conditions
    }
}

extension Access {
    /// What happened to it, from its principal's point of view, so that a removed `Deny` is gained.
    package enum Direction: Sendable {
        case gained, lost
    }

    /// One line for people, such as `may now s3:DeleteObject on arn:aws:s3:::bucket/*, where s3:prefix is like a/*`.
    package func words(_ direction: Direction) -> String {
        let what = Self.words(actions, allBut: notActions, everything: "every action")
        let who = Self.words(principals, allBut: notPrincipals, everything: "everybody")
        let isTrust = !principals.isEmpty || !notPrincipals.isEmpty
        var words =
            switch (effect, direction, isTrust) {
            case (.allow, .gained, false): "may now \(what)"
            case (.allow, .lost, false): "may no longer \(what)"
            case (.deny, .gained, false): "is no longer denied \(what)"
            case (.deny, .lost, false): "is now denied \(what)"
            case (.allow, .gained, true): "may now be assumed by \(who) with \(what)"
            case (.allow, .lost, true): "may no longer be assumed by \(who) with \(what)"
            case (.deny, .gained, true): "is no longer denied to \(who) with \(what)"
            case (.deny, .lost, true): "is now denied to \(who) with \(what)"
            }
        if !resources.isEmpty || !notResources.isEmpty {
            words += " on \(Self.words(resources, allBut: notResources, everything: "every resource"))"
        }
        if let conditions { words += ", where \(conditions)" }
        return words
    }

    private static func words(_ ones: [String], allBut: [String], everything: String) -> String {
        allBut.isEmpty ? ones.joined(separator: ", ") : "\(everything) but \(allBut.joined(separator: ", "))"
    }
}

extension Access: Codable {
    private enum CodingKeys: String, CodingKey {
        case effect, principals, notPrincipals, actions, notActions, resources, notResources, conditions
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func texts(_ key: CodingKeys) throws -> [String] { try container.decodeIfPresent([String].self, forKey: key) ?? [] }
        self.init(
            try container.decodeIfPresent(Effect.self, forKey: .effect) ?? .allow,
            principals: try texts(.principals), notPrincipals: try texts(.notPrincipals),
            actions: try texts(.actions), notActions: try texts(.notActions),
            resources: try texts(.resources), notResources: try texts(.notResources),
            conditions: try container.decodeIfPresent(String.self, forKey: .conditions))
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
    }
}
