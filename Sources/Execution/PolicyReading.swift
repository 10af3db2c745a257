package import Planning
package import Provider
import Model
import Schema

extension LiveReader {
    /// Reads what the Access section of a plan needs beyond the resources themselves, and a plan without it was not shown yet: the
    /// documents of the managed policies that it attaches or detaches, and who may use what it deletes.
    ///
    /// - Returns: whether something was read that the plan did not know.
    package func readPolicies(for plan: Plan, in observation: inout Observation) async throws(ProviderError) -> Bool {
        // Two resources may name one policy: the first one's provider reads it.
        var told = Set(observation.policies.keys)
        var unread: [Address: [String]] = [:]
        for (address, arns) in plan.unreadPolicies.sorted(by: { $0.key < $1.key }) {
            unread[address] = arns.filter { told.insert($0).inserted }.sorted()
        }
        let documents = try await each(unread) { provider, address, arns throws(ProviderError) in
            var documents: [String: Value] = [:]
            guard let provider = provider as? any PolicyReadingProvider else { return documents }
            for arn in arns { documents[arn] = try await provider.policyDocument(arn, calls(address)) }
            return documents
        }
        let going = plan.withGoingPolicies(types).filter { observation.resourcePolicies[$0.key] == nil }
        let resourcePolicies = try await each(going) { provider, address, id throws(ProviderError) in
            try await (provider as? any ResourcePolicyProvider)?.resourcePolicy(id, calls(address))
        }.compactMapValues(\.self)
        for (arn, document) in documents.values.flatMap(\.self) { observation.policies[arn] = document }
        observation.resourcePolicies.merge(resourcePolicies) { $1 }
        return !resourcePolicies.isEmpty || documents.values.contains { !$0.isEmpty }
    }
}
