import Model
import Schema
import Testing
import TestSupport

@testable import Records
@testable import Store

/// A small house of types: boxes have a secret, lids refer to boxes.
private let types: [String: ResourceType] = Dictionary(
    uniqueKeysWithValues: [
        ResourceType(
            section: "boxes", name: "box", identity: .creationTags, "A box.",
            attributes: [Attribute("name", .string(), "Its name.")],
            outputs: [Output("arn", "Its ARN."), Output("secret", secrecy: .onceShownSecret, "Its secret.")]),
        ResourceType(
            section: "lids", name: "lid", identity: .key(isTaggable: true, ignoresCase: true), "A lid.",
            attributes: [
                Attribute("name", .string(), "Its name."),
                Attribute("text", .string(), traits: [.sensitive], "Its text."),
            ],
            outputs: [Output("arn", "Its ARN.")]),
    ].map { ($0.section, $0) })

private func address(_ text: String) -> Address {
    Address(text) ?? Address(section: "not an address", name: text)
}

private func reference(_ text: String) -> Value {
    .template(Template(reading: "$(\(text))"))
}

extension Snapshot {
    /// A box with a secret, and a lid that uses it.
    fileprivate static var sound: Snapshot {
        var snapshot = Snapshot(
            stack: "prod", account: "123456789012", region: "eu-central-1", file: "stacks/prod.yaml",
            resources: [
                address("boxes.a"): Record(
                    type: "box", physicalId: "box-1", attributes: ["name": "a", "tags": ["cogstack:stack": "prod"]],
                    outputs: ["arn": "arn:box-1"],
                    secrets: ["secret": SecretDigest(of: Secret("s3cret"), salt: Array(0..<16))],
                    deposed: [Deposed("box-0")]),
                address("lids.b"): Record(
                    type: "lid", physicalId: "b", attributes: ["name": "b", "text": reference("boxes.a.secret")],
                    dependsOn: [address("boxes.a")], boundIds: [address("boxes.a"): "unique-1"]),
                address("lids.c"): Record(type: "lid", physicalId: nil),
            ],
            outputs: ["arn": "arn:box-1"])
        snapshot.serial = 7
        return snapshot
    }

    fileprivate func violations(_ intents: [Intent] = []) -> [String] {
        SnapshotCheck(self, intents: intents, types: types).violations.map(\.description)
    }
}

private func intent(_ name: String, type: String = "box", tags: Value = .null, text: Value = .null) -> Intent {
    Intent(
        address: address(name), type: type, operation: "CreateBox", creates: true, physicalId: nil, baseline: [], at: 0,
        record: Record(type: type, physicalId: nil, attributes: ["tags": tags, "text": text]))
}

@Suite struct SnapshotCheckTests {
    @Test func aSoundStateHasNoViolation() {
        let own = intent("boxes.a", tags: ["cogstack:stack": "prod", "cogstack:address": "boxes.a"])
        #expect(Snapshot.sound.violations([own]) == [])
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let spoil: @Sendable (inout Snapshot) -> Void

        init(_ violation: String, _ spoil: @escaping @Sendable (inout Snapshot) -> Void) {
            testDescription = violation
            self.spoil = spoil
        }
    }

    static let faults: [Fault] = [
        Fault("state: format 0 is not") { $0.format = 0 },
        Fault("state: format 4 is not") { $0.format = 4 },
        Fault("state: serial 0 is not") { $0.serial = 0 },
        Fault("state: serial -1 is not") { $0.serial = -1 },
        Fault("state: it names no stack") {
            $0.stack = ""
            $0.resources[address("boxes.a")]?.attributes["tags"] = .null
        },
        Fault("state: account `12345678901` is not") { $0.account = "12345678901" },
        Fault("state: account `１23456789012` is not") { $0.account = "１23456789012" },
        Fault("state: it names no region") { $0.region = "" },
        Fault("state: output arn still has a reference") { $0.outputs["arn"] = reference("boxes.a.arn") },
        Fault("boxes.a: its physical id is empty") { $0.resources[address("boxes.a")]?.physicalId = "" },
        Fault("boxes.a: the physical id of an object that it had before is empty") {
            $0.resources[address("boxes.a")]?.deposed = [Deposed("")]
        },
        Fault("boxes.a: an object that it had before is recorded twice") {
            $0.resources[address("boxes.a")]?.deposed = [Deposed("x"), Deposed("x")]
        },
        Fault("boxes.a: its object box-1 is also recorded as one that it had before") {
            $0.resources[address("boxes.a")]?.deposed = [Deposed("box-1")]
        },
        Fault("lids.b: it refers to boxes.z, which is not recorded") {
            $0.resources[address("lids.b")]?.dependsOn += [address("boxes.z")]
        },
        Fault("lids.b: it refers to boxes.z, which is not recorded") {
            $0.resources[address("lids.b")]?.attributes["text"] = ["deep": [reference("boxes.z.arn")]]
        },
        Fault("lids.c: it waits for itself") { $0.resources[address("lids.c")]?.dependsOn = [address("lids.c")] },
        Fault("lids.b: it waits for something twice") {
            $0.resources[address("lids.b")]?.dependsOn += [address("boxes.a")]
        },
        Fault("state: among boxes.a, lids.b some wait for each other") {
            $0.resources[address("boxes.a")]?.dependsOn = [address("lids.b")]
        },
        Fault("boxes.a: its tags say that it belongs to stack dev") {
            $0.resources[address("boxes.a")]?.attributes["tags"] = ["cogstack:stack": "dev"]
        },
        Fault("boxes.a: what is kept of its secret secret is no digest") {
            $0.resources[address("boxes.a")]?.secrets["secret"] = SecretDigest(salt: "00", sha256: "s3cret")
        },
        Fault("boxes.a: what is kept of its secret secret is no digest") {
            $0.resources[address("boxes.a")]?.secrets["secret"] = SecretDigest(
                salt: "my secret", sha256: String(repeating: "0", count: 64))
        },
        Fault("boxes.a: it has no secret other") {
            $0.resources[address("boxes.a")]?.secrets["other"] = SecretDigest(of: Secret("x"), salt: [1])
        },
        Fault("boxes.a: its secret secret is recorded among what everybody may read") {
            $0.resources[address("boxes.a")]?.outputs["secret"] = "other"
        },
        Fault("crates.a: crates is no section") {
            $0.resources[address("crates.a")] = Record(type: "crate", physicalId: "x")
        },
        Fault("lids.c: it is recorded as a `box`") { $0.resources[address("lids.c")]?.type = "box" },
        Fault("lids.b: it refers to $(boxes.a.nothing), and a `box` has no nothing") {
            $0.resources[address("lids.b")]?.attributes["text"] = reference("boxes.a.nothing")
        },
        Fault("boxes.x: its object box-1 is recorded for boxes.a too") {
            $0.resources[address("boxes.x")] = Record(type: "box", physicalId: "box-1")
        },
        Fault("boxes.x: its object box-0 is recorded for boxes.a too") {
            $0.resources[address("boxes.x")] = Record(type: "box", physicalId: "box-2", deposed: [Deposed("box-0")])
        },
        Fault("lids.x: its object B is recorded for lids.b too") {
            $0.resources[address("lids.x")] = Record(type: "lid", physicalId: "B")
        },
        Fault("lids.b: the secret boxes.a.secret stands in clear in it") {
            $0.resources[address("lids.b")]?.attributes["text"] = "s3cret"
        },
        Fault("lids.b: the secret boxes.a.secret stands in clear in it") {
            $0.resources[address("lids.b")]?.attributes["text"] = ["deep": [["x": "s3cret"]]]
        },
        Fault("boxes.a: the secret boxes.a.secret stands in clear in it") {
            $0.resources[address("boxes.a")]?.outputs["arn"] = "s3cret"
        },
        Fault("state: the secret boxes.a.secret stands in clear in it") { $0.outputs["arn"] = "s3cret" },
    ]

    /// Each fault is found, is the only thing found, and no secret is in its words.
    @Test(arguments: faults) func aFaultIsNamed(fault: Fault) {
        var snapshot = Snapshot.sound
        fault.spoil(&snapshot)
        let violations = snapshot.violations()
        #expect(violations.count == 1 && violations.allSatisfy { $0.hasPrefix(fault.testDescription) }, "\(violations)")
        #expect(!violations.joined().contains("s3cret"))
    }

    @Test func equalIdsOfTwoTypesAreTwoObjects() {
        var snapshot = Snapshot.sound
        snapshot.resources[address("boxes.b")] = Record(type: "box", physicalId: "b")
        // Only some types' names are the same in capitals.
        snapshot.resources[address("boxes.B")] = Record(type: "box", physicalId: "B")
        #expect(snapshot.violations() == [])
    }

    @Test(arguments: [
        (intent("boxes.a", tags: ["cogstack:stack": "dev"]), "journal: CreateBox for boxes.a: it is one of stack dev"),
        (
            intent("boxes.a", tags: ["cogstack:address": "boxes.b"]),
            "journal: CreateBox for boxes.a: it is one for boxes.b"
        ),
        (intent("boxes.a", type: "lid"), "journal: CreateBox for boxes.a: it is written down as one for a `lid`"),
        (intent("crates.a"), "journal: CreateBox for crates.a: crates is no section that this cogstack knows"),
        (intent("boxes.a", text: "s3cret"), "journal: the secret boxes.a.secret stands in clear in it"),
    ]) func aForeignIntentIsNamed(intent: Intent, violation: String) {
        #expect(Snapshot.sound.violations([intent]) == [violation])
    }

    /// Whatever is sound stays sound under every operation that is not refused, and is spoilt by any fault.
    @Test(arguments: 0..<100) func randomSnapshots(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var snapshot = Snapshot.soundAtRandom(using: &random)
        #expect(snapshot.violations() == [])
        let addresses = snapshot.resources.keys.sorted()
        let old = try #require(addresses.randomElement(using: &random))
        let new = Address(section: old.section, name: "moved")
        let moved = try snapshot.renaming(old, to: new)
        #expect(moved.violations() == [])
        #expect(!moved.resources.values.contains { $0.uses.contains(old) } && moved.resources[old] == nil)
        #expect(try moved.renaming(new, to: old) == snapshot, "there and back is as before")

        let chosen = Set(addresses.filter { _ in Bool.random(using: &random) })
        do throws(SurgeryError) {
            let rest = try snapshot.forgetting(chosen)
            #expect(rest.violations() == [] && Set(rest.resources.keys) == Set(addresses).subtracting(chosen))
        } catch {
            guard case .used(let users) = error else { throw error }
            #expect(!users.isEmpty && users.allSatisfy { chosen.contains($0.key) && chosen.isDisjoint(with: $0.value) })
        }
        // What the refusal is for: without it, whatever others name is gone.
        snapshot.resources = snapshot.resources.filter { !chosen.contains($0.key) }
        let isRefused = (try? Snapshot.soundAtRandom(seed).forgetting(chosen)) == nil
        #expect(isRefused == !snapshot.violations().isEmpty)
    }
}

extension Snapshot {
    fileprivate static func soundAtRandom(_ seed: UInt64) -> Snapshot {
        var random = SeededGenerator(seed: seed)
        return soundAtRandom(using: &random)
    }

    /// Records that use only those before them.
    fileprivate static func soundAtRandom(using random: inout SeededGenerator) -> Snapshot {
        var snapshot = Snapshot(stack: "prod", account: "123456789012", region: "us-east-1", file: "f")
        snapshot.serial = Int.random(in: 1...1000, using: &random)
        var made: [Address] = []
        for number in 0..<Int.random(in: 1...8, using: &random) {
            let isBox = Bool.random(using: &random)
            let own = Address(section: isBox ? "boxes" : "lids", name: "n\(number)")
            let used = made.filter { _ in Int.random(in: 0...3, using: &random) == 0 }
            let named = used.filter { _ in Bool.random(using: &random) }
            var record = Record(
                type: isBox ? "box" : "lid", physicalId: Bool.random(using: &random) ? "id-\(number)" : nil,
                attributes: [
                    "name": "n\(number)",
                    "text": .list(
                        named.map { .template(Template([.literal("x"), .reference(Reference($0, "arn"))])) }),
                ],
                outputs: ["arn": "arn:\(number)"],
                dependsOn: used.filter { !named.contains($0) || Bool.random(using: &random) })
            if isBox { record.secrets["secret"] = SecretDigest(of: Secret("secret \(number)"), salt: [1, 2]) }
            if Bool.random(using: &random) { record.deposed = [Deposed("old-\(number)")] }
            snapshot.resources[own] = record
            made.append(own)
        }
        return snapshot
    }
}

@Suite struct SnapshotSurgeryTests {
    @Test func aRenamedRecordKeepsAllButItsAddress() throws {
        let before = Snapshot.sound
        let after = try before.renaming(address("boxes.a"), to: address("boxes.z"))
        #expect(
            after.resources[address("boxes.z")] == before.resources[address("boxes.a")], "its tags too, as AWS has them"
        )
        #expect(after.resources[address("lids.b")]?.dependsOn == [address("boxes.z")])
        #expect(after.resources[address("lids.b")]?.boundIds == [address("boxes.z"): "unique-1"])
        #expect(after.resources[address("lids.b")]?.attributes["text"] == reference("boxes.z.secret"))
        #expect(after.serial == before.serial && after.outputs == before.outputs)
    }

    @Test func referencesInsideTextAreRenamed() throws {
        var snapshot = Snapshot.sound
        snapshot.resources[address("lids.b")]?.attributes["text"] = [
            "a": [.template(Template(reading: "x-$(boxes.a.arn)-$(boxes.ab.arn)$$("))]
        ]
        let after = try snapshot.renaming(address("boxes.a"), to: address("boxes.z"))
        #expect(
            after.resources[address("lids.b")]?.attributes["text"] == [
                "a": [.template(Template(reading: "x-$(boxes.z.arn)-$(boxes.ab.arn)$$("))]
            ])
    }

    @Test(arguments: [
        ("boxes.no", "boxes.z", SurgeryError.unknown(address("boxes.no"))),
        ("boxes.a", "lids.z", .anotherSection(address("boxes.a"), address("lids.z"))),
        ("lids.b", "lids.c", .taken(address("lids.c"))),
        ("lids.b", "lids.b", .taken(address("lids.b"))),
    ]) func aRenamingIsRefused(old: String, new: String, error: SurgeryError) {
        #expect(throws: error) { try Snapshot.sound.renaming(address(old), to: address(new)) }
    }

    @Test(arguments: [
        (["boxes.a"], SurgeryError.used(by: [address("boxes.a"): [address("lids.b")]])),
        (["boxes.a", "lids.c"], .used(by: [address("boxes.a"): [address("lids.b")]])),
        (["lids.b", "boxes.no"], .unknown(address("boxes.no"))),
    ]) func aForgettingIsRefused(names: [String], error: SurgeryError) {
        #expect(throws: error) { try Snapshot.sound.forgetting(Set(names.map(address))) }
    }

    @Test func whatUsesItGoesWithIt() throws {
        let after = try Snapshot.sound.forgetting([address("boxes.a"), address("lids.b")])
        #expect(after.resources.keys.sorted() == [address("lids.c")])
    }

    /// A reference alone is use enough.
    @Test func aReferenceKeepsWhatItNames() {
        var snapshot = Snapshot.sound
        snapshot.resources[address("lids.b")]?.dependsOn = []
        #expect(throws: SurgeryError.used(by: [address("boxes.a"): [address("lids.b")]])) {
            try snapshot.forgetting([address("boxes.a")])
        }
    }
}
