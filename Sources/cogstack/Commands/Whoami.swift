import AWSClient
import Diagnostics
import Reports

/// `whoami`: account, ARN, region, endpoint and where the credentials came from.
func whoami(_ options: Options, _ terminal: Terminal) async throws(Failure) -> ExitStatus {
    let connection = try Connection.open(options, terminal)
    let identity = try await connection.identity()
    let endpoint = connection.client.endpoints[.sts]
    let report = WhoamiReport(
        account: identity.account, arn: identity.arn, region: connection.region, endpoint: endpoint.origin,
        source: connection.credentials.source)
    terminal.print(options.isJSON ? report.json : report.text(terminal.outputStyle))
    return .done
}
