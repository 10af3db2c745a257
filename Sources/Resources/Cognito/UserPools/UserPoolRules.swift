import Model
import Schema

/// The factors that are on where they say so.
let secondFactors = ["softwareTokenMfaConfiguration", "smsMfaConfiguration", "emailMfaConfiguration"]

/// With this a passkey stands for both factors.
private let passkeysAsBoth = "MULTI_FACTOR_WITH_USER_VERIFICATION"

/// What AWS refuses, or takes and does not mean, over several properties of a user pool.
let userPoolRules = [
    Rule("username-and-alias-attributes", over: ["aliasAttributes", "usernameAttributes"]) { pool in
        guard pool["aliasAttributes"].list?.isEmpty == false, pool["usernameAttributes"].list?.isEmpty == false else {
            return []
        }
        return [
            RuleProblem(
                path: PropertyPath("aliasAttributes"),
                message: "a pool has either `aliasAttributes` or `usernameAttributes`",
                help:
                    "Keep `usernameAttributes` if people sign up with an address or number and have no user name, else `aliasAttributes`."
            )
        ]
    },
    Rule("mfa-factor", over: ["mfaConfiguration", "webAuthnConfiguration"] + secondFactors) { pool in
        let configuration = pool["mfaConfiguration"]
        let factors = secondFactors.map { pool[$0]["enabled"] } + [pool["webAuthnConfiguration"]["factorConfiguration"]]
        guard configuration.isKnown, factors.allSatisfy(\.isKnown) else { return [] }
        let isOn = configuration == "ON" || configuration == "OPTIONAL"
        if !isOn, let factor = secondFactors.first(where: { pool[$0]["enabled"] == true }) {
            return [
                RuleProblem(
                    path: PropertyPath(factor), message: "a second factor is enabled, and MFA is off",
                    help: "Add `mfaConfiguration: OPTIONAL` (or `ON`), or take the factor out.")
            ]
        }
        if isOn, !factors.contains(true), factors.last != .string(passkeysAsBoth) {
            return [
                RuleProblem(
                    path: PropertyPath("mfaConfiguration"), message: "MFA is on, and there is no second factor",
                    help: "Add `softwareTokenMfaConfiguration: { enabled: true }`.")
            ]
        }
        return []
    },
    Rule("first-factors", over: ["mfaConfiguration", "signInPolicy", "webAuthnConfiguration"]) { pool in
        let factors = pool["signInPolicy"]["allowedFirstAuthFactors"].list ?? []
        guard pool["mfaConfiguration"] == "ON" else { return [] }
        let path = PropertyPath("signInPolicy", "allowedFirstAuthFactors")
        if let code = factors.first(where: { $0 == "EMAIL_OTP" || $0 == "SMS_OTP" })?.string {
            return [
                RuleProblem(
                    path: path,
                    message: "a sign-in with \(code) alone cannot be where everybody must have a second factor",
                    help: "Write `mfaConfiguration: OPTIONAL`, or take \(code) out.")
            ]
        }
        let passkeys = pool["webAuthnConfiguration"]["factorConfiguration"]
        guard factors.contains("WEB_AUTHN"), passkeys.isKnown, passkeys != .string(passkeysAsBoth) else { return [] }
        return [
            RuleProblem(
                path: path, message: "a passkey counts for one factor, and everybody must have two",
                help: "Add `webAuthnConfiguration: { factorConfiguration: \(passkeysAsBoth) }`.")
        ]
    },
    Rule("text-messages", over: ["smsMfaConfiguration", "smsConfiguration"]) { pool in
        let sender = pool["smsConfiguration"]
        if pool["smsMfaConfiguration"]["enabled"] == true, sender.isNull {
            return [
                RuleProblem(
                    path: PropertyPath("smsMfaConfiguration"),
                    message: "codes in text messages need somebody who sends them",
                    help: "Add `smsConfiguration: { snsCallerArn: <role> }`.")
            ]
        }
        guard !sender.isNull, sender["snsCallerArn"].isNull == sender["eumsSms"].isNull else { return [] }
        return [
            RuleProblem(
                path: PropertyPath("smsConfiguration"),
                message: sender["eumsSms"].isNull
                    ? "`smsConfiguration` does not say who sends" : "`smsConfiguration` names two that send",
                help:
                    "Name the role that sends through SNS as `snsCallerArn`, or one for End User Messaging in `eumsSms`."
            )
        ]
    },
    Rule("mail-sender", over: ["emailConfiguration", "emailMfaConfiguration"]) { pool in
        let email = pool["emailConfiguration"]
        let account = email["emailSendingAccount"]
        guard account.isKnown else { return [] }
        if pool["emailMfaConfiguration"]["enabled"] == true, account != "DEVELOPER" {
            return [
                RuleProblem(
                    path: PropertyPath("emailMfaConfiguration"),
                    message: "AWS sends codes by e-mail only through an SES identity of yours",
                    help: "Add `emailConfiguration: { emailSendingAccount: DEVELOPER, sourceArn: <identity> }`.")
            ]
        }
        guard account == "DEVELOPER", email["sourceArn"].isNull else { return [] }
        return [
            RuleProblem(
                path: PropertyPath("emailConfiguration"), message: "`DEVELOPER` needs the SES identity that sends",
                help: "Add `sourceArn`, the ARN of a verified address or domain.")
        ]
    },
    Rule("customer-key", over: ["keyConfiguration"]) { pool in
        let key = pool["keyConfiguration"]
        guard key["keyType"].isKnown, (key["keyType"] == "CUSTOMER_MANAGED_KEY") == key["kmsKeyArn"].isNull else {
            return []
        }
        return [
            RuleProblem(
                path: PropertyPath("keyConfiguration"),
                message: key["kmsKeyArn"].isNull
                    ? "`CUSTOMER_MANAGED_KEY` needs the key" : "a key of yours is `CUSTOMER_MANAGED_KEY`",
                help: key["kmsKeyArn"].isNull
                    ? "Add `kmsKeyArn`, or write `keyType: AWS_OWNED_KEY`." : "Add `keyType: CUSTOMER_MANAGED_KEY`.")
        ]
    },
    schemaRule,
    Rule("verification-before-update", over: ["userAttributeUpdateSettings", "autoVerifiedAttributes"]) { pool in
        let settings = pool["userAttributeUpdateSettings"]["attributesRequireVerificationBeforeUpdate"]
        let missing = Set(settings.list ?? []).subtracting(pool["autoVerifiedAttributes"].list ?? [])
        guard settings.isKnown, pool["autoVerifiedAttributes"].isKnown, !missing.isEmpty else { return [] }
        let names = missing.compactMap(\.string).sorted().joined(separator: ", ")
        return [
            RuleProblem(
                path: PropertyPath("userAttributeUpdateSettings", "attributesRequireVerificationBeforeUpdate"),
                message: "AWS verifies \(names) before a change only if it verifies it at all",
                help: "Add \(names) to `autoVerifiedAttributes`.")
        ]
    },
    Rule("account-recovery", over: ["accountRecoverySetting"]) { pool in
        let path = PropertyPath("accountRecoverySetting", "recoveryMechanisms")
        let mechanisms = pool["accountRecoverySetting"]["recoveryMechanisms"].list ?? []
        var problems: [RuleProblem] = []
        if mechanisms.count > 1, mechanisms.contains(where: { $0["name"] == "admin_only" }) {
            problems.append(
                RuleProblem(
                    path: path, message: "`admin_only` leaves no room for another way to recover an account",
                    help: "Take the other mechanism out."))
        }
        let priorities = mechanisms.compactMap { $0["priority"].integer }
        if Set(priorities).count < priorities.count {
            problems.append(
                RuleProblem(
                    path: path, message: "two recovery mechanisms have one priority",
                    help: "Give one of them priority 1 and the other 2."))
        }
        return problems
    },
    Rule("token-function", over: ["lambdaConfig"]) { pool in
        let triggers = pool["lambdaConfig"]
        let plain = triggers["preTokenGeneration"]
        let versioned = triggers["preTokenGenerationConfig"]["lambdaArn"]
        guard !plain.isNull, !versioned.isNull, plain != versioned else { return [] }
        return [
            RuleProblem(
                path: PropertyPath("lambdaConfig", "preTokenGeneration"),
                message: "`preTokenGeneration` and `preTokenGenerationConfig` name two functions, and a pool calls one",
                help: "Keep `preTokenGenerationConfig` alone.")
        ]
    },
    Rule("sender-key", over: ["lambdaConfig"]) { pool in
        let triggers = pool["lambdaConfig"]
        guard triggers["kmsKeyID"].isNull else { return [] }
        return ["customEmailSender", "customSMSSender"].filter { !triggers[$0].isNull }.map { sender in
            RuleProblem(
                path: PropertyPath("lambdaConfig", sender),
                message: "`\(sender)` needs a key for the codes that it sends",
                help: "Add `kmsKeyID` to `lambdaConfig`, the ARN of a symmetric KMS key.")
        }
    },
]
