import AWSClient
package import Model
import Provider
package import Schema

/// Aliases of functions. The physical id is `<function>/<name>`.
package struct LambdaAliasProvider: FunctionPart {
    package let type = ResourceType.lambdaAlias
    package let calls = FunctionPartCalls(
        read: AWSOperation(.lambda, "GetAlias", .read, "GET", Self.alias, answers: "AliasArn", "FunctionVersion"),
        create: AWSOperation(
            .lambda, "CreateAlias", .create, "POST", Self.aliases, statuses: [201], answers: "AliasArn"),
        update: AWSOperation(.lambda, "UpdateAlias", .repeatable, "PUT", Self.alias, answers: "AliasArn"),
        delete: AWSOperation(.lambda, "DeleteAlias", .repeatable, "DELETE", Self.alias, statuses: [204]))

    package init() {}

    package func outputs(_ alias: Value) -> [String: Value] { ["arn": alias["AliasArn"], "name": alias["Name"]] }

    private static let aliases = "\(LambdaCalls.functions)/{FunctionName}/aliases"
    private static let alias = "\(aliases)/{Name}"
}
