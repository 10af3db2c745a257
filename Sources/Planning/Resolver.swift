package import Model
package import Schema
import Synchronization

/// Puts values in the place of references, as far as they are known.
package struct Resolver: Sendable {
    package let context: StackContext
    private let resources: [Address: DesiredResource]
    private let types: [String: ResourceType]
    /// Outputs of live objects that stay.
    private var known: [Address: [String: Value]]
    private var predictions = Predictions()

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
        // A copy of this may not know it.
        if !isKnownUniquelyReferenced(&predictions) { predictions = Predictions() }
        for (name, value) in outputs where predictions.differs(from: value, at: Reference(address, name)) {
            // Whatever was predicted may have been from this.
            predictions = Predictions()
            break
        }
        known[address, default: [:]].merge(outputs) { $1 }
    }

    package func resolve(_ value: Value) -> Value {
        var path = Path()
        return resolve(value, within: &path)
    }

    /// The value behind a reference; nil where only the apply will know it.
    package func output(_ reference: Reference) -> Value? {
        var path = Path()
        return output(reference, within: &path)
    }

    /// The references that are being followed.
    private struct Path {
        var references: Set<Reference> = []
        /// Whether something was left open for it: what comes of that holds only here.
        var wasCut = false

        /// What follows from a longer chain is known when its resources are there.
        static let longest = 200
    }

    private func resolve(_ value: Value, within path: inout Path) -> Value {
        switch value {
        case .list(let elements):
            var resolved: [Value] = []
            resolved.reserveCapacity(elements.count)
            for element in elements { resolved.append(resolve(element, within: &path)) }
            return .list(resolved)
        case .map(let members):
            var resolved = members
            for (name, member) in members where member.mayHoldTemplate { resolved[name] = resolve(member, within: &path) }
            return .map(resolved)
        case .template(let template): return resolve(template, within: &path)
        default: return value
        }
    }

    private func resolve(_ template: Template, within path: inout Path) -> Value {
        var values: [Value] = []
        for part in template.parts {
            switch part {
            case .literal(let text): values.append(.string(text))
            case .secret(let secret): values.append(.secret(secret))
            case .context(.account): values.append(.string(context.account))
            case .context(.region): values.append(.string(context.region))
            case .context(.partition): values.append(.string(context.partition))
            case .reference(let reference): values.append(output(reference, within: &path) ?? .template(Template([part])))
            }
        }
        // One reference alone keeps the value's own kind; a secret inside a longer text stays a reference.
        if values.count == 1 { return values[0] }
        let parts = zip(values, template.parts).map { value, part -> Value in
            if case .secret = value { .template(Template([part])) } else { value }
        }
        return .joined(parts)
    }

    private func output(_ reference: Reference, within path: inout Path) -> Value? {
        if let value = known[reference.address]?[reference.attribute], !value.isNull { return value }
        guard let resource = resources[reference.address], let output = types[reference.address.section]?.output(reference.attribute),
            let predict = output.predict
        else {
            predictions.note(nil, at: reference)
            return nil
        }
        if let answer = predictions.answer(at: reference) { return answer }
        guard path.references.count < Path.longest, path.references.insert(reference).inserted else {
            path.wasCut = true
            return nil
        }
        defer { path.references.remove(reference) }
        let wasCutBefore = path.wasCut
        path.wasCut = false
        let value = predict(resolve(resource.attributes.only(output.sources), within: &path), context)
        if !path.wasCut { predictions.note(value, at: reference) }
        path.wasCut = path.wasCut || wasCutBefore
        return value
    }
}

/// What references were found to stand for, so that each is followed once.
private final class Predictions: Sendable {
    private let answers = Mutex<[Reference: Value?]>([:])

    /// Nil where nobody has asked yet.
    func answer(at reference: Reference) -> Value?? { answers.withLock { $0[reference] } }

    func note(_ value: Value?, at reference: Reference) { answers.withLock { $0[reference] = .some(value) } }

    /// Whether something may follow from another value than this one.
    func differs(from value: Value, at reference: Reference) -> Bool {
        answers.withLock { answers in answers[reference].map { $0 != value } ?? false }
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
