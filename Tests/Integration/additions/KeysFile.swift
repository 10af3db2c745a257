import Model

extension CredentialSource {
    /// An example of a new credential source: a file that a variable names, with a key's id and its secret, a line each.
    static let keysFile = CredentialSource { lookup throws(ConfigurationError) in
        guard let path = lookup.environment.variable("KEYS_FILE") else { return nil }
        let lines = ((try? lookup.environment.readFile(path)) ?? "").split(separator: "\n").map(String.init)
        guard lines.count == 2 else {
            throw ConfigurationError(
                .noCredentials, "KEYS_FILE is \(path), which has no two lines. Write a key into it.")
        }
        try KeyText.check(lines[1], path)
        return Credentials(accessKeyId: lines[0], secretAccessKey: Secret(lines[1]), source: "the file \(path)")
    }
}
