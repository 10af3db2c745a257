/// A regular file of the user's own, for this user alone. Throws `unusable` where something else is there.
package enum PrivateFile {
    /// What it holds; nil where there is none. Throws `system`.
    package static func contents(at path: String) throws(StateError) -> [UInt8]? {
        try Store.contents(of: path)
    }

    /// Replaces it at once: there is the old one or the new one, whole, with mode 0600. Throws `system`.
    package static func replace(at path: String, with bytes: [UInt8]) throws(StateError) {
        try replaceFile(at: path, with: bytes)
    }

    /// Removes it, where there is one. Throws `system`.
    package static func remove(at path: String) throws(StateError) {
        try removeFile(path)
    }
}

/// A regular file that other programs write too, whoever owns it: settings of a client, for instance. Where a link leads to it, its
/// own path is to be given. Throws `unusable` where something else is there.
package enum SharedFile {
    /// What it holds; nil where there is none. Throws `system`.
    package static func contents(at path: String) throws(StateError) -> [UInt8]? {
        try Store.contents(of: path, rule: .anyFile)
    }

    /// Replaces it at once: there is the old one or the new one, whole, with mode 0600. Throws `system`.
    package static func replace(at path: String, with bytes: [UInt8]) throws(StateError) {
        try replaceFile(at: path, with: bytes, rule: .anyFile)
    }
}
