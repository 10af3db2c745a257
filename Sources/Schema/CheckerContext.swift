package import Diagnostics
package import YAMLSource
package import Model

extension Checker {
    /// What the checker must know of the file around it.
    package struct Context {
        package let names: ResourceNames
        package let patterns: Patterns
        /// The value of a scalar: text with its references read, parameters filled in. Nil after a mistake that was reported.
        package let value: (_ node: Node, _ diagnostics: inout Diagnostics) -> Value?
        /// What stands in the file that the node names, read but not checked.
        package let document: (_ path: Node, _ diagnostics: inout Diagnostics) -> Node?
        /// What `code` names, as `{ path, sha256 }`.
        package let artifact: (_ path: Node, _ diagnostics: inout Diagnostics) -> Value?
        /// The bytes of the file that the node names, and its `{ path, sha256 }`.
        package let file: (_ path: Node, _ diagnostics: inout Diagnostics) -> (bytes: [UInt8], value: Value)?

        package init(
            names: ResourceNames, patterns: Patterns,
            value: @escaping (_ node: Node, _ diagnostics: inout Diagnostics) -> Value?,
            document: @escaping (_ path: Node, _ diagnostics: inout Diagnostics) -> Node?,
            artifact: @escaping (_ path: Node, _ diagnostics: inout Diagnostics) -> Value?,
            file: @escaping (_ path: Node, _ diagnostics: inout Diagnostics) -> (bytes: [UInt8], value: Value)?
        ) {
            self.names = names
            self.patterns = patterns
            self.value = value
            self.document = document
            self.artifact = artifact
            self.file = file
        }
    }
}
