import Foundation

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// What must hold of a file or folder before it is used. Whoever can put something else in its place, or write into it, decides
/// what cogstack does in AWS, and which file it overwrites.
enum EntryRule {
    /// A regular file of the user's own that nobody else may write: every file of the state.
    case ownFile
    /// A folder of the user's own that nobody else may write.
    case ownFolder
    /// A regular file, whoever owns it.
    case anyFile

    /// Throws `unusable` unless it holds of what is there.
    func check(_ status: stat, at path: String) throws(StateError) {
        let kind = status.st_mode & S_IFMT
        if kind == S_IFLNK { throw .unusable(path: path, .link) }
        guard kind == (self == .ownFolder ? S_IFDIR : S_IFREG) else {
            throw .unusable(path: path, .wrongKind(Self.name(of: kind), isFolderNeeded: self == .ownFolder))
        }
        if self == .anyFile { return }
        guard status.st_uid == geteuid() else {
            let owner = (try? FileManager.default.attributesOfItem(atPath: path))?[.ownerAccountName] as? String
            throw .unusable(path: path, .otherOwner(owner ?? "user \(status.st_uid)"))
        }
        guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else { throw .unusable(path: path, .writableByOthers) }
    }

    /// Throws `unusable` where something is there of which it does not hold. Links are not followed.
    func check(_ path: String) throws(StateError) {
        var status = stat()
        // Where it cannot be looked at, the call that follows says why.
        if lstat(path, &status) == 0 { try check(status, at: path) }
    }

    private static func name(of kind: mode_t) -> String {
        switch kind {
        case S_IFREG: "a file"
        case S_IFDIR: "a folder"
        case S_IFIFO: "a FIFO"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }
}

/// Checks the folders above a path that are cogstack's: `.cogstack` and those in it. The ones above are the user's business and
/// may be links, and so is the folder of a file that `--state` names.
func checkOwnFolders(above path: String) throws(StateError) {
    let steps = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    guard let home = steps.lastIndex(of: ".cogstack") else { return }
    for end in home..<steps.endIndex { try EntryRule.ownFolder.check(steps[...end].joined(separator: "/")) }
}

/// Whether anything is there, be it a link that leads nowhere.
func entryExists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
}
