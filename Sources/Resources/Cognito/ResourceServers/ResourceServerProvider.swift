import AWSClient
package import Model
import Provider
package import Schema

/// Resource servers of a user pool. The physical id is `<pool id>/<identifier>`.
package struct ResourceServerProvider: UserPoolPart {
    package let type = ResourceType.resourceServer
    package let calls = PartCalls(
        read: AWSOperation(
            .cognitoIdentityProvider, "DescribeResourceServer", .read, answers: "ResourceServer.Identifier"),
        in: "ResourceServer",
        create: AWSOperation(
            .cognitoIdentityProvider, "CreateResourceServer", .create, answers: "ResourceServer.Identifier"),
        update: AWSOperation(
            .cognitoIdentityProvider, "UpdateResourceServer", .repeatable, answers: "ResourceServer.Identifier"),
        delete: AWSOperation(.cognitoIdentityProvider, "DeleteResourceServer", .repeatable))

    package init() {}

    package func outputs(_ attributes: Value) -> [String: Value] { ["identifier": attributes["identifier"]] }
}
