import Arguments
import Diagnostics
import Foundation
import Planning
import Schema
import State

/// `destroy`: plans the teardown, shows it, asks, and carries it out.
struct DestroyCommand: Command {
    static let spec = CommandSpec(
        "destroy", "Plans and carries out the teardown.",
        positionals: [file], options: [stack, Options.yes, Options.acceptUserLoss], Options.run, Options.output)

    private static let file = Options.stackFile("Default: the one unprotected stack that has state.")
    private static let stack = Option.text(
        "--stack", "NAME", "Destroy this stack by its state alone, as when its file has another name by now or is gone.")

    let output: OutputOptions
    private let file: String?
    private let stack: String?
    private let settings: Settings
    private let consent: Consent

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Self.file]
        stack = parsed[Self.stack]
        settings = .ofRun(&parsed)
        consent = Consent(isGiven: parsed[Options.yes], acceptedUserLoss: parsed[Options.acceptUserLoss])
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) async throws(Failure) -> ExitStatus {
        let deployment = try await deploymentToDestroy(file, named: stack, settings, session)
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
}

/// What is meant: a stack by its state alone, that of a file, or the one unprotected stack that has state.
private func deploymentToDestroy(
    _ file: String?, named stack: String?, _ settings: Settings, _ session: Session
) async throws(Failure) -> Deployment {
    let workspace = session.workspace
    if let stack {
        guard file == nil, settings.parameterOverrides.isEmpty else {
            throw .usage("`--stack` works from the state alone.", help: "Leave FILE and `--set` out, or `--stack`.")
        }
        return try await .open(recorded: try recordedStack(stack, settings, workspace), settings, session)
    }
    if let file { return try await .open(workspace.file(file), settings, session) }
    let snapshot = try stackToDestroy(workspace.project, session.terminal)
    let name = Siblings.stackName(of: snapshot.file)?.name
    let isThere = FileManager.default.fileExists(atPath: snapshot.file)
    // A file with mistakes in it is told of as such.
    if isThere, name == nil || name == snapshot.stack { return try await .open(workspace.file(snapshot.file), settings, session) }
    let reason = name.map { "is stack \($0) by now" } ?? "is gone"
    session.terminal.say("\(snapshot.file) \(reason): stack \(snapshot.stack) is destroyed from its state alone.")
    return try await .open(recorded: snapshot, settings, session)
}

/// What is recorded of a stack in the project of the working folder, or in the state file that was named.
private func recordedStack(_ name: String, _ settings: Settings, _ workspace: Workspace) throws(Failure) -> Snapshot {
    let project = workspace.project
    do {
        let stacks = try StateLocation.stacks(in: project.folder)
        // A name that is none of these may be a path out of the folder.
        guard settings.statePath != nil || stacks.contains(name) else {
            throw Failure.message(
                "there is no state of a stack \(name) here.",
                help: stacks.isEmpty ? "Go to its project's folder, or name its state file with `--state`." : "There is \(stacks.joined(separator: ", ")).")
        }
        let file = StateFile(at: workspace.location(of: name, in: project, settings))
        guard let snapshot = try file.load() else {
            throw Failure.message("there is no state file \(file.path).", help: "Check the path; it counts from the folder you are in.")
        }
        try file.validate(snapshot, stack: name, account: snapshot.account, region: snapshot.region)
        return snapshot.naming(by: workspace.naming(in: project, settings))
    } catch {
        throw Failure(error)
    }
}

/// The one unprotected stack that has state.
private func stackToDestroy(_ project: Project, _ terminal: Terminal) throws(Failure) -> Snapshot {
    let snapshots = try Workspace.recordedStacks(of: project, terminal)
    let candidates = snapshots.filter { !$0.isProtected }
    if candidates.count == 1 { return candidates[0] }
    let named = candidates.isEmpty ? snapshots : candidates
    let list = named.map { snapshot in
        let which = Siblings.stackName(of: snapshot.file)?.name == snapshot.stack ? snapshot.file : "--stack \(snapshot.stack)"
        return "\(snapshot.stack)\(snapshot.isProtected ? " (protected)" : ""): cogstack destroy \(which)"
    }
    throw .message(
        snapshots.isEmpty ? "no stack has state here, so there is nothing to destroy."
            : candidates.isEmpty ? "every stack that has state is protected:" : "several stacks have state:",
        list: list,
        help: snapshots.isEmpty ? "Name the stack file." : "Name the one that is meant.")
}
