/// The commands of a program, an entry each: parsing, help and completions derive from their specs.
///
/// `Command` is what the program runs; the registry knows of one only how to read it from a command line.
package struct CommandRegistry<Command>: Sendable {
    /// A command, or a name that leads to others.
    package struct Entry: Sendable {
        let spec: CommandSpec
        let read: (@Sendable (inout ParsedCommand) -> Command)?
        let entries: [Entry]

        /// - Parameter read: takes from a command line what the spec lists.
        package init(_ spec: CommandSpec, read: @escaping @Sendable (inout ParsedCommand) -> Command) {
            self.spec = spec
            self.read = read
            entries = []
        }

        /// A name that only leads to other commands.
        package static func group(
            _ name: String, _ summary: String, discussion: [String] = [], _ entries: [Entry]
        ) -> Entry {
            Entry(CommandSpec(name, summary, discussion: discussion, subcommands: entries.map(\.spec)), entries)
        }

        private init(_ spec: CommandSpec, _ entries: [Entry]) {
            self.spec = spec
            read = nil
            self.entries = entries
        }
    }

    /// What a command line comes to.
    package enum Request {
        case command(Command)
        /// Help was asked for: of the command that these names lead to, of the whole program where there are none.
        case help([String])
    }

    private let root: Entry

    /// - Parameters: the program's name, what it does as one sentence, and what can be typed after its name.
    package init(_ name: String, _ summary: String, _ entries: [Entry]) {
        root = .group(name, summary, entries)
    }

    /// Everything that can be typed, for help and completions.
    package var spec: CommandSpec { root.spec }

    /// The command that words ask for, without the program's name.
    ///
    /// - Parameter fileExists: whether there is a file of this name, for a word that may be one or something else.
    package func request(
        _ words: [String], fileExists: @escaping (String) -> Bool = { _ in false }
    ) throws(UsageError) -> Request {
        switch try spec.parse(words, fileExists: fileExists) {
        case .help(let path): return .help(path)
        case .command(var parsed):
            let entry = parsed.path.reduce(root) { entry, name in entry?.entries.first { $0.spec.name == name } }
            // The parser follows the same names, and ends only at an entry that does something.
            guard let read = entry?.read else { return .help(parsed.path) }
            return .command(read(&parsed))
        }
    }

    /// The commands that read something else than their spec lists, each with the names that are on one side alone. A test
    /// finds none.
    package var misreadings: [String: Set<String>] {
        var misreadings: [String: Set<String>] = [:]
        func look(at entry: Entry, _ path: [String]) {
            if let read = entry.read {
                var parsed = ParsedCommand(path: path)
                _ = read(&parsed)
                let listed = Set(entry.spec.options.map(\.name) + entry.spec.positionals.map(\.name))
                let misread = listed.symmetricDifference(parsed.namesRead)
                if !misread.isEmpty { misreadings[path.joined(separator: " ")] = misread }
            }
            for next in entry.entries { look(at: next, path + [next.spec.name]) }
        }
        look(at: root, [])
        return misreadings
    }
}
