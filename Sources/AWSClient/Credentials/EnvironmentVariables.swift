import Model

extension CredentialSource {
    /// Keys in the environment, unless `--profile` names where to look.
    static let environmentVariables = CredentialSource { lookup throws(ConfigurationError) in
        let environment = lookup.environment
        guard !lookup.profileIsOption, let id = environment.variable("AWS_ACCESS_KEY_ID") else { return nil }
        guard let secret = environment.variable("AWS_SECRET_ACCESS_KEY") else {
            throw ConfigurationError(
                .noCredentials,
                "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not. Set both, or neither to use a profile.")
        }
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"] {
            if let value = environment.variable(name) { try KeyText.check(value, name) }
        }
        return Credentials(
            accessKeyId: id, secretAccessKey: Secret(secret),
            sessionToken: environment.variable("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN").map(Secret.init),
            source: "environment variables")
    }
}
