/// An Amazon Resource Name, by its parts: `arn:partition:service:region:account:resource`.
package struct ARN: Sendable, Hashable, CustomStringConvertible {
    package let partition: Substring
    package let service: Substring
    /// Empty where the service is global.
    package let region: Substring
    /// Twelve digits, or empty.
    package let account: Substring
    /// All that is left, colons and slashes included.
    package let resource: Substring

    /// Nil where a text has not that form.
    package init?(_ text: some StringProtocol) {
        let parts = Substring(text).split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", !parts[1].isEmpty else { return nil }
        partition = parts[1]
        service = parts[2]
        region = parts[3]
        account = parts[4]
        resource = parts[5]
    }

    package init(
        partition: Substring, service: Substring, region: Substring = "", account: Substring = "", resource: Substring
    ) {
        self.partition = partition
        self.service = service
        self.region = region
        self.account = account
        self.resource = resource
    }

    package var description: String { "arn:\(partition):\(service):\(region):\(account):\(resource)" }

    /// The name of a role, user or policy in its ARN, whatever its path is; a text that is no ARN as it is.
    package static func name(in text: String) -> String {
        ARN(text)?.resource.split(separator: "/").last.map(String.init) ?? text
    }

    /// The account of a principal: what IAM or STS has there, which both are of no region.
    package var principalAccount: Substring? {
        (service == "iam" || service == "sts") && region.isEmpty && account.isAccountNumber ? account : nil
    }
}
