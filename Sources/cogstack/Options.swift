import Arguments
import State

/// The options that mean the same everywhere, as they were typed.
struct Options {
    let file: String?
    let settings: [String: String]
    let profile: String?
    let region: String?
    let endpointURL: String?
    let statePath: String?
    let parallelism: Int
    let isJSON: Bool
    let isYes: Bool
    let isColourless: Bool
    let isQuiet: Bool
    let isVerbose: Bool
    let targets: [String]
    let acceptedUserLoss: Int?

    init(_ command: ParsedCommand) {
        file = command.positional("FILE")
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
    }

    /// Where a stack's state is: where `--state` says, else the usual place below `root`.
    func location(of stack: String, root: String) -> StateLocation {
        statePath.map(StateLocation.init(stateFile:)) ?? StateLocation(stack: stack, in: root)
    }

    /// Sixteen calls at once are far below the rate limits of the services that this stack uses, and more than its graph is wide.
    private static let defaultParallelism = 16
}
