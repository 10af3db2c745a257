import Arguments
import AWSClient
import Diagnostics
import Foundation
import Reports
import Store
import Verification
import Workflow

/// `verify`: signs in as a user made for it, from end to end.
struct VerifyCommand: Command {
    static let spec = CommandSpec(
        "verify", "Tests the sign-in from end to end, as a temporary user.",
        discussion: [
            "Creates a user, signs in, gets an identity and its credentials, calls the proxy, uses the long session, and removes the user and the identity whatever happens; after a kill, the next run removes them.",
            "Names the link at which the chain breaks, and exits with 1. With `--json`, `complete` says whether every link was fully checked.",
        ],
        positionals: [file], options: [wait, strict], Options.account, Options.output)

    private static let file = Options.stackFile("Default: as for `output`.")
    private static let wait = Option.integer(
        "--wait", "SECONDS", in: 0...600,
        "How long to retry denials that propagation delay may explain. Default: \(defaultWait).")
    private static let strict = Option.flag("--strict", "Count links that are not fully checked as failures.")
    private static let defaultWait = 10

    let output: OutputOptions
    private let file: String?
    let settings: Settings
    private let consistencyBudget: Int
    private let isStrict: Bool

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Self.file]
        settings = .ofAccount(&parsed)
        consistencyBudget = parsed[Self.wait] ?? Self.defaultWait
        isStrict = parsed[Self.strict]
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) async throws(Failure) -> ExitStatus {
        let (output, terminal) = (output, session.terminal)
        let stack = try LocalStack.find(file, in: session.workspace)
        // Two runs at once would remove each other's user, and an apply would change what is looked at.
        return try await stack.locked("verify") { () async throws(Failure) -> ExitStatus in
            let recorded = try stack.appliedSnapshot()
            if !output.isJSON, !output.isQuiet { terminal.say(session.headLine(stack, recorded)) }
            let signIn = try stack.signIn(recorded)
            let connection = try await stack.connect(recorded)

            let (client, stop) = (connection.client, session.workspace.stop)
            stop.takeOver()
            let start = client.now
            let verification = Verification(
                signIn, administrator: client,
                time: Time(now: { client.now }, sleep: { try await stop.sleep($0) }),
                random: session.workspace.world.random,
                cleanupRecords: TraceKeeper(file: stack.location.cleanupRecords, shown: session.workspace.shown),
                consistencyBudget: Double(consistencyBudget), isStopped: { stop.isRaised },
                sayWait: { words in
                    if !output.isQuiet { terminal.say("Waiting, as AWS may not have spread a change yet: \(words)") }
                },
                report: { result in
                    if !output.isJSON { terminal.print(VerifyReport.line(result, terminal.outputStyle)) }
                })
            let results = await verification.run()
            let report = VerifyReport(
                stack: stack.name, results: results, isStopped: stop.isRaised, isStrict: isStrict,
                seconds: client.now.timeIntervalSince(start))
            // The links were printed as they were tried.
            if output.isJSON { session.print(report) } else { terminal.print(report.summary(terminal.outputStyle)) }
            if report.holds { return .done }
            return stop.isRaised && !report.isBroken ? .interrupted : .failed
        }
    }
}
