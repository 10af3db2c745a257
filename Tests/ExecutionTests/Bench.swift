import Diagnostics
import Execution
import Foundation
import Planning
import Provider
import Model
import Schema
import Records
import Store
import Synchronization
import TestSupport

/// One machine with its state files: plans and applies as the command does, from what is on disk and nothing else.
struct Bench: Sendable {
    let account: ToyAccount
    private let scratch: Scratch
    var folder: URL { scratch.url }
    var location: StateLocation { StateLocation(stack: Toys.context.stack, in: folder.path) }

    init(_ account: ToyAccount = ToyAccount()) throws {
        self.account = account
        // What is asked here is when files are written, not how fast a disk is.
        scratch = try Scratch(inMemory: true)
    }

    struct Report: Sendable {
        let plan: Plan
        let outcome: Executor.Outcome
        let events: [ExecutionEvent]
        /// The most calls that were under way at once.
        let peak: Int
        /// Calls that changed something.
        let changes: [String]

        var failures: [String] { outcome.failed.map { "\($0.action.kind.rawValue) \($0.action.address)" } }
        var isDone: Bool { outcome.isComplete }
    }

    // MARK: Commands

    func plan(
        _ desired: DesiredStack, _ purpose: Plan.Purpose = .apply, targets: Set<Address>? = nil,
        rotation: Rotation? = nil
    ) async throws -> Plan {
        let planner = try await planner(desired, targets: targets, rotation: rotation)
        return try purpose == .apply ? planner.plan() : planner.planDestruction()
    }

    private func planner(
        _ desired: DesiredStack, targets: Set<Address>? = nil, rotation: Rotation? = nil
    ) async throws -> Planner {
        let prior = try StateFile(at: location).load()
        let observer = LiveReader(
            registry: Toys.registry, context: Toys.context, caller: account, pace: NoPace(), parallelism: 4)
        let observation = try await observer.observe(
            desired, prior: prior, intents: try Journal.pending(at: location).map(\.intent))
        return Planner(
            context: Toys.context, types: Toys.registry.bySection, desired: desired, prior: prior,
            observation: observation,
            targets: targets, rotation: rotation)
    }

    /// Plans and applies.
    ///
    /// - Parameters:
    ///   - signal: once it is above zero, nothing new starts.
    ///   - fault: what goes wrong; the files of a run that is killed are those of the instant of the kill.
    @discardableResult
    func apply(
        _ desired: DesiredStack, _ purpose: Plan.Purpose = .apply, parallelism: Int = 1, targets: Set<Address>? = nil,
        stoppingOn signal: Counter? = nil,
        fault: @escaping @Sendable (ToyAccount.Request) -> ToyAccount.Fault? = { _ in nil }
    ) async throws -> Report {
        let plan = try await plan(desired, purpose, targets: targets)
        return try await carryOut(plan, desired, parallelism: parallelism, stoppingOn: signal, fault: fault)
    }

    /// How many keys the account has.
    var keys: Int {
        get async { await account.objects.values.filter { $0.section == "keys" }.count }
    }

    @discardableResult
    func carryOut(
        _ plan: Plan, _ desired: DesiredStack, parallelism: Int = 1,
        stoppingOn signal: Counter? = nil,
        fault: @escaping @Sendable (ToyAccount.Request) -> ToyAccount.Fault? = { _ in nil }
    ) async throws -> Report {
        let held = try await planner(desired).secrets.held
        let frozen = folder.appendingPathExtension("frozen")
        await account.attach(
            to: location, onKill: { [folder] in try? FileManager.default.copyItem(at: folder, to: frozen) },
            fault: fault)
        let prior = try StateFile(at: location).load()
        let ledger = await Ledger(
            snapshot: prior
                ?? Snapshot(
                    stack: Toys.context.stack, account: Toys.context.account, region: Toys.context.region,
                    file: desired.file),
            types: Toys.registry.bySection, store: LocalStateStore(at: location), journal: try Journal(at: location),
            now: { 1_700_000_000 }, salt: { (0..<16).map { _ in UInt8.random(in: 0...255) } })
        for (address, secrets) in held { await ledger.learn(secrets, of: address) }
        let events = Mutex<[ExecutionEvent]>([])
        let executor = Executor(
            plan: plan, registry: Toys.registry, context: Toys.context, caller: account, ledger: ledger, pace: NoPace(),
            parallelism: parallelism, isStopping: { (signal?.value ?? 0) > 0 }, seconds: { 0 },
            report: { event in events.withLock { $0.append(event) } })
        let outcome = await executor.run()
        let report = Report(
            plan: plan, outcome: outcome, events: events.withLock { $0 }, peak: await account.peak,
            changes: await account.changes)
        if await account.wasKilled {
            try FileManager.default.removeItem(at: folder)
            try FileManager.default.moveItem(at: frozen, to: folder)
        } else {
            let outputs = try await executor.resolved(.map(plan.outputs)).map ?? [:]
            try await ledger.close(
                outputs: plan.purpose == .destroy ? [:] : outputs, file: desired.file, isProtected: false,
                everythingSettled: outcome.isComplete)
        }
        await account.attach(to: location)
        return report
    }

    // MARK: What is on disk

    func snapshot() throws -> Snapshot? { try StateFile(at: location).load() }

    func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    /// What is wrong with the files, whatever happened: a reference that leads nowhere, an object recorded twice, a secret.
    func invalidities(since serial: Int = 0, plan: Plan? = nil) async throws -> [String] {
        var words: [String] = []
        let planText = try plan.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) } ?? ""
        for (name, text) in [("state", text(location.state)), ("journal", text(location.journal)), ("plan", planText)] {
            for secret in await account.secrets where text.contains(secret) { words.append("\(name) holds \(secret)") }
        }
        guard let snapshot = try snapshot() else { return words }
        if snapshot.serial < serial { words.append("serial went from \(serial) to \(snapshot.serial)") }
        // What made room for a new object of the same name went before its users could be written anew.
        let actions = plan?.actions ?? []
        var early: Set<Int> = []
        for action in actions.reversed() where action.kind == .create || early.contains(action.id) {
            early.formUnion(action.after)
        }
        let gone = Set(actions.filter { early.contains($0.id) && $0.kind == .delete }.map(\.address))
        var owners: [String: Address] = [:]
        for (address, record) in snapshot.resources {
            if Toys.registry[address.section]?.type.name != record.type {
                words.append("\(address) is recorded as \(record.type)")
            }
            for needed in record.dependsOn + record.attributes.references.map(\.address)
            where snapshot.resources[needed] == nil && !gone.contains(needed) {
                words.append("\(address) refers to \(needed), which is not recorded")
            }
            for id in (record.physicalId.map { [$0] } ?? []) + record.deposed.physicalIds {
                if let other = owners.updateValue(address, forKey: id) {
                    words.append("\(id) is recorded for \(other) and \(address)")
                }
            }
            for id in record.secrets.keys where record.outputs[id] != nil {
                words.append("\(address).\(id) is a secret and recorded")
            }
        }
        return words
    }

    /// What is wrong after an apply that had no failure: differences, a plan that is not empty, a journal with something in it.
    func shortcomings(of desired: DesiredStack, others: Set<String> = []) async throws -> [String] {
        var words = await account.differences(from: desired, try snapshot(), others: others)
        let next = try await plan(desired)
        words += next.actions.map { "the next plan would \($0.kind.rawValue) \($0.address) \($0.physicalId ?? "")" }
        if !text(location.journal).isEmpty { words.append("the journal is not empty: \(text(location.journal))") }
        let deposed = try snapshot()?.resources.values.flatMap(\.deposed) ?? []
        words += deposed.map { "\($0.physicalId) is still to be deleted" }
        return try await words + invalidities(plan: next)
            + account.unannounced.map { "\($0) was sent before its intent was on disk" }
    }
}

/// Time that passes at once.
struct NoPace: Pace {
    func pause(seconds: Double) async -> Bool { true }
    func waiting(for what: String, address: Address) async {}
}
