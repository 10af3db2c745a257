import Diagnostics
import Planning
import Provider
import Resources
import Model
import Schema
import StackFile
import Testing

/// One file, and two accounts: in one there is nothing, in the other an object of the wanted name that somebody made.
@Suite struct NewAndAdoptedTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let address: Address
        let file: String
        /// What the object that is adopted has in place of the defaults.
        let live: Value
        /// What the adoption changes beside its tags, with the causes.
        let changes: [String: AttributeChange.Cause]
        var testDescription: String { "\(address)" }
    }

    static let policy: Value = [
        "minimumLength": 12, "requireUppercase": false, "requireLowercase": true, "requireNumbers": true,
        "requireSymbols": false,
        "temporaryPasswordValidityDays": 3,
    ]

    static let cases = [
        Case(
            address: Address(section: "userPools", name: "x"), file: "passwordPolicy: { minimumLength: 12 }",
            live: ["passwordPolicy": policy],
            changes: [
                "passwordPolicy.requireUppercase": .awsDefault, "passwordPolicy.requireSymbols": .awsDefault,
                "passwordPolicy.temporaryPasswordValidityDays": .awsDefault,
            ]),
        Case(
            address: Address(section: "userPools", name: "x"), file: "passwordPolicy: { requireSymbols: true }",
            live: ["passwordPolicy": policy],
            changes: [
                "passwordPolicy.minimumLength": .awsDefault, "passwordPolicy.requireUppercase": .awsDefault,
                "passwordPolicy.requireSymbols": .stackFile,
                "passwordPolicy.temporaryPasswordValidityDays": .awsDefault,
            ]),
        // Of what the file does not mention AWS decides, in a new pool as well.
        Case(
            address: Address(section: "userPools", name: "x"), file: "deletionProtection: INACTIVE",
            live: ["passwordPolicy": policy], changes: [:]),
        Case(
            address: Address(section: "identityPools", name: "x"), file: "dependsOn: []",
            live: ["allowUnauthenticatedIdentities": true, "allowClassicFlow": true],
            changes: ["allowUnauthenticatedIdentities": .awsDefault, "allowClassicFlow": .awsDefault]),
        Case(
            address: Address(section: "ssmParameters", name: "x"), file: "value: v",
            live: ["value": "v", "type": "String"],
            changes: ["type": .awsDefault]),
    ]

    static let context = StackContext(stack: "s", partition: "aws", region: "us-east-1", account: "123456789012")

    func stack(_ example: Case) throws -> DesiredStack {
        let text = "stack: s\n\(example.address.section):\n  x:\n    lifecycle: { adopt: true }\n    \(example.file)\n"
        let reader = StackFileReader(
            types: ResourceTypes.registry.types,
            files: Files(
                read: { _ throws(FileProblem) in Array(text.utf8) },
                code: { _ throws(FileProblem) in Files.Code(digest: "digest") }),
            environment: [:])
        let outcome = reader.read("s.yaml", settings: [:])
        #expect(!outcome.diagnostics.hasErrors)
        return try #require(outcome.draft)
    }

    func plan(_ stack: DesiredStack, _ observation: Observation = Observation()) throws -> Plan {
        try Planner(
            context: Self.context, types: ResourceTypes.registry.bySection, desired: stack, prior: nil,
            observation: observation
        ).plan()
    }

    @Test(arguments: cases) func bothEndAlike(example: Case) throws {
        let stack = try stack(example)
        let created = try plan(stack)
        let live = Live("x", attributes: example.live.overlaid(by: ["name": "s-x", "tags": [:]]), outputs: [:])
        let adopted = try plan(
            stack, Observation(live: [example.address: live], located: [example.address: .unowned("x")]))

        let change = try #require(adopted.changes.first)
        let causes = Dictionary(
            uniqueKeysWithValues: change.attributes.filter { $0.attribute != "tags" }.map {
                ($0.path.description, $0.cause)
            })
        #expect(causes == example.changes)

        // What a new one is made with is what the adopted one is recorded with and brought to.
        let creation = try #require(created.actions.first { $0.kind == .create })
        let last = try #require(adopted.actions.last { $0.kind == .update || $0.kind == .create || $0.kind == .adopt })
        #expect(creation.attributes == last.attributes)
        // And the plan of the new one shows every value.
        let shown = Dictionary(
            uniqueKeysWithValues: try #require(created.changes.first).attributes.map { ($0.path.description, $0.after) }
        )
        for (name, value) in creation.attributes.map ?? [:] where name != "tags" {
            #expect(shown[name] == value.redacted, "\(name)")
        }
    }
}
