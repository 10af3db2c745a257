import AWSClient
import Diagnostics
import Foundation
import HTTP
import Schema

/// The way to AWS for one command: credentials, region, endpoints.
struct Connection {
    let client: AWSClient
    let configuration: AWSConfiguration
    let credentials: Credentials
    /// What cuts the waits of a run short, those between two attempts of a call among them.
    let interruption: Interruption
    /// Says what AWS is waited for while nothing runs that has a line of its own.
    let waits: WaitNotice

    var region: String { configuration.region }
    var partition: String { configuration.endpoints.partition.name }

    /// Who the credentials are.
    struct Identity {
        let account: String
        let arn: String
    }

    static func open(_ settings: Settings, _ session: Session, region: String? = nil) throws(Failure) -> Connection {
        var observer: (@Sendable (AWSClient.Attempt) -> Void)?
        let terminal = session.terminal
        if session.output.isVerbose { observer = { attempt in terminal.say(SafeText(line: attempt.line)) } }
        do {
            let read = { @Sendable () throws(ConfigurationError) in
                try AWSConfiguration(
                    Environment.process, profile: settings.profile, region: settings.region ?? region,
                    endpointURL: settings.endpointURL)
            }
            let configuration = try read()
            let credentials = try configuration.credentials()
            let interruption = Interruption(terminal)
            let client = AWSClient(
                // The files may be renewed by another program while this one runs.
                credentials: RenewableCredentials(credentials) { () throws(ConfigurationError) in try read().credentials() },
                endpoints: configuration.endpoints, transport: try makeTransport(configuration.transport()), retry: configuration.retry,
                time: Time(now: Time.system.now, sleep: { try await interruption.sleep($0) }), observer: observer)
            return Connection(
                client: client, configuration: configuration, credentials: credentials, interruption: interruption,
                waits: WaitNotice(session))
        } catch {
            throw Failure(error)
        }
    }

    /// STS API, GetCallerIdentity.
    func identity() async throws(Failure) -> Identity {
        do {
            let answer = try await client.tellingWaits { [waits] reason in await waits.note(reason) }
                .call(AWSOperation(.sts, "GetCallerIdentity", .read, answers: "Account", "Arn"), [:])
            guard let account = answer["Account"].string, let arn = answer["Arn"].string else {
                throw Failure.message("STS GetCallerIdentity gave no account.", help: "Check the endpoint URL.")
            }
            return Identity(account: account, arn: arn)
        } catch {
            throw Failure(error)
        }
    }
}

/// Says on standard error what is waited for: each reason once.
actor WaitNotice {
    private let say: @Sendable (SafeText) -> Void
    private var told: Set<String> = []

    init(_ session: Session) {
        say = { text in if !session.output.isQuiet { session.terminal.say(text) } }
    }

    func note(_ reason: String) {
        if told.insert(reason).inserted { say("Waiting: \(reason).") }
    }
}

extension AWSClient.Attempt {
    /// One line for `--verbose`.
    fileprivate var line: String {
        let outcome = [status.map(String.init), error].compactMap(\.self).joined(separator: " ")
        let again = number > 1 ? " (attempt \(number))" : ""
        let id = requestId.map { " \($0)" } ?? ""
        return "\(operation)\(again): \(outcome) in \(Int((duration * 1000).rounded())) ms\(id)"
    }
}
