import Planning

/// What a workflow is given about the stack it works on besides its file.
package struct Settings: Sendable {
    /// Values in place of those in the stack file, by parameter.
    package var parameterOverrides: [String: String]
    package var profile: String?
    package var region: String?
    package var endpointURL: String?
    /// The state file, in place of the usual one.
    package var statePath: String?
    package var parallelism: Int
    /// The addresses to which a plan keeps, with what they need; none for all.
    package var targets: [String]

    package init(
        parameterOverrides: [String: String] = [:], profile: String? = nil, region: String? = nil,
        endpointURL: String? = nil,
        statePath: String? = nil, parallelism: Int = Self.defaultParallelism, targets: [String] = []
    ) {
        self.parameterOverrides = parameterOverrides
        self.profile = profile
        self.region = region
        self.endpointURL = endpointURL
        self.statePath = statePath
        self.parallelism = parallelism
        self.targets = targets
    }

    /// Sixteen calls at once are far below the rate limits of the services that this stack uses, and more than its graph is wide.
    package static let defaultParallelism = 16

    /// The settings under which a plan was made, with those of this run that are no part of a plan.
    func planned(_ saved: SavedPlan) -> Settings {
        var settings = self
        settings.parameterOverrides = saved.settings
        settings.targets = saved.targets
        settings.region = region ?? saved.plan.region
        return settings
    }
}

/// What was agreed to beforehand, so nobody need be asked.
package struct Consent: Sendable {
    package let isGiven: Bool
    /// How many user accounts may be lost: never part of a plain consent.
    package let acceptedUserLoss: Int?
    /// Whether a stack may be made beside another one of the same file.
    package let acceptsSecondStack: Bool

    package init(isGiven: Bool = false, acceptedUserLoss: Int? = nil, acceptsSecondStack: Bool = false) {
        self.isGiven = isGiven
        self.acceptedUserLoss = acceptedUserLoss
        self.acceptsSecondStack = acceptsSecondStack
    }
}
