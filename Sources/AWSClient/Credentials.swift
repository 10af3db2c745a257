package import Schema

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

/// Where credentials come from. Asked before every attempt, so that one which renews them is always up to date.
package protocol CredentialsProvider: Sendable {
    func credentials() async throws(ConfigurationError) -> Credentials
}

/// Credentials provide themselves.
extension Credentials: CredentialsProvider {
    package func credentials() async throws(ConfigurationError) -> Credentials { self }
}

/// What the environment, the config files or the options say about AWS cannot be followed.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// A config file cannot be read or has not the form of one.
        case file
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
