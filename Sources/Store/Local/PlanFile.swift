import Foundation

/// The plan that was saved last, for `apply` to carry out. What is in it is its owner's affair.
package enum PlanFile {
    /// Replaces the saved plan, atomically. Throws `unwritable` where there is a secret in it, and `system`.
    package static func save(_ plan: some Encodable, at location: StateLocation) throws(StateError) {
        try replaceFile(at: location.plan, with: encodeReadably(plan, for: location.plan))
    }

    /// The saved plan; nil where there is none. Throws `damagedPlan` and `system`.
    package static func load<Plan: Decodable>(_ type: Plan.Type, at location: StateLocation) throws(StateError) -> Plan?
    {
        guard let bytes = try contents(of: location.plan) else { return nil }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw .damagedPlan(path: location.plan, reason: reason(of: error))
        }
    }

    /// Removes it: what was carried out once is not carried out again.
    package static func remove(at location: StateLocation) throws(StateError) {
        try removeFile(location.plan)
    }
}
