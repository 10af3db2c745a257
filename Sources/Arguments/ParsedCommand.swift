/// What a command line comes to.
package enum Parsed: Sendable, Equatable {
    case command(ParsedCommand)
    /// Help was asked for: of the command that these names lead to, of the whole program where there are none.
    case help([String])
}

/// A command line that fits its command's description.
package struct ParsedCommand: Sendable, Equatable {
    /// The names that lead to the command: `["plan"]`, `["state", "list"]`.
    package let path: [String]
    let options: [String: [String]]
    let positionals: [String: [String]]

    /// Whether an option was given.
    package func has(_ option: String) -> Bool { options[option] != nil }

    /// The option's value; nil where it was not given.
    package func value(_ option: String) -> String? { options[option]?.last }

    /// The value of an option that takes an integer; nil where it was not given.
    package func integer(_ option: String) -> Int? { value(option).flatMap { Int($0) } }

    /// All values of a repeating option, in the order in which they were given.
    package func values(_ option: String) -> [String] { options[option] ?? [] }

    /// The `name=value` pairs of a repeating option, in the order in which they were given.
    package func assignments(_ option: String) -> [(name: String, value: String)] {
        values(option).map { text in
            let end = text.firstIndex(of: "=") ?? text.endIndex
            return (String(text[..<end]), String(text[end...].dropFirst()))
        }
    }

    /// The word in a positional's place; nil where there was none.
    package func positional(_ name: String) -> String? { positionals[name]?.first }

    /// All words in a repeating positional's place.
    package func positionals(_ name: String) -> [String] { positionals[name] ?? [] }
}

/// Words that fit no command's description. The caller exits with 64.
package struct UsageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, and what was perhaps meant.
    package let message: String
    /// How the command is used, and where there is more.
    package let help: String

    package var description: String { "\(message)\n\(help)" }
}
