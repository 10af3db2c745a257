/// What a run has made or may have made in AWS: kept on disk from before it is made until it is gone, so the next run can
/// remove what a killed one left. It holds no secret.
package struct CleanupRecord: Sendable, Equatable, Codable {
    package let userPoolId: String
    package let clientId: String
    package let identityPoolId: String
    /// The name under which the user was made.
    package let username: String
    /// Whether an identity was asked for: then there may be one, also where its id never arrived.
    package var mayHaveIdentity = false
    package var identityId: String?

    package init(userPoolId: String, clientId: String, identityPoolId: String, username: String) {
        self.userPoolId = userPoolId
        self.clientId = clientId
        self.identityPoolId = identityPoolId
        self.username = username
    }

    /// What the name of every user begins with that is made here, and of no other: nobody takes it for a person's.
    package static let prefix = "cogstack-verify-"

    /// Seconds after which the user of a run is none of a run under way any more.
    static let strayAge = 15.0 * 60
}

/// Where cleanup records are kept.
package struct TraceKeeper: Sendable {
    package let load: @Sendable () throws -> [CleanupRecord]
    package let save: @Sendable ([CleanupRecord]) throws -> Void

    package init(
        load: @escaping @Sendable () throws -> [CleanupRecord],
        save: @escaping @Sendable ([CleanupRecord]) throws -> Void
    ) {
        self.load = load
        self.save = save
    }
}
