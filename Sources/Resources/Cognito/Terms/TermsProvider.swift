import AWSClient
package import Model
package import Provider
package import Schema

/// Terms of an app client. The physical id is `<name>/<pool id>/<client id>`, since AWS keeps one of each name for a client.
package struct TermsProvider: UserPoolPart {
    package let type = ResourceType.terms
    package let calls = PartCalls(
        read: AWSOperation(.cognitoIdentityProvider, "DescribeTerms", .read, answers: "Terms.TermsId"), in: "Terms",
        create: AWSOperation(.cognitoIdentityProvider, "CreateTerms", .create, answers: "Terms.TermsId"),
        update: AWSOperation(.cognitoIdentityProvider, "UpdateTerms", .repeatable, answers: "Terms.TermsId"),
        delete: AWSOperation(.cognitoIdentityProvider, "DeleteTerms", .repeatable), taken: "TermsExistsException",
        id: "TermsId")

    package init() {}

    /// AWS knows terms by an id alone, and its list does not tell whose they are: those of the wanted name are looked at.
    package func object(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        let key = key(physicalId)
        let pool = key.members(["UserPoolId"])
        let listed: [Value]
        do {
            listed = try await calls.readAll(
                Self.list, pool.overlaid(by: ["MaxResults": 60]), items: "Terms", inputToken: "NextToken",
                outputToken: "NextToken")
        } catch {
            guard error.code == self.calls.missing else { throw error }
            return nil
        }
        for terms in listed where terms["TermsName"] == key["TermsName"] {
            let found = try await calls.readIfPresent(
                self.calls.read, pool.overlaid(by: ["TermsId": terms["TermsId"]]), missing: self.calls.missing)?[
                    self.calls.object]
            if let found, found["ClientId"] == key["ClientId"] { return found }
        }
        return nil
    }

    package func outputs(of object: Value, _ attributes: Value, _ context: StackContext) -> [String: Value] {
        let id = [object, object[calls.object]].map { $0["TermsId"] }.first { $0.string != nil }
        return id.map { ["id": $0] } ?? [:]
    }

    private static let list = AWSOperation(
        .cognitoIdentityProvider, "ListTerms", .read, answers: "Terms[].TermsId", "Terms[].TermsName")
}
