internal import Diagnostics

extension CommandSpec {
    /// The help page of the command that these names lead to, ready to print; the program's own where there are none.
    /// `width` in columns. Throws where the names lead nowhere.
    package func help(for path: [String], width: Int = 80) throws(UsageError) -> String {
        var commands: [CommandSpec] = []
        for end in path.indices { commands.append(try command(at: Array(path[...end]))) }
        let command = commands.last ?? self
        let title = "\(([name] + path).joined(separator: " ")): \(command.summary)"
        var blocks = [wrapped(title, width: width), wrapped("Usage: \(usage(of: commands))", width: width)]
        blocks += command.discussion.map { wrapped($0, width: width) }
        blocks += command.tables.filter { !$0.rows.isEmpty }.map { $0.text(width: width) }
        if !command.subcommands.isEmpty {
            blocks.append("Run `\(([name] + path).joined(separator: " ")) COMMAND --help` for more on one of them.")
        }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    /// How a command below this one is called: `cogstack plan [FILE] [options]`.
    func usage(of path: [CommandSpec]) -> String {
        let command = path.last ?? self
        var words = [name] + path.map(\.name)
        if !command.subcommands.isEmpty { words.append("COMMAND") }
        words += command.positionals.map { positional in
            let word = positional.name + (positional.isRepeating ? "…" : "")
            return positional.isRequired ? word : "[\(word)]"
        }
        if !command.options.isEmpty { words.append("[options]") }
        return words.joined(separator: " ")
    }

    private var tables: [HelpTable] {
        var groups: [String?] = [nil]
        for option in options where !groups.contains(option.group) { groups.append(option.group) }
        return [
            HelpTable(heading: "Commands", rows: subcommands.map { ($0.name, $0.summary) }),
            HelpTable(heading: "Arguments", rows: positionals.map { ($0.name, $0.help) }),
        ]
            + groups.map { group in
                HelpTable(
                    heading: group ?? "Options", rows: options.filter { $0.group == group }.map { ($0.form, $0.help) })
            }
    }
}

private struct HelpTable {
    let heading: String
    let rows: [(name: String, help: String)]

    /// All tables of a page share the column at which their help starts, so the eye runs down one edge.
    private static let helpColumn = 26

    func text(width: Int) -> String {
        let margin = String(repeating: " ", count: Self.helpColumn)
        let lines = rows.map { row in
            let name = "  \(row.name)"
            let help = wrapped(row.help, width: width - Self.helpColumn).split(separator: "\n")
            let fits = name.count <= Self.helpColumn - 2
            let first = fits ? name + margin.dropFirst(name.count) : "\(name)\n\(margin)"
            return first + help.joined(separator: "\n\(margin)")
        }
        return "\(heading):\n" + lines.joined(separator: "\n")
    }
}

private func wrapped(_ text: String, width: Int) -> String {
    SafeText(verbatim: text.split(separator: " ").joined(separator: " ")).wrapped(to: width).text
}
