import Foundation

/// A folder of code, read file by file.
struct CodeFolder {
    /// The folder, or the one file.
    let root: String

    enum Kind {
        case folder, file
    }

    /// What is no code wherever it appears: caches and what file browsers and version control leave.
    private static let skipped: Set<String> = ["__pycache__", ".DS_Store", ".git"]

    /// Every file below the folder, with its path from there.
    func entries() throws(ArchiveError) -> [ArchiveEntry] {
        try entries(in: root, under: "")
    }

    private func entries(in folder: String, under prefix: String) throws(ArchiveError) -> [ArchiveEntry] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw unreadable(folder, error)
        }
        var entries: [ArchiveEntry] = []
        for name in names.sorted() where !Self.skipped.contains(name) && !name.hasSuffix(".pyc") {
            let path = "\(folder)/\(name)"
            if try isLink(path) { try checkLink(path) }
            switch try kind(of: path) {
            case .folder: entries += try self.entries(in: path, under: "\(prefix)\(name)/")
            case .file: entries.append(try entry(at: path, named: prefix + name))
            }
        }
        return entries
    }

    func entry(at path: String, named name: String) throws(ArchiveError) -> ArchiveEntry {
        // The owner's bit, not what this process may do: the archive must not depend on who packs it.
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
        let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0o644
        return ArchiveEntry(path: name, bytes: try contents(of: path), isExecutable: mode & 0o100 != 0)
    }

    func contents(of path: String) throws(ArchiveError) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw unreadable(path, error)
        }
    }

    /// What a path leads to, links followed.
    func kind(of path: String) throws(ArchiveError) -> Kind {
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        switch try type(of: resolved, named: path) {
        case .typeDirectory: return .folder
        case .typeRegular: return .file
        default:
            throw ArchiveError(
                path: path, message: "it is neither a file nor a folder", help: "Take it out of the folder.")
        }
    }

    private func isLink(_ path: String) throws(ArchiveError) -> Bool {
        try type(of: path, named: path) == .typeSymbolicLink
    }

    /// A link may lead to a file beside it; one out of the folder would pack what nobody meant, and one to a folder could
    /// lead in circles.
    private func checkLink(_ path: String) throws(ArchiveError) {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let home = URL(fileURLWithPath: root).resolvingSymlinksInPath().path
        guard target.hasPrefix(home + "/"), try kind(of: path) == .file else {
            throw ArchiveError(
                path: path, message: "it is a link to \(target)", help: "Copy what it leads to into the folder.")
        }
    }

    private func type(of path: String, named name: String) throws(ArchiveError) -> FileAttributeType? {
        do {
            return try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        } catch {
            throw unreadable(name, error)
        }
    }

    private func unreadable(_ path: String, _ error: any Error) -> ArchiveError {
        let exists = FileManager.default.fileExists(atPath: path)
        return ArchiveError(
            path: path, message: exists ? "it cannot be read" : "there is no such file or folder",
            help: exists ? "Check its permissions." : "Name the code by its path from the stack file's folder.")
    }
}
