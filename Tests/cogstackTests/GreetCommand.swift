import Arguments
import Workflow

@testable import cogstack

/// A command that only the tests know: this file is all of it.
struct GreetCommand: Command {
    static let spec = CommandSpec(
        "greet", "Says hello.", discussion: ["To whoever is there."], positionals: [file, name],
        options: [mood, times], Options.output)

    private static let file = Positional.optionalFile("FILE", "Where the greeting stands.")
    private static let name = Positional.optional("NAME", "Whom to greet.")
    private static let mood = Option.oneOf(Mood.self, "--mood", "In which mood.")
    private static let times = Option.integer("--times", "N", in: 1...3, "How often.")

    enum Mood: String, CaseIterable {
        case merry, grim
    }

    let output: OutputOptions
    let settings = Settings()
    let file: String?
    let name: String?
    let mood: Mood?
    let times: Int

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Self.file]
        name = parsed[Self.name]
        mood = parsed[Self.mood]
        times = parsed[Self.times] ?? 1
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) -> ExitStatus { .done }
}
