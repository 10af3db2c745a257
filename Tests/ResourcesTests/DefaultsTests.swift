import Provider
import Resources
import Model
import Schema
import Testing
import TestSupport

/// What a file leaves out, for whichever types there are: a new object and an adopted one end alike, and every value that is sent is one
/// that the plan shows.
@Suite struct DefaultsTests {
    static let types = ResourceTypes.registry.types

    /// Each object of a table with the path that leads to it; the table itself has the empty one.
    static func objects(_ rows: [Attribute], above: [String] = []) -> [(path: [String], rows: [Attribute])] {
        [(above, rows)]
            + rows.flatMap { row -> [(path: [String], rows: [Attribute])] in
                guard case .object(let members) = row.type else { return [] }
                return objects(members, above: above + [row.name])
            }
    }

    static func nested(_ path: [String], _ value: Value) -> [String: Value] {
        path.reversed().reduce(value) { .map([$1: $0]) }.map ?? [:]
    }

    static func value(_ path: [String], in value: Value) -> Value { path.reduce(value) { $0[$1] } }

    /// A file that gives an object with one member alone is completed with the defaults of those that are always sent, and only those.
    @Test(arguments: types.map(\.section)) func whatIsAlwaysSentIsAsIfTheFileSaidIt(_ section: String) throws {
        let type = try #require(Self.types.first { $0.section == section })
        for (path, rows) in Self.objects(type.attributes) {
            let completed = Value.map(type.completed(Self.nested(path, [:])))
            for row in rows where row.derivation == nil {
                let found = Self.value(path + [row.name], in: completed)
                #expect(
                    found == (row.isAlwaysSent ? row.fallback : .null),
                    "\(section).\((path + [row.name]).joined(separator: "."))")
                #expect(type.isAlwaysSent((path + [row.name]).reduce(PropertyPath.root) { $0[$1] }) == row.isAlwaysSent)
                if row.isAlwaysSent {
                    #expect(!row.fallback.isNull, "\(section).\(row.name) is always sent, and has no default")
                }
            }
        }
    }

    @Test(arguments: types.map(\.section)) func whatTheFileSaysStays(_ section: String) throws {
        let type = try #require(Self.types.first { $0.section == section })
        for (path, rows) in Self.objects(type.attributes) {
            for row in rows where row.isAlwaysSent {
                let other: Value =
                    switch row.type {
                    case .boolean: .boolean(row.fallback == false)
                    case .oneOf(let words): .string(words.first { .string($0) != row.fallback } ?? "")
                    default: .integer((row.fallback.integer ?? 0) + 1)
                    }
                let completed = Value.map(type.completed(Self.nested(path + [row.name], other)))
                #expect(Self.value(path + [row.name], in: completed) == other, "\(section).\(row.name)")
            }
        }
    }

    /// A default that a create call sends, and the plan does not know of: a provider that chooses one by itself.
    @Test(arguments: types.map(\.section)) func aCreateCallSendsNothingThatThePlanDoesNotShow(_ section: String)
        async throws
    {
        let provider = try #require(ResourceTypes.registry[section])
        for (path, _) in Self.objects(provider.type.attributes) {
            let desired = provider.type.completed(
                Self.nested(path, [:]).merging([
                    "name": "x", "userPool": "us-east-1_A", "iamUser": "x", "trust": [:], "role": "r",
                ]) { $1 }
                .filter { provider.type.attribute($0.key) != nil })
            let aws = ScriptedAWS()
            // Nothing answers as it should: what was sent first is what counts.
            _ = await complaint { () async throws(ProviderError) in
                _ = try await provider.create(.map(desired), aws.calls(section))
            }
            for input in aws.writes.flatMap({ aws.inputs($0) }) {
                for (path, rows) in Self.objects(provider.type.attributes) {
                    let sent = Self.value(
                        path.isEmpty ? [] : wire(path, provider.type.attributes), in: flattened(input))
                    for row in rows where !row.isLocal && row.name != "tags" && !sent[row.wireName].isNull {
                        #expect(
                            !Self.value(path + [row.name], in: .map(desired)).isNull, "\(section) sends \(row.wireName)"
                        )
                    }
                }
            }
        }
    }

    private func wire(_ path: [String], _ rows: [Attribute]) -> [String] {
        guard let first = path.first, let row = rows.first(where: { $0.name == first }) else { return [] }
        guard case .object(let members) = row.type else { return [row.wireName] }
        return [row.wireName] + wire(Array(path.dropFirst()), members)
    }

    /// A pool's policies are inside another object in its requests.
    private func flattened(_ input: Value) -> Value {
        input["Policies"].isNull ? input : input.overlaid(by: input["Policies"])
    }
}
