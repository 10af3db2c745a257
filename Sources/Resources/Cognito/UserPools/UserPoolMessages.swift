import AWSClient
import Model
import Schema

extension AWSOperation {
    static let describeUserPool = AWSOperation(
        .cognitoIdentityProvider, "DescribeUserPool", .read, answers: "UserPool.Id", "UserPool.Name")
    static let getUserPoolMfaConfig = AWSOperation(
        .cognitoIdentityProvider, "GetUserPoolMfaConfig", .read, answers: "MfaConfiguration")
    static let listUserPools = AWSOperation(.cognitoIdentityProvider, "ListUserPools", .read, answers: "UserPools[].Id")
    static let listUsers = AWSOperation(.cognitoIdentityProvider, "ListUsers", .read, answers: "Users[].Username")
    static let createUserPool = AWSOperation(
        .cognitoIdentityProvider, "CreateUserPool", .create, answers: "UserPool.Id")
    static let updateUserPool = AWSOperation(.cognitoIdentityProvider, "UpdateUserPool", .repeatable)
    static let setUserPoolMfaConfig = AWSOperation(
        .cognitoIdentityProvider, "SetUserPoolMfaConfig", .repeatable, answers: "MfaConfiguration")
    /// Not a create call in the journal's sense: names are unique in a pool, and AWS refuses a second one.
    static let addCustomAttributes = AWSOperation(.cognitoIdentityProvider, "AddCustomAttributes", .repeatable)
    static let deleteUserPool = AWSOperation(.cognitoIdentityProvider, "DeleteUserPool", .repeatable)
    static let tagUserPool = AWSOperation(.cognitoIdentityProvider, "TagResource", .repeatable)
    static let untagUserPool = AWSOperation(.cognitoIdentityProvider, "UntagResource", .repeatable)
}

/// Where a user pool's messages differ from the type's table.
enum UserPoolMessages {
    /// `DescribeUserPool`'s pool, in the table's wire names.
    static func tableForm(_ pool: Value) -> Value {
        var members = pool.map ?? [:]
        members["PoolName"] = members.removeValue(forKey: "Name")
        if let policies = members.removeValue(forKey: "Policies") {
            members["PasswordPolicy"] = policies["PasswordPolicy"]
            members["SignInPolicy"] = policies["SignInPolicy"]
        }
        if let schema = members.removeValue(forKey: "SchemaAttributes") {
            members["Schema"] = .list(schema.elements.map(attribute))
        }
        // The three verification texts stand twice in an answer: the template's are the ones that count.
        for (old, new) in [
            ("SmsVerificationMessage", "SmsMessage"), ("EmailVerificationMessage", "EmailMessage"),
            ("EmailVerificationSubject", "EmailSubject"),
        ] {
            guard let text = members.removeValue(forKey: old), text.string?.isEmpty == false else { continue }
            var template = members["VerificationMessageTemplate"] ?? [:]
            if template[new].string?.isEmpty != false { template[new] = text }
            members["VerificationMessageTemplate"] = template
        }
        return Value.map(members).withoutNulls
    }

    /// An attribute of a schema as it was asked for: AWS puts `custom:` before the names of those that a pool has beside the standard
    /// ones, and `dev:` before that where only administrators write them.
    private static func attribute(_ shown: Value) -> Value {
        guard let name = shown["Name"].string else { return shown }
        var attribute = shown
        attribute["Name"] = .string(name.split(separator: ":").last.map(String.init) ?? name)
        if name.hasPrefix("dev:") { attribute["DeveloperOnlyAttribute"] = true }
        return attribute
    }

    /// Attributes of a schema as a request has them: their limits are texts (botocore, `StringAttributeConstraintsType`).
    static func schema(_ attributes: [Value]) -> Value {
        .list(
            attributes.map { attribute in
                var attribute = attribute
                for member in ["StringAttributeConstraints", "NumberAttributeConstraints"] {
                    guard let limits = attribute[member].map else { continue }
                    attribute[member] = .map(limits.mapValues { $0.integer.map { .string("\($0)") } ?? $0 })
                }
                return attribute
            })
    }

    /// A request, from the table's wire names.
    static func request(_ tableForm: Value) -> Value {
        var members = tableForm.map ?? [:]
        let policies = ["PasswordPolicy", "SignInPolicy"].compactMap { name in
            members.removeValue(forKey: name).map { (name, $0) }
        }
        if !policies.isEmpty { members["Policies"] = .map(Dictionary(uniqueKeysWithValues: policies)) }
        if let attributes = members["Schema"]?.list { members["Schema"] = schema(attributes) }
        return .map(members)
    }

    /// The request that makes a pool so, from the table's wire names: a live pool with changes laid over it.
    ///
    /// - `AdminCreateUserConfig.UnusedAccountValidityDays` is refused beside the password policy's
    ///   `TemporaryPasswordValidityDays`, whose older name it is.
    /// - Any member of `DeviceConfiguration` turns it on, and so it is left out where nothing is said in it.
    static func update(_ poolId: String, _ tableForm: Value) -> Value {
        var pool = tableForm
        let unusedDays = pool["AdminCreateUserConfig"]["UnusedAccountValidityDays"]
        if pool["PasswordPolicy"].map != nil, pool["PasswordPolicy"]["TemporaryPasswordValidityDays"].isNull,
            unusedDays != 0
        {
            pool["PasswordPolicy"]["TemporaryPasswordValidityDays"] = unusedDays
        }
        if pool["AdminCreateUserConfig"].map != nil {
            pool["AdminCreateUserConfig"]["UnusedAccountValidityDays"] = .null
        }
        for member in ["DeviceConfiguration", "SmsConfiguration"] where pool[member].map?.isEmpty == true {
            pool[member] = .null
        }
        // The mode is required in it.
        if pool["UserPoolAddOns"]["AdvancedSecurityMode"].isNull { pool["UserPoolAddOns"] = .null }
        var request = request(pool.members(updateMembers).withoutNulls)
        request["UserPoolId"] = .string(poolId)
        return request
    }

    /// What `UpdateUserPool` takes, MFA's state too, which has a call of its own as well.
    private static let updateMembers = ResourceType.userPool.updatedMembers.union(["UserPoolTags", "MfaConfiguration"])

    /// AWS wants both names of the token function to say the same where there are both: the one that the file says, or takes
    /// out, decides.
    static func withOneTokenFunction(_ triggers: Value, desired: Value) -> Value {
        var triggers = triggers
        let members = desired.map ?? [:]
        let versioned = members["preTokenGenerationConfig"]
        if let arn = versioned?["lambdaArn"].string {
            if !triggers["PreTokenGeneration"].isNull { triggers["PreTokenGeneration"] = .string(arn) }
        } else if let arn = members["preTokenGeneration"]?.string {
            if !triggers["PreTokenGenerationConfig"].isNull {
                triggers["PreTokenGenerationConfig"]["LambdaArn"] = .string(arn)
            }
        } else if members["preTokenGeneration"] == .null || versioned?["lambdaArn"] == .null {
            triggers["PreTokenGeneration"] = .null
            triggers["PreTokenGenerationConfig"] = .null
        }
        return triggers.withoutNulls
    }

    /// `GetUserPoolMfaConfig`'s answer, in the table's wire names: codes by text message and by e-mail are on where they are shown.
    static func mfaTableForm(_ answer: Value) -> Value {
        var form = answer
        for factor in codes where form[factor].map != nil { form[factor]["Enabled"] = true }
        return form
    }

    /// An MFA configuration that `SetUserPoolMfaConfig` takes, from the table's wire names. Beside `OFF` it refuses any factor, even a
    /// disabled one; passkeys, which may be a first factor, are none.
    ///
    /// - Parameter sms: the pool's `SmsConfiguration`, without which AWS takes no codes in text messages.
    static func mfa(_ merged: Value, sms: Value) -> Value {
        guard merged["MfaConfiguration"] != "OFF" else {
            return merged.members(["MfaConfiguration", "WebAuthnConfiguration"])
        }
        var mfa = merged.members([
            "MfaConfiguration", "WebAuthnConfiguration", "SmsMfaConfiguration", "SoftwareTokenMfaConfiguration",
            "EmailMfaConfiguration",
        ])
        for factor in codes {
            let isOn = mfa[factor]["Enabled"] == true
            mfa[factor]["Enabled"] = .null
            if !isOn { mfa[factor] = .null }
        }
        if mfa["SmsMfaConfiguration"].map != nil, !sms.isNull { mfa["SmsMfaConfiguration"]["SmsConfiguration"] = sms }
        return mfa.withoutNulls
    }

    private static let codes = ["SmsMfaConfiguration", "EmailMfaConfiguration"]

    /// Whether people must or may sign in with a second factor.
    static func isOn(_ mfa: Value) -> Bool { ["ON", "OPTIONAL"].contains(mfa["MfaConfiguration"]) }

    /// Whether the configuration holds a second factor.
    static func hasFactor(_ mfa: Value) -> Bool {
        mfa["SoftwareTokenMfaConfiguration"]["Enabled"] == true || !mfa["SmsMfaConfiguration"].isNull
            || !mfa["EmailMfaConfiguration"].isNull
            || mfa["WebAuthnConfiguration"]["FactorConfiguration"] == "MULTI_FACTOR_WITH_USER_VERIFICATION"
    }

    /// The name under which identity pools and tokens know a pool; its id begins with its region.
    static func providerName(_ poolId: String) -> String {
        let region = String(poolId.prefix { $0 != "_" })
        return "cognito-idp.\(region).\(Partition(region: region).dnsSuffix)/\(poolId)"
    }
}
