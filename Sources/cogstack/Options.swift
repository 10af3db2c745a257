import Arguments
import Foundation
import Planning
import Reports
import Model
import Schema
import Records
import Store

/// The options that mean the same everywhere, as they were typed.
struct Options {
    let file: String?
    let workspace: Workspace
    private(set) var settings: [String: String]
    let profile: String?
    private(set) var region: String?
    let endpointURL: String?
    let statePath: String?
    let parallelism: Int
    let isJSON: Bool
    let isYes: Bool
    let isColourless: Bool
    let isQuiet: Bool
    let isVerbose: Bool
    private(set) var targets: [String]
    let acceptedUserLoss: Int?
    let acceptsSecondStack: Bool

    init(_ command: ParsedCommand, _ workspace: Workspace) {
        file = command.positional("FILE")
        self.workspace = workspace
        settings = Dictionary(command.assignments("--set").map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        profile = command.value("--profile")
        region = command.value("--region")
        endpointURL = command.value("--endpoint-url")
        statePath = command.value("--state")
        parallelism = command.integer("--parallelism") ?? Self.defaultParallelism
        isJSON = command.has("--json")
        isYes = command.has("--yes")
        isColourless = command.has("--no-color")
        isQuiet = command.has("--quiet")
        isVerbose = command.has("--verbose")
        targets = command.values("--target")
        acceptedUserLoss = command.integer("--accept-user-loss")
        acceptsSecondStack = command.has("--accept-second-stack")
    }

    /// FILE and ADDRESS of a command that takes both: an ADDRESS may stand alone, where no file is named like it.
    func fileAndAddress(_ command: ParsedCommand) -> (file: String?, address: String?) {
        let address = command.positional("ADDRESS")
        // `stacks/dev.yaml` is no address, and neither is `dev.yaml`.
        if address == nil, let file, Address(file) != nil, !file.hasSuffix(".yaml"), !file.hasSuffix(".yml"),
            !FileManager.default.fileExists(atPath: file)
        {
            return (nil, file)
        }
        return (file, address)
    }

    /// Where a stack's state is: where `--state` says, else in its file's project.
    func location(of stack: String, in project: Project) -> StateLocation {
        statePath.map(StateLocation.init(stateFile:)) ?? project.location(of: stack)
    }

    /// From where the names of files count that the state and the saved plan keep: the project's root, or the folder of the state
    /// file that `--state` names, since that tells of no project.
    func naming(in project: Project) -> Project {
        statePath.map { path in
            let folder = Project.join(Project.join(workspace.here, path), "..")
            return Project(root: Workspace.real(folder) ?? folder, here: workspace.here)
        } ?? project
    }

    /// What a command's first line says of where a stack's file and state are.
    func origin(of file: ChosenFile, _ location: StateLocation) -> Origin {
        let isUsual = statePath == nil && file.project == workspace.project
        return Origin(file: file.isObvious ? nil : file.path, state: isUsual ? nil : location.state)
    }

    /// The options under which a plan was made, with those of this run that are no part of a plan.
    func planned(_ saved: SavedPlan) -> Options {
        var options = self
        options.settings = saved.settings
        options.targets = saved.targets
        options.region = region ?? saved.plan.region
        return options
    }

    /// Sixteen calls at once are far below the rate limits of the services that this stack uses, and more than its graph is wide.
    private static let defaultParallelism = 16
}
