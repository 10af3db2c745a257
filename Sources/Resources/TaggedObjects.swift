import AWSClient
import Provider
import Model
import Schema

/// What carries the stack's tag, as the Resource Groups Tagging API lists it: one list for all types but those of IAM, whose roles and
/// users it does not know (Resource Groups Tagging API Reference, "Services that support the API").
enum TaggedObjects {
    /// Those of a type, whose physical ids are the end of their ARNs.
    ///
    /// - Parameter prefix: what stands before the physical id in an ARN: service and kind, `cognito-idp` and `userpool/`.
    static func of(
        _ type: ResourceType, service: String, prefix: String, _ calls: ProviderContext
    ) async throws(ProviderError) -> [TaggedObject] {
        try await list(calls).elements.compactMap { mapping in
            guard let arn = mapping["ResourceARN"].string.flatMap({ ARN($0) }), arn.service == service,
                arn.resource.hasPrefix(prefix)
            else { return nil }
            return TaggedObject(
                String(arn.resource.dropFirst(prefix.count)), tags: Tags.own(in: mapping["Tags"]), of: type.section,
                calls.context)
        }
    }

    private static func list(_ calls: ProviderContext) async throws(ProviderError) -> Value {
        try await calls.shared.value(getResources.name) { () async throws(ProviderError) in
            .list(
                try await calls.readAll(
                    getResources,
                    [
                        "TagFilters": [["Key": .string(Ownership.stackTag), "Values": [.string(calls.context.stack)]]],
                        "ResourcesPerPage": 100,
                    ],
                    items: "ResourceTagMappingList", inputToken: "PaginationToken", outputToken: "PaginationToken"))
        }
    }

    private static let getResources = Operation(
        .tagging, "GetResources", .read, answers: "ResourceTagMappingList[].ResourceARN")
}
