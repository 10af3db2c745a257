import AWSClient
package import Provider
package import Model
package import Schema
package import Records

package struct IAMUserProvider: TagListingProvider, PolicyReadingProvider, DeletionGuardingProvider {
    package let type = iamUserType

    package init() {}

    package func read(_ name: String, _ calls: ProviderContext) async throws(ProviderError) -> Live? {
        guard let user = try await PrincipalCalls(.user, name, calls).planned() else { return nil }
        return Live(name, attributes: .map(user.attributes(.user)), outputs: user.outputs(.user))
    }

    package func create(_ desired: Value, _ calls: ProviderContext) async throws(ProviderError) -> [String: Value] {
        let user = PrincipalCalls(.user, desired["name"].string ?? "", calls, isNew: true)
        var members = type.wireForm(desired)
        members["Tags"] = Tags.list(desired["tags"])
        let outputs = try await user.create(members)
        try await user.update(to: desired, changed: PrincipalPolicies.writtenApart(in: desired))
        return outputs
    }

    package func update(
        _ name: String, to desired: Value, changed: Set<String>, _ calls: ProviderContext
    ) async throws(ProviderError) -> [String: Value] {
        try await PrincipalCalls(.user, name, calls).update(to: desired, changed: changed)
        return [:]
    }

    /// Deletes the user with its policies and memberships, which can be given again; a credential cannot, and somebody may use
    /// it: one that no address of the stack stands for stops the delete before anything is touched.
    package func delete(_ name: String, _ calls: ProviderContext) async throws(ProviderError) {
        let user = PrincipalCalls(.user, name, calls)
        do {
            // The stack's own key may just have been deleted, and still be listed.
            try await calls.polling("IAM to forget deleted credentials", seconds: 10) {
                () async throws(ProviderError) -> Poll<Void> in
                let left = try await user.credentials()
                return left.isEmpty ? .done(()) : .notYet(left.joined(separator: ", "))
            }
        } catch {
            guard case .timedOut(_, _, let left) = error else { throw error }
            throw .refused(message: "The user \(name) still has what somebody may use: \(left).", help: Self.deleteThem)
        }
        try await user.delete { () async throws(ProviderError) in
            for group in try await user.list(Self.listGroups, "Groups") ?? [] {
                try await user.remove(Self.leaveGroup, ["GroupName": group["GroupName"]])
            }
        }
    }

    package func policyDocument(_ arn: String, _ calls: ProviderContext) async throws(ProviderError) -> Value? {
        try await PrincipalCalls.policyDocument(arn, calls)
    }

    package func obstacle(_ name: String, going: Set<String>, _ calls: ProviderContext) async throws(ProviderError)
        -> RuleProblem?
    {
        let left = try await PrincipalCalls(.user, name, calls).credentials(excluding: going)
        guard !left.isEmpty else { return nil }
        return RuleProblem(
            path: .root, message: "the user \(name) has what somebody may still use: \(left.joined(separator: ", "))",
            help: Self.deleteThem)
    }

    private static let deleteThem = "Delete it in IAM if nobody does, and run it again."

    package func tagged(_ calls: ProviderContext) async throws(ProviderError) -> [TaggedObject] {
        try await PrincipalCalls(.user, "", calls).tagged(type)
    }

    package func locate(_ desired: Value, intents: [Intent], _ calls: ProviderContext) async throws(ProviderError)
        -> Located
    {
        try await PrincipalCalls(.user, desired["name"].string ?? "", calls).located()
    }

    private static let listGroups = Operation(.iam, "ListGroupsForUser", .read, answers: "Groups[].GroupName")
    private static let leaveGroup = Operation(.iam, "RemoveUserFromGroup", .repeatable)
}

extension PrincipalCalls {
    /// What somebody may sign in with as a user, in words; none where the user is gone.
    ///
    /// - Parameter going: physical ids of access keys that do not count.
    fileprivate func credentials(excluding going: Set<String> = []) async throws(ProviderError) -> [String] {
        let lists: [String: (call: String, items: String, id: String)] = [
            "access key": ("ListAccessKeys", "AccessKeyMetadata", "AccessKeyId"),
            "MFA device": ("ListMFADevices", "MFADevices", "SerialNumber"),
            "SSH key": ("ListSSHPublicKeys", "SSHPublicKeys", "SSHPublicKeyId"),
            "signing certificate": ("ListSigningCertificates", "Certificates", "CertificateId"),
            "service credential": (
                "ListServiceSpecificCredentials", "ServiceSpecificCredentials", "ServiceSpecificCredentialId"
            ),
        ]
        async let password = outcome { () async throws(ProviderError) in
            try await calls.readIfPresent(
                Operation(.iam, "GetLoginProfile", .read, answers: "LoginProfile.UserName"), input(),
                missing: IAM.missing)
        }
        let found = try await all(Array(lists.keys)) { (word) async throws(ProviderError) -> [String]? in
            guard let (call, items, id) = lists[word] else { return nil }
            let ids = try await list(Operation(.iam, call, .read, answers: "\(items)[].\(id)"), items)?.map {
                $0[id].string ?? ""
            }
            return ids?.filter { !going.contains(AccessKeyID(user: name, id: $0).physicalId) }.map { "\(word) \($0)" }
        }
        let passwords = try await password.get() == nil ? [] : ["a console password"]
        return found.values.flatMap(\.self).sorted() + passwords
    }
}
