import Arguments
import Diagnostics
import Foundation
import Reports
import Model
import Schema
import Records
import Store

/// `state rm`: forgets records, and calls without a known result; what they are about stays in AWS.
func forgetRecords(_ command: ParsedCommand, _ options: Options, _ terminal: Terminal) async throws(Failure) -> ExitStatus {
    let stack = try LocalStack.find(options.file, options, terminal)
    return try await stack.locked("state rm") { () async throws(Failure) in
        let snapshot = try stack.snapshot()
        let unfinished = try stack.unfinished()
        let known = Set(snapshot.resources.keys).union(unfinished.map(\.address))
        var addresses: Set<Address> = []
        for word in command.positionals("ADDRESS") { addresses.insert(try address(word, among: known)) }
        let records = snapshot.resources.filter { addresses.contains($0.key) }
        let next: Snapshot
        do throws(SurgeryError) { next = try snapshot.forgetting(Set(records.keys)) } catch { throw Failure(error) }

        terminal.say("Changing the state. " + stack.headLine(snapshot).text(terminal.errorStyle))
        if !options.isYes {
            let list = addresses.sorted().map { address -> SafeText in
                "\n  \(address)\(records[address]?.physicalId.map { "  \($0)" } ?? "")"
            }
            terminal.say("To be forgotten, and left in AWS as it is:\(list.joined())")
            try terminal.confirm("Forget \(addresses.count == 1 ? "it" : "these")? Type yes to go on: ")
        }
        let saved: Snapshot
        do {
            saved = try StateFile(at: stack.location).save(next)
            let journal = try Journal(at: stack.location)
            for entry in await journal.pending where addresses.contains(entry.intent.address) { try await journal.end(entry.id) }
            try await journal.clear()
        } catch {
            throw Failure(error)
        }
        let report = StateChangeReport(saved.naming(by: stack.names), .forgot(records, calls: unfinished.filter { addresses.contains($0.address) }))
        terminal.print(options.isJSON ? report.json : report.text(terminal.outputStyle))
        return .done
    }
}

/// `state mv`: gives a record another address.
func moveRecord(_ command: ParsedCommand, _ options: Options, _ terminal: Terminal) async throws(Failure) -> ExitStatus {
    let stack = try LocalStack.find(options.file, options, terminal)
    return try await stack.locked("state mv") { () async throws(Failure) in
        let snapshot = try stack.snapshot()
        let old = try address(command.positional("FROM") ?? "", among: Set(snapshot.resources.keys))
        let word = command.positional("TO") ?? ""
        guard let new = Address(word) else {
            throw .message("\(word) is no address.", help: "It is written section.name, such as \(old.section).new-name.")
        }
        // What they were to make carries the old address in its tags, and is found by them.
        if let open = try stack.unfinished().first(where: { $0.address == old || $0.address == new || $0.record?.uses.contains(old) == true }) {
            throw .message(
                "a run was interrupted in its \(open.operation) call for \(open.address), so \(old) is not renamed now.",
                help: "Finish it with `cogstack apply \(stack.file.path)`, or take it back with `cogstack destroy`, and rename it then.")
        }
        let next: Snapshot
        do throws(SurgeryError) { next = try snapshot.renaming(old, to: new) } catch { throw Failure(error) }

        terminal.say("Changing the state. " + stack.headLine(snapshot).text(terminal.errorStyle))
        let saved: Snapshot
        do { saved = try StateFile(at: stack.location).save(next) } catch { throw Failure(error) }
        let report = StateChangeReport(saved.naming(by: stack.names), .moved(old, to: new))
        terminal.print(options.isJSON ? report.json : report.text(terminal.outputStyle))
        return .done
    }
}

extension Failure {
    /// Why a record cannot be forgotten or moved.
    init(_ error: SurgeryError) {
        switch error {
        case .unknown(let address):
            self = .message("no resource \(address) is recorded.", help: "`cogstack state list` shows what is.")
        case .used(let users):
            let list = users.sorted { $0.key < $1.key }.map { used, users in
                "\(used) is used by \(users.map(\.description).joined(separator: ", "))"
            }
            self = .message(
                "what is used by others cannot be forgotten:", list: list,
                help: "Nothing was changed. Name these too, or leave it recorded.")
        case .anotherSection(let old, let new):
            self = .message(
                "\(old) cannot become \(new): a resource stays what it is.", help: "Name an address in \(old.section).")
        case .taken(let new):
            self = .message(
                "\(new) is recorded already.", help: "Name another address, or forget that one with `cogstack state rm \(new)`.")
        }
    }
}
