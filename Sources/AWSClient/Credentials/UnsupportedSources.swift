// Sources that the AWS CLI knows and this program does not follow yet. Each stands at its place in the order, so no credentials are
// used that the CLI would not use.

extension CredentialSource {
    /// Roles and SSO, which come before static keys.
    static let profileSessions = CredentialSource { lookup throws(ConfigurationError) in
        try lookup.refuse([
            "role_arn", "web_identity_token_file", "sso_session", "sso_start_url", "sso_account_id", "login_session",
        ])
    }

    /// A program that prints credentials.
    static let credentialProcess = CredentialSource { lookup throws(ConfigurationError) in
        try lookup.refuse(["credential_process"])
    }

    /// A token or a server that the environment names, as in containers.
    static let workloadIdentity = CredentialSource { lookup throws(ConfigurationError) in
        let names = [
            "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        ]
        guard let name = names.first(where: { lookup.environment.variable($0) != nil }) else { return nil }
        throw ConfigurationError(
            .unsupported, "The credentials that \(name) points to are not supported yet. \(lookup.wayOut)")
    }
}

extension CredentialLookup {
    /// Always nil: throws where the profile has one of the keys.
    fileprivate func refuse(_ keys: [String]) throws(ConfigurationError) -> Credentials? {
        guard let key = keys.first(where: { profile[$0] != nil }) else { return nil }
        throw ConfigurationError(
            .unsupported,
            "Profile \(profileName) takes its credentials from \(key), which is not supported yet. \(wayOut)")
    }

    fileprivate var wayOut: String {
        "Let the AWS CLI get them: eval \"$(aws configure export-credentials --profile \(profileName) --format env)\""
    }
}
