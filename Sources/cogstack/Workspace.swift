import Archive
import Diagnostics
import Foundation
import Schema
import StackFile
import State

/// The project that the user works in: where its state is, and which stack is meant where none is named.
struct Workspace {
    private let environment = ProcessInfo.processInfo.environment
    /// The folder in which the user stands, and the one that holds `.cogstack`: that folder or the nearest above it that has
    /// one, else the one above `stacks`.
    private let here: String
    let root: String

    init() {
        here = FileManager.default.currentDirectoryPath
        let folder = URL(fileURLWithPath: here)
        var above = folder
        while above.path != "/" {
            if FileManager.default.fileExists(atPath: above.appendingPathComponent(".cogstack").path) { break }
            above.deleteLastPathComponent()
        }
        root = if above.path != "/" { above.path }
            else if folder.lastPathComponent == "stacks" { folder.deletingLastPathComponent().path }
            else { here }
    }

    /// Goes to the root, from where all paths count from here on: state and saved plan then mean the same wherever the user
    /// stands.
    func enter() throws(Failure) {
        if here != root, !FileManager.default.changeCurrentDirectoryPath(root) {
            throw .message("cannot go to \(root).", help: "Check the folder's permissions.")
        }
    }

    /// A path that the user typed, as it is from the root.
    func pathFromRoot(_ path: String) -> String {
        if path.hasPrefix("/") || here == root { return path }
        let below = here.dropFirst(root.count).drop { $0 == "/" }
        return Files.path(path, besides: below + "/.")
    }

    /// The stack file that was named, or the one that is meant.
    func stackFile(_ named: String?) throws(Failure) -> String {
        if let named { return named }
        return try defaultStackFile()
    }

    /// The stack file that was named, or the one that was applied last where only one has state here: what a command that
    /// looks at a stack means.
    func appliedStackFile(_ named: String?, _ terminal: Terminal) throws(Failure) -> String {
        if named == nil, environment["COGSTACK_STACK", default: ""].isEmpty {
            let recorded = try Self.recordedStacks(terminal)
            if recorded.count == 1 { return recorded[0].file }
        }
        return try stackFile(named)
    }

    /// The stack file that is meant where none is named: `$COGSTACK_STACK`, else the one in `stacks/` or here.
    private func defaultStackFile() throws(Failure) -> String {
        if let named = environment["COGSTACK_STACK"], !named.isEmpty { return named }
        let candidates = stackFiles(in: "stacks") + stackFiles(in: ".")
        if candidates.count == 1 { return candidates[0] }
        if candidates.isEmpty {
            throw .message(
                "there is no stack file in stacks/ or in this folder.",
                help: "Name one, as in `cogstack plan stacks/dev.yaml`, or set COGSTACK_STACK.")
        }
        throw .message(
            "there are several stack files: \(candidates.joined(separator: ", ")).",
            help: "Name the one that is meant, or set COGSTACK_STACK.")
    }

    /// The YAML files of a folder that say `stack:`; a base that others extend does not.
    private func stackFiles(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
            .map { folder == "." ? $0 : "\(folder)/\($0)" }
            .filter { path in
                let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
                return text.split(separator: "\n").contains { $0.hasPrefix("stack:") }
            }
    }

    /// The states in the working folder that hold resources. One that cannot be read says nothing about the others: it is named
    /// and passed over.
    static func recordedStacks(_ terminal: Terminal) throws(Failure) -> [Snapshot] {
        let stacks: [String]
        do { stacks = try StateLocation.stacks() } catch { throw Failure(error) }
        var snapshots: [Snapshot] = []
        for stack in stacks {
            do {
                let snapshot = try StateFile(at: StateLocation(stack: stack)).load()
                if let snapshot, !snapshot.resources.isEmpty { snapshots.append(snapshot) }
            } catch {
                terminal.say("cogstack: stack \(stack) is passed over: \(error).")
            }
        }
        return snapshots
    }

    /// The files as the stack file's reader takes them.
    static var files: Files {
        Files(
            read: { path throws(FileProblem) in
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                    throw FileProblem("there is no such file", help: "Check the path; it counts from the folder you are in.")
                }
                guard !isFolder.boolValue else {
                    throw FileProblem("it is a folder", help: "Name the file in it.")
                }
                guard let handle = FileHandle(forReadingAtPath: path) else {
                    throw FileProblem("permission denied", help: "Check the file's permissions.")
                }
                defer { try? handle.close() }
                do {
                    // A little more than the reader takes, so that it can say that the file is too large.
                    return Array(try handle.read(upToCount: 16 << 20) ?? Data())
                } catch {
                    throw FileProblem(error.localizedDescription)
                }
            },
            code: { path throws(FileProblem) in
                do throws(ArchiveError) {
                    let archive = try CodeArchive.read(path)
                    return Files.Code(digest: archive.sha256, sensitiveFiles: archive.sensitiveFiles)
                } catch {
                    throw FileProblem(error.path == path ? error.message : "\(error.path): \(error.message)", help: error.help)
                }
            })
    }
}
