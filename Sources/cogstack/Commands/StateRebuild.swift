import Arguments
import Diagnostics
import Execution
import Foundation
import Planning
import Reports
import Schema
import State

/// `state rebuild`: records anew what the account has of a stack, and sets damaged files aside.
struct StateRebuildCommand: Command {
    static let spec = CommandSpec(
        "rebuild", "Records anew what the account has of the stack.",
        discussion: [
            "Sets a damaged state file or journal aside, and takes back what the stack file names and what carries the stack's tags in AWS, or can be nobody else's. A record that is there stays."
        ],
        positionals: [file], options: [Options.yes], Options.account, Options.output)

    private static let file = Options.stackFile("Default: as for `plan`.")

    let output: OutputOptions
    private let file: String?
    private let settings: Settings
    private let isAgreed: Bool

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Self.file]
        settings = .ofAccount(&parsed)
        isAgreed = parsed[Options.yes]
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) async throws(Failure) -> ExitStatus {
        let file = try session.workspace.stackFile(file)
        let deployment = try await Deployment.open(file, settings, session, toleratesDamage: true)
        return try await deployment.locked("state rebuild") { deployment async throws(Failure) in
            try await deployment.rebuild(isAgreed: isAgreed)
        }
    }
}

extension Deployment {
    fileprivate func rebuild(isAgreed: Bool) async throws(Failure) -> ExitStatus {
        let (terminal, isJSON) = (session.terminal, session.output.isJSON)
        let rebuild: Rebuild
        let observation = try await observe()
        do {
            rebuild = try planner(of: observation).planRebuild()
        } catch {
            throw .diagnostics(error, sources: sources)
        }
        let report = RebuildReport(rebuild, damaged: damage.compactMap(\.damagedPath), origin)
        if !isJSON { terminal.print(report.text(terminal.outputStyle)) }
        if report.isEmpty {
            if isJSON { terminal.print(report.json(serial: prior?.serial, setAside: [])) }
            return .done
        }
        let place = "\(stack.name) in account \(context.account), region \(context.region)"
        if isAgreed {
            terminal.say("Changing the state of stack \(place).")
        } else {
            try terminal.mustBeAskable()
            if isJSON { terminal.say(report.text(terminal.errorStyle)) }
            try terminal.confirm("Change the state of stack \(place)? Type yes to go on: ")
        }
        let setAside = try setDamagedAside()
        let serial = rebuild.found.isEmpty ? prior?.serial : try await record(rebuild, observation)
        if isJSON {
            terminal.print(report.json(serial: serial, setAside: setAside))
        } else {
            for path in setAside { terminal.print("Set aside: \(path)") }
            if let serial, !rebuild.found.isEmpty { terminal.print("Recorded. The state has serial \(serial) now.") }
            terminal.print("`cogstack plan \(stack.file)` shows what is left to do.")
        }
        return .done
    }

    /// The new paths of the damaged files.
    private func setDamagedAside() throws(Failure) -> [String] {
        var paths: [String] = []
        do {
            for error in damage {
                let path = if case .damagedJournal = error { try Journal.setAside(at: location) } else { try stateFile.setAside() }
                if let path { paths.append(path) }
            }
        } catch {
            throw Failure(error)
        }
        return paths
    }

    /// Takes back what was found, each read once more, and gives back the state's new serial. AWS is only read.
    private func record(_ rebuild: Rebuild, _ observation: Observation) async throws(Failure) -> Int {
        let ledger = try await openLedger()
        // A cycle may tie what is recorded first to what is recorded later.
        for address in Set(rebuild.found.keys).union(rebuild.known.keys) {
            if let live = observation.live[address] { await ledger.learn(live.outputs, of: address) }
        }
        let interruption = connection.interruption
        interruption.takeOver()
        let executor = Executor(
            plan: rebuild.plan, registry: registry, context: context, caller: connection.client, ledger: ledger,
            pace: PlanningPace(waits: connection.waits), parallelism: settings.parallelism, isStopping: { interruption.isAsked },
            seconds: { ProcessInfo.processInfo.systemUptime }, report: { _ in })
        let outcome = await executor.run()
        do {
            // What calls without a known result may have made besides is for the next apply to look into: their intents stay.
            try await ledger.close(
                outputs: try await executor.resolved(.map(rebuild.plan.outputs)).map ?? [:], file: fileName,
                isProtected: stack.isProtected, everythingSettled: false)
        } catch {
            throw Failure(error)
        }
        guard outcome.isComplete else {
            let problems = outcome.failed.map { "\($0.action.address): \($0.error)" } + outcome.skipped.map { "\($0.action.address): \($0.because)" }
            throw .message(
                "not everything could be recorded:", list: problems, help: "What was recorded stays. Run it again to go on.")
        }
        return await ledger.snapshot.serial
    }
}

extension StateError {
    /// The file that is damaged; nil where another thing is wrong.
    fileprivate var damagedPath: String? {
        switch self {
        case .damagedState(let path, _), .damagedJournal(let path, _, _): path
        default: nil
        }
    }
}
