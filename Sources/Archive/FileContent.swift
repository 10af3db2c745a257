import Digest

/// A file that is uploaded as it is, such as a logo.
package struct FileContent: Sendable, Equatable {
    package let bytes: [UInt8]
    /// SHA-256 in hexadecimal.
    package let sha256: String

    package init(bytes: [UInt8]) {
        self.bytes = bytes
        sha256 = SHA256.hash(bytes).hexadecimal
    }

    /// - Parameter folder: from where a relative path counts.
    /// - Throws: where it cannot be read, or is larger than ``CodeArchive/limit``.
    package static func read(_ path: String, in folder: String) throws(ArchiveError) -> FileContent {
        let absolute = path.hasPrefix("/") ? path : folder + "/" + path
        let entry = try CodeFolder(root: absolute).entry(at: absolute, named: path)
        guard entry.size <= CodeArchive.limit else {
            throw ArchiveError(path: path, message: "it is \(entry.size) bytes long", help: "Name a smaller file.")
        }
        return FileContent(bytes: try entry.contents())
    }
}
