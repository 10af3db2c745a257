package import Model

/// What requests are signed with.
package struct Credentials: Sendable, Hashable {
    package let accessKeyId: String
    package let secretAccessKey: Secret
    /// Present for temporary credentials.
    package let sessionToken: Secret?
    /// Where they came from, in words for `whoami`: `environment variables`, `profile prod of ~/.aws/credentials`.
    package let source: String

    package init(accessKeyId: String, secretAccessKey: Secret, sessionToken: Secret? = nil, source: String) {
        self.accessKeyId = accessKeyId
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.source = source
    }
}

/// Where credentials come from. Asked before every attempt, so one which renews them is always up to date.
package protocol CredentialsProvider: Sendable {
    func credentials() async throws(ConfigurationError) -> Credentials

    /// Looks whether there are others than `expired` by now; true where ``credentials()`` gives those from here on.
    func renewed(after expired: Credentials) async throws(ConfigurationError) -> Bool
}

/// Credentials provide themselves.
extension Credentials: CredentialsProvider {
    package func credentials() async throws(ConfigurationError) -> Credentials { self }
    package func renewed(after expired: Credentials) async throws(ConfigurationError) -> Bool { self != expired }
}

/// Credentials that are read once, and once more when they have expired.
package actor RenewableCredentials: CredentialsProvider {
    private var current: Credentials
    private let read: @Sendable () throws(ConfigurationError) -> Credentials

    /// - Parameter read: reads them from where they stand now.
    package init(_ current: Credentials, read: @escaping @Sendable () throws(ConfigurationError) -> Credentials) {
        self.current = current
        self.read = read
    }

    package func credentials() async throws(ConfigurationError) -> Credentials { current }

    package func renewed(after expired: Credentials) async throws(ConfigurationError) -> Bool {
        // Another call may have found them already.
        if current == expired { current = try read() }
        return current != expired
    }
}

/// What the environment, the config files or the options say about AWS cannot be followed.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// A config file cannot be read or has not the form of one.
        case file
        /// There are no certificates to check servers against where they should be.
        case certificates
        /// The profile that was asked for is in no file.
        case noSuchProfile
        /// Something in the chosen profile or the environment is not supported yet.
        case unsupported
        case noCredentials
        case noRegion
        case badRegion
        case badEndpoint
        case badNumber
    }

    package let kind: Kind
    /// What is wrong, where, and what to do.
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
