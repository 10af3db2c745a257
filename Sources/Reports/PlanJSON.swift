package import Diagnostics
internal import IAMPolicy
internal import Planning
internal import Model
internal import Schema

extension PlanReport {
    /// Format 1 of `plan --json`. What there is none of (`physicalId` of an object to come, `at` of what no file
    /// mentions) is left out; unchanged resources are only counted.
    package var json: SafeText {
        JSON.object([
            ("format", .integer(1)),
            ("stack", .string(plan.stack)),
            ("account", .string(plan.account)),
            ("region", .string(plan.region)),
            ("summary", summaryJSON),
            ("changes", .array(shown.map(\.json))),
            ("permissions", .array(plan.permissions.map(\.json))),
            ("atStake", .object([("userAccounts", .integer(plan.userAccountsAtStake))])),
            ("notices", .array(plan.notices.map { .string($0) })),
            ("apiCalls", .integer(cost.apiCalls)),
        ]).document
    }

    private var summaryJSON: JSON {
        let kinds: [Change.Kind] = [.create, .update, .replace, .delete, .adopt]
        let rotations = count(.rotate)
        return .object(
            present: kinds.map { ($0.rawValue, .integer(count($0))) } + [
                ("rotate", rotations == 0 ? nil : .integer(rotations)),
                ("unchanged", .integer(count(.none))),
            ])
    }
}

extension Change {
    fileprivate var json: JSON {
        .object(present: [
            ("address", .string(address.description)),
            ("type", .string(type)),
            ("action", .string(kind.rawValue)),
            ("physicalId", physicalId.map { .string($0) }),
            ("reason", reason.map { .string($0) }),
            ("loses", loses.map { .string($0) }),
            ("attributes", .array(attributes.map(\.json))),
            ("after", .array(after.map { .string($0.description) })),
        ])
    }
}

extension AttributeChange {
    fileprivate var json: JSON {
        .object(present: [
            ("path", .string(path.description)),
            ("before", JSON(before)),
            ("after", JSON(after)),
            ("cause", .string(cause.rawValue)),
            ("forcesReplacement", .boolean(forcesReplacement)),
            ("at", at.map { .string($0) }),
        ])
    }
}

extension PermissionChange {
    fileprivate var json: JSON {
        .object([
            ("principal", .string(principal.description)),
            ("gained", .array(gained.map(\.json))),
            ("lost", .array(lost.map(\.json))),
        ])
    }
}

extension Access {
    /// Without an effect it allows. Among what is gained, a denial is one that goes.
    fileprivate var json: JSON {
        func texts(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }
        func texts(present values: [String]) -> JSON? { values.isEmpty ? nil : texts(values) }
        return .object(present: [
            ("effect", effect == .allow ? nil : .string(effect.rawValue)),
            ("principals", texts(present: principals)),
            ("notPrincipals", texts(present: notPrincipals)),
            ("actions", texts(actions)),
            ("notActions", texts(present: notActions)),
            ("resources", texts(resources)),
            ("notResources", texts(present: notResources)),
            ("conditions", conditions.map { .string($0) }),
            ("audience", audience.map { .string($0.rawValue) }),
            ("boundary", isBoundary ? .boolean(true) : nil),
            ("policy", policy.map { .string($0) }),
        ])
    }
}
