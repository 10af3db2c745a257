internal import Diagnostics

/// What a command line comes to.
enum Parsed: Sendable, Equatable {
    case command(ParsedCommand)
    /// Help was asked for: of the command that these names lead to, of the whole program where there are none.
    case help([String])
}

extension CommandSpec {
    /// Reads a command line, without the program's name. Options may stand anywhere, before the command's name too;
    /// after `--` every word is a positional. Throws what is wrong with the first word that does not fit.
    func parse(_ words: [String], fileExists: @escaping (String) -> Bool = { _ in false }) throws(UsageError) -> Parsed
    {
        if words.isEmpty { return .help([]) }
        if words == ["--version"] { return try parse(["version"]) }
        var parser = Parser(root: self, fileExists: fileExists)
        return try parser.parse(words)
    }

    /// The command that these names lead to.
    func command(at path: [String]) throws(UsageError) -> CommandSpec {
        var parser = Parser(root: self, fileExists: { _ in false })
        for name in path { try parser.enter(name) }
        return parser.current
    }
}

private struct Parser {
    let root: CommandSpec
    let fileExists: (String) -> Bool
    var path: [CommandSpec] = []
    var options: [(name: String, value: String?)] = []
    var loose: [String] = []

    init(root: CommandSpec, fileExists: @escaping (String) -> Bool) {
        self.root = root
        self.fileExists = fileExists
    }

    var current: CommandSpec { path.last ?? root }
    var names: [String] { path.map(\.name) }

    mutating func parse(_ words: [String]) throws(UsageError) -> Parsed {
        let beforeDashes = words.prefix { $0 != "--" }
        let wantsHelp = beforeDashes.contains { $0 == "--help" || $0 == "-h" }
        if words.first == "help" || wantsHelp { return .help(try helpPath(beforeDashes)) }

        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                for word in rest { try take(word) }
                break
            } else if word.hasPrefix("-"), word != "-" {
                try readOption(word, rest: &rest)
            } else {
                try take(word)
            }
        }
        guard current.subcommands.isEmpty else {
            let choices = current.subcommands.map(\.name).joined(separator: ", ")
            throw wrong("a command is missing: one of \(choices)")
        }
        return .command(
            ParsedCommand(path: names, options: try acceptedOptions(), positionals: try placedPositionals()))
    }

    /// `help state list` and `state list --help`: the names of commands are followed as far as they lead, so help
    /// comes for a half-written command line too.
    private mutating func helpPath(_ words: ArraySlice<String>) throws(UsageError) -> [String] {
        if words.first == "help" {
            for word in words.dropFirst() where !word.hasPrefix("-") { try enter(word) }
        } else {
            for word in words {
                if let next = current.subcommands.first(where: { $0.name == word }) { path.append(next) }
            }
        }
        return names
    }

    /// A word that is no option: the name of a command while there are some to choose from, then a positional.
    private mutating func take(_ word: String) throws(UsageError) {
        if current.subcommands.isEmpty {
            loose.append(word)
        } else {
            try enter(word)
        }
    }

    mutating func enter(_ name: String) throws(UsageError) {
        let choices = current.subcommands
        guard let next = choices.first(where: { $0.name == name }) else {
            let line = (names + [name]).joined(separator: " ")
            throw wrong("there is no command `\(line)`", meant: name, of: choices.map(\.name))
        }
        path.append(next)
    }

    private mutating func readOption(_ word: String, rest: inout ArraySlice<String>) throws(UsageError) {
        let end = word.firstIndex(of: "=") ?? word.endIndex
        let name = String(word[..<end])
        let attached = end < word.endIndex ? String(word[word.index(after: end)...]) : nil
        // Whether it takes a value must be known before the command's name may have been read; the same name takes
        // the same everywhere.
        guard let option = (current.options + root.allOptions).first(where: { $0.name == name }) else {
            let known = current.subcommands.isEmpty ? current.options : root.allOptions
            throw wrong("there is no option `\(name)`", meant: name, of: known.map(\.name) + ["--help"])
        }
        guard let placeholder = option.placeholder else {
            if let attached { throw wrong("`\(name)` takes no value, but was given `\(attached)`") }
            options.append((name, nil))
            return
        }
        if let attached {
            options.append((name, attached))
        } else if let next = rest.first, next == "-" || !next.hasPrefix("-") {
            rest = rest.dropFirst()
            options.append((name, next))
        } else {
            throw wrong("`\(name)` needs a value: `\(name) \(placeholder)`")
        }
    }

    private func acceptedOptions() throws(UsageError) -> [String: [String]] {
        var accepted: [String: [String]] = [:]
        for (name, value) in options {
            guard let option = current.options.first(where: { $0.name == name }) else {
                let takers = root.subcommands.flatMap { $0.commands(taking: name) }.map { "`\($0)`" }
                let command = names.joined(separator: " ")
                throw wrong("`\(command)` takes no `\(name)`; \(inWords(takers)) \(takers.count == 1 ? "does" : "do")")
            }
            if let value {
                try check(value, of: option)
                if accepted[name] != nil, !option.isRepeating { throw wrong("`\(name)` is given twice") }
                accepted[name, default: []].append(value)
            } else {
                accepted[name] = []
            }
        }
        return accepted
    }

    private func check(_ value: String, of option: OptionSpec) throws(UsageError) {
        switch option.argument {
        case .none, .text:
            if value.isEmpty { throw wrong("`\(option.name)` needs a value, but was given an empty one") }
        case .assignment(let form):
            guard let equals = value.firstIndex(of: "="), equals > value.startIndex else {
                throw wrong("`\(option.name) \(value)` should be `\(option.name) \(form)`")
            }
        case .integer(_, let range):
            guard let number = Int(value), range.contains(number) else {
                let most = range.upperBound == .max ? "or more" : "to \(range.upperBound)"
                throw wrong("`\(option.name)` takes a whole number, \(range.lowerBound) \(most), not `\(value)`")
            }
        case .oneOf(let words):
            if !words.contains(value) {
                let choices = inWords(words.map { "`\($0)`" }, joint: "or")
                throw wrong("`\(option.name)` takes \(choices), not `\(value)`", meant: value, of: words)
            }
        }
    }

    private func placedPositionals() throws(UsageError) -> [String: [String]] {
        var placed: [String: [String]] = [:]
        var words = loose[...]
        for (index, positional) in current.positionals.enumerated() {
            let isLast = index == current.positionals.count - 1
            if positional.isRepeating {
                placed[positional.name] = Array(words)
                words = []
            } else if let word = words.first {
                let maySkip = positional.isFile && !positional.isRequired && !isLast
                let isNeededNext = words.count == 1 || !isLast && current.positionals[index + 1].isRequired
                if maySkip, isNeededNext, !isFile(word) { continue }
                placed[positional.name] = [word]
                words = words.dropFirst()
            }
            if positional.isRequired, placed[positional.name, default: []].isEmpty {
                let article = positional.name.first.map("AEIOU".contains) == true ? "an" : "a"
                throw wrong("`\(names.joined(separator: " "))` needs \(article) \(positional.name)")
            }
        }
        if let extra = words.first { throw wrong("unexpected argument `\(extra)`") }
        return placed
    }

    /// Whether a word that may name a file or something else names a file. `roles.json` may be a resource, as long as there
    /// is no file of that name; neither `output userPoolId` nor `state rm roles.a roles.b` needs a file.
    private func isFile(_ word: String) -> Bool {
        if word.contains("/") || word.hasSuffix(".yaml") || word.hasSuffix(".yml") { return true }
        return word.hasSuffix(".json") && fileExists(word)
    }

    private func wrong(_ message: String, meant word: String = "", of known: [String] = []) -> UsageError {
        let suggestion = word.isEmpty ? nil : nearest(word, in: Set(known).sorted())
        return UsageError(
            message: message + (suggestion.map { "; did you mean `\($0)`?" } ?? ""),
            help: """
                usage: \(root.usage(of: path))
                Run `\((["\(root.name)"] + names + ["--help"]).joined(separator: " "))` for more.
                """)
    }
}

/// `a`, `a and b`, `a, b and c`.
private func inWords(_ words: [String], joint: String = "and") -> String {
    guard words.count > 1, let last = words.last else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(joint) " + last
}
