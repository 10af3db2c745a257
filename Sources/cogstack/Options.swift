import Arguments
import Foundation
import Planning
import Schema
import State

/// The options that mean the same everywhere, as they were typed.
struct Options {
    let file: String?
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

    init(_ command: ParsedCommand, _ workspace: Workspace) {
        file = command.positional("FILE").map(workspace.pathFromRoot)
        settings = Dictionary(command.assignments("--set").map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        profile = command.value("--profile")
        region = command.value("--region")
        endpointURL = command.value("--endpoint-url")
        statePath = command.value("--state").map(workspace.pathFromRoot)
        parallelism = command.integer("--parallelism") ?? Self.defaultParallelism
        isJSON = command.has("--json")
        isYes = command.has("--yes")
        isColourless = command.has("--no-color")
        isQuiet = command.has("--quiet")
        isVerbose = command.has("--verbose")
        targets = command.values("--target")
        acceptedUserLoss = command.integer("--accept-user-loss")
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

    /// Where a stack's state is: where `--state` says, else the usual place.
    func location(of stack: String) -> StateLocation {
        statePath.map(StateLocation.init(stateFile:)) ?? StateLocation(stack: stack)
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
