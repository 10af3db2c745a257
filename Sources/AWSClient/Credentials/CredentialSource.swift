/// A place where credentials may be.
struct CredentialSource: Sendable {
    /// Nil where it has none.
    ///
    /// - Throws: where what stands there cannot be followed, which ends the search: no later source is asked instead.
    let credentials: @Sendable (CredentialLookup) throws(ConfigurationError) -> Credentials?

    /// One line each, in the order of the AWS CLI v2: the first that has credentials gives them.
    static let all: [CredentialSource] = [
        .environmentVariables,
        .profileSessions,
        .credentialsFile,
        .credentialProcess,
        .configFile,
        .workloadIdentity,
    ]
}

/// What sources look at.
struct CredentialLookup: Sendable {
    let environment: Environment
    let profileName: String
    /// Whether `--profile` named it.
    let profileIsOption: Bool
    let config: SharedConfig
    let configPath: String
    let credentialsFile: SharedConfig
    let credentialsPath: String

    /// The profile as both files together have it.
    var profile: SharedConfig.Section { config.merging(credentialsFile).profiles[profileName] ?? [:] }
}
