package import Model
package import Schema

/// Puts values in the place of references, as far as they are known. What follows from the file alone is worked out once.
package struct Resolver: Sendable {
    package let context: StackContext
    private let resources: [Address: DesiredResource]
    private let types: [String: ResourceType]
    /// Outputs of live objects that stay.
    private var known: [Address: [String: Value]]
    /// Outputs that follow from the file alone.
    private var predicted: [Output: Value] = [:]
    /// Outputs whose prediction was tried.
    private var tried: Set<Output> = []
    /// Those of them that some of what they refer to left unknown.
    private var unknown: Set<Output> = []
    /// Which predictions were tried with the value of an output.
    private var dependents: [Output: Set<Output>] = [:]

    private struct Output: Hashable {
        let address: Address
        let attribute: String

        init(_ address: Address, _ attribute: String) {
            self.address = address
            self.attribute = attribute
        }

        init(_ reference: Reference) { self.init(reference.address, reference.attribute) }
    }

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
        for (name, value) in outputs where self.value(of: Output(address, name)) != value {
            forget(whatUsed: Output(address, name))
        }
        known[address, default: [:]].merge(outputs) { $1 }
    }

    /// The value with everything in it that is known or follows from the file.
    package mutating func resolve(_ value: Value) -> Value {
        for reference in value.references { predict(Output(reference)) }
        return substituted(value)
    }

    /// The value with everything in it that is known.
    package func substituted(_ value: Value) -> Value {
        switch value {
        case .list(let elements): .list(elements.map(substituted))
        case .map(let members): .map(members.mapValues { $0.mayHoldTemplate ? substituted($0) : $0 })
        case .template(let template): substituted(template)
        default: value
        }
    }

    private func substituted(_ template: Template) -> Value {
        let values = template.parts.map { part -> Value in
            switch part {
            case .literal(let text): .string(text)
            case .secret(let secret): .secret(secret)
            case .context(.account): .string(context.account)
            case .context(.region): .string(context.region)
            case .context(.partition): .string(context.partition)
            case .reference(let reference): self.value(of: Output(reference)) ?? .template(Template([part]))
            }
        }
        // One reference alone keeps the value's own kind; a secret inside a longer text stays a reference.
        if values.count == 1 { return values[0] }
        let parts = zip(values, template.parts).map { value, part -> Value in
            if case .secret = value { .template(Template([part])) } else { value }
        }
        return .joined(parts)
    }

    private func value(of output: Output) -> Value? {
        if let value = known[output.address]?[output.attribute], !value.isNull { return value }
        return predicted[output]
    }

    /// Works out an output, and before it those that it follows from. On a stack of its own, since files chain any number of resources.
    private mutating func predict(_ output: Output) {
        var open: [(output: Output, isReady: Bool)] = [(output, false)]
        while let (next, isReady) = open.popLast() {
            guard value(of: next) == nil, let output = types[next.address.section]?.output(next.attribute),
                let predict = output.predict, let attributes = resources[next.address]?.attributes.only(output.sources)
            else { continue }
            if isReady {
                if let value = predict(substituted(attributes), context) {
                    predicted[next] = value
                    unknown.remove(next)
                    // In a circle something may have been tried too early.
                    open += (dependents[next] ?? []).filter(unknown.contains).map { ($0, true) }
                } else {
                    unknown.insert(next)
                }
            } else if tried.insert(next).inserted {
                open.append((next, true))
                for reference in attributes.references {
                    dependents[Output(reference), default: []].insert(next)
                    open.append((Output(reference), false))
                }
            }
        }
    }

    /// Takes back what followed from the value that an output had.
    private mutating func forget(whatUsed output: Output) {
        var open = [output]
        while let next = open.popLast() {
            for dependent in dependents.removeValue(forKey: next) ?? [] where tried.remove(dependent) != nil {
                predicted[dependent] = nil
                unknown.remove(dependent)
                open.append(dependent)
            }
        }
    }
}

extension Value {
    fileprivate var mayHoldTemplate: Bool {
        switch self {
        case .template, .map, .list: true
        default: false
        }
    }
}
