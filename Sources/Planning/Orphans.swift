import Model
import Schema
import Records

/// What a plan says of, and does about, live objects that carry this stack's tags and that neither its file nor its state accounts for:
/// a state was lost, or another machine has it.
extension Planner {
    /// What a plan tells of them. It changes none.
    var orphanNotices: [String] {
        let notices = observation.orphans.map { orphan in
            guard let current = observation.live[orphan.address]?.physicalId else {
                return "\(orphan.live.physicalId) has this stack's tags, as \(orphan.address), and is in neither its file nor its state: `cogstack state rebuild \(desired.file)` records it, `cogstack destroy` deletes it"
            }
            return "\(orphan.live.physicalId) has the tags of \(orphan.address) as well, and this stack uses \(current): two runs may have created it at the same time. \(uses(of: current)) \(uses(of: orphan.live.physicalId)) Delete the one that nothing uses"
        }
        guard let unseen = observation.orphansUnseen, prior == nil else { return notices }
        return notices + ["what this stack may have lost track of could not be looked for: \(unseen)"]
    }

    /// What names an object among the live ones that were seen.
    private func uses(of physicalId: String) -> String {
        let users = observation.live.filter { $0.value.physicalId != physicalId && $0.value.attributes.mentions(physicalId) }.keys.sorted()
        return users.isEmpty
            ? "Nothing of this stack uses \(physicalId)."
            : "\(users.map(\.description).joined(separator: ", ")) \(users.count == 1 ? "uses" : "use") \(physicalId)."
    }

    /// Those that a teardown deletes and a rebuild records: objects of addresses that have no other. Of several for one address, and of
    /// another one beside the recorded one, nothing tells which is in use; these are only named.
    var strayObjects: [Address: Live] {
        let addresses = Dictionary(grouping: observation.orphans, by: \.address)
        return addresses.filter { address, orphans in
            orphans.count == 1 && desired.resources[address] == nil && prior?.resources[address] == nil && types[address.section] != nil
        }.compactMapValues { $0.first?.live }
    }

    /// Records of the stray objects, as far as the objects themselves tell. What one names goes after it, policies aside: these may name
    /// what is not there.
    var strayRecords: [Address: Record] {
        let strays = strayObjects
        let others = strays.mapValues(\.physicalId).merging((prior?.resources ?? [:]).compactMapValues(\.physicalId)) { $1 }
        var records: [Address: Record] = [:]
        for (address, live) in strays.sorted(by: { $0.key < $1.key }) {
            guard let type = types[address.section] else { continue }
            let own = Value.map((live.attributes.map ?? [:]).filter { type.attribute($0.key)?.access == nil && $0.key != "tags" })
            let named = others.filter { $0.key != address && own.mentions($0.value) && !Self.depends($0.key, on: address, records) }
            records[address] = Record(
                type: type.name, physicalId: live.physicalId, attributes: ["tags": .map(Ownership.tags(stack: desired.name, address: address))],
                outputs: live.outputs.filter { !$0.value.holdsSecret }, dependsOn: named.keys.sorted())
        }
        return records
    }

    private static func depends(_ address: Address, on other: Address, _ records: [Address: Record]) -> Bool {
        var seen: Set<Address> = []
        var open = [address]
        while let next = open.popLast() {
            if next == other { return true }
            if seen.insert(next).inserted { open += records[next]?.dependsOn ?? [] }
        }
        return false
    }
}

extension Value {
    /// Whether a text in it names an object, by its id or as a whole part of an ARN.
    fileprivate func mentions(_ physicalId: String) -> Bool { texts.contains { $0.names(physicalId) } }

    fileprivate var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .list(let elements): elements.flatMap(\.texts)
        case .map(let members): members.values.flatMap(\.texts)
        default: []
        }
    }
}

extension String {
    /// Whether it is the id, or a longer name that has it as a whole part.
    fileprivate func names(_ physicalId: String) -> Bool {
        self == physicalId || split(whereSeparator: { ":/".contains($0) }).contains(physicalId[...])
    }
}
