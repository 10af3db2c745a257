/// A command line that fits its command's description.
package struct ParsedCommand: Sendable, Equatable {
    /// The names that lead to the command: `["plan"]`, `["state", "list"]`.
    package let path: [String]
    let options: [String: [String]]
    let positionals: [String: [String]]
    /// What the command has read, by name: a test compares it with what its spec lists.
    package private(set) var namesRead: Set<String> = []

    init(path: [String], options: [String: [String]] = [:], positionals: [String: [String]] = [:]) {
        self.path = path
        self.options = options
        self.positionals = positionals
    }

    /// An option's value.
    package subscript<Value>(_ option: Option<Value>) -> Value {
        mutating get {
            namesRead.insert(option.spec.name)
            return option.value(options[option.spec.name])
        }
    }

    /// What stands in a positional's place.
    package subscript<Value>(_ positional: Positional<Value>) -> Value {
        mutating get {
            namesRead.insert(positional.spec.name)
            return positional.value(positionals[positional.spec.name] ?? [])
        }
    }
}

/// Words that fit no command's description. The caller exits with 64.
package struct UsageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, and what was perhaps meant.
    package let message: String
    /// How the command is used, and where there is more.
    package let help: String

    package var description: String { "\(message)\n\(help)" }
}
