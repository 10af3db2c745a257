package import Model
package import Schema

extension ResourceType {
    /// The properties of a resource as AWS stores them: short forms compiled. References stay where they are unknown.
    ///
    /// - Throws: `CompileErrors`, one for each property that has no such form.
    package func canonicalForm(_ attributes: Value, _ context: StackContext) throws(CompileErrors) -> Value {
        guard case .map(var members) = attributes else { return attributes }
        var errors: [CompileError] = []
        var failed: Set<String> = []
        for row in self.attributes {
            guard let value = members[row.name] else { continue }
            if value.isNull { members[row.name] = nil }
            guard let compile = row.compile, !value.isNull, failed.isDisjoint(with: row.compiledWith) else { continue }
            do throws(CompileError) {
                members[row.name] = try compile(value, attributes.only(row.compiledWith), context)
            } catch {
                failed.insert(row.name)
                errors.append(
                    CompileError(path: PropertyPath(row.name) + error.path, message: error.message, help: error.help))
            }
        }
        guard errors.isEmpty else { throw CompileErrors(errors: errors) }
        return .map(members)
    }

    /// `attributes` with the properties in `names` as AWS stores them; as they are where they have no such form, which planning reports.
    package func canonicalForm(_ attributes: Value, of names: [String], _ context: StackContext) -> Value {
        attributes.overlaid(by: (try? canonicalForm(attributes.only(names), context)) ?? [:])
    }

    /// `resolved` with those properties as AWS stores them that were a reference and nothing else when `planned`: until it was known
    /// there was nothing to compile.
    package func canonicalForm(_ resolved: Value, planned: Value, _ context: StackContext) -> Value {
        let names = attributes.filter { $0.compile != nil }.map(\.name).filter {
            if case .template = planned[$0] { resolved[$0].isKnown } else { false }
        }
        return names.isEmpty ? resolved : canonicalForm(resolved, of: names, context)
    }
}

/// Why a resource has no canonical form. The paths start with the property's name.
package struct CompileErrors: Error, Sendable, Equatable {
    package let errors: [CompileError]
}
