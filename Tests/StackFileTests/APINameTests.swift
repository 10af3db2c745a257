import Planning
import Provider
import Resources
import Model
import Schema
import StackFile
import Testing

/// What people bring along from AWS's API and from CloudFormation.
@Suite struct APINameTests {
    @Test(arguments: [
        ("appClients", "clientSecret"), ("appClients", "ClientSecret"), ("iamUsers", "loginProfile"),
        ("lambdaFunctions", "vpcConfig"),
        ("secrets", "secretBinary"), ("ssmParameters", "policies"),
    ])
    func isNotManagedYet(section: String, key: String) throws {
        let unknown = try unknownKey(key, of: section)
        #expect(unknown.code == "unmanaged-property")
        #expect(unknown.message(in: "\(section).x") == "cogstack does not manage `\(key)` of \(section).x yet")
        #expect(unknown.help == "Take it out of the file: cogstack leaves it as AWS has it.")
        #expect(unknown.meant == nil)
    }

    @Test(arguments: [
        ("userPools", "userPoolName", "name"), ("userPools", "poolName", "name"),
        ("userPools", "policies", "passwordPolicy"),
        ("userPools", "EmailVerificationMessage", "verificationMessageTemplate.emailMessage"),
        ("userPools", "UserPoolTags", "tags"), ("appClients", "clientName", "name"),
        ("appClients", "userPoolId", "userPool"),
        ("identityPools", "identityPoolName", "name"), ("roles", "policies", "inlinePolicies"),
        ("roles", "assumeRolePolicyDocument", "trust"), ("roles", "AssumeRolePolicyDocument", "trust"),
        ("roles", "managedPolicyArns", "managedPolicies"), ("roles", "roleName", "name"),
        ("iamUsers", "userName", "name"),
        ("accessKeys", "userName", "iamUser"), ("lambdaFunctions", "functionName", "name"),
    ])
    func isCalledOtherwise(section: String, key: String, name: String) throws {
        let unknown = try unknownKey(key, of: section)
        #expect(unknown.code == "unknown-key")
        #expect(unknown.help == "It is called `\(name)` here.")
        #expect(unknown.meant == name)
    }

    @Test func aSlipIsStillASlip() throws {
        #expect(try unknownKey("mfaConfiguratoin", of: "userPools").help == "Did you mean `mfaConfiguration`?")
    }

    /// Wherever a key can stand.
    @Test(arguments: [
        Scene(
            "further in, and in ignoreChanges", types: ResourceTypes.registry.types,
            """
            userPools:
              users:
                adminCreateUserConfig: { unusedAccountValidityDays: 3 }
                                         ^^^^^^^^^^^^^^^^^^^^^^^^^ unknown-key: adminCreateUserConfig has no property `unusedAccountValidityDays`
            iamUsers:
              u:
                lifecycle: { ignoreChanges: [loginProfile.passwordResetRequired] }
                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unmanaged-property: cogstack does not manage `loginProfile` of iamUsers.u yet
            roles:
              r:
                assumeRolePolicyDocument: {}
                ^^^^^^^^^^^^^^^^^^^^^^^^ unknown-key: roles.r has no property `assumeRolePolicyDocument`
            """)
    ])
    func isToldInItsPlace(_ scene: Scene) {
        #expect(scene.found == scene.expected)
    }

    /// A row of that name would never be found unknown; and whoever is sent to a name must find it.
    @Test func theTablesHoldTogether() {
        for type in ResourceTypes.registry.types {
            let names = Set(type.attributes.map { $0.name.lowercased() })
            for name in type.apiNames.unmanaged + type.apiNames.otherwise.keys {
                #expect(!names.contains(name.lowercased()), "\(type.section): \(name)")
            }
            for name in type.apiNames.otherwise.values {
                #expect(Self.row(name, of: type) != nil, "\(type.section): \(name)")
            }
        }
    }

    private static func row(_ path: String, of type: ResourceType) -> Attribute? {
        let names = path.split(separator: ".").map(String.init)
        return names.dropFirst().reduce(type.attribute(names[0])) { row, name in
            guard case .object(let rows)? = row?.type else { return nil }
            return rows.first { $0.name == name }
        }
    }

    private func unknownKey(_ key: String, of section: String) throws -> UnknownKey {
        let type = try #require(ResourceTypes.registry.bySection[section])
        return type.apiNames.unknownKey(key, among: type.attributes)
    }
}
