import Diagnostics
import Execution
import Foundation
import Model
package import Planning
import Provider
import Records
import Schema
import Store

/// What came of recording a stack anew.
package struct RebuildResult: Sendable {
    package let rebuild: Rebuild
    /// The files that were damaged, as they were called before.
    package let damaged: [String]
    package let whereabouts: Whereabouts
    /// Whether there was anything to do.
    package let wasNeeded: Bool
    /// Where damaged files are now.
    package let setAside: [String]
    /// The state's serial now; nil where there is none.
    package let serial: Int?
    /// The stack file.
    package let file: String
}

extension Workspace {
    /// Records anew what the account has of a stack, and sets damaged files aside. AWS is only read.
    package func rebuild(_ file: String?, _ consent: Consent) async throws(Failure) -> RebuildResult {
        let deployment = try await Deployment.open(try stackFile(file), in: self, toleratesDamage: true)
        return try await deployment.locked("state rebuild") { deployment async throws(Failure) in
            try await deployment.rebuild(consent)
        }
    }
}

extension Deployment {
    fileprivate func rebuild(_ consent: Consent) async throws(Failure) -> RebuildResult {
        let rebuild: Rebuild
        let observation = try await observe()
        do {
            rebuild = try planner(of: observation).planRebuild()
        } catch {
            throw .diagnostics(error, sources: workspace.sources(of: stack))
        }
        let damaged = damage.compactMap(\.damagedPath).map(workspace.shown)
        let proposal = Proposal.rebuild(rebuild, damaged: damaged, whereabouts)
        workspace.dialog.show(proposal)
        let isNeeded = !rebuild.found.isEmpty || !damaged.isEmpty
        var setAside: [String] = []
        var serial = prior?.serial
        if isNeeded {
            if consent.isGiven {
                workspace.dialog.say("Changing the state of stack \(place).")
            } else {
                try workspace.dialog.confirm(
                    proposal, [Question("Change the state of stack \(place)? Type yes to go on: ")])
            }
            setAside = try setDamagedAside().map(workspace.shown)
            if !rebuild.found.isEmpty { serial = try await record(rebuild, observation) }
        }
        return RebuildResult(
            rebuild: rebuild, damaged: damaged, whereabouts: whereabouts, wasNeeded: isNeeded, setAside: setAside,
            serial: serial, file: stack.file)
    }

    /// The new paths of the damaged files.
    private func setDamagedAside() throws(Failure) -> [String] {
        var paths: [String] = []
        do {
            for error in damage {
                let path =
                    if case .damagedJournal = error { try Journal.setAside(at: location) } else {
                        try stateFile.setAside()
                    }
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
        let stop = workspace.stop
        stop.takeOver()
        let executor = Executor(
            plan: rebuild.plan, registry: world.registry, context: context, caller: connection.client, ledger: ledger,
            pace: planningPace,
            parallelism: workspace.settings.parallelism, isStopping: { stop.isRaised },
            seconds: world.seconds, report: { _ in })
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
            let problems =
                outcome.failed.map { "\($0.action.address): \(naming("\($0.error)"))" }
                + outcome.skipped.map { "\($0.action.address): \($0.because)" }
            throw .message(
                "not everything could be recorded:", list: problems,
                help: "What was recorded stays. Run it again to go on.")
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
