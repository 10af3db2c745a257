import Digest
package import Schema

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

    /// Digests a secret; the caller draws the sixteen bytes of salt, a new one for each secret.
    package init(of secret: Secret, salt: [UInt8]) {
        let salt = salt.hexadecimal
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
