package import Model
import Schema
import Records

/// What the state and the account tell of secrets: whether a live value is a certain one, and which ones can be had back.
///
/// AWS shows some secrets only when it makes them. The state keeps a digest of these, so a live object that was given one
/// can be seen to have it still; then nothing is lost, and whatever else needs it gets it from there.
package struct Secrets: Sendable {
    private let records: [Address: Record]
    private let live: [Address: Live]
    /// By section.
    private let types: [String: ResourceType]
    /// Secrets that AWS showed once and that a live object still has. They are for the memory of one run alone.
    package let held: [Address: [String: Value]]

    init(
        records: [Address: Record], desired: [Address: DesiredResource], live: [Address: Live],
        types: [String: ResourceType]
    ) {
        self.records = records
        self.live = live
        self.types = types
        var held: [Address: [String: Value]] = [:]
        for (address, object) in live {
            // What the state does not know of may have it as well.
            let places = [records[address]?.attributes, desired[address]?.attributes].compactMap(\.self)
            for (reference, value) in places.flatMap({ Self.values(in: object.attributes, where: $0) }) {
                guard case .onceShownSecret = types[reference.address.section]?.output(reference.attribute)?.secrecy,
                    let text = value.string,
                    records[reference.address]?.secrets[reference.attribute]?.matches(text) == true
                else { continue }
                held[reference.address, default: [:]][reference.attribute] = .secret(Secret(text))
            }
        }
        self.held = held
    }

    /// The live values at the places where something else has nothing but a reference.
    private static func values(in live: Value, where other: Value) -> [(Reference, Value)] {
        switch other {
        case .template(let template):
            template.soleReference.map { [($0, live)] } ?? []
        case .map(let members):
            members.sorted { $0.key < $1.key }.flatMap { values(in: live[$0.key], where: $0.value) }
        case .list(let elements):
            zip(live.list ?? [], elements).flatMap { values(in: $0, where: $1) }
        default: []
        }
    }

    /// Whether a live value is the secret that a reference stands for.
    func isSame(_ reference: Reference, _ value: Value) -> Bool {
        guard let text = value.string else { return false }
        switch types[reference.address.section]?.output(reference.attribute)?.secrecy {
        case nil, .plain:
            return false
        case .readableSecret:
            guard case .secret(let secret) = live[reference.address]?.outputs[reference.attribute] else { return false }
            return secret.clearText == text
        case .onceShownSecret:
            // Without a digest (the state was lost) a value that is there is taken for the right one.
            return records[reference.address]?.secrets[reference.attribute]?.matches(text) ?? !text.isEmpty
        }
    }

    /// Whether a reference is to a secret that AWS shows once, and of which no live object is known to have it.
    func isLost(_ reference: Reference) -> Bool {
        guard case .onceShownSecret = types[reference.address.section]?.output(reference.attribute)?.secrecy else {
            return false
        }
        return held[reference.address]?[reference.attribute] == nil
    }
}
