/// A salted digest of a secret: tells whether a value is that secret, and nothing else. How one is made and compared is `State`'s.
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
