import Archive
import Diagnostics
import Foundation
import Reports
import StackFile
import State

/// A stack file, and the project that it and its state belong to.
struct ChosenFile {
    /// As the user can use it where they stand.
    let path: String
    let project: Project
    /// Whether nobody can be in doubt which one is meant: it was named, or it is the only one.
    let isObvious: Bool
}

/// Where the user stands: which stack is meant where none is named, and in whose project it is.
struct Workspace {
    private let environment = ProcessInfo.processInfo.environment
    /// The folder in which the user stands, without symbolic links.
    let here: String
    /// That of this folder. A `.cogstack` further up makes no difference.
    let project: Project

    init() {
        let folder = FileManager.default.currentDirectoryPath
        here = Self.real(folder) ?? folder
        project = Project(ofFolder: here, here: here)
    }

    // MARK: Files

    /// A file by a name that was typed, which counts from where the user stands. A symbolic link stands for the file that it leads
    /// to, so that one file has one state.
    func file(_ path: String, isObvious: Bool = true) -> ChosenFile {
        let typed = Project.join(here, path)
        let folder = Project.join(typed, "..")
        let name = typed.dropFirst(folder == "/" ? 1 : folder.count + 1)
        let real = Self.real(path) ?? Self.real(folder).map { Project.join($0, String(name)) } ?? typed
        return ChosenFile(
            path: path.hasPrefix("/") ? real : Project.shown(real, from: here), project: Project(ofFile: real, here: here),
            isObvious: isObvious)
    }

    /// The stack file that was named, or the one that is meant.
    func stackFile(_ named: String?) throws(Failure) -> ChosenFile {
        if let named { return file(named) }
        if let wanted { return wanted }
        let candidates = Self.stackFiles(of: project)
        if candidates.count == 1 { return file(candidates[0]) }
        if candidates.isEmpty {
            throw .message(
                "there is no stack file in stacks/ or in this folder.",
                help: "Name one, as in `cogstack plan stacks/dev.yaml`, or set COGSTACK_STACK.")
        }
        throw .message(
            "there are several stack files: \(candidates.joined(separator: ", ")).",
            help: "Name the one that is meant, or set COGSTACK_STACK.")
    }

    /// The stack file that was named, or the one that was applied last where only one has state here: what a command that
    /// looks at a stack means.
    func appliedStackFile(_ named: String?, _ terminal: Terminal) throws(Failure) -> ChosenFile {
        if named == nil, wanted == nil {
            let recorded = try Self.recordedStacks(of: project, terminal)
            if recorded.count == 1, FileManager.default.fileExists(atPath: recorded[0].file) {
                return file(recorded[0].file, isObvious: Self.stackFiles(of: project).count == 1)
            }
        }
        return try stackFile(named)
    }

    /// What `$COGSTACK_STACK` names.
    var wanted: ChosenFile? {
        environment["COGSTACK_STACK"].flatMap { $0.isEmpty ? nil : file($0, isObvious: false) }
    }

    /// The YAML files in a project's `stacks/` and in its own folder that say `stack:`, or extend another that may; a base that
    /// others extend says neither.
    static func stackFiles(of project: Project, orExtending: Bool = false) -> [String] {
        ["stacks", "."].flatMap { folder in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: project.path(of: folder))) ?? []
            return names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
                .map { project.path(of: folder + "/" + $0) }
                .filter { path in
                    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
                    return text.split(whereSeparator: \.isNewline).contains {
                        $0.hasPrefix("stack:") || (orExtending && $0.hasPrefix("extends:"))
                    }
                }
        }
    }

    /// The path of what is there, without symbolic links; nil where nothing is.
    static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Whether there is a file or folder of this name.
    func fileExists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: Project.join(here, path)) }

    // MARK: States

    /// Where a stack's state is: where `--state` says, else in its file's project.
    func location(of stack: String, in project: Project, _ settings: Settings) -> StateLocation {
        settings.statePath.map(StateLocation.init(stateFile:)) ?? project.location(of: stack)
    }

    /// From where the names of files count that the state and the saved plan keep: the project's root, or the folder of the state
    /// file that `--state` names, since that tells of no project.
    func naming(in project: Project, _ settings: Settings) -> Project {
        settings.statePath.map { path in
            let folder = Project.join(Project.join(here, path), "..")
            return Project(root: Self.real(folder) ?? folder, here: here)
        } ?? project
    }

    /// What a command's first line says of where a stack's file and state are.
    func origin(of file: ChosenFile, _ location: StateLocation, _ settings: Settings) -> Origin {
        let isUsual = settings.statePath == nil && file.project == project
        return Origin(file: file.isObvious ? nil : file.path, state: isUsual ? nil : location.state)
    }

    /// The states of a project that hold resources, their files named as the user can use them. One that cannot be read says
    /// nothing about the others: it is named and passed over.
    static func recordedStacks(of project: Project, _ terminal: Terminal) throws(Failure) -> [Snapshot] {
        let stacks: [String]
        do { stacks = try StateLocation.stacks(in: project.folder) } catch { throw Failure(error) }
        var snapshots: [Snapshot] = []
        for stack in stacks {
            do {
                let snapshot = try StateFile(at: project.location(of: stack)).load()
                if let snapshot, !snapshot.resources.isEmpty { snapshots.append(snapshot.naming(by: project)) }
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

extension Snapshot {
    /// The same with its file named as the user can use it.
    ///
    /// - Parameter project: from where the name counts that is kept.
    func naming(by project: Project) -> Snapshot {
        var snapshot = self
        snapshot.file = project.path(of: file)
        return snapshot
    }
}
