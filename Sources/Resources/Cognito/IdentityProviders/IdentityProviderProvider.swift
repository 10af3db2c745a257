import AWSClient
package import Model
package import Provider
package import Schema

/// Identity providers of a user pool. The physical id is `<pool id>/<provider name>`.
package struct IdentityProviderProvider: UserPoolPart {
    package let type = ResourceType.identityProvider
    package let calls = PartCalls(
        read: operation("DescribeIdentityProvider", .read), in: "IdentityProvider",
        create: operation("CreateIdentityProvider", .create), update: operation("UpdateIdentityProvider", .repeatable),
        delete: AWSOperation(.cognitoIdentityProvider, "DeleteIdentityProvider", .repeatable),
        taken: "DuplicateProviderException")

    package init() {}

    package func outputs(_ attributes: Value) -> [String: Value] { ["providerName": attributes["providerName"]] }

    /// Secrets are compared with the file's, and never shown. Apple's private key AWS does not tell, so it is taken to be as it was
    /// written last.
    package func attributes(of object: Value, _ calls: ProviderContext) -> Value {
        var object = object
        for name in Self.secrets {
            object[Self.details][name] = object[Self.details][name].hiddenText.map(Value.string) ?? .null
        }
        var attributes = type.attributes(fromWire: object)
        for name in Self.secrets where attributes["providerDetails"][name].isNull {
            attributes["providerDetails"][name] = calls.recorded["providerDetails"][name]
        }
        return attributes.withoutNulls
    }

    /// AWS keeps all details as texts.
    package func request(_ members: Value) -> Value {
        var members = members
        members[Self.details] = members[Self.details].mapLeaves { leaf in
            if case .boolean(let flag) = leaf { .string(String(flag)) } else { leaf }
        }
        return members.withoutNulls
    }

    /// The details are replaced whole. What AWS has found out itself is not sent back: it belongs to what was there before, or AWS takes
    /// none of it.
    package func update(
        _ physicalId: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        guard !changed.isEmpty else { return [:] }
        let live = try await calls.readEventually(physicalId) { () async throws(ProviderError) in
            try await object(physicalId, calls)
        }
        let merged = type.overlay(live, with: desired, changed: changed)
        var input = merged.members(["AttributeMapping", "IdpIdentifiers"]).overlaid(by: key(physicalId))
        if let kind = merged["ProviderType"].string.flatMap(ProviderKind.init), changed.contains("providerDetails") {
            input[Self.details] = Self.details(merged[Self.details], live: live[Self.details], desired, kind)
        }
        try await calls.write(self.calls.update, request(input), on: physicalId, retrying: .cognito)
        return [:]
    }

    // MARK: Parts

    private static let details = "ProviderDetails"
    private static let secrets = ["client_secret", "private_key"]

    private static func details(_ merged: Value, live: Value, _ desired: Value, _ kind: ProviderKind) -> Value {
        let given = desired["providerDetails"]
        let isOfOldIssuer = kind != .oidc || merged["oidc_issuer"] != live["oidc_issuer"]
        let left = (merged.map ?? [:]).filter { name, _ in
            guard given[name].isNull else { return true }
            if ["MetadataURL", "MetadataFile"].contains(name) { return false }
            return kind.known.contains(name) && !(isOfOldIssuer && kind.derived.contains(name))
        }
        return .map(left)
    }

    private static func operation(_ name: String, _ effect: AWSOperation.Effect) -> AWSOperation {
        AWSOperation(
            .cognitoIdentityProvider, name, effect, answers: "IdentityProvider.ProviderName",
            secrets: secrets.map { "IdentityProvider.\(details).\($0)" }
        ).hiding("\(details).client_secret", "\(details).private_key")
    }
}
