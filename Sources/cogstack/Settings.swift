import Planning

/// What a command is told about the stack it works on besides its file.
struct Settings {
    /// The values of `--set`, by parameter.
    var parameterOverrides: [String: String] = [:]
    var profile: String?
    var region: String?
    var endpointURL: String?
    /// The state file, in place of the usual one.
    var statePath: String?
    var parallelism = Self.defaultParallelism
    /// The addresses of `--target`; none for all.
    var targets: [String] = []

    /// Sixteen calls at once are far below the rate limits of the services that this stack uses, and more than its graph is wide.
    static let defaultParallelism = 16

    /// The settings under which a plan was made, with those of this run that are no part of a plan.
    func planned(_ saved: SavedPlan) -> Settings {
        var settings = self
        settings.parameterOverrides = saved.settings
        settings.targets = saved.targets
        settings.region = region ?? saved.plan.region
        return settings
    }
}

/// What was agreed to beforehand, so that nobody need be asked.
struct Consent {
    /// `--yes`.
    var isGiven = false
    /// How many user accounts may be lost.
    var acceptedUserLoss: Int?
    /// Whether a stack may be made beside another one of the same file.
    var acceptsSecondStack = false
}
