/// An option of a command. The value that stands in a command's spec is the one that its value is read with, and it knows
/// of what type that is: a misspelling does not compile.
package struct Option<Value: Sendable>: OptionDeclaration {
    package let spec: OptionSpec
    /// From what was typed, which the parser has checked; nil where the option was not given.
    let value: @Sendable (_ typed: [String]?) -> Value
}

/// An option, whatever it takes.
package protocol OptionDeclaration: Sendable {
    var spec: OptionSpec { get }
}

extension Option where Value == Bool {
    /// There or not.
    package static func flag(_ name: String, group: String? = nil, _ help: String) -> Self {
        Self(spec: OptionSpec(name, .none, group: group, help)) { $0 != nil }
    }
}

extension Option where Value == String? {
    package static func text(_ name: String, _ placeholder: String, group: String? = nil, _ help: String) -> Self {
        Self(spec: OptionSpec(name, .text(placeholder), group: group, help)) { $0?.last }
    }
}

extension Option where Value == Int? {
    package static func integer(
        _ name: String, _ placeholder: String, in range: ClosedRange<Int>, group: String? = nil, _ help: String
    ) -> Self {
        Self(spec: OptionSpec(name, .integer(placeholder, range), group: group, help)) { $0?.last.flatMap { Int($0) } }
    }
}

extension Option where Value == [String] {
    /// May be given several times; all values count.
    package static func texts(_ name: String, _ placeholder: String, group: String? = nil, _ help: String) -> Self {
        Self(spec: OptionSpec(name, .text(placeholder), repeating: true, group: group, help)) { $0 ?? [] }
    }
}

extension Option where Value == [String: String] {
    /// `name=value`, any number of times; of a name that is given twice the last one counts.
    package static func assignments(_ name: String, _ placeholder: String, group: String? = nil, _ help: String) -> Self
    {
        Self(spec: OptionSpec(name, .assignment(placeholder), repeating: true, group: group, help)) { typed in
            let pairs = (typed ?? []).map { text in
                let end = text.firstIndex(of: "=") ?? text.endIndex
                return (String(text[..<end]), String(text[end...].dropFirst()))
            }
            return Dictionary(pairs, uniquingKeysWith: { $1 })
        }
    }
}

extension Option {
    /// One of the words that an enumeration lists.
    package static func oneOf<Word: Sendable & CaseIterable & RawRepresentable<String>>(
        _ words: Word.Type, _ name: String, group: String? = nil, _ help: String
    ) -> Self where Value == Word? {
        Self(spec: OptionSpec(name, .oneOf(Word.allCases.map(\.rawValue)), group: group, help)) { typed in
            typed?.last.flatMap { Word(rawValue: $0) }
        }
    }
}

/// What parsing, help and completions know of an option.
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

    init(_ name: String, _ argument: Argument, repeating: Bool = false, group: String?, _ help: String) {
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
