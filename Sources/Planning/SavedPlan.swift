import Digest
import Foundation
package import Schema
package import State

/// A plan as it is kept between `plan` and `apply`, with all that it stands on: it is carried out only while that is so.
package struct SavedPlan: Sendable, Equatable, Codable {
    package static let currentFormat = 1

    package var format: Int
    package var plan: Plan
    /// The stack file, as it was named.
    package var file: String
    /// The parameters that were given on the command line.
    package var settings: [String: String]
    package var isProtected: Bool
    package var basis: Basis

    package init(plan: Plan, file: String, settings: [String: String], isProtected: Bool, basis: Basis) {
        self.format = Self.currentFormat
        self.plan = plan
        self.file = file
        self.settings = settings
        self.isProtected = isProtected
        self.basis = basis
    }

    /// What a plan was made from.
    package struct Basis: Sendable, Equatable, Codable {
        /// Each file, with its digest.
        package var inputs: [String: String]
        /// The state's serial; 0 where there was none.
        package var serial: Int
        /// Sixteen random bytes, in hexadecimal, so that no digest of a live value tells the value.
        package var salt: String
        /// For each resource that the plan touches, a digest of each live property; empty where there was no object.
        package var live: [Address: [String: String]]

        package init(
            desired: DesiredStack, prior: Snapshot?, observation: Observation, touched: Set<Address>, salt: String
        ) throws {
            inputs = desired.inputs
            serial = prior?.serial ?? 0
            self.salt = salt
            live = [:]
            for address in touched {
                live[address] = try Self.digests(of: observation.live[address], salt: salt)
            }
        }

        private static func digests(of live: Live?, salt: String) throws -> [String: String] {
            guard let live else { return [:] }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            var digests: [String: String] = [:]
            for (name, value) in live.attributes.map ?? [:] {
                let bytes = Array((salt + name).utf8) + Array(try encoder.encode(value))
                digests[name] = Data(SHA256.hash(bytes)).base64EncodedString()
            }
            digests["(id)"] = Data(SHA256.hash(Array((salt + live.physicalId).utf8))).base64EncodedString()
            return digests
        }

        /// What is not as it was, in words; empty where the plan still stands.
        package func moved(to now: Basis) -> [String] {
            var words: [String] = []
            for file in Set(inputs.keys).union(now.inputs.keys).sorted() where inputs[file] != now.inputs[file] {
                words.append("\(file) has changed")
            }
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
                            name == "(id)" ? "\(address) is another object now" : "\(address) has another \(name) in AWS")
                    }
                }
            }
            return words
        }
    }
}
