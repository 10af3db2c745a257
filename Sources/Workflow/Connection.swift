package import AWSClient
import HTTP
import Model
import Schema

/// The way to AWS for one command: credentials, region, endpoints.
package struct Connection: Sendable {
    package let client: AWSClient
    private let configuration: AWSConfiguration
    package let credentials: Credentials
    private let dialog: any Dialog

    package var region: String { configuration.region }
    var partition: String { configuration.endpoints.partition.name }

    /// Who the credentials are.
    package struct Identity: Sendable {
        package let account: String
        package let arn: String
    }

    /// - Parameter region: where the settings name none.
    package static func open(_ workspace: Workspace, region: String? = nil) throws(Failure) -> Connection {
        let (world, settings, stop) = (workspace.world, workspace.settings, workspace.stop)
        do {
            let read = { @Sendable () throws(ConfigurationError) in
                try AWSConfiguration(
                    world.environment, profile: settings.profile, region: settings.region ?? region,
                    endpointURL: settings.endpointURL)
            }
            let configuration = try read()
            let credentials = try configuration.credentials()
            let client = AWSClient(
                // The files may be renewed by another program while this one runs.
                credentials: RenewableCredentials(credentials) { () throws(ConfigurationError) in
                    try read().credentials()
                },
                endpoints: configuration.endpoints, transport: try world.transport(configuration.transport()),
                retry: configuration.retry,
                // What cuts the waits of a run short cuts those between two attempts of a call too.
                time: Time(now: world.time.now, sleep: { try await stop.sleep($0) }),
                observer: { [dialog = workspace.dialog] attempt in dialog.sent(attempt) })
            return Connection(
                client: client, configuration: configuration, credentials: credentials, dialog: workspace.dialog)
        } catch {
            throw Failure(error)
        }
    }

    /// STS API, GetCallerIdentity.
    package func identity() async throws(Failure) -> Identity {
        do {
            let answer = try await client.tellingWaits { [dialog] reason in dialog.waits(for: reason) }
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
