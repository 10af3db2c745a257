import Arguments
import Reports
import Workflow

/// What several commands take, each declared once.
enum Options {
    static let set = Option.assignments("--set", "k=v", group: common, "Override a parameter of the stack file.")

    static let profile = Option.text("--profile", "NAME", group: common, "The profile in the AWS configuration files.")
    static let region = Option.text("--region", "REGION", group: common, "The region, where the stack file names none.")
    static let endpointURL = Option.text("--endpoint-url", "URL", group: common, "Send all requests to this address.")

    static let state = Option.text("--state", "PATH", group: common, "The state file, in place of the usual one.")

    static let target = Option.texts(
        "--target", "ADDRESS", group: common, "Only this resource and what it needs, such as roles.long-lived.")
    static let parallelism = Option.integer(
        "--parallelism", "N", in: 1...256, group: common, "How many actions run at once.")

    static let json = Option.flag("--json", group: common, "Print one JSON document on stdout and nothing else.")
    static let noColor = Option.flag(
        "--no-color", group: common, "No colours; the same as the environment variable NO_COLOR.")
    static let quiet = Option.flag("--quiet", group: common, "No progress, only results and errors.")
    static let verbose = Option.flag("--verbose", group: common, "Show each request, never a secret.")

    static let yes = Option.flag("--yes", group: common, "Do not ask. Never agrees to the loss of user accounts.")
    static let acceptUserLoss = Option.integer(
        "--accept-user-loss", "N", in: 1...Int.max,
        "Delete user pools that hold N user accounts in all: the exact number that the plan printed.")

    /// FILE where a command can do without; `help` says which one it works on then.
    static func stackFile(_ help: String) -> Positional<String?> { .optionalFile("FILE", "The stack file. \(help)") }

    /// FILE of a command about what is recorded.
    static let recordedStackFile = stackFile("Default: of the one stack that has state, else as for `plan`.")

    private static let common = "Common options"
}

// MARK: Options that belong together, and what reads them

extension Options {
    /// Of what is recorded of a stack on this machine.
    static let stack: [any OptionDeclaration] = [set, state]
    static let aws: [any OptionDeclaration] = [profile, region, endpointURL]
    /// Of a stack and its account.
    static let account: [any OptionDeclaration] = [set] + aws + [state]
    /// Of a plan.
    static let run: [any OptionDeclaration] = account + [target, parallelism]
    static let output: [any OptionDeclaration] = [json, noColor, quiet, verbose]
}

extension Settings {
    static func ofStack(_ parsed: inout ParsedCommand) -> Settings {
        Settings(parameterOverrides: parsed[Options.set], statePath: parsed[Options.state])
    }

    static func ofAWS(_ parsed: inout ParsedCommand) -> Settings {
        Settings(
            profile: parsed[Options.profile], region: parsed[Options.region], endpointURL: parsed[Options.endpointURL])
    }

    static func ofAccount(_ parsed: inout ParsedCommand) -> Settings {
        var settings = ofAWS(&parsed)
        settings.parameterOverrides = parsed[Options.set]
        settings.statePath = parsed[Options.state]
        return settings
    }

    static func ofRun(_ parsed: inout ParsedCommand) -> Settings {
        var settings = ofAccount(&parsed)
        settings.targets = parsed[Options.target]
        settings.parallelism = parsed[Options.parallelism] ?? defaultParallelism
        return settings
    }
}

/// How a command shows what it does.
struct OutputOptions {
    var isJSON = false
    var isColourless = false
    var isQuiet = false
    var isVerbose = false

    /// Of results.
    var format: ReportFormat { isJSON ? .json : .text }
}

extension OutputOptions {
    init(_ parsed: inout ParsedCommand) {
        isJSON = parsed[Options.json]
        isColourless = parsed[Options.noColor]
        isQuiet = parsed[Options.quiet]
        isVerbose = parsed[Options.verbose]
    }
}
