package import Foundation
package import HTTP
import Model

/// The world outside as far as configuration needs it: variables, and a way to read a file.
package struct Environment: Sendable {
    package let variables: [String: String]
    /// The user's home, for when `HOME` is not set.
    package let home: String
    /// A file's text; nil where there is no such file.
    package let readFile: @Sendable (_ path: String) throws -> String?
    package let look: @Sendable (_ path: String) -> Entry

    /// What is at a path.
    package enum Entry: Sendable, Hashable {
        case nothing, folder
        case file(Data)
        /// In words, why it cannot be read.
        case unreadable(String)
    }

    package init(
        variables: [String: String], home: String, readFile: @escaping @Sendable (_ path: String) throws -> String?,
        look: @escaping @Sendable (_ path: String) -> Entry = { _ in .nothing }
    ) {
        self.variables = variables
        self.home = home
        self.readFile = readFile
        self.look = look
    }

    /// The process's own.
    package static var process: Environment {
        Environment(
            variables: ProcessInfo.processInfo.environment, home: NSHomeDirectory(),
            readFile: { path in
                do {
                    return try String(contentsOfFile: path, encoding: .utf8)
                } catch let error as CocoaError where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile
                {
                    return nil
                }
            },
            look: { path in
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return .nothing }
                if isFolder.boolValue { return .folder }
                do {
                    return .file(try Data(contentsOf: URL(filePath: path)))
                } catch {
                    return .unreadable(error.localizedDescription)
                }
            })
    }

    /// A path in which a `~` at the beginning stands for the user's home.
    func expanded(_ path: String) -> String {
        path == "~" || path.hasPrefix("~/") ? (variable("HOME") ?? home) + path.dropFirst() : path
    }

    /// A variable that is set and not empty.
    func variable(_ names: String...) -> String? {
        names.lazy.compactMap { variables[$0] }.first { !$0.isEmpty }
    }
}

/// Profile, region, endpoints and credentials as options, environment and config files give them, in the order of the
/// AWS CLI v2.
package struct AWSConfiguration: Sendable {
    package let profileName: String
    package let region: String
    package let endpoints: Endpoints
    package let retry: RetryPolicy

    private let environment: Environment
    private let profileIsOption: Bool
    private let config: SharedConfig
    private let credentialsFile: SharedConfig
    private let credentialsPath: String
    private let configPath: String
    var credentialSources = CredentialSource.all

    /// - Parameters: `profile`, `region` and `endpointURL` are the options `--profile`, `--region` (or the stack's region)
    ///   and `--endpoint-url`.
    /// - Throws: what stands in a file or a variable and cannot be followed. Credentials are looked for only in
    ///   ``credentials()``.
    package init(
        _ environment: Environment, profile: String? = nil, region: String? = nil, endpointURL: String? = nil
    ) throws(ConfigurationError) {
        self.environment = environment
        configPath = Self.path(environment, "AWS_CONFIG_FILE", "config")
        credentialsPath = Self.path(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials")
        config = try Self.read(configPath, .config, environment)
        credentialsFile = try Self.read(credentialsPath, .credentials, environment)
        let wanted = profile ?? environment.variable("AWS_DEFAULT_PROFILE", "AWS_PROFILE")
        profileIsOption = profile != nil
        profileName = wanted ?? "default"
        let both = config.merging(credentialsFile)
        if let wanted, both.profiles[wanted] == nil {
            throw ConfigurationError(
                .noSuchProfile,
                "There is no profile \(wanted) in \(configPath) or \(credentialsPath)."
                    + Self.list(both.profiles.keys.sorted()) + " Name one of them with --profile or AWS_PROFILE.")
        }
        let section = both.profiles[profileName] ?? [:]
        self.region = try Self.checked(
            region: region ?? environment.variable("AWS_REGION", "AWS_DEFAULT_REGION") ?? section["region"]?.text)
        endpoints = try Endpoints(
            region: self.region, endpointURL: endpointURL, variables: environment.variables, profile: section,
            services: section["services"]?.text.flatMap { both.services[$0] } ?? [:])
        // The rate limiter spares the service; longer waits of a call's own would only outlast the throttling.
        retry = RetryPolicy(
            maxAttempts: try Self.maxAttempts(environment, section),
            throttleDeadline: RetryPolicy.usualThrottleDeadline, maxDelay: 5)
    }

    /// How servers are reached: certificates and proxies.
    ///
    /// - Throws: where certificates are needed and are not to be found where they should be.
    package func transport() throws(ConfigurationError) -> TransportSettings {
        let profile = config.merging(credentialsFile).profiles[profileName] ?? [:]
        return TransportSettings(
            certificates: endpoints.useTLS ? try Certificates(environment, profile: profile) : nil,
            proxies: ProxyRules(environment.variables))
    }

    /// The credentials to sign with, from the first of ``CredentialSource/all`` that has some.
    /// - Throws: where there are none, or only of a kind that is not supported yet.
    package func credentials() throws(ConfigurationError) -> Credentials {
        let lookup = CredentialLookup(
            environment: environment, profileName: profileName, profileIsOption: profileIsOption, config: config,
            configPath: configPath, credentialsFile: credentialsFile, credentialsPath: credentialsPath)
        for source in credentialSources {
            if let found = try source.credentials(lookup) { return found }
        }
        throw ConfigurationError(
            .noCredentials,
            "No AWS credentials: AWS_ACCESS_KEY_ID is not set, and profile \(profileName) has no keys in \(credentialsPath) or "
                + "\(configPath). Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile with --profile, or run `aws configure`."
        )
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "" : " There is: \(names.joined(separator: ", "))."
    }

    private static func path(_ environment: Environment, _ variable: String, _ name: String) -> String {
        environment.variable(variable).map(environment.expanded) ?? environment.expanded("~/.aws/\(name)")
    }

    private static func read(
        _ path: String, _ file: SharedConfig.File, _ environment: Environment
    ) throws(ConfigurationError) -> SharedConfig {
        let text: String?
        do {
            text = try environment.readFile(path)
        } catch {
            throw ConfigurationError(.file, "\(path) cannot be read: \(error.localizedDescription)")
        }
        return try text.map { (text) throws(ConfigurationError) in try SharedConfig(parsing: text, as: file, path: path)
        }
            ?? SharedConfig()
    }

    private static func checked(region: String?) throws(ConfigurationError) -> String {
        guard let region, !region.isEmpty else {
            throw ConfigurationError(
                .noRegion, "No region: set `region` in the stack file, --region, AWS_REGION, or region in the profile.")
        }
        // It becomes part of a host name that signed requests go to.
        let isLabel =
            region.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            } && region.utf8.count < 64 && region.first != "-" && region.last != "-"
        guard isLabel else { throw ConfigurationError(.badRegion, "\(region) is no region: one looks like us-east-1.") }
        return region
    }

    private static func maxAttempts(_ environment: Environment, _ section: SharedConfig.Section)
        throws(ConfigurationError) -> Int
    {
        guard let text = environment.variable("AWS_MAX_ATTEMPTS") ?? section["max_attempts"]?.text else { return 3 }
        guard let number = Int(text), number > 0 else {
            throw ConfigurationError(
                .badNumber, "AWS_MAX_ATTEMPTS (max_attempts in the profile) is \(text), not a whole number from 1 on.")
        }
        return number
    }
}
