import AWSClient
package import Model
package import Provider
package import Schema

/// Domains of a user pool. The physical id is `<pool id>/<domain>`.
package struct UserPoolDomainProvider: UserPoolPart {
    package let type = ResourceType.userPoolDomain
    package let calls = PartCalls(
        read: AWSOperation(.cognitoIdentityProvider, "DescribeUserPoolDomain", .read, answers: "DomainDescription"),
        in: "DomainDescription",
        create: AWSOperation(
            .cognitoIdentityProvider, "CreateUserPoolDomain", .create, answers: "ManagedLoginVersion?"),
        update: AWSOperation(
            .cognitoIdentityProvider, "UpdateUserPoolDomain", .repeatable, answers: "ManagedLoginVersion?"),
        delete: AWSOperation(.cognitoIdentityProvider, "DeleteUserPoolDomain", .repeatable))

    package init() {}

    /// The call takes the domain alone, and answers for another pool's too. Of one that is not there the description is empty, and one
    /// that is being deleted is as good as gone.
    package func object(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        guard let found = try await description(physicalId, calls), found["Status"] != "DELETING",
            found["UserPoolId"] == type.keyProperties(physicalId)["userPool"]
        else { return nil }
        return found
    }

    package func tableForm(_ object: Value) -> Value {
        var object = object
        for member in ["CustomDomainConfig", "Routing"] where object[member] == [:] { object[member] = .null }
        return object
    }

    package func outputs(of object: Value, _ attributes: Value, _ context: StackContext) -> [String: Value] {
        guard let domain = attributes["domain"].string else { return [:] }
        let distribution = [object["CloudFrontDomain"], object["CloudFrontDistribution"]].first { $0.string != nil }
        return [
            "domain": .string(domain), "url": Self.url(domain, context).map(Value.string) ?? .null,
            "cloudFrontDomain": Self.isCustom(domain) ? distribution ?? .null : .null,
        ].filter { !$0.value.isNull }
    }

    package func isUnfinished(_ object: Value) -> Bool {
        ["CREATING", "UPDATING"].contains(object["Status"])
    }

    /// Until AWS has spread it: "up to one minute" for a prefix, "up to one hour" for a custom domain's certificate
    /// (CreateUserPoolDomain).
    package func settle(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        let domain = Self.domain(physicalId)
        let isCustom = Self.isCustom(domain)
        try await calls.polling(
            "AWS to spread the domain \(domain)" + (isCustom ? ", which may take an hour" : ""),
            seconds: isCustom ? 3600 : 60
        ) { () async throws(ProviderError) -> Poll<Void> in
            let status = try await object(physicalId, calls)?["Status"].string
            guard status != "FAILED" else { throw .failed(domain) }
            return status == "ACTIVE" ? .done(()) : .notYet("its status is \(status ?? "not known")")
        }
    }

    package func delete(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        do {
            try await remove(physicalId, calls)
        } catch {
            guard case .aws(let cause) = error, cause.message.hasPrefix("No such domain") else { throw error }
        }
        try await waitUntilGone(physicalId, calls)
    }

    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        if let physicalId = type.key(desired), try await description(physicalId, calls)?["Status"] == "DELETING" {
            try await waitUntilGone(physicalId, calls)
        }
        do {
            return try await make(desired, calls)
        } catch {
            throw Self.explained(error, desired["domain"].string ?? "", calls.address)
        }
    }

    // MARK: Parts

    /// What AWS tells of the domain, whatever pool has it; nil where there is none.
    private func description(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        let answer = try await calls.readIfPresent(
            self.calls.read, ["Domain": .string(Self.domain(physicalId))], missing: self.calls.missing)
        let found = answer?[self.calls.object] ?? [:]
        return found["Domain"].isNull ? nil : found
    }

    private func waitUntilGone(_ physicalId: String, _ calls: ProviderContext) async throws(ProviderError) {
        try await calls.polling("AWS to let go of the domain \(Self.domain(physicalId))", seconds: 60) {
            () async throws(ProviderError) -> Poll<Void> in
            let found = try await description(physicalId, calls)
            let pool = type.keyProperties(physicalId)["userPool"]
            return found == nil || found?["UserPoolId"] != pool ? .done(()) : .notYet("it is still there")
        }
    }

    private static func domain(_ physicalId: String) -> String {
        ResourceType.userPoolDomain.keyProperties(physicalId)["domain"].string ?? ""
    }

    private static func isCustom(_ domain: String) -> Bool { domain.contains(".") }

    /// Where the sign-in page is; nil in partitions whose domain for prefixes is not documented.
    static func url(_ domain: String, _ context: StackContext) -> String? {
        if isCustom(domain) { return "https://\(domain)" }
        switch context.partition {
        case "aws": return "https://\(domain).auth.\(context.region).amazoncognito.com"
        case "aws-us-gov": return "https://\(domain).auth-fips.\(context.region).amazoncognito.com"
        default: return nil
        }
    }

    /// What to do where AWS says no more than that it is so.
    private static func explained(_ error: ProviderError, _ domain: String, _ address: Address) -> ProviderError {
        guard case .aws(let cause) = error, cause.code == "InvalidParameterException" else { return error }
        if cause.message.contains("already associated with another user pool") {
            return .refused(
                message: "the domain \(domain) belongs to another user pool, of this account or of another one.",
                help: "Give \(address) another `domain`, or delete that one first.")
        }
        if cause.message.hasPrefix("User pool already has a domain") {
            return .refused(
                message: "the user pool has \(isCustom(domain) ? "a custom domain" : "a prefix") already.",
                help:
                    "A pool has one prefix and one custom domain at most: take the other one out of the file and apply that first, or delete it."
            )
        }
        return error
    }
}

extension ProviderError {
    /// AWS gave up.
    fileprivate static func failed(_ domain: String) -> ProviderError {
        .refused(
            message: "AWS could not set up the domain \(domain), and does not say why.",
            help:
                "See that its certificate covers it and that its parent domain has a DNS record of type A. Then delete it (Cognito console, Branding, Domain), and run it again."
        )
    }
}
