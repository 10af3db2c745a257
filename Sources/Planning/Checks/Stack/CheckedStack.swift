import Model
import Schema

/// A stack as its checks see it: with its short forms compiled once, in an account that nobody has.
struct CheckedStack: Sendable {
    let stack: DesiredStack
    /// By section.
    let types: [String: ResourceType]
    let context: StackContext
    /// The properties as AWS would store them, or why some of them cannot be compiled.
    let forms: [Address: Form]

    struct Form: Sendable {
        var properties: Value = [:]
        var errors: [CompileError] = []
        /// The properties that refer to the resource itself, and what they refer to.
        var selfReferences: [(property: String, reference: Reference)] = []
    }

    init(_ stack: DesiredStack, _ types: [String: ResourceType]) {
        self.stack = stack
        self.types = types
        context = StackContext(
            stack: stack.name, partition: "aws", region: stack.region ?? "us-east-1", account: "000000000000")
        var resolver = Resolver(context: context, resources: stack.resources, types: types)
        var forms: [Address: Form] = [:]
        for (address, resource) in stack.resources {
            guard let type = types[address.section] else { continue }
            forms[address] = Form(resource, type, context, &resolver)
        }
        self.forms = forms
    }
}

extension CheckedStack.Form {
    fileprivate init(
        _ resource: DesiredResource, _ type: ResourceType, _ context: StackContext, _ resolver: inout Resolver
    ) {
        let attributes = resolver.resolve(resource.attributes)
        var mistaken = resource.mistaken
        for (name, value) in (attributes.map ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let reference = value.references.first(where: { $0.address == resource.address }) else { continue }
            selfReferences.append((name, reference))
            mistaken.insert(name)
        }
        // What follows from a mistake that was reported is not reported again.
        let sound =
            mistaken.isEmpty
            ? attributes
            : attributes.only(
                type.attributes.filter { mistaken.isDisjoint(with: $0.compiledWith + [$0.name]) }.map(\.name))
        do throws(CompileErrors) {
            properties = try type.canonicalForm(sound, context)
        } catch {
            errors = error.errors
        }
    }
}
