/// A file of the user's own, for this user alone.
package enum PrivateFile {
    /// What it holds; nil where there is none. Throws `system`.
    package static func contents(at path: String) throws(StateError) -> [UInt8]? {
        try State.contents(of: path)
    }

    /// Replaces it at once: there is the old one or the new one, whole, with mode 0600. Throws `system`.
    package static func replace(at path: String, with bytes: [UInt8]) throws(StateError) {
        try replaceFile(at: path, with: bytes)
    }
}
