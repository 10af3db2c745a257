import AWSClient
package import Diagnostics
import Foundation
import Model
import Planning
import Provider
package import Records
package import Schema
import StackFile
package import Store

/// A stack file, and the project that it and its state belong to.
package struct ChosenFile: Sendable {
    /// As the user can use it where they stand.
    package let path: String
    package let project: Project
    /// Whether nobody can be in doubt which one is meant: it was named, or it is the only one.
    let isObvious: Bool
}

/// Where the user stands: which stack is meant where none is named, and in whose project it is. All workflows begin here.
package struct Workspace: Sendable {
    package let world: World
    package let dialog: any Dialog
    package let stop: any StopSignal
    package let settings: Settings
    /// The project of the folder in which the user stands. A `.cogstack` further up makes no difference.
    package let project: Project

    package init(_ world: World, _ dialog: any Dialog, _ stop: any StopSignal, _ settings: Settings = Settings()) {
        self.world = world
        self.dialog = dialog
        self.stop = stop
        self.settings = settings
        project = Project(ofFolder: world.folder, here: world.folder)
    }

    /// The resource types, by their sections.
    package var types: [String: ResourceType] { world.registry.bySection }

    /// The same under other settings.
    func with(_ settings: Settings) -> Workspace { Workspace(world, dialog, stop, settings) }

    // MARK: Files

    /// A file by a name that was typed, which counts from where the user stands. A symbolic link stands for the file that it leads
    /// to, so one file has one state.
    package func file(_ path: String, isObvious: Bool = true) -> ChosenFile {
        let typed = Project.join(world.folder, path)
        let folder = Project.join(typed, "..")
        let name = typed.dropFirst(folder == "/" ? 1 : folder.count + 1)
        let real = world.real(path) ?? world.real(folder).map { Project.join($0, String(name)) } ?? typed
        return ChosenFile(
            path: path.hasPrefix("/") ? real : Project.shown(real, from: world.folder),
            project: Project(ofFile: real, here: world.folder), isObvious: isObvious)
    }

    /// The stack file that was named, or the one that is meant.
    package func stackFile(_ named: String?) throws(Failure) -> ChosenFile {
        if let named { return file(named) }
        if let wanted { return wanted }
        let candidates = stackFiles(of: project)
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
    package func appliedStackFile(_ named: String?) throws(Failure) -> ChosenFile {
        if named == nil, wanted == nil {
            let recorded = try recordedStacks(of: project)
            if recorded.count == 1, world.exists(recorded[0].file) {
                return file(recorded[0].file, isObvious: stackFiles(of: project).count == 1)
            }
        }
        return try stackFile(named)
    }

    /// What `$COGSTACK_STACK` names.
    var wanted: ChosenFile? {
        world.environment.variables["COGSTACK_STACK"].flatMap { $0.isEmpty ? nil : file($0, isObvious: false) }
    }

    /// The project of the stack that is meant where no file is named.
    var wantedProject: Project { wanted?.project ?? project }

    /// The YAML files in a project's `stacks/` and in its own folder that say `stack:`, or extend another that may; a base that
    /// others extend says neither.
    func stackFiles(of project: Project, orExtending: Bool = false) -> [String] {
        ["stacks", "."].flatMap { folder in
            let names =
                (try? FileManager.default.contentsOfDirectory(atPath: world.absolute(project.path(of: folder)))) ?? []
            return names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
                .map { project.path(of: folder + "/" + $0) }
                .filter { text(of: $0).hasLine(beginningWith: orExtending ? ["stack:", "extends:"] : ["stack:"]) }
        }
    }

    private func text(of path: String) -> String {
        (try? String(contentsOfFile: world.absolute(path), encoding: .utf8)) ?? ""
    }

    /// The texts of a stack's files, for messages.
    func sources(of stack: DesiredStack) -> [String: String] {
        var sources: [String: String] = [:]
        for path in stack.inputs.keys {
            sources[path] = try? String(contentsOfFile: world.absolute(path), encoding: .utf8)
        }
        return sources
    }

    // MARK: Reading

    /// The stack that a file wants, checked in every way that needs no AWS. Warnings are said.
    func readStack(_ file: String) throws(Failure) -> DesiredStack {
        let (draft, diagnostics, sources) = check(file)
        guard let draft, !diagnostics.hasErrors else { throw .diagnostics(diagnostics, sources: sources) }
        if !diagnostics.isEmpty { dialog.warn(diagnostics, sources: sources) }
        return draft
    }

    /// All that is wrong with a file, and the stack as far as it can be read, to be acted on only where nothing is wrong.
    package func check(_ file: String) -> (draft: DesiredStack?, diagnostics: Diagnostics, sources: [String: String]) {
        let outcome = reader.read(file, settings: settings.parameterOverrides)
        var diagnostics = outcome.diagnostics
        if let draft = outcome.draft {
            diagnostics.append(contentsOf: StaticChecks(types: types).check(draft))
        }
        return (outcome.draft, diagnostics, outcome.sources)
    }

    /// The stack that a file is, and where it says so; nil where it is gone or does not say.
    func stackName(of path: String) -> (name: String, place: SourceRange)? { reader.stackName(of: path) }

    private var reader: StackFileReader {
        StackFileReader(types: world.registry.types, files: world.files, environment: world.environment.variables)
    }

    // MARK: States

    /// Where a stack's state is: where the settings say, else in its file's project. Its paths are absolute.
    package func location(of stack: String, in project: Project) -> StateLocation {
        settings.statePath.map { StateLocation(stateFile: world.absolute($0)) }
            ?? StateLocation(stack: stack, in: project.root)
    }

    /// From where the names of files count that the state and the saved plan keep: the project's root, or the folder of the state
    /// file that the settings name, since that tells of no project.
    package func naming(in project: Project) -> Project {
        settings.statePath.map { path in
            let folder = Project.join(Project.join(world.folder, path), "..")
            return Project(root: world.real(folder) ?? folder, here: world.folder)
        } ?? project
    }

    /// A path of the state's files as the user reads it: as they typed it, or from where they stand.
    package func shown(_ path: String) -> String {
        if let typed = settings.statePath, path.hasPrefix(world.absolute(typed)) {
            return typed + path.dropFirst(world.absolute(typed).count)
        }
        return Project.shown(path, from: world.folder)
    }

    /// The same error with its paths as the user reads them.
    package func naming(_ error: StateError) -> StateError { error.naming(shown) }

    /// The same failure with its paths as the user reads them.
    package func naming(_ failure: Failure) -> Failure {
        guard case .state(let error) = failure else { return failure }
        return .state(error.naming(shown))
    }

    /// What a command's first line says of where a stack's file and state are.
    func whereabouts(of file: ChosenFile, _ location: StateLocation) -> Whereabouts {
        let isUsual = settings.statePath == nil && file.project == project
        return Whereabouts(file: file.isObvious ? nil : file.path, state: isUsual ? nil : shown(location.state))
    }

    /// The states of a project that hold resources, their files named as the user can use them. One that cannot be read says
    /// nothing about the others: it is named and passed over.
    func recordedStacks(of project: Project) throws(Failure) -> [Snapshot] {
        let stacks: [String]
        do { stacks = try StateLocation.stacks(in: project.root) } catch { throw Failure(error) }
        var snapshots: [Snapshot] = []
        for stack in stacks {
            do {
                let snapshot = try StateFile(at: StateLocation(stack: stack, in: project.root)).load()
                if let snapshot, !snapshot.resources.isEmpty { snapshots.append(snapshot.naming(by: project)) }
            } catch {
                dialog.say("cogstack: stack \(stack) is passed over: \(error.naming(shown)).")
            }
        }
        return snapshots
    }
}

extension Snapshot {
    /// The same with its file named as the user can use it.
    ///
    /// - Parameter project: from where the name counts that is kept.
    package func naming(by project: Project) -> Snapshot {
        var snapshot = self
        snapshot.file = project.path(of: file)
        return snapshot
    }
}

extension String {
    /// Whether a line begins with one of the words: known at the first such line, which is near the top of a large file.
    fileprivate func hasLine(beginningWith words: [String]) -> Bool {
        var rest = utf8[...]
        while true {
            if words.contains(where: { rest.starts(with: $0.utf8) }) { return true }
            guard let end = rest.firstIndex(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) else {
                return false
            }
            rest = rest[rest.index(after: end)...]
        }
    }
}
