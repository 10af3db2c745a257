import Arguments

/// Everything that can be typed after `cogstack`.
let cogstackCommand = CommandSpec(
    "cogstack", "provisions the AWS side of a Cognito sign-in system from a YAML file",
    subcommands: [
        CommandSpec(
            "validate", "all checks that need no AWS",
            positionals: [Positional("FILE", required: true, repeating: true, file: true, "Stack files to check.")],
            options: fileOptions + outputOptions),
        CommandSpec(
            "plan", "reads the live account, shows what would change, and saves that",
            discussion: ["Writes nothing in AWS. `cogstack apply` carries out the saved plan."],
            positionals: [stackFile("Default: $COGSTACK_STACK, else the one stack file in stacks/ or in this folder.")],
            options: [
                OptionSpec("--detailed-exitcode", "Exit with 2 where there is something to change."),
                OptionSpec(
                    "--format", takes: .oneOf(["text", "json"]),
                    "How to show the plan; `--json` is short for `--format json`."),
            ] + fileOptions + awsOptions + stateOptions + runOptions + outputOptions),
        CommandSpec(
            "apply", "carries out the saved plan, or plans and asks",
            positionals: [
                stackFile("Plan this file and ask; without it the plan that `cogstack plan` saved last is carried out.")
            ],
            options: [
                OptionSpec(
                    "--accept-second-stack",
                    "Make this stack although its file was applied under another name, and that stack still has resources."),
                yes, acceptUserLoss,
            ] + fileOptions + awsOptions + stateOptions + runOptions + outputOptions),
        CommandSpec(
            "destroy", "plans and carries out the teardown",
            positionals: [stackFile("Default: the one unprotected stack that has state.")],
            options: [
                OptionSpec(
                    "--stack", takes: .text("NAME"),
                    "Destroy this stack by its state alone, as when its file has another name by now or is gone."),
                yes, acceptUserLoss,
            ] + fileOptions + awsOptions + stateOptions + runOptions + outputOptions),
        CommandSpec(
            "output", "the stack's outputs",
            positionals: [
                stackFile("Default: as for `plan`."),
                Positional("NAME", "Only this output, as it is, without quotes."),
            ],
            options: [
                OptionSpec(
                    "--format", takes: .oneOf(["text", "json", "env", "cogauth"]),
                    "`env` prints lines for a shell's `eval`, `cogauth` that client's set-up files as one JSON object."),
                OptionSpec("--into", takes: .text("DIR"), "With `--format cogauth`: write the files into this folder, such as ~."),
                OptionSpec("--yes", "With `--into`: replace files that say something else."),
            ] + fileOptions + awsOptions + stateOptions + outputOptions),
        CommandSpec(
            "show", "what is recorded and what is live",
            positionals: [
                stackFile("Default: as for `plan`."),
                Positional("ADDRESS", "Only this resource, such as roles.long-lived, with all its properties."),
            ],
            options: fileOptions + awsOptions + stateOptions + outputOptions),
        CommandSpec(
            "rotate", "replaces an access key without downtime",
            discussion: [
                "Makes a second key, proves it, gives it to everything that uses the first one, switches the first one off when nothing can use it any more, and deletes it after a while. Nothing else is changed."
            ],
            positionals: [
                stackFile("Default: as for `plan`."),
                Positional("ADDRESS", "The key, such as accessKeys.proxy. Default: one whose rotation is unfinished, the only one, or those that are over their age."),
            ],
            options: [
                OptionSpec(
                    "--soak", takes: .integer("SECONDS", 0...86400),
                    "How long the old key stays switched off before it is deleted. Default: 60, or what an unfinished rotation was told."),
                yes, parallelism,
            ] + fileOptions + awsOptions + stateOptions + outputOptions),
        CommandSpec(
            "verify", "signs in as a user made for it, from end to end",
            discussion: [
                "Makes a user, signs in, gets an identity and its credentials, calls the proxy, uses the long session, and removes user and identity whatever happens; after a kill the next run does.",
                "Says at which link the chain breaks, and exits with 1 then. With `--json`, `complete` tells whether every link was checked wholly.",
            ],
            positionals: [stackFile("Default: as for `output`.")],
            options: [
                OptionSpec(
                    "--wait", takes: .integer("SECONDS", 0...600),
                    "How long refusals are borne that may come from a change AWS has not spread yet. Default: 10."),
                OptionSpec("--strict", "Links that are not or only partly checked count as failures."),
            ] + fileOptions + awsOptions + stateOptions + outputOptions),
        CommandSpec(
            "whoami", "account, ARN, region, endpoint and the source of the credentials",
            options: awsOptions + outputOptions),
        stateCommand,
        CommandSpec("version", "the version of cogstack", options: [json]),
    ])

/// What is done to the state by hand.
private let stateCommand = CommandSpec(
    "state", "state surgery: what is recorded, and repairs of it",
    discussion: ["None of these changes anything in AWS."],
    subcommands: [
        CommandSpec(
            "list", "what is recorded, a line each, and what an interrupted run left open",
            positionals: [recordedStackFile], options: fileOptions + stateOptions + outputOptions),
        CommandSpec(
            "show", "records as they are, without asking AWS",
            positionals: [recordedStackFile, Positional("ADDRESS", "Only this resource, such as roles.long-lived.")],
            options: [
                OptionSpec("--check", "Check instead all that must hold of the state and the journal; exit with 1 where something does not.")
            ] + fileOptions + stateOptions + outputOptions),
        CommandSpec(
            "rm", "forgets records; what they are about stays in AWS",
            discussion: ["A record that others use goes only together with these."],
            positionals: [recordedStackFile, Positional("ADDRESS", required: true, repeating: true, "What to forget, such as roles.long-lived.")],
            options: [yes] + fileOptions + stateOptions + outputOptions),
        CommandSpec(
            "mv", "gives a record another address, in the same section",
            discussion: ["For a resource that has another name in the stack file now: without this it would be a new one."],
            positionals: [
                recordedStackFile, Positional("FROM", required: true, "The address that is recorded, such as roles.old."),
                Positional("TO", required: true, "The address in the stack file, such as roles.new."),
            ],
            options: fileOptions + stateOptions + outputOptions),
        CommandSpec(
            "rebuild", "records anew what the account has of the stack",
            discussion: [
                "Sets a damaged state file or journal aside, and takes back what the stack file names and what carries the stack's tags in AWS, or can be nobody else's. A record that is there stays."
            ],
            positionals: [stackFile("Default: as for `plan`.")],
            options: [yes] + fileOptions + awsOptions + stateOptions + outputOptions),
        CommandSpec(
            "unlock", "says whose the lock is, and removes one that was left behind",
            discussion: ["A lock goes with its process; only on file systems that know no locks may one stay."],
            positionals: [recordedStackFile], options: [yes] + fileOptions + stateOptions + outputOptions),
    ])

private let recordedStackFile = stackFile("Default: of the one stack that has state, else as for `plan`.")

private func stackFile(_ help: String) -> Positional {
    Positional("FILE", file: true, "The stack file. \(help)")
}

private let common = "Common options"

private let fileOptions = [
    OptionSpec("--set", takes: .assignment("k=v"), repeating: true, group: common, "Override a parameter of the stack file.")
]

private let awsOptions = [
    OptionSpec("--profile", takes: .text("NAME"), group: common, "The profile in the AWS configuration files."),
    OptionSpec("--region", takes: .text("REGION"), group: common, "The region, where the stack file names none."),
    OptionSpec("--endpoint-url", takes: .text("URL"), group: common, "Send all requests to this address."),
]

private let stateOptions = [
    OptionSpec("--state", takes: .text("PATH"), group: common, "The state file, in place of the usual one.")
]

private let runOptions = [
    OptionSpec(
        "--target", takes: .text("ADDRESS"), repeating: true, group: common,
        "Only this resource and what it needs, such as roles.long-lived."),
    parallelism,
]

private let parallelism = OptionSpec("--parallelism", takes: .integer("N", 1...256), group: common, "How many actions run at once.")

private let json = OptionSpec("--json", group: common, "Print one JSON document on stdout and nothing else.")

private let outputOptions = [
    json,
    OptionSpec("--no-color", group: common, "No colours; the same as the environment variable NO_COLOR."),
    OptionSpec("--quiet", group: common, "No progress, only results and errors."),
    OptionSpec("--verbose", group: common, "Show each request, never a secret."),
]

private let yes = OptionSpec(
    "--yes", group: common, "Do not ask. Never stands in for the loss of user accounts.")

private let acceptUserLoss = OptionSpec(
    "--accept-user-loss", takes: .integer("N", 1...Int.max),
    "Delete user pools that hold N user accounts in all: the very number that the plan printed.")
