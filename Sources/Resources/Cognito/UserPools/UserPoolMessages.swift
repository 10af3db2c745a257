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
        return Value.map(members).withoutNulls
    }

    /// A request, from the table's wire names.
    static func request(_ tableForm: Value) -> Value {
        var members = tableForm.map ?? [:]
        let policies = ["PasswordPolicy", "SignInPolicy"].compactMap { name in
            members.removeValue(forKey: name).map { (name, $0) }
        }
        if !policies.isEmpty { members["Policies"] = .map(Dictionary(uniqueKeysWithValues: policies)) }
        return .map(members)
    }

    /// The request that makes a pool so, from the table's wire names: a live pool with changes laid over it.
    ///
    /// - `AdminCreateUserConfig.UnusedAccountValidityDays` is refused beside the password policy's
    ///   `TemporaryPasswordValidityDays`, whose older name it is.
    /// - The three verification texts stand twice in an answer: the template's are the ones that count.
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
        for (old, new) in [
            ("SmsVerificationMessage", "SmsMessage"), ("EmailVerificationMessage", "EmailMessage"),
            ("EmailVerificationSubject", "EmailSubject"),
        ] where pool[old].string?.isEmpty == false && pool["VerificationMessageTemplate"][new].isNull {
            pool["VerificationMessageTemplate"][new] = pool[old]
        }
        // The mode is required in it.
        if pool["UserPoolAddOns"]["AdvancedSecurityMode"].isNull { pool["UserPoolAddOns"] = .null }
        var request = request(pool.members(updateMembers).withoutNulls)
        request["UserPoolId"] = .string(poolId)
        return request
    }

    /// The input of `UpdateUserPool` in botocore's model, without the texts that `VerificationMessageTemplate` holds.
    private static let updateMembers: Set<String> = [
        "PoolName", "PasswordPolicy", "SignInPolicy", "DeletionProtection", "LambdaConfig", "AutoVerifiedAttributes",
        "VerificationMessageTemplate", "SmsAuthenticationMessage", "UserAttributeUpdateSettings", "MfaConfiguration",
        "DeviceConfiguration", "EmailConfiguration", "SmsConfiguration", "UserPoolTags", "AdminCreateUserConfig",
        "UserPoolAddOns", "AccountRecoverySetting", "UserPoolTier", "KeyConfiguration", "IssuerConfiguration",
    ]

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

    /// An MFA configuration that `SetUserPoolMfaConfig` takes. Beside `OFF` it refuses any factor, even a disabled one;
    /// passkeys, which may be a first factor, are none.
    static func mfa(_ merged: Value) -> Value {
        let kept: Set<String> =
            merged["MfaConfiguration"] == "OFF"
            ? ["MfaConfiguration", "WebAuthnConfiguration"]
            : [
                "MfaConfiguration", "WebAuthnConfiguration", "SmsMfaConfiguration", "SoftwareTokenMfaConfiguration",
                "EmailMfaConfiguration",
            ]
        return merged.members(kept)
    }

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
