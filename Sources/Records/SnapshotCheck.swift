import Model
package import Schema

/// What must hold of every state that cogstack leaves behind, also when it is killed: checked over what the state file and
/// the journal say, without AWS.
package struct SnapshotCheck: Sendable {
    private let snapshot: Snapshot
    private let intents: [Intent]
    /// By section.
    private let types: [String: ResourceType]

    /// - Parameters:
    ///   - snapshot: as it was read from its file.
    ///   - intents: those of the journal that are not over.
    ///   - types: the known resource types, by section.
    package init(_ snapshot: Snapshot, intents: [Intent], types: [String: ResourceType]) {
        self.snapshot = snapshot
        self.intents = intents
        self.types = types
    }

    /// One thing that does not hold.
    package struct Violation: Sendable, Equatable, CustomStringConvertible {
        /// An address, `state` or `journal`.
        package let place: String
        /// What is wrong there, in words. No secret is in it.
        package let problem: String

        package init(_ place: String, _ problem: String) {
            self.place = place
            self.problem = problem
        }

        package var description: String { "\(place): \(problem)" }
    }

    /// All that does not hold, in the order of the addresses; empty for a sound state.
    package var violations: [Violation] {
        let records = snapshot.resources.sorted { $0.key < $1.key }
        return header + records.flatMap { record($0.value, at: $0.key) } + sharedObjects(records) + cycle + leaks
            + journal
    }

    // MARK: The whole

    private var header: [Violation] {
        var found: [Violation] = []
        func expect(_ holds: Bool, _ problem: String) {
            if !holds { found.append(Violation("state", problem)) }
        }
        expect(
            (1...Snapshot.currentFormat).contains(snapshot.format),
            "format \(snapshot.format) is not one that this cogstack writes")
        expect((1..<Int.max).contains(snapshot.serial), "serial \(snapshot.serial) is not that of a saved state")
        expect(!snapshot.stack.isEmpty, "it names no stack")
        expect(
            snapshot.account.utf8.count == 12 && snapshot.account.utf8.allSatisfy { (0x30...0x39).contains($0) },
            "account `\(snapshot.account)` is not twelve digits")
        expect(!snapshot.region.isEmpty, "it names no region")
        for (name, value) in snapshot.outputs.sorted(by: { $0.key < $1.key }) {
            expect(value.isKnown, "output \(name) still has a reference in it")
        }
        return found
    }

    /// One object under two addresses: whichever goes would take the other's along.
    private func sharedObjects(_ records: [(key: Address, value: Record)]) -> [Violation] {
        var owners: [String: Address] = [:]
        return records.flatMap { address, record in
            record.physicalIds.sorted().compactMap { id in
                let object = "\(address.section)/\(isNameWithoutCase(address) ? id.lowercased() : id)"
                guard let other = owners[object] else {
                    owners[object] = address
                    return nil
                }
                return Violation("\(address)", "its object \(id) is recorded for \(other) too")
            }
        }
    }

    private func isNameWithoutCase(_ address: Address) -> Bool {
        if case .key(_, _, ignoresCase: true) = types[address.section]?.identity { true } else { false }
    }

    /// Records that wait for each other could never be deleted.
    private var cycle: [Violation] {
        var waiting = snapshot.resources.mapValues { Set($0.dependsOn) }
        while true {
            let free = waiting.filter { needs in needs.value.allSatisfy { waiting[$0] == nil || $0 == needs.key } }
            if free.isEmpty { break }
            for address in free.keys { waiting[address] = nil }
        }
        guard !waiting.isEmpty else { return [] }
        let names = waiting.keys.sorted().map(\.description).joined(separator: ", ")
        return [Violation("state", "among \(names) some wait for each other, so none can be deleted first")]
    }

    // MARK: One record

    private func record(_ record: Record, at address: Address) -> [Violation] {
        var found: [Violation] = []
        func expect(_ holds: Bool, _ problem: String) {
            if !holds { found.append(Violation("\(address)", problem)) }
        }
        expect(record.physicalId != "", "its physical id is empty")
        expect(!record.deposed.physicalIds.contains(""), "the physical id of an object that it had before is empty")
        expect(
            Set(record.deposed.physicalIds).count == record.deposed.count,
            "an object that it had before is recorded twice")
        if let id = record.physicalId {
            expect(
                !record.deposed.physicalIds.contains(id),
                "its object \(id) is also recorded as one that it had before and that is to be deleted")
        }
        for used in record.uses.sorted() where snapshot.resources[used] == nil {
            found.append(Violation("\(address)", "it refers to \(used), which is not recorded"))
        }
        expect(!record.dependsOn.contains(address), "it waits for itself")
        expect(Set(record.dependsOn).count == record.dependsOn.count, "it waits for something twice")
        if let stack = record.attributes["tags"][Ownership.stackTag].string {
            expect(stack == snapshot.stack, "its tags say that it belongs to stack \(stack)")
        }
        for (name, digest) in record.secrets.sorted(by: { $0.key < $1.key }) where !digest.isWellFormed {
            found.append(Violation("\(address)", "what is kept of its secret \(name) is no digest"))
        }
        guard let type = types[address.section] else {
            found.append(Violation("\(address)", "\(address.section) is no section that this cogstack knows"))
            return found
        }
        return found + self.record(record, at: address, of: type)
    }

    private func record(_ record: Record, at address: Address, of type: ResourceType) -> [Violation] {
        var found: [Violation] = []
        if record.type != type.name {
            found.append(
                Violation(
                    "\(address)", "it is recorded as a `\(record.type)`, and its section is that of `\(type.name)`"))
        }
        for name in record.outputs.keys.sorted() where type.output(name)?.secrecy.isSecret == true {
            found.append(Violation("\(address)", "its secret \(name) is recorded among what everybody may read"))
        }
        for name in record.secrets.keys.sorted() where type.output(name)?.secrecy.isSecret != true {
            found.append(Violation("\(address)", "it has no secret \(name), and a digest of it is kept"))
        }
        for reference in Set(record.attributes.references).sorted(by: { "\($0)" < "\($1)" }) {
            if let other = types[reference.address.section], other.output(reference.attribute) == nil {
                found.append(
                    Violation(
                        "\(address)", "it refers to \(reference), and a `\(other.name)` has no \(reference.attribute)"))
            }
        }
        return found
    }

    // MARK: Secrets

    /// Texts that are a secret whose digest is recorded: exact, so nothing else that looks like one is taken for it.
    private var leaks: [Violation] {
        let secrets = snapshot.resources.sorted { $0.key < $1.key }.flatMap { address, record in
            record.secrets.sorted { $0.key < $1.key }.map { (name: "\(address).\($0.key)", digest: $0.value) }
        }
        if secrets.isEmpty { return [] }
        func leaks(of values: [Value], at place: String) -> [Violation] {
            let texts = Set(values.flatMap(\.texts))
            return secrets.filter { secret in texts.contains(where: secret.digest.matches) }
                .map { Violation(place, "the secret \($0.name) stands in clear in it") }
        }
        return snapshot.resources.sorted { $0.key < $1.key }.flatMap { address, record in
            leaks(of: [record.attributes] + record.outputs.values + record.deposed.map(\.attributes), at: "\(address)")
        } + leaks(of: Array(snapshot.outputs.values), at: "state")
            + leaks(of: intents.compactMap(\.record?.attributes), at: "journal")
    }

    // MARK: The journal

    /// That its intents are this stack's: an intent names no stack, but what it was to make was to carry the stack's tags.
    private var journal: [Violation] {
        intents.flatMap { intent -> [Violation] in
            let call = "\(intent.operation) for \(intent.address)"
            var found: [Violation] = []
            if let type = types[intent.address.section] {
                if intent.type != type.name {
                    found.append(Violation("journal", "\(call): it is written down as one for a `\(intent.type)`"))
                }
            } else {
                found.append(
                    Violation("journal", "\(call): \(intent.address.section) is no section that this cogstack knows"))
            }
            let tags = intent.record?.attributes["tags"] ?? .null
            if let stack = tags[Ownership.stackTag].string, stack != snapshot.stack {
                found.append(Violation("journal", "\(call): it is one of stack \(stack)"))
            }
            if let address = tags[Ownership.addressTag].string, address != intent.address.description {
                found.append(Violation("journal", "\(call): it is one for \(address)"))
            }
            return found
        }
    }
}

extension SecretDigest {
    /// Whether both parts are of the form in which they are made: anything else may be a secret.
    fileprivate var isWellFormed: Bool {
        func isHexadecimal(_ text: String) -> Bool {
            text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        }
        return sha256.utf8.count == 64 && isHexadecimal(sha256) && salt.utf8.count <= 64 && isHexadecimal(salt)
    }
}

extension Value {
    /// Every text in it, literal parts of templates and names of members among them.
    fileprivate var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .list(let elements): elements.flatMap(\.texts)
        case .map(let members): Array(members.keys) + members.values.flatMap(\.texts)
        case .template(let template):
            template.parts.compactMap { if case .literal(let text) = $0 { text } else { nil } }
        default: []
        }
    }
}
