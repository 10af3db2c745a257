import Diagnostics
import Model
import YAMLSource

/// What a file may say by naming another one: `{ file: path }`.
extension Checker {
    /// The path in `{ file: path }`; nil for anything else.
    private func named(_ node: Node) -> Node? {
        guard let entries = node.mapping, entries.count == 1, entries[0].name == "file" else { return nil }
        return entries[0].value
    }

    mutating func text(_ node: Node, _ length: ClosedRange<Int>?, _ path: PropertyPath) -> Value? {
        guard let place = named(node) else {
            if node.mapping != nil { return wrongType(node, "text or `{ file: <path> }`", at: path.description) }
            return string(node, length, nil, path)
        }
        guard let (bytes, _) = context.file(place, &diagnostics) else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            diagnostics.error(
                "wrong-type", "\(path) must be text, and the file is not", at: place.range,
                help: "Name a text file in UTF-8.")
            return nil
        }
        // An editor ends the last line of a file, and nobody means that as part of a secret or a document.
        let meant = String(text.trimmingSuffix(while: \.isNewline))
        return isWithin(length, nil, meant, path.description, at: place.range) ? .string(meant) : nil
    }

    mutating func file(_ node: Node, _ limit: Int, _ path: PropertyPath) -> Value? {
        guard let place = named(node) else { return wrongType(node, "`{ file: <path> }`", at: path.description) }
        guard let (bytes, value) = context.file(place, &diagnostics) else { return nil }
        guard bytes.count <= limit else {
            outOfLimits(place, path, "\(bytes.count) bytes long", "up to \(limit) bytes")
            return nil
        }
        return value
    }

    mutating func json(_ node: Node, _ path: PropertyPath) -> Value? {
        guard let place = named(node) else {
            guard node.mapping != nil else {
                return wrongType(node, "a map or `{ file: <path> }`", at: path.description)
            }
            return free(node, path)?.withWholeNumbers
        }
        guard let document = context.document(place, &diagnostics) else { return nil }
        guard document.mapping != nil else { return wrongType(document, "a JSON object", at: path.description) }
        // The state, as JSON, does not tell 1.0 from 1.
        return free(document, path)?.withWholeNumbers
    }
}

extension String {
    fileprivate func trimmingSuffix(while isLeftOut: (Character) -> Bool) -> Substring {
        var rest = self[...]
        while let last = rest.last, isLeftOut(last) { rest.removeLast() }
        return rest
    }
}
