import Foundation

/// Why the state, its journal, its lock or a saved plan could not be read or written: what happened, to which file, and
/// what to do about it.
package enum StateError: Error, Equatable {
    /// The state file is not what cogstack writes. It is left as it is.
    case damagedState(path: String, reason: String)
    /// A line of the journal other than a torn last one is not what cogstack writes. Lines count from one.
    case damagedJournal(path: String, line: Int, reason: String)
    /// The saved plan is not what this cogstack writes.
    case damagedPlan(path: String, reason: String)
    /// A newer cogstack wrote the state file.
    case newerFormat(path: String, found: Int, readable: Int)
    /// The state file belongs to another stack, account or region, whichever `what` names.
    case wrongOwner(path: String, what: String, expected: String, found: String)
    /// Somebody else wrote the state file since it was loaded. Serials.
    case concurrentWrite(path: String, loaded: Int, found: Int)
    /// Somebody else holds the lock; nil where they have not written yet who they are.
    case locked(path: String, holder: LockHolder?)
    /// Something that must not or cannot be written was about to be, a secret above all.
    case unwritable(path: String, reason: String)
    /// What stands at the path is no file, or no folder, that cogstack uses. It is left as it is.
    case unusable(path: String, UnusableEntry)
    /// The operating system refused; `code` is its `errno`.
    case system(doing: String, path: String, code: Int32)
}

/// Why what stands in the place of a file or folder of the state is not used.
package enum UnusableEntry: Sendable, Equatable {
    case link
    /// What it is, such as `a FIFO`, where a regular file or a folder is needed.
    case wrongKind(String, isFolderNeeded: Bool)
    /// Whose it is.
    case otherOwner(String)
    case writableByOthers
}

extension StateError: CustomStringConvertible, LocalizedError {
    package var description: String {
        switch self {
        case .damagedState(let path, let reason):
            "the state file \(path) is damaged: \(reason). It was left as it is. Restore it from a backup, or make a new one from the account: `cogstack state rebuild FILE`"
        case .damagedJournal(let path, let line, let reason):
            "line \(line) of the journal \(path) is damaged: \(reason). It was left as it is. `cogstack state rebuild FILE` sets it aside and looks for what an interrupted run may have left"
        case .damagedPlan(let path, let reason):
            "the saved plan \(path) cannot be read: \(reason). Make a new one with `cogstack plan`"
        case .newerFormat(let path, let found, let readable):
            "the state file \(path) has format \(found), and this cogstack reads up to \(readable). Use the newer cogstack that wrote it"
        case .wrongOwner(let path, let what, let expected, let found):
            "the state file \(path) is of the \(what) \(found), not \(expected). Name the right one with `--state`, or use the credentials and region that it belongs to"
        case .concurrentWrite(let path, let loaded, let found):
            "the state file \(path) was written by somebody else meanwhile: it has serial \(found), and serial \(loaded) was read. Nothing was overwritten; run the command again"
        case .locked(let path, let holder):
            holder.map { "locked by \($0)" }
                .map { "\($0). Wait for it to end; `cogstack state unlock` tells whether it still runs (\(path))" }
                ?? "locked by another cogstack that is just starting or ending (\(path)). Run the command again"
        case .unwritable(let path, let reason):
            "\(path) was not written: \(reason). This is a mistake in cogstack; please report it"
        case .unusable(let path, let entry):
            "cannot use \(path): \(entry.description(at: path))"
        case .system(let doing, let path, let code):
            ["cannot \(doing) \(path): \(String(cString: strerror(code)))", Self.advice(on: code)]
                .compactMap { $0 }.joined(separator: ". ")
        }
    }

    package var errorDescription: String? { description }

    private static func advice(on code: Int32) -> String? {
        switch code {
        case ENOSPC, EDQUOT: "Free some space and run the command again"
        case EACCES, EPERM, EROFS: "Make its folder writable, or name another state file with `--state`"
        case ENOTDIR, EEXIST: "A file stands where a folder is needed: move it away"
        default: nil
        }
    }
}

extension StateError {
    /// The same with its paths as the user reads them.
    package func naming(_ shown: (String) -> String) -> StateError {
        switch self {
        case .damagedState(let path, let reason): .damagedState(path: shown(path), reason: reason)
        case .damagedJournal(let path, let line, let reason):
            .damagedJournal(path: shown(path), line: line, reason: reason)
        case .damagedPlan(let path, let reason): .damagedPlan(path: shown(path), reason: reason)
        case .newerFormat(let path, let found, let readable):
            .newerFormat(path: shown(path), found: found, readable: readable)
        case .wrongOwner(let path, let what, let expected, let found):
            .wrongOwner(path: shown(path), what: what, expected: expected, found: found)
        case .concurrentWrite(let path, let loaded, let found):
            .concurrentWrite(path: shown(path), loaded: loaded, found: found)
        case .locked(let path, let holder): .locked(path: shown(path), holder: holder)
        case .unwritable(let path, let reason): .unwritable(path: shown(path), reason: reason)
        case .unusable(let path, let entry): .unusable(path: shown(path), entry)
        case .system(let doing, let path, let code): .system(doing: doing, path: shown(path), code: code)
        }
    }
}

extension UnusableEntry {
    /// What is wrong with what stands at a path, and what to do.
    fileprivate func description(at path: String) -> String {
        switch self {
        case .link:
            "it is a symbolic link, and the state's files are opened without following links. Put the file or folder itself there, or move the link away"
        case .wrongKind(let kind, let isFolderNeeded):
            "it is \(kind), and a \(isFolderNeeded ? "folder" : "regular file") is needed. Move it away"
        case .otherOwner(let owner):
            "it belongs to \(owner), and this is \(NSUserName()). Run cogstack as its owner (without `sudo`, where that is the difference), or move it away"
        case .writableByOthers:
            "other users may write it, so what is there may be theirs. Make sure that nobody changed it, then run `chmod go-w \(path)`"
        }
    }
}

/// What a coder found wrong, in one line: where, then what.
func reason(of error: any Error) -> String {
    let context: (path: [any CodingKey], text: String)
    switch error {
    case DecodingError.keyNotFound(let key, let found): context = (found.codingPath, "`\(key.stringValue)` is missing")
    case DecodingError.dataCorrupted(let found), DecodingError.typeMismatch(_, let found),
        DecodingError.valueNotFound(_, let found):
        context = (found.codingPath, found.debugDescription)
    case EncodingError.invalidValue(_, let found): context = (found.codingPath, found.debugDescription)
    default: context = ([], "\(error)")
    }
    let path = context.path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    let text = context.text.trimmingSuffix { $0 == "." }
    return path.isEmpty ? text : "\(path): \(text)"
}

extension String {
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
        String(self[..<(lastIndex { !isTrimmed($0) }.map(index(after:)) ?? startIndex)])
    }
}
