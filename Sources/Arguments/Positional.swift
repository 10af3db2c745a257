/// A word that a command takes by its place, and what is read with it.
package struct Positional<Value: Sendable>: PositionalDeclaration {
    package let spec: PositionalSpec
    /// From the words in its place; none where there was none, which the parser allows only where it is optional.
    let value: @Sendable (_ words: [String]) -> Value
}

/// A positional, whatever it takes.
package protocol PositionalDeclaration: Sendable {
    var spec: PositionalSpec { get }
}

extension Positional where Value == String? {
    package static func optional(_ name: String, _ help: String) -> Self {
        Self(spec: PositionalSpec(name: name, help: help)) { $0.first }
    }

    /// Where another positional follows, a word that does not look like a file's name is taken for that one.
    package static func optionalFile(_ name: String, _ help: String) -> Self {
        Self(spec: PositionalSpec(name: name, help: help, isFile: true)) { $0.first }
    }
}

extension Positional where Value == String {
    package static func required(_ name: String, _ help: String) -> Self {
        Self(spec: PositionalSpec(name: name, help: help, isRequired: true)) { $0.first ?? "" }
    }
}

extension Positional where Value == [String] {
    /// One or more: all words that are left. Only the last positional may be one of these.
    package static func several(_ name: String, areFiles: Bool = false, _ help: String) -> Self {
        Self(spec: PositionalSpec(name: name, help: help, isRequired: true, isRepeating: true, isFile: areFiles)) { $0 }
    }
}

/// What parsing, help and completions know of a positional.
package struct PositionalSpec: Sendable {
    /// In capitals, as in help: `FILE`.
    package let name: String
    package let help: String
    package var isRequired = false
    /// Takes all words that are left.
    package var isRepeating = false
    package var isFile = false
}
