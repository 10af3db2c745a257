import Diagnostics
import Model
import Schema
import YAMLSource

/// Reads the `$(…)` in scalars: parameters, environment and the stack's name become text at once; references to other
/// resources, and what only AWS can tell of the run, stay in a template. `$$(` is a literal `$(`, and `${…}` is IAM's.
struct Interpolation {
    /// Nil while the stack's own name is read.
    let stack: String?
    /// Null for one that was found wrong. Nil while the parameters themselves are read.
    let parameters: [String: Value]?
    /// False where the file's parameters are no map, which was reported: any name may be one.
    var areParametersReadable = true
    let environment: [String: String]
    let names: ResourceNames
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
            diagnostics.error(
                "wrong-type", "a single value is meant here, and this is \(node.kindDescription)", at: node.range)
            return nil
        }
    }

    /// Text that must be known before AWS is asked.
    ///
    /// - Parameter kind: what it is, in words: `a path`.
    func plainText(of node: Node, as kind: String, _ diagnostics: inout Diagnostics) -> String? {
        guard let value = value(of: node, &diagnostics) else { return nil }
        switch value.inClear {
        case .string(""), .null:
            diagnostics.error("wrong-type", "\(kind) is meant here, and this is empty", at: node.range)
        case .string(let text): return text
        case .template:
            diagnostics.error(
                "reference-too-early", "\(kind) must be known before AWS is asked", at: node.range,
                help: Self.knownEarly)
        default:
            diagnostics.error(
                "wrong-type", "\(kind) is meant here, and this is \(node.kindDescription)", at: node.range)
        }
        return nil
    }

    /// What may stand where a value must be known before AWS is asked.
    static let knownEarly = "Only `$(parameters.x)`, `$(env.X)` and `$(stack)` may stand here."

    private func text(_ text: String, _ node: Node, _ diagnostics: inout Diagnostics) -> Value? {
        guard text[...].firstReference != nil else { return .string(text) }
        var values: [Value] = []
        var isSound = true
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
                    "open-reference", "`$(` is not closed", at: place(of: next, in: text, node),
                    help: "Close it with `)`, or write `$$(` for a literal `$(`.")
                return nil
            }
            let path = String(rest[next.upperBound..<end])
            let range = place(of: next.lowerBound..<rest.index(after: end), in: text, node)
            if !literal.isEmpty { values.append(.string(literal)) }
            literal = ""
            if let value = value(at: path, range, &diagnostics) { values.append(value) } else { isSound = false }
            rest = rest[rest.index(after: end)...]
        }
        guard isSound else { return nil }
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

    /// Where a part of a scalar's text stands: exactly, where the file writes the text as it reads; else the whole scalar.
    private func place(of part: Range<String.Index>, in text: String, _ node: Node) -> SourceRange {
        let (start, end) = (node.range.start, node.range.end)
        let characters = text.unicodeScalars
        let quote = node.spelling?.style == .quoted ? 1 : 0
        guard start.line == end.line, end.column - start.column == characters.count + 2 * quote else {
            return node.range
        }
        func position(_ index: String.Index) -> SourcePosition {
            SourcePosition(
                line: start.line,
                column: start.column + quote + characters.distance(from: characters.startIndex, to: index))
        }
        return SourceRange(file: node.range.file, start: position(part.lowerBound), end: position(part.upperBound))
    }

    private func value(at path: String, _ range: SourceRange, _ diagnostics: inout Diagnostics) -> Value? {
        let steps = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        switch steps.first {
        case "env" where steps.count == 2:
            if let value = environment[steps[1]] { return .secret(Secret(value)) }
            diagnostics.error(
                "unset-variable", "the environment variable \(steps[1]) is not set", at: range,
                help: "Set it, or use a parameter with a default instead.")
        case _ where stack == nil:
            diagnostics.error(
                "reference-too-early", "`$(\(path))` cannot stand in the stack's name", at: range,
                help: "The name decides which state is read: only `$(env.X)` may stand in it.")
        case "stack" where steps.count == 1:
            // Empty where the name was found wrong.
            return stack.flatMap { $0.isEmpty ? nil : .string($0) }
        case _ where Template.ContextName(rawValue: path) != nil:
            return Template.Part(path: path).map { .template(Template([$0])) }
        case _ where parameters == nil:
            diagnostics.error(
                "reference-too-early", "`$(\(path))` cannot stand in a parameter", at: range,
                help: "Only `$(env.X)`, `$(stack)`, `$(account)`, `$(region)` and `$(partition)` may stand in one.")
        case "parameters" where steps.count == 2:
            if let value = parameters?[steps[1]] { return value.isNull ? nil : value }
            guard areParametersReadable else { return nil }
            report(
                "unknown-parameter", "there is no parameter `\(steps[1])`", steps[1],
                { [parameters] in Array((parameters ?? [:]).keys) }, range,
                &diagnostics)
        case _ where steps.count == 3:
            return reference(steps, range, &diagnostics)
        default:
            diagnostics.error(
                "malformed-reference", "`$(\(path))` is no reference", at: range,
                help:
                    "Write `$(section.name.attribute)`, `$(parameters.x)`, `$(env.X)`, `$(account)`, `$(region)`, `$(partition)` or `$(stack)`; "
                    + "a literal `$(` is written `$$(`.")
        }
        return nil
    }

    private func reference(_ steps: [String], _ range: SourceRange, _ diagnostics: inout Diagnostics) -> Value? {
        let address = Address(section: steps[0], name: steps[1])
        guard let type = types.first(where: { $0.section == address.section }) else {
            report(
                "dangling-reference", "there is no section `\(steps[0])`", steps[0],
                { [types] in types.map(\.section) }, range, &diagnostics)
            return nil
        }
        guard names.mayHave(address.name, in: address.section) else {
            report(
                "dangling-reference", "there is no `\(address.name)` in \(address.section)", address.name,
                { [names] in Array(names[address.section]) }, range,
                &diagnostics)
            return nil
        }
        guard type.output(steps[2]) != nil else {
            report(
                "dangling-reference", "\(address) has no attribute `\(steps[2])`", steps[2],
                { type.outputs.map(\.name) }, range,
                &diagnostics)
            return nil
        }
        return .template(Template(Reference(address, steps[2])))
    }

    func isSecret(_ reference: Reference) -> Bool {
        let output = types.first { $0.section == reference.address.section }?.output(reference.attribute)
        return output?.secrecy.isSecret ?? false
    }

    private func report(
        _ code: String, _ message: String, _ word: String, _ known: @escaping @Sendable () -> [String],
        _ range: SourceRange,
        _ diagnostics: inout Diagnostics
    ) {
        diagnostics.error(
            code, message, at: range,
            help: Suggestion(for: word, among: known, listing: "There is", none: "The file has none."))
    }
}
