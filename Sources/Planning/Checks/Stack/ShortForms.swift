import Diagnostics
import Model
import Schema

extension StackCheck {
    /// Short forms that cannot be compiled, tried in an account that nobody has.
    static let shortForms = StackCheck { stack, types in
        var diagnostics = Diagnostics()
        let context = trialContext(of: stack)
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
            let sound =
                mistaken.isEmpty
                ? attributes
                : attributes.only(
                    type.attributes.filter { mistaken.isDisjoint(with: $0.compiledWith + [$0.name]) }.map(\.name))
            do throws(CompileErrors) {
                _ = try type.canonicalForm(sound, context)
            } catch {
                for error in error.errors {
                    diagnostics.error(
                        "impossible-value", error.message, at: resource.origin(of: error.path), help: error.help)
                }
            }
        }
        return diagnostics
    }
}
