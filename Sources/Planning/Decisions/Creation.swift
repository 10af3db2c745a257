import Diagnostics
import Model
import Records
import Schema

/// What an attempt decides about what is created.
extension PlanAttempt {
    mutating func create(_ decision: inout Decision, _ resource: DesiredResource, _ type: ResourceType) {
        decision.fate = .created
        decision.change.kind = .create
        decision.change.attributes = shown(decision.wanted, type, resource)
        if let gone = priorResources[decision.change.address]?.physicalId {
            decision.change.reason = "deleted outside cogstack"
            // What was made with an object under its name, such as a function's log, may be there without it, and nothing else names it
            // once the name is another.
            if type.key(decision.wanted).map({ !type.isSameKey($0, gone) }) == true {
                decision.old.deposed.add(Deposed(gone))
            }
        }
        needSecrets(in: decision.wanted)
        decision.after = decision.wanted
    }

    /// What a new resource will have, as it may be shown.
    private func shown(_ wanted: Value, _ type: ResourceType, _ resource: DesiredResource) -> [AttributeChange] {
        type.attributes.compactMap { row in
            var value = wanted[row.name]
            if row.name == "tags" { value = Ownership.withoutOwner(value) }
            guard !value.isNull, !row.isLocal, value != [:] else { return nil }
            return AttributeChange(
                path: PropertyPath(row.name), before: .null,
                after: resource.secretPaths.hide(
                    row.type.mappingFiles(in: value) { $0["path"] }, at: PropertyPath(row.name)
                ).redacted,
                cause: .stackFile,
                at: resource.origin(of: row.name)?.description)
        }
    }
}
