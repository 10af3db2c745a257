import Model
import Records
import Schema

/// What a plan says of, and does about, live objects that carry this stack's tags and that neither its file nor its state accounts for:
/// a state was lost, or another machine has it.
extension PlanCheck {
    static let orphanObjects = PlanCheck { attempt in attempt.planner.orphanNotices.map { .notice($0) } }
}

extension Planner {
    /// What a plan tells of them. It changes none.
    fileprivate var orphanNotices: [String] {
        let mentions = observation.orphans.isEmpty ? Mentions([:]) : Mentions(observation.live.mapValues(\.attributes))
        let notices = observation.orphans.map { orphan in
            guard let current = observation.live[orphan.address]?.physicalId else {
                return
                    "\(orphan.live.physicalId) has this stack's tags, as \(orphan.address), and is in neither its file nor its state: `cogstack state rebuild \(desired.file)` records it, `cogstack destroy` deletes it"
            }
            return
                "\(orphan.live.physicalId) has the tags of \(orphan.address) as well, and this stack uses \(current): two runs may have created it at the same time. \(uses(of: current, mentions)) \(uses(of: orphan.live.physicalId, mentions)) Delete the one that nothing uses"
        }
        guard let unseen = observation.orphansUnseen, prior == nil else { return notices }
        return notices + ["unrecorded resources of this stack could not be looked for: \(unseen)"]
    }

    /// What names an object among the live ones that were seen.
    private func uses(of physicalId: String, _ mentions: Mentions) -> String {
        let users = mentions.addresses(naming: physicalId).filter { observation.live[$0]?.physicalId != physicalId }
            .sorted()
        return users.isEmpty
            ? "Nothing of this stack uses \(physicalId)."
            : "\(users.map(\.description).joined(separator: ", ")) \(users.count == 1 ? "uses" : "use") \(physicalId)."
    }

    /// Those that a teardown deletes and a rebuild records: objects of addresses that have no other. Of several for one address, and of
    /// another one beside the recorded one, nothing tells which is in use; these are only named.
    var strayObjects: [Address: Live] {
        let addresses = Dictionary(grouping: observation.orphans, by: \.address)
        return addresses.filter { address, orphans in
            orphans.count == 1 && desired.resources[address] == nil && prior?.resources[address] == nil
                && types[address.section] != nil
        }.compactMapValues { $0.first?.live }
    }

    /// Records of the stray objects, as far as the objects themselves tell. What one names goes after it, policies aside: these may name
    /// what is not there.
    var strayRecords: [Address: Record] {
        let strays = strayObjects
        if strays.isEmpty { return [:] }
        let others = strays.mapValues(\.physicalId).merging((prior?.resources ?? [:]).compactMapValues(\.physicalId)) {
            $1
        }
        let addresses = others.keys.sorted()
        let numbers = Dictionary(uniqueKeysWithValues: zip(addresses, addresses.indices))
        let numbersById = Dictionary(grouping: addresses.indices) { others[addresses[$0]] ?? "" }
        var graph = AcyclicOrder(Array(repeating: [], count: addresses.count))
        var records: [Address: Record] = [:]
        for (address, live) in strays.sorted(by: { $0.key < $1.key }) {
            guard let type = types[address.section], let number = numbers[address] else { continue }
            let own = Value.map(
                (live.attributes.map ?? [:]).filter { type.attribute($0.key)?.access == nil && $0.key != "tags" })
            let named = Set(own.namedObjects.flatMap { numbersById[$0] ?? [] }).sorted().filter {
                graph.add(number, waitsFor: $0)
            }
            records[address] = Record(
                type: type.name, physicalId: live.physicalId,
                attributes: ["tags": .map(Ownership.tags(stack: desired.name, address: address))],
                outputs: live.outputs.filter { !$0.value.holdsSecret }, dependsOn: named.map { addresses[$0] })
        }
        return records
    }
}

/// Which resources' properties name which objects.
private struct Mentions {
    private var addresses: [String: [Address]] = [:]

    init(_ properties: [Address: Value]) {
        for (address, value) in properties {
            for id in value.namedObjects { addresses[id, default: []].append(address) }
        }
    }

    func addresses(naming physicalId: String) -> [Address] { addresses[physicalId] ?? [] }
}

extension Value {
    /// What its texts may name an object by: each whole, and each part of an ARN.
    fileprivate var namedObjects: Set<String> {
        var names: Set<String> = []
        forEachLeaf { leaf in
            guard let text = leaf.string else { return }
            names.insert(text)
            names.formUnion(text.split(whereSeparator: { ":/".contains($0) }).map(String.init))
        }
        return names
    }
}
