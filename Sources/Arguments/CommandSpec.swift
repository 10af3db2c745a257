/// A command, as one description that parsing, help and shell completions derive from.
package struct CommandSpec: Sendable {
    package let name: String
    /// What it does, as one short sentence: stands in the list of commands.
    package let summary: String
    /// Paragraphs for the command's own help, one an element.
    package let discussion: [String]
    package let positionals: [PositionalSpec]
    package let options: [OptionSpec]
    /// A command that has these takes neither positionals nor options of its own.
    package let subcommands: [CommandSpec]

    /// A command that does something.
    ///
    /// - Parameter options: lists of options, in the order in which help shows them.
    package init(
        _ name: String, _ summary: String, discussion: [String] = [], positionals: [any PositionalDeclaration] = [],
        options: [any OptionDeclaration]...
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.positionals = positionals.map(\.spec)
        self.options = options.joined().map(\.spec)
        self.subcommands = []
    }

    /// A command that only leads to others.
    package init(_ name: String, _ summary: String, discussion: [String] = [], subcommands: [CommandSpec]) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.positionals = []
        self.options = []
        self.subcommands = subcommands
    }
}

extension CommandSpec {
    /// Every option of the command and of the commands below it.
    var allOptions: [OptionSpec] { options + subcommands.flatMap(\.allOptions) }

    /// The names of the commands at or below this one that take an option, `state list`.
    func commands(taking option: String, under parents: [String] = []) -> [String] {
        let own = options.contains { $0.name == option } ? [(parents + [name]).joined(separator: " ")] : []
        return own + subcommands.flatMap { $0.commands(taking: option, under: parents + [name]) }
    }
}
