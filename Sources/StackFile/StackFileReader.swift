package import Diagnostics
import Model
package import Schema
import YAMLSource

/// Reads a stack file, and what it extends, into the stack that it wants. Does no I/O of its own: files come through
/// ``Files``.
package struct StackFileReader: Sendable {
    private let types: [ResourceType]
    private let files: Files
    private let environment: [String: String]

    /// - Parameter environment: what `$(env.X)` reads.
    package init(types: [ResourceType], files: Files, environment: [String: String]) {
        self.types = types
        self.files = files
        self.environment = environment
    }

    /// What came of reading: the stack, and all that is wrong with it.
    package struct Outcome: Sendable {
        /// The stack as far as it could be read, also where mistakes were found: for further checks in the same run, and to
        /// be acted on only where there are no errors. Nil where the file could not be read to its end.
        package var draft: DesiredStack?
        package var diagnostics: Diagnostics
        /// The text of each file, to show the lines that the diagnostics are about.
        package var sources: [String: String]
    }

    /// - Parameters:
    ///   - path: the file, as the user named it.
    ///   - settings: parameters given on the command line, over those of the file.
    package func read(_ path: String, settings: [String: String] = [:]) -> Outcome {
        var inputs = Inputs(files: files)
        var diagnostics = Diagnostics()
        guard let root = layers(path, from: nil, &inputs, &diagnostics) else {
            return Outcome(draft: nil, diagnostics: diagnostics, sources: inputs.sources)
        }
        let stack = Assembly(
            path: path, root: root, types: types, environment: environment, settings: settings, inputs: inputs
        ).stack(&diagnostics, &inputs)
        return Outcome(draft: stack, diagnostics: diagnostics, sources: inputs.sources)
    }

    /// The name of the stack that a file says or takes from what it extends, and where it stands; nil where it cannot be known.
    package func stackName(of path: String) -> (name: String, place: SourceRange)? {
        var inputs = Inputs(files: files)
        var diagnostics = Diagnostics()
        guard let node = layers(path, from: nil, &inputs, &diagnostics)?.mappingEntry("stack")?.value else {
            return nil
        }
        let text = Interpolation(
            stack: nil, parameters: nil, environment: environment, names: ResourceNames(), types: [])
        return text.value(of: node, &diagnostics)?.string.map { ($0, node.range) }
    }

    /// The file merged over what it extends.
    private func layers(
        _ path: String, from place: Node?, _ inputs: inout Inputs, _ diagnostics: inout Diagnostics,
        above: [String] = []
    ) -> Node? {
        guard let bytes = inputs.bytes(of: path, namedAt: place?.range, &diagnostics) else { return nil }
        let (node, found) = YAMLReader.read(bytes, file: path)
        diagnostics.append(contentsOf: found)
        guard let root = node else { return nil }
        guard root.mapping != nil else {
            diagnostics.error(
                "wrong-type", "a stack file is a map, and this is \(root.kindDescription)", at: root.range.firstPoint,
                help: "Start it with `stack: name`; `cogstack plan --help` shows more.")
            return nil
        }
        guard let entry = root.mappingEntry("extends"), entry.value.scalar != .null else { return root }
        guard case .string(let name) = entry.value.scalar else {
            diagnostics.error(
                "wrong-type", "extends must be a path, and this is \(entry.value.kindDescription)",
                at: entry.value.range)
            return nil
        }
        let base = Files.path(name, relativeTo: path)
        guard !above.contains(base), base != path else {
            diagnostics.error(
                "extends-cycle", "\(path) extends itself: \((above + [path, base]).joined(separator: " → "))",
                at: entry.value.range, help: "Take one `extends` out.")
            return nil
        }
        guard let below = layers(base, from: entry.value, &inputs, &diagnostics, above: above + [path]) else {
            return nil
        }
        return below.merged(with: root)
    }
}

extension Node {
    /// This node with `other` laid over it: maps key by key, anything else replaced; null takes a key away.
    func merged(with other: Node) -> Node {
        guard let mine = mapping, let theirs = other.mapping else { return other }
        var entries: [Node.Entry] = []
        let overlay = Dictionary(theirs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for entry in mine {
            guard let over = overlay[entry.name] else {
                entries.append(entry)
                continue
            }
            if over.value.scalar == .null { continue }
            entries.append(Node.Entry(key: over.key, value: entry.value.merged(with: over.value)))
        }
        let names = Set(mine.map(\.name))
        entries += theirs.filter { !names.contains($0.name) }
        return Node(.mapping(entries), range: other.range, tag: other.tag)
    }
}
