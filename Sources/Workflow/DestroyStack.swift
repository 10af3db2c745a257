import Diagnostics
import Model
import Planning
import Records
import Schema
import Store

extension Workspace {
    /// Plans the teardown, asks, and carries it out.
    ///
    /// - Parameters:
    ///   - file: as it was typed; nil for the one unprotected stack that has state.
    ///   - stack: works from the state of this stack alone.
    package func destroy(_ file: String?, stack: String? = nil, _ consent: Consent) async throws(Failure) -> Ending {
        let deployment = try await deploymentToDestroy(file, named: stack)
        if deployment.stack.isProtected {
            let name = deployment.stack.name
            throw .message(
                "stack \(name) is protected, so it is not destroyed.",
                help: deployment.isFromStateAlone
                    ? "Apply it once without `protect: true`, from a file that says `stack: \(name)`, and destroy then."
                    : "Take `protect: true` out of \(deployment.file.path), and destroy then.")
        }
        return try await deployment.locked("destroy") { deployment async throws(Failure) in
            let (plan, observation) = try await deployment.plan(.destroy)
            return try await Run(deployment, plan, from: observation, consent).confirmAndCarryOut()
        }
    }

    /// What is meant: a stack by its state alone, that of a file, or the one unprotected stack that has state.
    private func deploymentToDestroy(_ file: String?, named stack: String?) async throws(Failure) -> Deployment {
        if let stack {
            guard file == nil, settings.parameterOverrides.isEmpty else {
                throw .usage("`--stack` works from the state alone.", help: "Leave FILE and `--set` out, or `--stack`.")
            }
            return try await .open(recorded: try recordedStack(stack), in: self)
        }
        if let file { return try await .open(self.file(file), in: self) }
        let snapshot = try stackToDestroy()
        let name = stackName(of: snapshot.file)?.name
        let isThere = world.exists(snapshot.file)
        // A file with mistakes in it is reported as such.
        if isThere, name == nil || name == snapshot.stack { return try await .open(self.file(snapshot.file), in: self) }
        let reason = name.map { "is stack \($0) by now" } ?? "is gone"
        dialog.say("\(snapshot.file) \(reason): stack \(snapshot.stack) is destroyed from its state alone.")
        return try await .open(recorded: snapshot, in: self)
    }

    /// What is recorded of a stack in the project of the working folder, or in the state file that was named.
    private func recordedStack(_ name: String) throws(Failure) -> Snapshot {
        do {
            let stacks = try StateLocation.stacks(in: project.root)
            // A name that is none of these may be a path out of the folder.
            guard settings.statePath != nil || stacks.contains(name) else {
                throw Failure.message(
                    "there is no state of a stack \(name) here.",
                    help: stacks.isEmpty
                        ? "Go to its project's folder, or name its state file with `--state`."
                        : "There is \(stacks.joined(separator: ", ")).")
            }
            let file = StateFile(at: location(of: name, in: project))
            guard let snapshot = try file.load() else {
                throw Failure.message(
                    "there is no state file \(shown(file.path)).",
                    help: "Check the path; it counts from the folder you are in.")
            }
            try file.validate(snapshot, stack: name, account: snapshot.account, region: snapshot.region)
            return snapshot.naming(by: naming(in: project))
        } catch {
            throw Failure(error)
        }
    }

    /// The one unprotected stack that has state.
    private func stackToDestroy() throws(Failure) -> Snapshot {
        let snapshots = try recordedStacks(of: project)
        let candidates = snapshots.filter { !$0.isProtected }
        if candidates.count == 1 { return candidates[0] }
        let named = candidates.isEmpty ? snapshots : candidates
        let list = named.map { snapshot in
            let which =
                stackName(of: snapshot.file)?.name == snapshot.stack ? snapshot.file : "--stack \(snapshot.stack)"
            return "\(snapshot.stack)\(snapshot.isProtected ? " (protected)" : ""): cogstack destroy \(which)"
        }
        throw .message(
            snapshots.isEmpty
                ? "no stack has state here, so there is nothing to destroy."
                : candidates.isEmpty ? "every stack that has state is protected:" : "several stacks have state:",
            list: list,
            help: snapshots.isEmpty ? "Name the stack file." : "Name the one that is meant.")
    }
}
