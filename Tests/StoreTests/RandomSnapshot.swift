import Model
import Schema
import TestSupport

@testable import Records
@testable import Store

extension Snapshot {
    static func random(using random: inout SeededGenerator) -> Snapshot {
        var snapshot = Snapshot(
            stack: "prod", account: "123456789012", region: "eu-central-1", file: .random(using: &random),
            isProtected: .random(using: &random), outputs: .random(using: &random))
        for number in 0..<Int.random(in: 0...6, using: &random) {
            snapshot.resources[.random(number, using: &random)] = .random(using: &random)
        }
        return snapshot
    }
}

extension Record {
    fileprivate static func random(using random: inout SeededGenerator) -> Record {
        Record(
            type: .random(using: &random), physicalId: Bool.random(using: &random) ? .random(using: &random) : nil,
            attributes: .map(.random(using: &random)), outputs: .random(using: &random),
            secrets: Bool.random(using: &random)
                ? ["secret": SecretDigest(of: Secret(.random(using: &random)), salt: [1, 2, 3])] : [:],
            dependsOn: (0..<Int.random(in: 0...3, using: &random)).map { .random($0, using: &random) },
            deposed: (0..<Int.random(in: 0...2, using: &random)).map { _ in
                Deposed(
                    .random(using: &random), isOrphan: .random(using: &random),
                    grace: .random(using: &random) ? Grace(drain: .random(in: 0...900, using: &random), soak: 60) : nil)
            },
            isRetained: .random(using: &random), isProtected: .random(using: &random))
    }
}

extension Address {
    fileprivate static func random(_ number: Int, using random: inout SeededGenerator) -> Address {
        Address(
            section: ["roles", "userPools", "buckets"].randomElement(using: &random) ?? "roles", name: "n-\(number)")
    }
}

extension Dictionary where Key == String, Value == Model.Value {
    fileprivate static func random(using random: inout SeededGenerator) -> Self {
        var members: Self = [:]
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            members[.random(using: &random)] = .random(depth: 3, using: &random)
        }
        return members
    }
}

extension Value {
    /// Any value that the state can hold. Numbers keep a fraction: JSON does not tell 3.0 from 3.
    fileprivate static func random(depth: Int, using random: inout SeededGenerator) -> Value {
        switch Int.random(in: 0...(depth > 0 ? 7 : 5), using: &random) {
        case 0: .null
        case 1: .boolean(.random(using: &random))
        case 2: .integer(.random(in: .min ... .max, using: &random))
        case 3: .number(Double(Int.random(in: -1_000_000...1_000_000, using: &random)) + 0.1)
        case 4: .string(.random(using: &random))
        case 5: .template(Template(Reference(.random(1, using: &random), "arn")))
        case 6:
            .list((0..<Int.random(in: 0...3, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
        default: .map(["k\(String.random(using: &random))": .random(depth: depth - 1, using: &random)])
        }
    }
}

extension String {
    /// Text with whatever gives a JSON writer trouble.
    fileprivate static func random(using random: inout SeededGenerator) -> String {
        let pieces = [
            "a", "Z", "0", "\"", "\\", "/", "\n", "\t", "\r\n", "\u{0}", "\u{1f}", "\u{7f}", "ä", "e\u{301}",
            "\u{2028}", "\u{1F600}", "\u{feff}", "$(", "{}", " ",
        ]
        return (0..<Int.random(in: 0...8, using: &random)).compactMap { _ in pieces.randomElement(using: &random) }
            .joined()
    }
}
