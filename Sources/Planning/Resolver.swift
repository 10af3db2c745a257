package import Model
package import Schema

/// Puts values in the place of references, as far as they are known.
package struct Resolver: Sendable {
    package let context: StackContext
    private let resources: [Address: DesiredResource]
    private let types: [String: ResourceType]
    /// Outputs of live objects that stay.
    private var known: [Address: [String: Value]]

    package init(
        context: StackContext, resources: [Address: DesiredResource], types: [String: ResourceType],
        known: [Address: [String: Value]] = [:]
    ) {
        self.context = context
        self.resources = resources
        self.types = types
        self.known = known
    }

    package mutating func know(_ outputs: [String: Value], of address: Address) {
        known[address, default: [:]].merge(outputs) { $1 }
    }

    package func resolve(_ value: Value) -> Value {
        resolve(value, within: [])
    }

    /// The value behind a reference; nil where only the apply will know it.
    package func output(_ reference: Reference) -> Value? {
        output(reference, within: [])
    }

    private func resolve(_ value: Value, within path: Set<Reference>) -> Value {
        switch value {
        case .list(let elements): .list(elements.map { resolve($0, within: path) })
        case .map(let members): .map(members.mapValues { resolve($0, within: path) })
        case .template(let template): resolve(template, within: path)
        default: value
        }
    }

    private func resolve(_ template: Template, within path: Set<Reference>) -> Value {
        let values = template.parts.map { part -> Value in
            switch part {
            case .literal(let text): .string(text)
            case .secret(let secret): .secret(secret)
            case .context(.account): .string(context.account)
            case .context(.region): .string(context.region)
            case .context(.partition): .string(context.partition)
            case .reference(let reference): output(reference, within: path) ?? .template(Template([part]))
            }
        }
        // One reference alone keeps the value's own kind; a secret inside a longer text stays a reference.
        if values.count == 1 { return values[0] }
        let parts = zip(values, template.parts).map { value, part -> Value in
            if case .secret = value { .template(Template([part])) } else { value }
        }
        return .joined(parts)
    }

    private func output(_ reference: Reference, within path: Set<Reference>) -> Value? {
        if let value = known[reference.address]?[reference.attribute], !value.isNull { return value }
        guard !path.contains(reference), let resource = resources[reference.address],
            let type = types[reference.address.section],
            let predict = type.output(reference.attribute)?.predict
        else { return nil }
        return predict(resolve(resource.attributes, within: path.union([reference])), context)
    }
}
