package import Schema
package import State

extension Record {
    /// The live properties of those that were applied, in the form in which they are recorded: equal where nothing has changed
    /// since. Nothing sensitive is in it that the record does not say in clear.
    ///
    /// - Parameter secrets: the digests of all resources' secrets, by their address.
    package func liveForm(
        of live: Live, _ type: ResourceType, secrets: [Address: [String: SecretDigest]]
    ) -> Value {
        let changes = Difference(
            type: type, desired: attributes, prior: attributes, live: live.assuming(attributes).attributes, ignored: [], secrets: SecretPaths(),
            isSameSecret: { template, value in
                guard let reference = template.references.first, let text = value.string else { return false }
                return secrets[reference.address]?[reference.attribute]?.matches(text) ?? true
            }
        ).changes()
        var shown = attributes
        for change in changes {
            if change.path == change.attribute {
                shown[change.attribute] = change.before
            } else if case .object = type.attribute(change.attribute)?.type {
                shown = type.resetting([change.path: change.before], in: shown)
            } else if let key = change.path.split(separator: ".", maxSplits: 1).last {
                shown[change.attribute][String(key)] = change.before
            }
        }
        return shown
    }
}
