import Digest

/// A salted digest of a secret: tells whether a value is that secret, and nothing else.
package struct SecretDigest: Sendable, Hashable, Codable {
    /// Sixteen random bytes, in hexadecimal.
    package let salt: String
    /// SHA-256 over the salt's text and the secret, in hexadecimal.
    package let sha256: String

    package init(salt: String, sha256: String) {
        self.salt = salt
        self.sha256 = sha256
    }
}

extension SecretDigest {
    /// Digests a secret; the caller draws the sixteen bytes of salt.
    package init(of secret: Secret, salt: [UInt8]) {
        self.init(of: secret, salt: salt.hexadecimal)
    }

    /// - Parameter salt: the bytes in hexadecimal.
    package init(of secret: Secret, salt: String) {
        self.init(salt: salt, sha256: Self.digest(secret.clearText, salt: salt))
    }

    /// Whether a text is the secret that was digested.
    package func matches(_ text: String) -> Bool {
        Self.digest(text, salt: salt) == sha256
    }

    private static func digest(_ text: String, salt: String) -> String {
        SHA256.hash(salt + text).hexadecimal
    }
}

extension Value {
    /// The same as it may be written down: a digest in the place of each secret.
    ///
    /// - Parameter salt: draws sixteen bytes, for each secret.
    package func sealed(salt: () -> [UInt8]) -> Value {
        sealed { SecretDigest(of: $0, salt: salt()) }
    }

    /// The same with one salt for all, in hexadecimal: so it can be compared with what was sealed with that.
    package func sealed(salt: String) -> Value {
        sealed { SecretDigest(of: $0, salt: salt) }
    }

    private func sealed(by digest: (Secret) -> SecretDigest) -> Value {
        mapLeaves { leaf in
            switch leaf {
            case .secret(let secret): .sealed(digest(secret))
            // What it will be is not known yet, so there is nothing to digest.
            case .template(let template) where template.holdsSecret: .string(template.description)
            default: leaf
            }
        }
    }

    /// Whether this is what was written down: the same, or the secret that a digest there is of.
    package func isSame(asSealed other: Value) -> Bool {
        switch (self, other) {
        case (.string(let text), .sealed(let digest)): digest.matches(text)
        case (.secret(let secret), .sealed(let digest)): digest.matches(secret.clearText)
        case (.list(let mine), .list(let theirs)):
            mine.count == theirs.count && zip(mine, theirs).allSatisfy { $0.isSame(asSealed: $1) }
        case (.map(let mine), .map(let theirs)):
            mine.keys == theirs.keys
                && mine.allSatisfy { name, value in theirs[name].map(value.isSame(asSealed:)) ?? false }
        default: self == other
        }
    }
}
