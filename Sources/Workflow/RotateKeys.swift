import AWSClient
import Diagnostics
import Foundation
import Model
import Planning
import Records
import Schema

extension Workspace {
    /// Replaces access keys without downtime, and changes nothing else.
    ///
    /// - Parameters:
    ///   - address: the key, as it was typed; nil for what is due.
    ///   - soak: seconds for which the old key stays switched off before it is deleted.
    package func rotate(_ file: String?, address: String?, soak: Int?, _ consent: Consent) async throws(Failure)
        -> Ending
    {
        let deployment = try await Deployment.open(try appliedStackFile(file), in: self)
        return try await deployment.locked("rotate") { deployment async throws(Failure) in
            let (before, observation) = try await deployment.plan(.apply)
            let addresses = try deployment.addresses(toRotate: address, observation)
            let isUnfinished = deployment.isUnfinished(addresses)
            if isUnfinished { dialog.say("An earlier rotation was not finished: this brings it to its end.") }
            let others = before.actions.filter {
                !addresses.contains($0.address) && $0.kind != .adopt
                    && !(isUnfinished && deployment.uses($0.address, addresses))
            }
            guard others.isEmpty else {
                let names = Set(others.map(\.address.description)).sorted().joined(separator: ", ")
                throw .message(
                    "there is something else to change: \(names). `rotate` changes nothing but keys.",
                    help: "`cogstack apply \(deployment.file.path)` first.")
            }
            let (plan, seen) = try await deployment.plan(.apply, rotation: Rotation(addresses, soak: soak))
            return try await Run(deployment, plan, from: seen, consent).confirmAndCarryOut()
        }
    }
}

extension Deployment {
    /// Whether an earlier rotation stopped half-way.
    fileprivate func isUnfinished(_ addresses: Set<Address>) -> Bool {
        addresses.contains { prior?.resources[$0]?.deposed.contains { !$0.isOrphan } == true }
    }

    /// Whether a resource of the file refers to one of some addresses.
    fileprivate func uses(_ address: Address, _ addresses: Set<Address>) -> Bool {
        stack.resources[address].map { !addresses.isDisjoint(with: $0.attributes.references.map(\.address)) } ?? false
    }

    /// What is to get a new secret: what was named, else what an earlier rotation left half-way, else the only thing that has one, else
    /// what is due.
    fileprivate func addresses(toRotate word: String?, _ observation: Observation) throws(Failure) -> Set<Address> {
        let rotatable = stack.resources.keys.filter { types[$0.section]?.onceShownSecrets.isEmpty == false }.sorted()
        if let word {
            guard let address = Address(word), rotatable.contains(address) else {
                let meant = nearest(word, in: rotatable.map(\.description)).map { "Did you mean \($0)?" }
                throw .message("\(word) is no resource with a secret that can be replaced.", help: meant)
            }
            guard observation.live[address] != nil else {
                throw .message("\(address) does not exist yet.", help: "`cogstack apply \(stack.file)` makes it.")
            }
            return [address]
        }
        let unfinished = rotatable.filter { isUnfinished([$0]) }
        if !unfinished.isEmpty { return Set(unfinished) }
        if rotatable.count == 1, observation.live[rotatable[0]] != nil { return [rotatable[0]] }
        if !rotatable.isEmpty, !rotatable.contains(where: { observation.live[$0] != nil }) {
            throw .message(
                "\(rotatable.map(\.description).joined(separator: ", ")) \(rotatable.count == 1 ? "does" : "do") not exist yet.",
                help: "`cogstack apply \(stack.file)` first.")
        }
        let due = rotatable.filter { address in
            guard let live = observation.live[address], let type = types[address.section] else { return false }
            return type.rotationIsDue?(
                stack.resources[address]?.attributes ?? [:], live, world.time.now().timeIntervalSince1970) != nil
        }
        if !due.isEmpty { return Set(due) }
        throw .message(
            rotatable.isEmpty
                ? "stack \(stack.name) has nothing with a secret that can be replaced."
                : "none of the keys is over its age.",
            help: rotatable.isEmpty ? nil : "Name one: \(rotatable.map(\.description).joined(separator: ", ")).")
    }
}
