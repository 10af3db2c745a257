import Diagnostics
package import Model

/// What people who know AWS's API may write, and what a stack file does not have under that name. Names are lowerCamelCase paths, such as
/// `adminCreateUserConfig.inviteMessageTemplate`.
package struct APINames: Sendable {
    /// Properties of the objects in AWS that cogstack does not manage yet: it leaves them as they are.
    package let unmanaged: [String]
    /// Properties that are called otherwise here, where their rows' `wireName` does not say so.
    package let otherwise: [String: String]

    package init(unmanaged: [String] = [], otherwise: [String: String] = [:]) {
        self.unmanaged = unmanaged
        self.otherwise = otherwise
    }

    /// What to say of a key that none of the rows has.
    ///
    /// - Parameter path: the property that the rows are in.
    package func unknownKey(_ key: String, among rows: [Attribute], at path: PropertyPath = .root) -> UnknownKey {
        let member = path.withoutIndexes[key].description.lowercased()
        // AWS's words and CloudFormation's start with a capital letter.
        if let name = otherwise.first(where: { $0.key.lowercased() == member })?.value {
            return UnknownKey(key: key, meant: name, help: "It is called `\(name)` here.")
        }
        if unmanaged.contains(where: { $0.lowercased() == member }) {
            return UnknownKey(
                key: key, isUnmanaged: true, help: "Take it out of the file: cogstack leaves it as AWS has it.")
        }
        let word = key.lowercased()
        let renamed = rows.first { $0.wireName.lowercased() == word && $0.name.lowercased() != word && !$0.isLocal }
        if let name = renamed?.name { return UnknownKey(key: key, meant: name, help: "It is called `\(name)` here.") }
        let names = rows.map(\.name)
        if let name = nearest(key, in: names) {
            return UnknownKey(key: key, meant: name, help: "Did you mean `\(name)`?")
        }
        return UnknownKey(key: key, help: "It has \(names.sorted().joined(separator: ", ")).")
    }
}

/// A key of a stack file that no row has.
package struct UnknownKey: Sendable {
    package let key: String
    /// Whether AWS has such a property.
    package var isUnmanaged = false
    /// The row's name that is meant; nil where that cannot be said.
    package var meant: String?
    package let help: String

    package var code: String { isUnmanaged ? "unmanaged-property" : "unknown-key" }

    package func message(in subject: String) -> String {
        isUnmanaged ? "cogstack does not manage `\(key)` of \(subject) yet" : "\(subject) has no property `\(key)`"
    }
}
