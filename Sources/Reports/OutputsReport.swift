package import Diagnostics
package import Model
import Schema

/// A stack's outputs, for people, programs and shells.
package struct OutputsReport: Report {
    package let outputs: [String: Value]

    package init(_ outputs: [String: Value]) {
        self.outputs = outputs
    }

    /// Two outputs whose names are one in capitals.
    package struct SameVariable: Error, Sendable, Equatable, CustomStringConvertible {
        package let variable: String
        package let outputs: [String]

        package var description: String {
            "the outputs \(outputs.joined(separator: " and ")) would both be the variable \(variable): rename one of them"
        }
    }

    private var sorted: [(key: String, value: Value)] { outputs.sorted { $0.key < $1.key } }

    /// One line each, aligned.
    package var document: Document { Document([.definitions(sorted.map { ($0.key, $0.value.spans) })]) }

    /// One object.
    package var data: JSON { .object(outputs) }

    /// One output as it is, for `$(cogstack output NAME)`: text without quotes, anything else as JSON. Nil where there
    /// is no output of that name.
    package func single(_ name: String) -> String? {
        outputs[name].map { Self.raw($0) + "\n" }
    }

    /// One output as a JSON document; nil where there is no output of that name.
    package func singleJSON(_ name: String) -> SafeText? {
        outputs[name].map { JSON($0).document }
    }

    /// Lines for a shell's `eval`: `export USER_POOL_ID='us-east-1_abc'`. Throws where two names become one.
    package func environment() throws(SameVariable) -> String {
        var names: [String: String] = [:]
        var text = ""
        for (name, value) in sorted {
            let variable = Self.variable(name)
            if let other = names[variable] { throw SameVariable(variable: variable, outputs: [other, name]) }
            names[variable] = name
            text += "export \(variable)=\(Self.shellQuoted(Self.raw(value)))\n"
        }
        return text
    }

    private static func raw(_ value: Value) -> String {
        value.string ?? (value.isNull ? "" : JSON(value).rawText)
    }

    /// `userPoolId` is `USER_POOL_ID`, `apiURLPath` is `API_URL_PATH`; whatever a shell takes in no name is `_`.
    static func variable(_ name: String) -> String {
        let characters = Array(name)
        var result = ""
        for (index, character) in characters.enumerated() {
            let previous = index > 0 ? characters[index - 1] : nil
            let next = index + 1 < characters.count ? characters[index + 1] : nil
            let startsWord =
                character.isUppercase
                && (previous?.isLowercase == true || previous?.isNumber == true
                    || (previous?.isUppercase == true && next?.isLowercase == true))
            if startsWord { result += "_" }
            let isPortable = character.isASCII && (character.isLetter || character.isNumber)
            result += isPortable ? character.uppercased() : "_"
        }
        return result.first?.isNumber == true ? "_" + result : result
    }

    /// In single quotes nothing has a meaning but their end; POSIX.1-2017, 2.2.2.
    static func shellQuoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "'\\''") + "'"
    }
}

extension JSON {
    /// Text as it is, anything else as JSON on one line.
    fileprivate var rawText: String {
        if case .string(let text) = self { text } else { text }
    }
}
