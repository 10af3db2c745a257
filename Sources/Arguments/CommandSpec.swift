/// A command, as one description that parsing, help and shell completions derive from.
package struct CommandSpec: Sendable {
    package let name: String
    /// What it does, in less than a line: stands in the list of commands.
    package let summary: String
    /// Paragraphs for the command's own help, one an element.
    package let discussion: [String]
    package let positionals: [Positional]
    package let options: [OptionSpec]
    /// A command that has these takes neither positionals nor options of its own.
    package let subcommands: [CommandSpec]

    /// A command that does something.
    package init(
        _ name: String, _ summary: String, discussion: [String] = [], positionals: [Positional] = [],
        options: [OptionSpec] = []
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.positionals = positionals
        self.options = options
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

/// A word that a command takes by its place.
package struct Positional: Sendable {
    /// In capitals, as in help: `FILE`.
    package let name: String
    package let help: String
    package let isRequired: Bool
    /// Takes all words that are left. Only the last one may.
    package let isRepeating: Bool
    /// Names a file. An optional one followed by another positional is skipped by a word that looks like no file name
    /// (no `/`, no `.yaml`, `.yml` or `.json` at its end), where it is the only word or the other one is required: neither
    /// `output userPoolId` nor `state rm roles.a roles.b` needs a file.
    package let isFile: Bool

    package init(
        _ name: String, required: Bool = false, repeating: Bool = false, file: Bool = false, _ help: String
    ) {
        self.name = name
        self.help = help
        self.isRequired = required
        self.isRepeating = repeating
        self.isFile = file
    }
}

/// An option, `--name`, and what it takes.
package struct OptionSpec: Sendable {
    /// What follows an option's name; the text is its name in help.
    package enum Argument: Sendable {
        /// A flag: there or not.
        case none
        case text(String)
        /// `name=value`, with something before the `=`.
        case assignment(String)
        case integer(String, ClosedRange<Int>)
        case oneOf([String])
    }

    /// With its dashes, `--set`.
    package let name: String
    package let argument: Argument
    /// May be given several times; all values count.
    package let isRepeating: Bool
    /// The heading under which help lists it; nil for the command's own options.
    package let group: String?
    package let help: String

    package init(
        _ name: String, takes argument: Argument = .none, repeating: Bool = false, group: String? = nil, _ help: String
    ) {
        self.name = name
        self.argument = argument
        self.isRepeating = repeating
        self.group = group
        self.help = help
    }

    /// The option as help shows it: `--format text|json`.
    package var form: String {
        guard let placeholder else { return name }
        return "\(name) \(placeholder)"
    }

    /// What stands for its value in help; nil for a flag.
    package var placeholder: String? {
        switch argument {
        case .none: nil
        case .text(let name), .assignment(let name), .integer(let name, _): name
        case .oneOf(let words): words.joined(separator: "|")
        }
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
