import Arguments
import AWSClient
import Diagnostics
import Reports
import Workflow

/// `whoami`: account, ARN, region, endpoint and where the credentials came from.
struct WhoamiCommand: Command {
    static let spec = CommandSpec(
        "whoami", "Account, ARN, region, endpoint and the source of the credentials.", options: Options.aws,
        Options.output)

    let output: OutputOptions
    let settings: Settings

    init(_ parsed: inout ParsedCommand) {
        settings = .ofAWS(&parsed)
        output = OutputOptions(&parsed)
    }

    func run(_ session: Session) async throws(Failure) -> ExitStatus {
        let connection = try Connection.open(session.workspace)
        let identity = try await connection.identity()
        let endpoint = connection.client.endpoints[.sts]
        let report = WhoamiReport(
            account: identity.account, arn: identity.arn, region: connection.region, endpoint: endpoint.origin,
            source: connection.credentials.source)
        session.print(report)
        return .done
    }
}
