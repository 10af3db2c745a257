import Testing

@testable import Arguments

private let common = "Common options"

private enum Words: String, CaseIterable {
    case text, json
}

private enum Options {
    static let format = Option.oneOf(Words.self, "--format", "How to show it.")
    static let set = Option.assignments("--set", "k=v", group: common, "Override a parameter.")
    static let profile = Option.text("--profile", "NAME", group: common, "Whose credentials.")
    static let parallelism = Option.integer("--parallelism", "N", in: 1...64, group: common, "How many at once.")
    static let target = Option.texts("--target", "ADDRESS", group: common, "Only this one.")
    static let quiet = Option.flag("--quiet", group: common, "Say less.")
    static let yes = Option.flag("--yes", "Do not ask.")
    static let file = Positional.optionalFile("FILE", "The stack file.")
}

private let tool = CommandSpec(
    "tool", "Does things.",
    subcommands: [
        CommandSpec(
            "plan", "Shows what would change.", positionals: [Options.file],
            options: [Options.format], [Options.set, Options.profile, Options.parallelism, Options.quiet]),
        CommandSpec("apply", "Does it.", options: [Options.yes, Options.target]),
        CommandSpec("destroy", "Undoes it.", options: [Options.yes]),
        CommandSpec("validate", "Checks files.", positionals: [Positional.several("FILE", areFiles: true, "Files.")]),
        CommandSpec(
            "output", "Prints outputs.", positionals: [Options.file, Positional.optional("NAME", "Which one.")]),
        CommandSpec("version", "The version."),
        CommandSpec(
            "state", "State surgery.",
            subcommands: [
                CommandSpec("list", "Lists records."),
                CommandSpec(
                    "rm", "Forgets some.", positionals: [Options.file, Positional.several("ADDRESS", "What.")]),
                CommandSpec(
                    "mv", "Moves one.",
                    positionals: [Positional.required("FROM", "Old."), Positional.required("TO", "New.")]),
            ]),
    ])

private func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

@Suite struct ParserTests {
    struct Good: Sendable, CustomTestStringConvertible {
        let line: String
        let path: String
        var options: [String: [String]] = [:]
        var positionals: [String: [String]] = [:]
        var testDescription: String { line }
    }

    @Test(arguments: [
        Good(line: "plan", path: "plan"),
        Good(line: "plan a.yaml", path: "plan", positionals: ["FILE": ["a.yaml"]]),
        Good(line: "plan prod", path: "plan", positionals: ["FILE": ["prod"]]),
        Good(
            line: "plan --format json a.yaml", path: "plan", options: ["--format": ["json"]],
            positionals: ["FILE": ["a.yaml"]]),
        Good(
            line: "plan a.yaml --format=json", path: "plan", options: ["--format": ["json"]],
            positionals: ["FILE": ["a.yaml"]]),
        Good(line: "plan --set a=1 --set=b=2=3 --set c=", path: "plan", options: ["--set": ["a=1", "b=2=3", "c="]]),
        Good(line: "plan --profile=--odd", path: "plan", options: ["--profile": ["--odd"]]),
        Good(line: "plan --quiet --quiet", path: "plan", options: ["--quiet": []]),
        Good(line: "plan --parallelism 64", path: "plan", options: ["--parallelism": ["64"]]),
        Good(line: "--profile dev plan", path: "plan", options: ["--profile": ["dev"]]),
        Good(line: "--quiet plan a.yaml", path: "plan", options: ["--quiet": []], positionals: ["FILE": ["a.yaml"]]),
        Good(line: "plan -- --help", path: "plan", positionals: ["FILE": ["--help"]]),
        Good(line: "plan -", path: "plan", positionals: ["FILE": ["-"]]),
        Good(line: "validate a.yaml b.yaml c", path: "validate", positionals: ["FILE": ["a.yaml", "b.yaml", "c"]]),
        Good(line: "output", path: "output"),
        Good(line: "output userPoolId", path: "output", positionals: ["NAME": ["userPoolId"]]),
        Good(line: "state rm a.b", path: "state rm", positionals: ["ADDRESS": ["a.b"]]),
        Good(line: "state rm a.b c.d e.f", path: "state rm", positionals: ["ADDRESS": ["a.b", "c.d", "e.f"]]),
        Good(
            line: "state rm a.yaml a.b c.d", path: "state rm",
            positionals: ["FILE": ["a.yaml"], "ADDRESS": ["a.b", "c.d"]]),
        Good(line: "output a.yaml", path: "output", positionals: ["FILE": ["a.yaml"]]),
        Good(line: "output stacks/prod", path: "output", positionals: ["FILE": ["stacks/prod"]]),
        Good(line: "output prod userPoolId", path: "output", positionals: ["FILE": ["prod"], "NAME": ["userPoolId"]]),
        Good(line: "output kept.json", path: "output", positionals: ["FILE": ["kept.json"]]),
        Good(line: "output other.json", path: "output", positionals: ["NAME": ["other.json"]]),
        Good(line: "state list", path: "state list"),
        Good(line: "state mv a.b c.d", path: "state mv", positionals: ["FROM": ["a.b"], "TO": ["c.d"]]),
        Good(line: "--version", path: "version"),
    ])
    func understands(line: Good) throws {
        let expected = ParsedCommand(path: words(line.path), options: line.options, positionals: line.positionals)
        #expect(try tool.parse(words(line.line), fileExists: { $0 == "kept.json" }) == .command(expected))
    }

    @Test(arguments: [
        ("plna", "there is no command `plna`; did you mean `plan`?"),
        ("frobnicate", "there is no command `frobnicate`"),
        ("state lst", "there is no command `state lst`; did you mean `list`?"),
        ("state", "a command is missing: one of list, rm, mv"),
        ("--quiet", "a command is missing: one of plan, apply, destroy, validate, output, version, state"),
        ("plan --fromat json", "there is no option `--fromat`; did you mean `--format`?"),
        ("plan --frobnicate", "there is no option `--frobnicate`"),
        ("plan -x", "there is no option `-x`"),
        ("plan --yes", "`plan` takes no `--yes`; `apply` and `destroy` do"),
        ("--format json apply", "`apply` takes no `--format`; `plan` does"),
        ("plan --profile", "`--profile` needs a value: `--profile NAME`"),
        ("plan --profile --quiet", "`--profile` needs a value: `--profile NAME`"),
        ("plan --profile=", "`--profile` needs a value, but was given an empty one"),
        ("plan --quiet=yes", "`--quiet` takes no value, but was given `yes`"),
        ("plan --profile a --profile b", "`--profile` is given twice"),
        ("plan --set a", "`--set a` should be `--set k=v`"),
        ("plan --set =1", "`--set =1` should be `--set k=v`"),
        ("plan --parallelism 0", "`--parallelism` takes a whole number, 1 to 64, not `0`"),
        ("plan --parallelism many", "`--parallelism` takes a whole number, 1 to 64, not `many`"),
        ("plan --format jsno", "`--format` takes `text` or `json`, not `jsno`; did you mean `json`?"),
        ("plan a.yaml b.yaml", "unexpected argument `b.yaml`"),
        ("version now", "unexpected argument `now`"),
        ("validate", "`validate` needs a FILE"),
        ("state rm", "`state rm` needs an ADDRESS"),
        ("state rm a.yaml", "`state rm` needs an ADDRESS"),
        ("state mv a.b", "`state mv` needs a TO"),
        ("help frobnicate", "there is no command `frobnicate`"),
    ])
    func refuses(line: String, message: String) {
        let error = #expect(throws: UsageError.self) { try tool.parse(words(line)) }
        #expect(error?.message == message)
    }

    @Test func errorSaysHowTheCommandIsUsed() {
        let error = #expect(throws: UsageError.self) { try tool.parse(["validate"]) }
        #expect(
            error?.description == """
                `validate` needs a FILE
                usage: tool validate FILE…
                Run `tool validate --help` for more.
                """)
    }

    @Test(arguments: [
        ("", ""), ("--help", ""), ("-h", ""), ("help", ""), ("help plan", "plan"), ("plan --help", "plan"),
        ("--help plan", "plan"),
        ("plan a.yaml -h --frobnicate", "plan"), ("help state mv", "state mv"), ("state mv --help", "state mv"),
        ("state -h", "state"),
    ])
    func givesHelp(line: String, path: String) throws {
        #expect(try tool.parse(words(line)) == .help(words(path)))
    }

    @Test func optionsReadWhatWasGiven() throws {
        let line = "plan a.yaml --set a=1 --set b=2=3 --set a=4 --parallelism 8 --format json --quiet"
        guard case .command(var command) = try tool.parse(words(line)) else {
            Issue.record("no command")
            return
        }
        #expect(command[Options.file] == "a.yaml")
        #expect(command[Options.set] == ["a": "4", "b": "2=3"])
        #expect(command[Options.parallelism] == 8)
        #expect(command[Options.format] == .json)
        #expect(command[Options.quiet])
        #expect(command[Options.profile] == nil)
        #expect(command.namesRead == ["FILE", "--set", "--parallelism", "--format", "--quiet", "--profile"])
    }

    @Test func valuesOfARepeatedOptionKeepTheirOrder() throws {
        guard case .command(var command) = try tool.parse(words("apply --target b.x --target=a.y")) else {
            Issue.record("no command")
            return
        }
        #expect(command[Options.target] == ["b.x", "a.y"])
        #expect(!command[Options.yes])
    }

    @Test func helpOfACommand() throws {
        #expect(
            try tool.help(for: ["plan"], width: 60) == """
                tool plan: Shows what would change.

                Usage: tool plan [FILE] [options]

                Arguments:
                  FILE                    The stack file.

                Options:
                  --format text|json      How to show it.

                Common options:
                  --set k=v               Override a parameter.
                  --profile NAME          Whose credentials.
                  --parallelism N         How many at once.
                  --quiet                 Say less.

                """)
    }

    @Test func helpOfTheProgram() throws {
        let help = try tool.help(for: [])
        #expect(help.hasPrefix("tool: Does things.\n\nUsage: tool COMMAND\n"))
        #expect(help.contains("\n  plan                    Shows what would change.\n"))
    }

    @Test(arguments: [40, 60, 90])
    func helpKeepsToTheWidth(width: Int) throws {
        let long = CommandSpec(
            "tool", String(repeating: "word ", count: 40),
            subcommands: [
                CommandSpec(
                    "go", "Goes.", discussion: [String(repeating: "talk ", count: 60)],
                    options: [
                        Option.text("--with-a-name-that-is-long", "NAME", String(repeating: "help ", count: 30))
                    ])
            ])
        let lines = try long.help(for: ["go"], width: width).split(separator: "\n")
        #expect(lines.count > 8)
        #expect(lines.allSatisfy { $0.count <= width })
    }
}
