import Foundation
import Digest

/// The code of a Lambda function as it is uploaded.
package struct CodeArchive: Sendable, Equatable {
    package let bytes: [UInt8]
    /// SHA-256 of the bytes in Base64: the form in which Lambda shows it as `CodeSha256`.
    package let sha256: String

    package init(bytes: [UInt8]) {
        self.bytes = bytes
        sha256 = Data(SHA256.hash(bytes)).base64EncodedString()
    }

    /// The largest archive that Lambda takes in a request: 50 MB zipped.
    package static let limit = 50 * 1024 * 1024

    /// Reads the code at a path: a folder or a file is packed, a `.zip` is taken as it is.
    ///
    /// - Throws: where it cannot be read, has no files, links out of its folder, or is larger than ``limit``.
    package static func read(_ path: String) throws(ArchiveError) -> CodeArchive {
        let folder = CodeFolder(root: path)
        let bytes: [UInt8]
        switch try folder.kind(of: path) {
        case .folder:
            let entries = try folder.entries()
            guard !entries.isEmpty else {
                throw ArchiveError(path: path, message: "it has no files", help: "Name the folder that holds the handler.")
            }
            bytes = try Zip.archive(of: entries)
        case .file where path.lowercased().hasSuffix(".zip"):
            bytes = try folder.contents(of: path)
        case .file:
            let name = URL(fileURLWithPath: path).lastPathComponent
            bytes = try Zip.archive(of: [try folder.entry(at: path, named: name)])
        }
        guard bytes.count <= limit else {
            throw ArchiveError(
                path: path, message: "it comes to \(bytes.count) bytes, and Lambda takes up to \(limit) in a request",
                help: "Leave out what the code does not need, move libraries to a layer, or name a compressed .zip.")
        }
        return CodeArchive(bytes: bytes)
    }
}
