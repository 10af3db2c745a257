import AWSClient
package import Model
import Provider
package import Schema

/// URLs of functions. The physical id is `<function>/<alias>`.
package struct FunctionURLProvider: FunctionPart {
    package let type = ResourceType.functionURL
    package let calls = FunctionPartCalls(
        read: operation("GetFunctionUrlConfig", .read, "GET"),
        create: operation("CreateFunctionUrlConfig", .create, "POST", statuses: [201]),
        update: operation("UpdateFunctionUrlConfig", .repeatable, "PUT"),
        delete: AWSOperation(
            .lambda, "DeleteFunctionUrlConfig", .repeatable, "DELETE", path, query: query, statuses: [204]))

    package init() {}

    package func outputs(_ url: Value) -> [String: Value] { ["url": url["FunctionUrl"]] }

    private static let path = "/2021-10-31/functions/{FunctionName}/url"
    private static let query = ["Qualifier": "Qualifier"]

    private static func operation(
        _ name: String, _ effect: AWSOperation.Effect, _ method: String, statuses: Set<Int> = [200]
    ) -> AWSOperation {
        AWSOperation(
            .lambda, name, effect, method, path, query: query, statuses: statuses, answers: "FunctionUrl", "AuthType")
    }
}
