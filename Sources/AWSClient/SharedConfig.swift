/// What the files `~/.aws/config` and `~/.aws/credentials` say. Pure: text in, sections out.
///
/// Follows the "SDKs and Tools" reference guide rather than the AWS CLI's INI parser where the two differ: a comment after
/// a value is cut off, and a section may appear twice.
package struct SharedConfig: Sendable, Hashable {
    package enum Property: Sendable, Hashable {
        case text(String)
        /// Indented `key = value` lines under a key without value.
        case nested([String: String])

        package var text: String? { if case .text(let text) = self { text } else { nil } }
        package var nested: [String: String]? { if case .nested(let members) = self { members } else { nil } }
    }

    package typealias Section = [String: Property]

    /// Which file a text is: they name their sections differently.
    package enum File: Sendable, Hashable {
        /// `[default]`, `[profile name]`, `[sso-session name]`, `[services name]`.
        case config
        /// `[name]`.
        case credentials
    }

    package private(set) var profiles: [String: Section] = [:]
    package private(set) var ssoSessions: [String: Section] = [:]
    package private(set) var services: [String: Section] = [:]
    /// Sections of kinds that this program does not know, by name.
    package private(set) var others: [String: Section] = [:]

    package init() {}

    /// Reads a file's text; `path` is for messages.
    package init(parsing text: String, as file: File, path: String) throws(ConfigurationError) {
        var reader = Reader(file: file, path: path)
        // A Windows line end is one character.
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, line) in lines.enumerated() { try reader.take(line, number: index + 1) }
        for (kind, section) in reader.sections {
            switch kind {
            case .profile(let name): profiles[name] = section
            case .bareDefault: if reader.sections[.profile("default")] == nil { profiles["default"] = section }
            case .ssoSession(let name): ssoSessions[name] = section
            case .services(let name): services[name] = section
            case .other(let name): others[name] = section
            }
        }
    }

    /// Both files together: where both have a property of a profile, the other one's wins.
    package func merging(_ other: SharedConfig) -> SharedConfig {
        var merged = self
        for (name, section) in other.profiles {
            merged.profiles[name, default: [:]].merge(section) { _, other in other }
        }
        return merged
    }
}

private enum SectionKind: Hashable {
    case profile(String)
    /// `[default]` in the config file, which `[profile default]` hides.
    case bareDefault
    case ssoSession(String)
    case services(String)
    case other(String)
}

/// The state between two lines.
private struct Reader {
    let file: SharedConfig.File
    let path: String
    var sections: [SectionKind: SharedConfig.Section] = [:]
    private var section: SectionKind?
    private var hasSection = false
    private var property: String?
    private var hasProperty = false

    init(file: SharedConfig.File, path: String) {
        self.file = file
        self.path = path
    }

    mutating func take(_ line: Substring, number: Int) throws(ConfigurationError) {
        let content = trimmed(line)
        guard let first = line.first, !content.isEmpty, first != "#", first != ";" else { return }
        if first == "[" {
            try startSection(content, number)
        } else if !first.isWhitespace {
            try startProperty(content, number)
        } else if !(hasProperty == false && content.first.map { "#;".contains($0) } == true) {
            try continueProperty(content, number)
        }
    }

    private func failure(_ number: Int, _ reason: String) -> ConfigurationError {
        ConfigurationError(
            .file, "Encountered unexpected token in \(path), line \(number): \(reason). Correct the line.")
    }

    private mutating func startSection(_ line: Substring, _ number: Int) throws(ConfigurationError) {
        guard let end = line.firstIndex(of: "]") else { throw failure(number, "a section's name ends with ]") }
        let words = line[line.index(after: line.startIndex)..<end].split(whereSeparator: \.isWhitespace)
        section = try kind(words, number)
        hasSection = true
        hasProperty = false
        if let section { sections[section, default: [:]].merge([:]) { old, _ in old } }
    }

    /// Nil for a section that is to be passed over.
    private func kind(_ words: [Substring], _ number: Int) throws(ConfigurationError) -> SectionKind? {
        switch (file, words.count) {
        case (.credentials, 1): return .profile(String(words[0]))
        case (.credentials, _):
            guard words.first != "sso-session" else {
                throw failure(number, "an sso-session belongs into the config file")
            }
            return nil
        case (.config, 1): return words[0] == "default" ? .bareDefault : nil
        case (.config, 2):
            let name = String(words[1])
            return switch words[0] {
            case "profile": .profile(name)
            case "sso-session": .ssoSession(name)
            case "services": .services(name)
            default: .other(name)
            }
        default: return nil
        }
    }

    private mutating func startProperty(_ line: Substring, _ number: Int) throws(ConfigurationError) {
        guard hasSection else { throw failure(number, "a property stands before the first section") }
        let (key, value) = try assignment(withoutComment(line), number)
        hasProperty = true
        property = key
        if let section, let key { sections[section]?[key] = .text(value) }
    }

    private mutating func continueProperty(_ line: Substring, _ number: Int) throws(ConfigurationError) {
        guard hasSection, hasProperty else { throw failure(number, "an indented line continues nothing") }
        guard let section, let property, let current = sections[section]?[property] else { return }
        switch current {
        case .text(let text) where !text.isEmpty: sections[section]?[property] = .text("\(text)\n\(line)")
        case .text, .nested:
            let (key, value) = try assignment(line, number)
            var members = current.nested ?? [:]
            if let key { members[key] = value }
            sections[section]?[property] = .nested(members)
        }
    }

    /// Key and value; no key where it is not a valid one and the line is to be passed over.
    private func assignment(_ line: Substring, _ number: Int) throws(ConfigurationError) -> (String?, String) {
        guard let equals = line.firstIndex(of: "=") else { throw failure(number, "a property is written key = value") }
        let key = trimmed(line[..<equals])
        guard !key.isEmpty else { throw failure(number, "a property's key is missing") }
        return (
            key.contains(where: \.isWhitespace) ? nil : String(key), String(trimmed(line[line.index(after: equals)...]))
        )
    }

    /// A comment begins with `#` or `;` after white space.
    private func withoutComment(_ line: Substring) -> Substring {
        var wasSpace = false
        for index in line.indices {
            if wasSpace, "#;".contains(line[index]) { return line[..<index] }
            wasSpace = line[index].isWhitespace
        }
        return line
    }

    private func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
