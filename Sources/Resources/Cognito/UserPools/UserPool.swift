import Model
package import Schema

extension ResourceType {
    /// Limits, words and defaults: botocore's `cognito-idp` model and AWS-FACTS 1.1.
    package static let userPool = ResourceType(
        section: "userPools", name: "userPool", identity: .creationTags, losesWhenDeleted: "user accounts",
        "A directory of users who can sign in.",
        attributes: [
            Attribute(
                "name", .string(length: 1...128, pattern: #"[\w\s+=,.@-]+"#), wire: "PoolName",
                "The pool's name. AWS allows several pools of one name."),
            Attribute(
                "usernameAttributes", .set(.oneOf(["phone_number", "email"])), default: [],
                change: .refused(advice: atCreationOnly),
                "What people sign up with in place of a user name."),
            Attribute(
                "aliasAttributes", .set(.oneOf(["phone_number", "email", "preferred_username"])), default: [],
                change: .refused(advice: atCreationOnly),
                "What people may sign in with beside their user name."),
            Attribute(
                "usernameConfiguration",
                .object([Attribute("caseSensitive", .boolean, default: true, "Whether `Ann` and `ann` are two users.")]
                ),
                change: .refused(advice: atCreationOnly),
                "How user names are compared."),
            Attribute("passwordPolicy", .object(passwordPolicy), "What a password must be."),
            Attribute(
                "mfaConfiguration", .oneOf(["OFF", "ON", "OPTIONAL"]), default: "OFF",
                writtenBy: "SetUserPoolMfaConfig",
                "Whether people must or may sign in with a second factor."),
            Attribute(
                "softwareTokenMfaConfiguration",
                .object([Attribute("enabled", .boolean, default: false, "Whether such an app is a second factor.")]),
                writtenBy: "SetUserPoolMfaConfig",
                "Authenticator apps (time-based one-time passwords) as second factor."),
            Attribute(
                "smsMfaConfiguration", .object(smsMfa), writtenBy: "SetUserPoolMfaConfig",
                "Codes in text messages as second factor; needs `smsConfiguration`."),
            Attribute(
                "emailMfaConfiguration", .object(emailMfa), writtenBy: "SetUserPoolMfaConfig",
                "Codes by e-mail as second factor; needs `emailConfiguration` with `DEVELOPER`."),
            Attribute(
                "webAuthnConfiguration", .object(webAuthn), writtenBy: "SetUserPoolMfaConfig",
                "Passkeys: for which domain, and what they count for."),
            Attribute(
                "signInPolicy",
                .object([
                    Attribute(
                        "allowedFirstAuthFactors",
                        .set(.oneOf(["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]), count: 1...4),
                        default: ["PASSWORD"], "What a sign-in may begin with.")
                ]),
                "What people may sign in with in place of a password."),
            Attribute("deviceConfiguration", .object(devices), "Whether and how devices are remembered."),
            Attribute(
                "autoVerifiedAttributes", .set(.oneOf(["phone_number", "email"])), default: [],
                "What AWS verifies by itself when somebody signs up."),
            Attribute(
                "userAttributeUpdateSettings",
                .object([
                    Attribute(
                        "attributesRequireVerificationBeforeUpdate", .set(.oneOf(["phone_number", "email"])),
                        default: [],
                        "What keeps its old value until the new one is verified.")
                ]),
                "What happens when people change their address or number."),
            Attribute(
                "accountRecoverySetting",
                .object([
                    Attribute(
                        "recoveryMechanisms", .set(.object(recoveryMechanism), count: 1...2),
                        default: [
                            ["priority": 1, "name": "verified_email"],
                            ["priority": 2, "name": "verified_phone_number"],
                        ],
                        "The ways, by priority.")
                ]),
                "How people come back in who forgot their password."),
            Attribute(
                "adminCreateUserConfig",
                .object([
                    Attribute(
                        "allowAdminCreateUserOnly", .boolean, default: false,
                        "Whether only administrators may make accounts: false lets anybody sign up."),
                    Attribute(
                        "inviteMessageTemplate", .object(invitation),
                        "The message to somebody for whom an account was made."),
                ]),
                "Who may make accounts."),
            Attribute(
                "schema", .set(.object(schemaAttribute), count: 1...50), change: .additive(advice: schemaAdvice),
                traits: [.elementKey(ElementKey("name", fallback: standardAttribute))],
                "What is kept of people: custom attributes, and standard ones where they differ from AWS's default."),
            Attribute(
                "verificationMessageTemplate", .object(verification),
                "The message with which somebody's address or number is verified."),
            Attribute(
                "smsAuthenticationMessage", codeText, default: signInText,
                "The text message with a code for signing in."),
            Attribute("emailConfiguration", .object(email), "From whom e-mail comes, and who sends it."),
            Attribute(
                "smsConfiguration", .object(sms), change: .lasting(advice: smsAdvice),
                "Who sends text messages."),
            Attribute(
                "userPoolAddOns",
                .object([
                    Attribute(
                        "advancedSecurityMode", .oneOf(["OFF", "AUDIT", "ENFORCED"]), required: true, default: "OFF",
                        "Whether risks are recorded, or acted on."),
                    Attribute(
                        "advancedSecurityAdditionalFlows",
                        .object([
                            Attribute(
                                "customAuthMode", .oneOf(["AUDIT", "ENFORCED"]), "The same for custom sign-in.")
                        ]),
                        "The same for other ways to sign in."),
                ]),
                "Threat protection; needs `userPoolTier: PLUS`."),
            Attribute(
                "deletionProtection", .oneOf(["ACTIVE", "INACTIVE"]), default: "INACTIVE",
                "Whether AWS refuses to delete the pool."),
            Attribute(
                "userPoolTier", .oneOf(["LITE", "ESSENTIALS", "PLUS"]), default: "ESSENTIALS",
                "The feature plan, which decides the price."),
            Attribute(
                "keyConfiguration",
                .object([
                    Attribute(
                        "keyType", .oneOf(["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KEY"]), default: "AWS_OWNED_KEY",
                        "Whose key it is."),
                    Attribute(
                        "kmsKeyArn", .string(length: 20...2048, pattern: "arn:.+"),
                        "The key, for `CUSTOMER_MANAGED_KEY`."),
                ]),
                "The KMS key under which the pool's data is encrypted."),
            Attribute(
                "issuerConfiguration",
                .object([
                    Attribute(
                        "type", .oneOf(["ORIGINAL", "UPDATED"]), default: "ORIGINAL",
                        "UPDATED: tokens name an issuer that is the same in every region.")
                ]),
                "Which `iss` tokens have: whoever checks tokens must know it."),
            Attribute(
                "webACLArn", .string(length: 20...2048, pattern: "arn:.+"), writtenBy: "AssociateWebACL",
                "The web ACL of AWS WAF that guards the pool."),
            Attribute(
                "lambdaConfig", .object(triggers), default: [:], traits: [.deferred],
                "The Lambda functions that the pool calls."),
            Attribute(
                "lambdaPermissions", .set(.string()), default: [],
                writtenBy: "AddPermission",
                traits: [.derived(Derivation(from: "lambdaConfig") { functions(in: $0, triggers) }), .deferred],
                "The functions of `lambdaConfig` whose resource policy lets the pool call them."),
        ],
        apiNames: userPoolAPINames,
        outputs: [
            Output("id", "The pool's id, such as `us-east-1_AbCdEfGhI`."),
            Output("arn", "The pool's ARN."),
            Output(
                "providerName", "The name under which an identity pool knows it: `cognito-idp.<region>.<domain>/<id>`."),
            Output("issuer", "The `iss` of its tokens: the provider name as a URL."),
        ],
        rules: userPoolRules,
        blocksDeletion: { pool in
            guard pool["deletionProtection"] == "ACTIVE" else { return nil }
            return RuleProblem(
                path: PropertyPath("deletionProtection"), message: "its `deletionProtection` is ACTIVE",
                help: "Set it to INACTIVE in the stack file, apply that, and try again.")
        })

    private static let atCreationOnly =
        "AWS sets it when the pool is made and never after. Put the old value back; or make a second pool under another name in the file and move the users there, by import or by a user migration function."

    /// Where a file gives only some of these, AWS turns the other `require…` off: all of them are sent, with the defaults
    /// of a pool for which nothing is said.
    private static let passwordPolicy = [
        Attribute("minimumLength", .integer(6...99), default: 8, traits: [.alwaysSent], "The fewest characters."),
        Attribute(
            "requireUppercase", .boolean, default: true, traits: [.alwaysSent], "Whether one must be a capital letter."),
        Attribute(
            "requireLowercase", .boolean, default: true, traits: [.alwaysSent], "Whether one must be a small letter."),
        Attribute("requireNumbers", .boolean, default: true, traits: [.alwaysSent], "Whether one must be a digit."),
        Attribute("requireSymbols", .boolean, default: true, traits: [.alwaysSent], "Whether one must be a symbol."),
        Attribute(
            "temporaryPasswordValidityDays", .duration(.days, 1...365), default: 7, traits: [.alwaysSent],
            "How long the password works that an administrator gave."),
        Attribute(
            "passwordHistorySize", .integer(0...24), default: 0,
            "How many earlier passwords may not be used again; needs threat protection."),
    ]

    private static let userPoolAPINames = APINames(
        // `userPoolName` is CloudFormation's word. The three messages are older names of the template's, and the last is that of the
        // password policy's.
        otherwise: [
            "userPoolName": "name", "userPoolTags": "tags", "policies": "passwordPolicy",
            "smsVerificationMessage": "verificationMessageTemplate.smsMessage",
            "emailVerificationMessage": "verificationMessageTemplate.emailMessage",
            "emailVerificationSubject": "verificationMessageTemplate.emailSubject",
            "smsMfaConfiguration.smsConfiguration": "smsConfiguration",
            "adminCreateUserConfig.unusedAccountValidityDays": "passwordPolicy.temporaryPasswordValidityDays",
        ])

    private static let recoveryMechanism = [
        Attribute("priority", .integer(1...2), required: true, "1 is tried first."),
        Attribute(
            "name", .oneOf(["verified_email", "verified_phone_number", "admin_only"]), required: true,
            "How an account is recovered."),
    ]

    /// The functions that a value of these rows names, each once; null where there is none.
    private static func functions(in value: Value, _ rows: [Attribute]) -> Value {
        var found: [Value] = []
        for row in rows {
            let member = value[row.name]
            switch row.type {
            case .reference where !member.isNull: found.append(member)
            case .object(let members): found += functions(in: member, members).list ?? []
            default: break
            }
        }
        return found.isEmpty
            ? .null : .list(found.enumerated().filter { !found[..<$0.offset].contains($0.element) }.map(\.element))
    }

    private static let function = AttributeType.reference(
        ReferenceTarget("lambdaFunctions", "lambdaAliases", attribute: "arn"))

    private static func versioned(_ name: String, _ versions: [String], wire: String? = nil, _ help: String)
        -> Attribute
    {
        Attribute(
            name,
            .object([
                Attribute("lambdaVersion", .oneOf(versions), required: true, "The version of the event that it gets."),
                Attribute("lambdaArn", function, required: true, "The function."),
            ]), wire: wire, help)
    }

    private static let triggers = [
        Attribute("preSignUp", function, "Before somebody signs up: may refuse, confirm or verify."),
        Attribute("postConfirmation", function, "After an account is confirmed."),
        Attribute("preAuthentication", function, "Before a sign-in: may refuse it."),
        Attribute("postAuthentication", function, "After a sign-in."),
        Attribute("preTokenGeneration", function, "Before tokens are made: may change the id token's claims."),
        versioned(
            "preTokenGenerationConfig", ["V1_0", "V2_0", "V3_0"],
            "The same with a version: V2_0 also changes access tokens, V3_0 also those of machines."),
        Attribute("customMessage", function, "Before a message is sent: may write its text."),
        Attribute("userMigration", function, "When somebody unknown signs in: may bring the account from elsewhere."),
        Attribute("defineAuthChallenge", function, "Custom sign-in: which challenge comes next."),
        Attribute("createAuthChallenge", function, "Custom sign-in: makes the challenge."),
        Attribute("verifyAuthChallengeResponse", function, "Custom sign-in: judges the answer."),
        versioned("customEmailSender", ["V1_0"], "Sends e-mail in the pool's place; needs `kmsKeyID`."),
        versioned(
            "customSMSSender", ["V1_0"], wire: "CustomSMSSender",
            "Sends text messages in the pool's place; needs `kmsKeyID`."),
        versioned("inboundFederation", ["V1_0"], "When somebody signs in through another identity provider."),
        Attribute(
            "kmsKeyID", .string(length: 20...2048, pattern: "arn:.+"), wire: "KMSKeyID",
            "The key under which codes reach the sender functions."),
    ]
}
