package import Model
package import Schema
package import Records

extension Record {
    /// The live properties of those that were applied, in the form in which they are recorded: equal where nothing has changed
    /// since. Nothing sensitive is in it that the record does not say in clear.
    ///
    /// - Parameter secrets: the digests of all resources' secrets, by their address.
    package func liveForm(
        of live: Live, _ type: ResourceType, secrets: [Address: [String: SecretDigest]]
    ) -> Value {
        let changes = AttributeDiff(
            type: type, desired: attributes, prior: attributes, live: live.assuming(attributes).attributes, ignored: [],
            secrets: SecretPaths(),
            isSameSecret: { template, value in
                guard let reference = template.references.first, let text = value.string else { return false }
                return secrets[reference.address]?[reference.attribute]?.matches(text) ?? true
            }
        ).changes()
        return type.properties(attributes, with: \.before, of: changes)
    }

    /// The policies of a live object, in its type's rows, that were not applied to it and that no plan takes away: others may add some.
    ///
    /// - Parameter form: the live properties as ``liveForm(of:_:secrets:)`` gives them, which hold what a plan takes away.
    package func foreignPolicies(of live: Live, _ type: ResourceType, excluding form: Value) -> Value {
        var foreign: [String: Value] = [:]
        for row in type.attributes where row.access != nil && !live.attributes[row.name].isNull {
            let (value, known) = (live.attributes[row.name], form[row.name])
            switch row.type {
            case .map:
                let members = (value.map ?? [:]).filter { known[$0.key].isNull }
                if !members.isEmpty { foreign[row.name] = .map(members) }
            case .set:
                let elements = (value.list ?? []).filter { !(known.list ?? []).contains($0) }
                if !elements.isEmpty { foreign[row.name] = .list(elements) }
            default:
                if known.isNull { foreign[row.name] = value }
            }
        }
        return .map(foreign)
    }
}

extension ResourceType {
    /// Properties with one side of these changes in place of their own values.
    func properties(_ properties: Value, with side: KeyPath<AttributeChange, Value>, of changes: [AttributeChange])
        -> Value
    {
        changes.reduce(into: properties) { properties, change in
            properties = properties.setting(change.path, to: change[keyPath: side])
        }
    }
}
