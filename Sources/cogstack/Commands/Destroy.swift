import Foundation
import Planning
import Schema
import State

/// `destroy`: plans the teardown, shows it, asks, and carries it out.
func destroy(_ options: Options, _ terminal: Terminal) async throws(Failure) -> ExitStatus {
    let start = ContinuousClock.now
    let file: String
    if let named = options.file { file = named } else { file = try stackToDestroy(terminal) }
    let deployment = try await Deployment.open(file, options, terminal)
    if deployment.stack.isProtected {
        throw .message(
            "stack \(deployment.stack.name) is protected, so it is not destroyed.",
            help: "Take `protect: true` out of \(file), and destroy then.")
    }
    return try await deployment.locked("destroy") { deployment async throws(Failure) in
        let (plan, observation) = try await deployment.plan(.destroy)
        return try await Run(deployment, plan, from: observation, start).confirmAndCarryOut()
    }
}

/// The one unprotected stack that has state.
private func stackToDestroy(_ terminal: Terminal) throws(Failure) -> String {
    let snapshots = try Workspace.recordedStacks(terminal)
    let candidates = snapshots.filter { !$0.isProtected }
    if candidates.count == 1 { return candidates[0].file }
    let named = candidates.isEmpty ? snapshots : candidates
    let list = named.map { "\($0.stack)\($0.isProtected ? " (protected)" : ""): cogstack destroy \($0.file)" }
    throw .message(
        snapshots.isEmpty ? "no stack has state here, so there is nothing to destroy."
            : candidates.isEmpty ? "every stack that has state is protected:" : "several stacks have state:",
        list: list,
        help: snapshots.isEmpty ? "Name the stack file." : "Name the one that is meant.")
}
