import Arguments
import AWSClient
import Diagnostics
import Foundation
import Provider
import Reports
import Resources
import Records
import Store
import Verification

/// `verify`: signs in as a user made for it, from end to end.
func verify(_ command: ParsedCommand, _ options: Options, _ terminal: Terminal) async throws(Failure) -> ExitStatus {
    let stack = try LocalStack.find(options.file, options, terminal)
    // Two runs at once would remove each other's user, and an apply would change what is looked at.
    return try await stack.locked("verify") { () async throws(Failure) -> ExitStatus in
        let recorded = try stack.appliedSnapshot()
        if !options.isJSON, !options.isQuiet { terminal.say(stack.headLine(recorded).text(terminal.errorStyle)) }
        let signIn: SignIn
        do throws(SignInProblem) {
            signIn = try SignIn(recorded, types: ResourceTypes.registry.bySection)
        } catch {
            throw .message(error.message, help: error.help)
        }
        let connection = try Connection.open(options, terminal, region: recorded.region)
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
            random: RandomBytes.bytes, cleanupRecords: TraceKeeper(file: stack.location.cleanupRecords),
            consistencyBudget: Double(command.integer("--wait") ?? 10), isStopped: { interruption.isAsked },
            sayWait: { words in if !options.isQuiet { terminal.say("Waiting, as AWS may not have spread a change yet: \(words)") } },
            report: { result in if !options.isJSON { terminal.print(VerifyReport.line(result, terminal.outputStyle)) } })
        let results = await verification.run()
        let report = VerifyReport(
            stack: stack.name, results: results, isStopped: interruption.isAsked, isStrict: command.has("--strict"),
            seconds: client.now.timeIntervalSince(start))
        terminal.print(options.isJSON ? report.json : report.summary(terminal.outputStyle))
        if report.holds { return .done }
        return interruption.isAsked && !report.isBroken ? .interrupted : .failed
    }
}
