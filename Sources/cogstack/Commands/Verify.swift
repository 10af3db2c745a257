import Arguments
import AWSClient
import Diagnostics
import Foundation
import Provider
import Reports
import Resources
import State
import Verification

/// `verify`: signs in as a user made for it, from end to end.
struct VerifyCommand: Command {
    static let spec = CommandSpec(
        "verify", "Signs in as a user made for it, from end to end.",
        discussion: [
            "Makes a user, signs in, gets an identity and its credentials, calls the proxy, uses the long session, and removes user and identity whatever happens; after a kill the next run does.",
            "Says at which link the chain breaks, and exits with 1 then. With `--json`, `complete` tells whether every link was checked wholly.",
        ],
        positionals: [file], options: [wait, strict], Options.account, Options.output)

    private static let file = Options.stackFile("Default: as for `output`.")
    private static let wait = Option.integer(
        "--wait", "SECONDS", in: 0...600,
        "How long to retry denials that propagation delay may explain. Default: \(defaultWait).")
    private static let strict = Option.flag("--strict", "Links that are not or only partly checked count as failures.")
    private static let defaultWait = 10

    let output: OutputOptions
    private let file: String?
    private let settings: Settings
    private let patience: Int
    private let isStrict: Bool

    init(_ parsed: inout ParsedCommand) {
        file = parsed[Self.file]
        settings = .ofAccount(&parsed)
        patience = parsed[Self.wait] ?? Self.defaultWait
        isStrict = parsed[Self.strict]
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) async throws(Failure) -> ExitStatus {
        let (output, terminal) = (output, session.terminal)
        let stack = try LocalStack.find(file, settings, session)
        // Two runs at once would remove each other's user, and an apply would change what is looked at.
        return try await stack.locked("verify") { () async throws(Failure) -> ExitStatus in
            let recorded = try stack.appliedSnapshot()
            if !output.isJSON, !output.isQuiet { terminal.say(stack.headLine(recorded).text(terminal.errorStyle)) }
            let signIn: SignIn
            do throws(SignInProblem) {
                signIn = try SignIn(recorded, types: ResourceTypes.registry.bySection)
            } catch {
                throw .message(error.message, help: error.help)
            }
            let connection = try Connection.open(settings, session, region: recorded.region)
            let identity = try await connection.identity()
            do {
                try StateFile(at: stack.location).validate(recorded, stack: stack.name, account: identity.account, region: connection.region)
            } catch {
                throw Failure(error)
            }

            let (client, interruption) = (connection.client, connection.interruption)
            interruption.takeOver()
            let start = client.now
            let verification = Verification(
                signIn, administrator: client,
                time: Time(now: { client.now }, sleep: { try await interruption.sleep($0) }),
                random: RandomBytes.bytes, traces: TraceKeeper(file: stack.location.traces),
                patience: Double(patience), isStopped: { interruption.isAsked },
                sayWait: { words in if !output.isQuiet { terminal.say("Waiting, as AWS may not have spread a change yet: \(words)") } },
                report: { result in if !output.isJSON { terminal.print(VerifyReport.line(result, terminal.outputStyle)) } })
            let results = await verification.run()
            let report = VerifyReport(
                stack: stack.name, results: results, isStopped: interruption.isAsked, isStrict: isStrict,
                seconds: client.now.timeIntervalSince(start))
            terminal.print(output.isJSON ? report.json : report.summary(terminal.outputStyle))
            if report.holds { return .done }
            return interruption.isAsked && !report.isBroken ? .interrupted : .failed
        }
    }
}
