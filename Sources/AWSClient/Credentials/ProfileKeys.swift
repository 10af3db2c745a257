import Model

extension CredentialSource {
    /// Keys in `~/.aws/credentials`.
    static let credentialsFile = CredentialSource { lookup throws(ConfigurationError) in
        try lookup.keys(in: lookup.credentialsFile, lookup.credentialsPath)
    }

    /// Keys in `~/.aws/config`.
    static let configFile = CredentialSource { lookup throws(ConfigurationError) in
        try lookup.keys(in: lookup.config, lookup.configPath)
    }
}

extension CredentialLookup {
    fileprivate func keys(in file: SharedConfig, _ path: String) throws(ConfigurationError) -> Credentials? {
        guard let section = file.profiles[profileName], let id = section["aws_access_key_id"]?.text, !id.isEmpty else {
            return nil
        }
        guard let secret = section["aws_secret_access_key"]?.text, !secret.isEmpty else {
            throw ConfigurationError(
                .noCredentials,
                "Profile \(profileName) of \(path) has aws_access_key_id without aws_secret_access_key. Add it.")
        }
        for name in ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"] {
            if let value = section[name]?.text {
                try KeyText.check(value, "\(name) of profile \(profileName) in \(path)")
            }
        }
        return Credentials(
            accessKeyId: id, secretAccessKey: Secret(secret),
            sessionToken: section["aws_session_token"]?.text.map(Secret.init),
            source: "profile \(profileName) of \(path)")
    }
}
