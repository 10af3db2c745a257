/// Text in which references stand between literal parts.
package struct Template: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case literal(String)
        case reference(Reference)
        case context(ContextName)
        /// Text that nobody is to read, such as a password from the environment.
        case secret(Secret)
    }

    /// What is known of the run only once AWS has been asked: `$(account)`, `$(region)`, `$(partition)`.
    package enum ContextName: String, Sendable, Hashable, CaseIterable {
        case account, region, partition
    }

    /// No two literals side by side and none empty, so what reads alike is equal.
    package let parts: [Part]

    package init(_ parts: [Part]) {
        self.parts = parts.reduce(into: []) { parts, part in
            switch (parts.last, part) {
            case (_, .literal("")): break
            case (.literal(let before), .literal(let text)): parts[parts.count - 1] = .literal(before + text)
            default: parts.append(part)
            }
        }
    }

    package init(_ reference: Reference) {
        self.init([.reference(reference)])
    }

    package var references: [Reference] {
        parts.compactMap { if case .reference(let reference) = $0 { reference } else { nil } }
    }

    package var holdsSecret: Bool {
        parts.contains { if case .secret = $0 { true } else { false } }
    }

    /// The reference that is all of it; nil where there is more.
    package var soleReference: Reference? {
        parts.count == 1 ? references.first : nil
    }
}

extension Template {
    /// The text where nothing in it is still to be known.
    fileprivate var knownText: String? {
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .secret(let secret): text += secret.clearText
            case .reference, .context: return nil
            }
        }
        return text
    }
}

extension Template: CustomStringConvertible {
    /// Reads text as it stands in a stack file: `$(section.name.attribute)` is a reference, `$$(` a literal `$(`.
    /// Anything else between `$(` and `)` stays literal; the stack file's reader reports it.
    package init(reading text: String) {
        var parts: [Part] = []
        var literal = ""
        var rest = Substring(text)
        while let character = rest.first {
            if rest.hasPrefix("$$(") {
                literal += "$("
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("$("), let end = rest.firstIndex(of: ")"),
                let part = Part(path: String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end]))
            {
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = ""
                parts.append(part)
                rest = rest[rest.index(after: end)...]
            } else {
                literal.append(character)
                rest = rest.dropFirst()
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        self.init(parts)
    }

    /// The text that reads back as this template.
    package var description: String {
        parts.map { part in
            switch part {
            case .literal(let text): text.replacing("$(", with: "$$(")
            case .reference(let reference): reference.description
            case .context(let name): "$(\(name.rawValue))"
            case .secret(let secret): secret.description
            }
        }.joined()
    }
}

extension Template.Part {
    /// Reads what stands between `$(` and `)`; nil where it names neither a resource's attribute nor the run's context.
    package init?(path: String) {
        if let name = Template.ContextName(rawValue: path) {
            self = .context(name)
        } else if let reference = Reference(path) {
            self = .reference(reference)
        } else {
            return nil
        }
    }
}

extension Value {
    /// Text made of values: a plain string where all are known, or a secret where one is; else a template.
    package static func joined(_ values: [Value]) -> Value {
        var parts: [Template.Part] = []
        for value in values {
            switch value {
            case .string(let text): parts.append(.literal(text))
            case .integer(let number): parts.append(.literal(String(number)))
            case .number(let number): parts.append(.literal(String(number)))
            case .boolean(let flag): parts.append(.literal(String(flag)))
            case .template(let template): parts += template.parts
            case .secret(let secret): parts.append(.secret(secret))
            default: break
            }
        }
        let template = Template(parts)
        if template.parts.isEmpty { return "" }
        guard let text = template.knownText else { return .template(template) }
        return template.holdsSecret ? .secret(Secret(text)) : .string(text)
    }
}

extension Value {
    /// Every reference in it, in no order.
    package var references: [Reference] {
        var references: [Reference] = []
        forEachLeaf { if case .template(let template) = $0 { references += template.references } }
        return references
    }
}
