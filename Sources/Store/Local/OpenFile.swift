import Foundation

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A file that is open: closed when this goes, never passed on to child processes, and private to its user when made.
struct OpenFile: ~Copyable, Sendable {
    let descriptor: Int32
    let path: String

    /// Opens a file without following a link. Throws `unusable` where the rule does not hold of what is there, else what `open`
    /// says, under the name of what was being done.
    init(_ path: String, _ flags: Int32, to doing: String, rule: EntryRule = .ownFile) throws(StateError) {
        try checkOwnFolders(above: path)
        let opened: Int32
        do throws(StateError) {
            // O_NONBLOCK: a FIFO would be waited for until somebody opens its other end. It means nothing to a regular file.
            opened = try succeed(doing, path) {
                open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0o600)
            }
        } catch {
            // Each system has errors of its own for links, FIFOs and sockets: what is there says more.
            try rule.check(path)
            throw error
        }
        do throws(StateError) {
            var status = stat()
            _ = try succeed(doing, path) { fstat(opened, &status) }
            try rule.check(status, at: path)
        } catch {
            close(opened)
            throw error
        }
        self.descriptor = opened
        self.path = path
    }

    /// A file that is open already, under the name that errors give it.
    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Opens a folder, to make the names in it survive.
    fileprivate init(folder path: String) throws(StateError) {
        self.descriptor = try succeed("open the folder", path) { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        self.path = path
    }

    /// What stands between the name of a file and the six letters and digits of its temporary files: nobody else's file is called so.
    fileprivate static let temporaryMark = ".cogstack-"

    /// Makes a new file of a name not used yet, which begins with the given one.
    init(temporaryBeside path: String) throws(StateError) {
        var name = Array((path + Self.temporaryMark + "XXXXXX").utf8CString)
        self.descriptor = try succeed("write", path) { mkstemp(&name) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        self.path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        close(descriptor)
    }

    /// Its length in bytes.
    func length() throws(StateError) -> Int {
        var status = stat()
        _ = try succeed("read", path) { fstat(descriptor, &status) }
        return Int(status.st_size)
    }

    /// Whether its path still leads to it, and it is as long as it was left: nobody else has replaced or written it.
    func isUntouched(length: Int) throws(StateError) -> Bool {
        var (mine, there) = (stat(), stat())
        _ = try succeed("read", path) { fstat(descriptor, &mine) }
        guard lstat(path, &there) == 0 else { return false }
        return mine.st_dev == there.st_dev && mine.st_ino == there.st_ino && Int(there.st_size) == length
    }

    /// All that it holds.
    func contents() throws(StateError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: try length())
        var count = 0
        while count < bytes.count {
            let read = try succeed("read", path) {
                bytes.withUnsafeMutableBytes {
                    pread(descriptor, $0.baseAddress! + count, $0.count - count, off_t(count))
                }
            }
            if read == 0 { break }
            count += read
        }
        return Array(bytes.prefix(count))
    }

    /// Writes at the end, all of it or throwing.
    func append(_ bytes: [UInt8]) throws(StateError) {
        var count = 0
        while count < bytes.count {
            count += try succeed("write", path) {
                bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + count, $0.count - count) }
            }
        }
    }

    /// Cuts it to a length in bytes.
    func truncate(to length: Int) throws(StateError) {
        _ = try succeed("write", path) { ftruncate(descriptor, off_t(length)) }
    }

    /// Returns when what was written would survive a loss of power.
    func synchronize() throws(StateError) {
        #if canImport(Darwin)
            // Here `fsync` only reaches the drive's own memory.
            if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
        #endif
        _ = try succeed("write", path) { fsync(descriptor) }
    }
}

/// The contents of a file; nil where there is none.
func contents(of path: String, rule: EntryRule = .ownFile) throws(StateError) -> [UInt8]? {
    do throws(StateError) {
        return try OpenFile(path, O_RDONLY, to: "read", rule: rule).contents()
    } catch .system(_, _, ENOENT) {
        return nil
    }
}

/// Replaces a file at once: whoever reads it, and whatever fails or is killed meanwhile, there is the old one or the new one,
/// whole. Nothing temporary is left when it throws. Throws `unusable` where the rule does not hold of what is there.
///
/// - Parameter write: puts the bytes into the new file. A parameter because a full disk cannot be had in a test.
func replaceFile(
    at path: String, with bytes: [UInt8], rule: EntryRule = .ownFile,
    write: (borrowing OpenFile, [UInt8]) throws(StateError) -> Void = { file, bytes throws(StateError) in
        try file.append(bytes)
    }
) throws(StateError) {
    try makeFolder(above: path)
    try rule.check(path)
    do throws(StateError) {
        let file = try OpenFile(temporaryBeside: path)
        do throws(StateError) {
            try write(file, bytes)
            try file.synchronize()
            _ = try succeed("replace", path) { rename(file.path, path) }
        } catch {
            unlink(file.path)
            throw error
        }
    } catch {
        throw error.about(path)
    }
    try synchronizeFolder(above: path)
}

/// Removes a file, where there is one.
func removeFile(_ path: String) throws(StateError) {
    try checkOwnFolders(above: path)
    try EntryRule.ownFile.check(path)
    do throws(StateError) {
        _ = try succeed("remove", path) { unlink(path) }
    } catch .system(_, _, ENOENT) {
        return
    }
}

/// Removes what replacing a file left behind when it was killed. Call it only where nobody replaces that file meanwhile. What
/// cannot be removed is left: it is in nobody's way.
func sweepTemporaries(beside path: String) {
    let folder = parent(of: path)
    let start = (path.split(separator: "/").last ?? "") + OpenFile.temporaryMark
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix(start) {
        let rest = name.dropFirst(start.count)
        guard rest.utf8.count == 6, rest.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else { continue }
        let found = "\(folder)/\(name)"
        if (try? EntryRule.ownFile.check(found)) != nil { unlink(found) }
    }
}

/// Moves a file out of the way so that a new one can be made, and gives back its new path; nil where there is none. Never
/// overwrites what was moved away before.
func setAsideFile(_ path: String) throws(StateError) -> String? {
    try checkOwnFolders(above: path)
    guard entryExists(path) else { return nil }
    try EntryRule.ownFile.check(path)
    var number = 1
    while entryExists("\(path).damaged-\(number)") { number += 1 }
    let aside = "\(path).damaged-\(number)"
    _ = try succeed("set aside", path) { rename(path, aside) }
    try synchronizeFolder(above: path)
    return aside
}

/// Makes the folders above a file where they are missing, for this user alone.
func makeFolder(above path: String) throws(StateError) {
    try checkOwnFolders(above: path)
    try makeFolder(parent(of: path))
}

private func makeFolder(_ folder: String) throws(StateError) {
    var status = stat()
    if stat(folder, &status) == 0 { return }
    if parent(of: folder) != folder { try makeFolder(above: folder) }
    do throws(StateError) {
        _ = try succeed("make the folder", folder) { mkdir(folder, 0o700) }
    } catch .system(_, _, EEXIST) where stat(folder, &status) == 0 {
        // Another process was faster.
        return
    }
    try synchronizeFolder(above: folder)
}

/// Makes the names in a file's folder survive a loss of power: those of files that were made or renamed.
func synchronizeFolder(above path: String) throws(StateError) {
    let folder = try OpenFile(folder: parent(of: path))
    do throws(StateError) {
        try folder.synchronize()
    } catch .system(_, _, EINVAL) {
        // Some file systems keep their folders safe by themselves and refuse this.
    }
}

private func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Calls the operating system, again as long as a signal interrupts it; throws where it says -1.
func succeed<Result: SignedInteger>(_ doing: String, _ path: String, _ call: () -> Result) throws(StateError) -> Result
{
    while true {
        let result = call()
        if result != -1 { return result }
        let code = errno
        if code != EINTR { throw .system(doing: doing, path: path, code: code) }
    }
}

extension StateError {
    /// The same failure, reported for the file that the user knows instead of the temporary one.
    fileprivate func about(_ path: String) -> StateError {
        if case .system(let doing, _, let code) = self { .system(doing: doing, path: path, code: code) } else { self }
    }
}
