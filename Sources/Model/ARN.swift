/// An Amazon Resource Name, by its parts: `arn:partition:service:region:account:resource`.
package struct ARN: Sendable, Hashable {
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

    /// The account of a principal: what IAM or STS has there, which both are of no region.
    package var principalAccount: Substring? {
        (service == "iam" || service == "sts") && region.isEmpty && account.isAccountNumber ? account : nil
    }
}
