import Arguments
import Testing

@testable import cogstack

/// A command is one file and one line: all else derives from them.
@Suite struct GreetCommandTests {
    private let registry = CommandRegistry<any Command>(
        "tool", "Does things.",
        [
            .command(GreetCommand.self)
        ])

    private func greeting(_ line: String) throws -> GreetCommand? {
        let words = line.split(separator: " ").map(String.init)
        guard case .command(let command) = try registry.request(words, fileExists: { $0 == "hello.json" }) else {
            return nil
        }
        return command as? GreetCommand
    }

    @Test func itIsRead() throws {
        let greeting = try #require(try greeting("greet hello.json world --mood grim --times 2 --quiet"))
        #expect(greeting.file == "hello.json" && greeting.name == "world")
        #expect(greeting.mood == .grim && greeting.times == 2)
        #expect(greeting.output.isQuiet && !greeting.output.isJSON)
        #expect(registry.misreadings == [:])
    }

    @Test(
        arguments: [
            ("greet world", nil, "world"), ("greet hello.json", "hello.json", nil),
            ("greet other.json", nil, "other.json"),
        ] as [(String, String?, String?)])
    func aWordIsAFileOrSomethingElse(line: String, file: String?, name: String?) throws {
        let greeting = try #require(try greeting(line))
        #expect(greeting.file == file && greeting.name == name)
    }

    @Test(arguments: [
        ("greet --mood mery", "`--mood` takes `merry` or `grim`, not `mery`; did you mean `merry`?"),
        ("greet --times 4", "`--times` takes a whole number, 1 to 3, not `4`"),
        ("greet a b c", "unexpected argument `c`"),
        ("gret", "there is no command `gret`; did you mean `greet`?"),
    ])
    func mistakesAreNamed(line: String, message: String) {
        let error = #expect(throws: UsageError.self) { try greeting(line) }
        #expect(error?.message == message)
    }

    @Test func itHasHelp() throws {
        let help = try registry.spec.help(for: ["greet"], width: 60)
        #expect(
            help.hasPrefix(
                """
                tool greet: Says hello.

                Usage: tool greet [FILE] [NAME] [options]

                To whoever is there.

                Arguments:
                  FILE                    Where the greeting stands.
                  NAME                    Whom to greet.

                Options:
                  --mood merry|grim       In which mood.
                  --times N               How often.

                Common options:
                  --json                  Print one JSON document on stdout

                """))
    }

    /// What a shell's completion asks for: names, what each option takes, and which words are files.
    @Test func completionsHaveWhatTheyNeed() throws {
        let command = try #require(registry.spec.subcommands.first)
        #expect(command.name == "greet")
        #expect(command.options.map(\.name) == ["--mood", "--times", "--json", "--no-color", "--quiet", "--verbose"])
        guard case .oneOf(let words) = command.options[0].argument else {
            Issue.record("no words")
            return
        }
        #expect(words == ["merry", "grim"])
        #expect(command.positionals.map(\.isFile) == [true, false])
    }
}
