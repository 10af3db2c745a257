import Model
import Schema

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
    Rule("mfa-factor", over: ["mfaConfiguration", "softwareTokenMfaConfiguration"]) { pool in
        let configuration = pool["mfaConfiguration"]
        let token = pool["softwareTokenMfaConfiguration"]["enabled"]
        guard configuration.isKnown, token.isKnown else { return [] }
        switch (configuration.string ?? "OFF", token == true) {
        case ("OFF", true):
            return [
                RuleProblem(
                    path: PropertyPath("softwareTokenMfaConfiguration"),
                    message: "a second factor is enabled, and MFA is off",
                    help: "Add `mfaConfiguration: OPTIONAL` (or `ON`), or take the factor out.")
            ]
        case ("ON", false), ("OPTIONAL", false):
            return [
                RuleProblem(
                    path: PropertyPath("mfaConfiguration"), message: "MFA is on, and there is no second factor",
                    help: "Add `softwareTokenMfaConfiguration: { enabled: true }`.")
            ]
        default: return []
        }
    },
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
