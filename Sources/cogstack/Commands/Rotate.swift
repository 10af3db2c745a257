import Arguments
import Diagnostics
import Foundation
import Planning
import Reports
import Schema
import State

/// `rotate`: replaces an access key without downtime, and changes nothing else.
struct RotateCommand: Command {
    static let spec = CommandSpec(
        "rotate", "Replaces an access key without downtime.",
        discussion: [
            "Makes a second key, proves it, gives it to everything that uses the first one, switches the first one off when nothing can use it any more, and deletes it after a while. Nothing else is changed."
        ],
        positionals: [file, address], options: [soak, Options.yes, Options.parallelism], Options.account, Options.output)

    private static let file = Options.stackFile("Default: as for `plan`.")
    private static let address = Positional.optional(
        "ADDRESS",
        "The key, such as accessKeys.proxy. Default: one whose rotation is unfinished, the only one, or those that are over their age.")
    private static let soak = Option.integer(
        "--soak", "SECONDS", in: 0...86400,
        "How long the old key stays switched off before it is deleted. Default: 60, or what an unfinished rotation was told.")

    let output: OutputOptions
    private let file: String?
    private let address: String?
    private let soak: Int?
    private let settings: Settings
    private let consent: Consent

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Self.file]
        address = parsed[Self.address]
        soak = parsed[Self.soak]
        var settings = Settings.ofAccount(&parsed)
        settings.parallelism = parsed[Options.parallelism] ?? Settings.defaultParallelism
        self.settings = settings
        consent = Consent(isGiven: parsed[Options.yes])
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) async throws(Failure) -> ExitStatus {
        let file = try session.workspace.appliedStackFile(file, session.terminal)
        let deployment = try await Deployment.open(file, settings, session)
        return try await deployment.locked("rotate") { deployment async throws(Failure) -> ExitStatus in
            let (before, observation) = try await deployment.plan(.apply)
            let addresses = try deployment.addresses(toRotate: address, observation)
            let isUnfinished = deployment.isUnfinished(addresses)
            if isUnfinished { session.terminal.say("An earlier rotation was not finished: this brings it to its end.") }
            let others = before.actions.filter {
                !addresses.contains($0.address) && $0.kind != .adopt && !(isUnfinished && deployment.uses($0.address, addresses))
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
        addresses.contains { prior?.resources[$0]?.deposed.contains { !$0.isUseless } == true }
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
            return type.rotationIsDue?(stack.resources[address]?.attributes ?? [:], live, Date().timeIntervalSince1970) != nil
        }
        if !due.isEmpty { return Set(due) }
        throw .message(
            rotatable.isEmpty ? "stack \(stack.name) has nothing with a secret that can be replaced."
                : "none of the keys is over its age.",
            help: rotatable.isEmpty ? nil : "Name one: \(rotatable.map(\.description).joined(separator: ", ")).")
    }
}
