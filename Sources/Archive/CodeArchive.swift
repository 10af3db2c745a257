import Foundation
import Digest

/// The code of a Lambda function as it is uploaded.
package struct CodeArchive: Sendable, Equatable {
    package let bytes: [UInt8]
    /// SHA-256 of the bytes in Base64: the form in which Lambda shows it as `CodeSha256`.
    package let sha256: String
    /// The files in it that are likely to hold secrets or were left there by mistake, by their paths in the archive.
    package let sensitiveFiles: [String]

    package init(bytes: [UInt8], sensitiveFiles: [String] = []) {
        self.bytes = bytes
        self.sensitiveFiles = sensitiveFiles
        sha256 = Data(SHA256.hash(bytes)).base64EncodedString()
    }

    /// The largest archive that Lambda takes in a request: 50 MB zipped.
    package static let limit = 50 * 1024 * 1024
    /// What Lambda takes unpacked, with the function's layers: 250 MB.
    package static let unpackedLimit = 250 * 1024 * 1024

    /// Reads the code at a path: a folder or a file is packed, a `.zip` is taken as it is. Nothing is read before its size is
    /// known to fit.
    ///
    /// - Throws: where it cannot be read, has no files, links out of its folder, or is larger than ``limit``.
    package static func read(_ path: String) throws(ArchiveError) -> CodeArchive {
        let folder = CodeFolder(root: path)
        let entries: [ArchiveEntry]
        switch try folder.kind(of: path) {
        case .folder:
            entries = try folder.entries()
            guard !entries.isEmpty else {
                throw ArchiveError(
                    path: path, message: "it has no files", help: "Name the folder that holds the handler.")
            }
        case .file:
            entries = [try folder.entry(at: path, named: URL(fileURLWithPath: path).lastPathComponent)]
            if path.lowercased().hasSuffix(".zip") { return try ready(entries[0], at: path) }
        }
        try check(Zip.size(of: entries), of: entries, at: path)
        return CodeArchive(
            bytes: try Zip.archive(of: entries), sensitiveFiles: entries.map(\.path).filter(SensitiveFile.isLikely))
    }

    /// The same, where a relative path counts from a folder. Errors name files as the path was given.
    package static func read(_ path: String, in folder: String) throws(ArchiveError) -> CodeArchive {
        let absolute = path.hasPrefix("/") ? path : folder + "/" + path
        do {
            return try read(absolute)
        } catch {
            guard error.path.hasPrefix(absolute) else { throw error }
            throw ArchiveError(
                path: path + error.path.dropFirst(absolute.count), message: error.message, help: error.help)
        }
    }

    /// An archive that is there already.
    private static func ready(_ entry: ArchiveEntry, at path: String) throws(ArchiveError) -> CodeArchive {
        try check(entry.size, of: [], at: path)
        let bytes = try entry.contents()
        let files = Zip.files(in: bytes) ?? []
        let unpacked = files.reduce(0) { $0 + $1.size }
        guard unpacked <= unpackedLimit else {
            throw ArchiveError(
                path: path,
                message: "it unpacks to \(unpacked) bytes, and Lambda takes up to \(unpackedLimit)"
                    + largest(of: files),
                help: "Leave out what the code does not need, or move libraries to a layer.")
        }
        return CodeArchive(bytes: bytes, sensitiveFiles: files.map(\.path).filter(SensitiveFile.isLikely))
    }

    private static func check(_ size: Int, of entries: [ArchiveEntry], at path: String) throws(ArchiveError) {
        guard size > limit else { return }
        throw ArchiveError(
            path: path,
            message: "it comes to \(size) bytes, and Lambda takes up to \(limit) in a request"
                + largest(of: entries.map { ($0.path, $0.size) }),
            help: "Leave out what the code does not need, move libraries to a layer, or name a compressed .zip.")
    }

    /// `; the largest files: a (…), b (…)`: where to begin. Empty where there are none.
    private static func largest(of files: [(path: String, size: Int)]) -> String {
        let shown = files.sorted { ($1.size, $0.path) < ($0.size, $1.path) }.prefix(3).map {
            "\($0.path) (\($0.size) bytes)"
        }
        guard !shown.isEmpty else { return "" }
        return "; the largest \(shown.count == 1 ? "file is" : "files are") \(shown.joined(separator: ", "))"
    }
}

/// Files that seldom belong in a function: everybody who may read its code can read them.
enum SensitiveFile {
    private static let folders: Set<String> = [".cogstack", ".aws", ".ssh", ".gnupg", ".terraform"]
    private static let names: Set<String> = [
        "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "credentials", ".netrc", ".pgpass", "terraform.tfstate",
    ]
    private static let endings = [".pem", ".key", ".p12", ".pfx", ".jks", ".keystore"]
    /// The certificates that Python's clients bring along, which are public.
    private static let harmless: Set<String> = ["cacert.pem"]
    private static let examples = [".example", ".sample", ".template"]

    /// - Parameter path: in the archive.
    static func isLikely(_ path: String) -> Bool {
        let steps = path.split(separator: "/").map { $0.lowercased() }
        guard let name = steps.last, !harmless.contains(name) else { return false }
        if !folders.isDisjoint(with: steps.dropLast()) || names.contains(name)
            || endings.contains(where: name.hasSuffix)
        {
            return true
        }
        // A ready archive may hold what is left out of a folder.
        if steps.contains(".git") { return true }
        return name == ".env" || name.hasPrefix(".env.") && !examples.contains(where: name.hasSuffix)
    }
}
