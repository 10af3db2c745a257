import Digest
import Foundation
import Model
package import Schema
package import Records

/// A plan as it is kept between `plan` and `apply`, with all that it stands on: it is carried out only while that is so.
package struct SavedPlan: Sendable, Equatable, Codable {
    /// The format that this build reads and writes.
    package static let currentFormat = 5

    package var format: Int
    package var plan: Plan
    /// The stack file, by the name that it has in its project wherever the user stands. So are all files in the plan and its basis.
    package var file: String
    /// The parameters that were given on the command line.
    package var settings: [String: String]
    /// The addresses that were named by `--target`.
    package var targets: [String]
    package var basis: PlanBasis
    /// Whether an apply has begun to carry it out: what that changed is no reason to refuse the rest.
    package var isBegun: Bool

    package init(plan: Plan, file: String, settings: [String: String], targets: [String], basis: PlanBasis) {
        self.format = Self.currentFormat
        self.plan = plan
        self.file = file
        self.settings = settings
        self.targets = targets
        self.basis = basis
        self.isBegun = false
    }
}

/// What a plan was made from, as far as it can be compared later without keeping it: digests, salted where the value may be
/// guessed or secret.
package struct PlanBasis: Sendable, Equatable, Codable {
    /// Each file, with its digest.
    private var inputs: [String: String]
    /// Each environment variable that the stack file reads, with its digest.
    private var variables: [String: String]
    /// The state's serial; 0 where there was none.
    private var serial: Int
    /// Twelve digits.
    private var account: String
    private var region: String
    /// Sixteen random bytes, in hexadecimal.
    package let salt: String
    /// For each resource that the plan touches or asks, a digest of each live property; empty where there was no object.
    private var live: [Address: [String: String]]
    /// The user accounts in what the plan deletes.
    private var userAccounts: [Address: Int]

    /// - Parameters:
    ///   - salt: sixteen random bytes, in hexadecimal.
    ///   - earlier: a basis to compare with, whose salt is taken, and whose resources count too whatever the plan says.
    /// - Throws: where a live value has no encoding.
    package init(
        _ plan: Plan, desired: DesiredStack, prior: Snapshot?, observation: Observation, context: StackContext,
        salt: String,
        earlier: PlanBasis? = nil
    ) throws {
        let salt = earlier?.salt ?? salt
        self.salt = salt
        inputs = desired.inputs
        variables = desired.variables.mapValues { Self.digest(salt + $0) }
        serial = prior?.serial ?? 0
        account = context.account
        region = context.region
        live = [:]
        for address in Set(plan.actions.flatMap { [$0.address] + ($0.deletion?.users ?? []) }).union(
            (earlier?.live ?? [:]).keys)
        {
            live[address] = try Self.digests(of: observation.live[address], salt: salt)
        }
        let deleted = Set(plan.actions.filter { $0.kind == .delete }.map(\.address)).union(
            (earlier?.userAccounts ?? [:]).keys)
        userAccounts = observation.userAccounts.filter { deleted.contains($0.key) }
    }

    private static func digests(of live: Live?, salt: String) throws -> [String: String] {
        guard let live else { return [:] }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var digests = [objectKey: digest(salt + live.physicalId)]
        for (name, value) in live.attributes.map ?? [:] {
            digests[name] = digest(salt + name + String(decoding: try encoder.encode(value), as: UTF8.self))
        }
        return digests
    }

    /// Whether the state was written since.
    package func stateHasMoved(to now: PlanBasis) -> Bool { serial != now.serial }

    /// Stands for the object itself among its properties.
    private static let objectKey = "(object)"

    private static func digest(_ text: String) -> String { SHA256.hash(text).hexadecimal }

    /// What is not as it was when `self` was taken, in words; empty where the plan still stands.
    ///
    /// - Parameter path: gives the path to show for the name of a file.
    package func moved(to now: PlanBasis, path: (String) -> String = { $0 }) -> [String] {
        var words = movedInputs(to: now, path: path)
        if serial != now.serial { words.append("the state has moved from serial \(serial) to \(now.serial)") }
        for address in live.keys.sorted() {
            let before = live[address] ?? [:]
            let after = now.live[address] ?? [:]
            switch (before.isEmpty, after.isEmpty) {
            case (true, false): words.append("\(address) exists now")
            case (false, true): words.append("\(address) is gone")
            default:
                for name in Set(before.keys).union(after.keys).sorted() where before[name] != after[name] {
                    words.append(
                        name == Self.objectKey
                            ? "\(address) is another object now" : "\(address) has another \(name) in AWS")
                }
            }
        }
        for address in Set(userAccounts.keys).union(now.userAccounts.keys).sorted() {
            let (before, after) = (userAccounts[address] ?? 0, now.userAccounts[address] ?? 0)
            if before != after {
                words.append("\(address) holds \(after) user accounts, and the plan counted \(before)")
            }
        }
        return words
    }

    /// The same, of what the user gave alone: files, variables, account and region.
    package func movedInputs(to now: PlanBasis, path: (String) -> String = { $0 }) -> [String] {
        var words: [String] = []
        if account != now.account {
            words.append("the plan is for account \(account), and the credentials are of \(now.account)")
        }
        if region != now.region { words.append("the plan is for region \(region), and this is \(now.region)") }
        for file in Set(inputs.keys).union(now.inputs.keys).sorted() where inputs[file] != now.inputs[file] {
            words.append("\(path(file)) has changed")
        }
        for name in Set(variables.keys).union(now.variables.keys).sorted() where variables[name] != now.variables[name]
        {
            words.append("the environment variable \(name) has changed")
        }
        return words
    }
}
