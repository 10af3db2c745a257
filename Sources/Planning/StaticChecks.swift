package import Diagnostics
import Model
package import Schema

/// Checks over a whole stack that need no AWS: what no single property's row can say.
package struct StaticChecks: Sendable {
    let types: [String: ResourceType]

    /// - Parameter types: by section.
    package init(types: [String: ResourceType]) {
        self.types = types
    }

    package func check(_ stack: DesiredStack) -> Diagnostics {
        var diagnostics = Diagnostics()
        checkRules(stack, &diagnostics)
        checkNames(stack, &diagnostics)
        checkForms(stack, &diagnostics)
        checkAssumptions(stack, &diagnostics)
        do {
            _ = try DependencyGraph(stack.resources, types: types)
        } catch {
            diagnostics.append(error.diagnostic(in: stack))
        }
        return diagnostics
    }

    private func checkRules(_ stack: DesiredStack, _ diagnostics: inout Diagnostics) {
        for address in stack.addresses {
            guard let resource = stack.resources[address] else { continue }
            for rule in types[address.section]?.rules ?? [] where resource.mistaken.isDisjoint(with: rule.attributes) {
                for problem in rule.check(resource.attributes) {
                    diagnostics.append(
                        Diagnostic(
                            rule.code, problem.message, severity: rule.isWarning ? .warning : .error,
                            at: resource.origin(of: problem.path), help: problem.help))
                }
            }
        }
    }

    /// Two resources that AWS would take for one.
    private func checkNames(_ stack: DesiredStack, _ diagnostics: inout Diagnostics) {
        var first: [String: DesiredResource] = [:]
        for address in stack.addresses {
            guard case .uniqueName(_, let ignoresCase) = types[address.section]?.identity, let resource = stack.resources[address],
                let name = resource.attributes["name"].string
            else { continue }
            let key = "\(address.section)/\(ignoresCase ? name.lowercased() : name)"
            guard let other = first[key] else {
                first[key] = resource
                continue
            }
            diagnostics.error(
                "same-name", "\(address) and \(other.address) are both named \(name) in AWS",
                at: resource.origin(of: "name") ?? resource.origin(of: ""), help: "Give one of them another `name`.",
                related: other.origin(of: "name").map { [Diagnostic.Related("\(other.address) is named here", at: $0)] } ?? [])
        }
    }

    /// An account that nobody has, in which short forms are tried.
    static func context(of stack: DesiredStack) -> StackContext {
        StackContext(stack: stack.name, partition: "aws", region: stack.region ?? "us-east-1", account: "000000000000")
    }

    /// Short forms that cannot be compiled, tried in an account that nobody has.
    private func checkForms(_ stack: DesiredStack, _ diagnostics: inout Diagnostics) {
        let context = Self.context(of: stack)
        var resolver = Resolver(context: context, resources: stack.resources, types: types)
        for address in stack.addresses {
            guard let type = types[address.section], let resource = stack.resources[address] else { continue }
            let attributes = resolver.resolve(resource.attributes)
            var mistaken = resource.mistaken
            for (name, value) in (attributes.map ?? [:]).sorted(by: { $0.key < $1.key }) {
                guard let reference = value.references.first(where: { $0.address == address }) else { continue }
                diagnostics.error(
                    "self-reference", "\(address) refers to itself: \(reference)", at: resource.origin(of: name),
                    help: "AWS tells `\(reference.attribute)` only once \(address) is there: take the reference out.")
                mistaken.insert(name)
            }
            // What follows from a mistake that was told is not told again.
            let sound = mistaken.isEmpty
                ? attributes
                : attributes.only(type.attributes.filter { mistaken.isDisjoint(with: $0.compiledWith + [$0.name]) }.map(\.name))
            do {
                _ = try type.canonicalForm(sound, context)
            } catch {
                for error in error.errors {
                    diagnostics.error(
                        "impossible-value", error.message, at: resource.origin(of: error.path), help: error.help)
                }
            }
        }
    }
}
