import Diagnostics
import Schema
import YAMLSource

/// Reads the `$(…)` in scalars: parameters, environment and the stack's name become text at once; references to other
/// resources, and what only AWS can tell of the run, stay in a template. `$$(` is a literal `$(`, and `${…}` is IAM's.
struct Interpolation {
    let stack: String
    /// Nil while the parameters themselves are read.
    let parameters: [String: Value]?
    let environment: [String: String]
    let names: [String: Set<String>]
    let types: [ResourceType]

    /// The value of a scalar; nil after a mistake that was reported.
    func value(of node: Node, _ diagnostics: inout Diagnostics) -> Value? {
        switch node.scalar {
        case .null: return .null
        case .boolean(let value): return .boolean(value)
        case .integer(let value): return .integer(value)
        case .number(let value): return .number(value)
        case .string(let text): return self.text(text, node, &diagnostics)
        case nil:
            diagnostics.error("wrong-type", "a single value is meant here, and this is \(node.kindDescription)", at: node.range)
            return nil
        }
    }

    /// Text that must be known before AWS is asked, such as a path.
    func plainText(of node: Node, _ diagnostics: inout Diagnostics) -> String? {
        guard let value = value(of: node, &diagnostics) else { return nil }
        if let text = value.string { return text }
        diagnostics.error(
            "wrong-type", "a path is meant here, and this is \(node.kindDescription)", at: node.range,
            help: "Only `$(parameters.x)`, `$(env.X)` and `$(stack)` may stand in a path.")
        return nil
    }

    /// A whole tree, whose members no table knows.
    func tree(of node: Node, _ diagnostics: inout Diagnostics) -> Value? {
        switch node.content {
        case .scalar: return value(of: node, &diagnostics)
        case .sequence(let nodes):
            var elements: [Value] = []
            for node in nodes { if let value = tree(of: node, &diagnostics) { elements.append(value) } }
            return .list(elements)
        case .mapping(let entries):
            var members: [String: Value] = [:]
            for entry in entries { if let value = tree(of: entry.value, &diagnostics) { members[entry.name] = value } }
            return .map(members)
        }
    }

    private func text(_ text: String, _ node: Node, _ diagnostics: inout Diagnostics) -> Value? {
        guard text.contains("$(") else { return .string(text) }
        var values: [Value] = []
        var literal = ""
        var rest = text[...]
        while let next = rest.firstRange(of: "$(") {
            if rest[..<next.lowerBound].last == "$" {
                literal += rest[..<next.lowerBound].dropLast() + "$("
                rest = rest[next.upperBound...]
                continue
            }
            literal += rest[..<next.lowerBound]
            guard let end = rest[next.upperBound...].firstIndex(of: ")") else {
                diagnostics.error(
                    "open-reference", "`$(` is not closed", at: node.range,
                    help: "Close it with `)`, or write `$$(` for a literal `$(`.")
                return nil
            }
            let path = String(rest[next.upperBound..<end])
            guard let value = value(at: path, node, &diagnostics) else { return nil }
            if !literal.isEmpty { values.append(.string(literal)) }
            literal = ""
            values.append(value)
            rest = rest[rest.index(after: end)...]
        }
        literal += rest
        if !literal.isEmpty { values.append(.string(literal)) }
        if values.count == 1 { return values[0] }
        if let secret = values.lazy.flatMap(\.references).first(where: isSecret) {
            diagnostics.error(
                "secret-in-text", "\(secret) is a secret and must stand alone", at: node.range,
                help: "Give the whole value to the secret, and the rest of the text to another property.")
            return nil
        }
        return values.isEmpty ? "" : .joined(values)
    }

    private func value(at path: String, _ node: Node, _ diagnostics: inout Diagnostics) -> Value? {
        let steps = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        switch steps.first {
        case "stack" where steps.count == 1:
            return .string(stack)
        case "parameters" where steps.count == 2:
            guard let parameters else {
                diagnostics.error("nested-parameter", "a parameter cannot use another", at: node.range)
                return nil
            }
            if let value = parameters[steps[1]] { return value }
            report("unknown-parameter", "there is no parameter `\(steps[1])`", steps[1], Array(parameters.keys), node, &diagnostics)
        case "env" where steps.count == 2:
            if let value = environment[steps[1]] { return .string(value) }
            diagnostics.error(
                "unset-variable", "the environment variable \(steps[1]) is not set", at: node.range,
                help: "Set it, or use a parameter with a default instead.")
        case _ where parameters == nil:
            diagnostics.error(
                "reference-in-parameter", "a parameter cannot refer to `\(path)`", at: node.range,
                help: "Only `$(env.X)` and `$(stack)` may stand in a parameter.")
        case _ where Template.ContextName(rawValue: path) != nil:
            return Template.Part(path: path).map { .template(Template([$0])) }
        case _ where steps.count == 3:
            return reference(steps, node, &diagnostics)
        default:
            diagnostics.error(
                "malformed-reference", "`$(\(path))` is no reference", at: node.range,
                help: "Write `$(section.name.attribute)`, `$(parameters.x)`, `$(env.X)`, `$(account)`, `$(region)`, `$(partition)` or `$(stack)`.")
        }
        return nil
    }

    private func reference(_ steps: [String], _ node: Node, _ diagnostics: inout Diagnostics) -> Value? {
        let address = Address(section: steps[0], name: steps[1])
        guard let type = types.first(where: { $0.section == address.section }) else {
            report("dangling-reference", "there is no section `\(steps[0])`", steps[0], types.map(\.section), node, &diagnostics)
            return nil
        }
        let known = names[address.section] ?? []
        guard known.contains(address.name) else {
            report(
                "dangling-reference", "there is no `\(address.name)` in \(address.section)", address.name, Array(known), node,
                &diagnostics)
            return nil
        }
        guard type.output(steps[2]) != nil else {
            report(
                "dangling-reference", "\(address) has no attribute `\(steps[2])`", steps[2], type.outputs.map(\.name), node,
                &diagnostics)
            return nil
        }
        return .template(Template(Reference(address, steps[2])))
    }

    private func isSecret(_ reference: Reference) -> Bool {
        let output = types.first { $0.section == reference.address.section }?.output(reference.attribute)
        return switch output?.secrecy { case .plain, nil: false; default: true }
    }

    private func report(
        _ code: String, _ message: String, _ word: String, _ known: [String], _ node: Node, _ diagnostics: inout Diagnostics
    ) {
        let meant = nearest(word, in: known).map { "Did you mean `\($0)`? " } ?? ""
        diagnostics.error(
            code, message, at: node.range,
            help: meant + (known.isEmpty ? "The file has none." : "There is \(known.sorted().joined(separator: ", "))."))
    }
}
