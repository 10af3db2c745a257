import Foundation

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A folder of code, or one file. What is in it is found out first, and read only when its size is known to fit.
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
        var entries: [ArchiveEntry] = []
        try add(in: root, under: "", to: &entries)
        return entries
    }

    private func add(in folder: String, under prefix: String, to entries: inout [ArchiveEntry]) throws(ArchiveError) {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw unreadable(folder)
        }
        for name in names.sorted() where !Self.skipped.contains(name) && !name.hasSuffix(".pyc") {
            let path = "\(folder)/\(name)"
            if try status(of: path, followingLinks: false).st_mode & S_IFMT == S_IFLNK { try checkLink(path) }
            switch try kind(of: path) {
            case .folder: try add(in: path, under: "\(prefix)\(name)/", to: &entries)
            case .file: entries.append(try entry(at: path, named: prefix + name))
            }
            guard entries.count <= Zip.mostEntries else {
                throw ArchiveError(
                    path: root, message: "it has more than \(Zip.mostEntries) files",
                    help: "Leave out what the code does not need, or name a ready .zip.")
            }
        }
    }

    func entry(at path: String, named name: String) throws(ArchiveError) -> ArchiveEntry {
        let status = try status(of: path)
        let size = Int(status.st_size)
        // The owner's bit, not what this process may do: the archive must not depend on who packs it.
        return ArchiveEntry(path: name, size: size, isExecutable: status.st_mode & S_IXUSR != 0) {
            bytes, place throws(ArchiveError) in
            try read(path, into: &bytes, at: place)
        }
    }

    /// Puts a file into a part of an archive, which is of its size: no more is read, however it may grow meanwhile.
    func read(_ path: String, into bytes: inout [UInt8], at place: Range<Int>) throws(ArchiveError) {
        // O_NONBLOCK: what was a file may be a FIFO by now, and would be waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor != -1 else { throw unreadable(path) }
        defer { close(descriptor) }
        var count = 0
        while count < place.count {
            let taken = bytes.withUnsafeMutableBytes { bytes in
                Foundation.read(descriptor, bytes.baseAddress! + place.lowerBound + count, place.count - count)
            }
            if taken == -1, errno == EINTR { continue }
            if taken == -1 { throw unreadable(path) }
            if taken == 0 { break }
            count += taken
        }
        var status = stat()
        guard count == place.count, fstat(descriptor, &status) == 0, Int(status.st_size) == count else {
            throw ArchiveError(
                path: path, message: "it changed while it was read",
                help: "Run the command again when nothing writes it.")
        }
    }

    /// What a path leads to, links followed.
    func kind(of path: String) throws(ArchiveError) -> Kind {
        let kind: String
        switch try status(of: path).st_mode & S_IFMT {
        case S_IFDIR: return .folder
        case S_IFREG: return .file
        case S_IFIFO: kind = "a FIFO"
        case S_IFSOCK: kind = "a socket"
        default: kind = "a device"
        }
        throw ArchiveError(
            path: path, message: "it is \(kind), neither a file nor a folder", help: "Take it out of the folder.")
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

    private func status(of path: String, followingLinks: Bool = true) throws(ArchiveError) -> stat {
        var status = stat()
        guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { throw unreadable(path) }
        return status
    }

    private func unreadable(_ path: String) -> ArchiveError {
        let exists = FileManager.default.fileExists(atPath: path)
        return ArchiveError(
            path: path, message: exists ? "it cannot be read" : "there is no such file or folder",
            help: exists ? "Check its permissions." : "Name the code by its path from the stack file's folder.")
    }
}
