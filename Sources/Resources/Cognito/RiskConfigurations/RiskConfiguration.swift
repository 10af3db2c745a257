import Model
package import Schema

extension ResourceType {
    /// Limits and words: botocore's `cognito-idp` model (`SetRiskConfiguration`).
    package static let riskConfiguration = ResourceType(
        section: "riskConfigurations", name: "riskConfiguration", identity: .key(of: ["userPool", "appClient"]),
        "What threat protection does about risky sign-ins and known passwords. The user pool's tier must be PLUS, and its `userPoolAddOns: { advancedSecurityMode }` ENFORCED or AUDIT.",
        attributes: [
            .userPool(),
            Attribute(
                "appClient",
                .reference(ReferenceTarget("appClients", attribute: "id", outside: #"ALL|[\w+]{1,128}"#)),
                default: .string(RiskConfigurationProvider.all), change: .replacement, wire: "ClientId",
                "The app client that has it in place of the pool's: its name in this file, or its id. Left out: all clients that have none."
            ),
            Attribute(
                "compromisedCredentialsRiskConfiguration",
                .object([
                    Attribute(
                        "eventFilter", .set(.oneOf(["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"])),
                        default: ["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"], "When a password is looked up."),
                    Attribute(
                        "actions",
                        .object([
                            Attribute(
                                "eventAction", .oneOf(["BLOCK", "NO_ACTION"]), required: true,
                                "Whether it is refused.")
                        ]), required: true, "What happens then."),
                ]), "What happens with a password that is known from elsewhere."),
            Attribute(
                "accountTakeoverRiskConfiguration",
                .object([
                    Attribute(
                        "notifyConfiguration", .object(notifyConfiguration), "The e-mail that people get about it."),
                    Attribute(
                        "actions",
                        .object([
                            action("lowAction", "What happens at a low risk."),
                            action("mediumAction", "What happens at a medium risk."),
                            action("highAction", "What happens at a high risk."),
                        ]), required: true, "What happens at each level of risk."),
                ]), "What happens at a sign-in that is not like the person's others."),
            Attribute(
                "riskExceptionConfiguration",
                .object([
                    Attribute(
                        "blockedIPRangeList", .set(range, count: 0...200), default: [], wire: "BlockedIPRangeList",
                        "Addresses from which nobody signs in, such as 192.0.2.0/24."),
                    Attribute(
                        "skippedIPRangeList", .set(range, count: 0...200), default: [], wire: "SkippedIPRangeList",
                        "Addresses at which no risk is assessed."),
                ]), "Addresses for which the rest does not hold."),
        ], apiNames: APINames(otherwise: ["clientId": "appClient"]), outputs: [], rules: [emptyRisk, notifying])

    private static let range = AttributeType.string(length: 2...64, pattern: "[0-9a-fA-F.:]+(/[0-9]{1,3})?")

    private static func action(_ name: String, _ help: String) -> Attribute {
        Attribute(
            name,
            .object([
                Attribute("notify", .boolean, required: true, "Whether the person gets an e-mail."),
                Attribute(
                    "eventAction", .oneOf(["BLOCK", "MFA_IF_CONFIGURED", "MFA_REQUIRED", "NO_ACTION"]), required: true,
                    "MFA_IF_CONFIGURED asks those for a second factor who have one, MFA_REQUIRED refuses the others."),
            ]), help)
    }

    private static let notifyConfiguration = [
        Attribute("from", .string(length: 1...131_072), "The address that it comes from."),
        Attribute("replyTo", .string(length: 1...131_072), "The address for answers."),
        Attribute(
            "sourceArn", .string(length: 20...2048, pattern: "arn:[^:]+:ses:.+"), required: true,
            "The ARN of the SES identity that sends it."),
        email("blockEmail", "What it says when the sign-in was refused."),
        email("noActionEmail", "What it says when nothing else happened."),
        email("mfaEmail", "What it says when a second factor was asked for."),
    ]

    private static func email(_ name: String, _ help: String) -> Attribute {
        let body = AttributeType.string(length: 6...20000)
        return Attribute(
            name,
            .object([
                Attribute("subject", .string(length: 1...140), required: true, "Its subject."),
                Attribute("htmlBody", body, "Its text as HTML."), Attribute("textBody", body, "Its text in plain."),
            ]), help)
    }

    private static let parts = [
        "compromisedCredentialsRiskConfiguration", "accountTakeoverRiskConfiguration", "riskExceptionConfiguration",
    ]

    private static let emptyRisk = Rule("empty-risk-configuration", over: parts) { risk in
        guard parts.allSatisfy({ risk[$0].isNull }) else { return [] }
        return [
            RuleProblem(
                path: .root, message: "it says nothing, and AWS has no risk configuration without anything in it",
                help: "Add one of \(parts.map { "`\($0)`" }.joined(separator: ", ")).")
        ]
    }

    private static let notifying = Rule("risk-notification", over: ["accountTakeoverRiskConfiguration"]) { risk in
        let takeover = risk["accountTakeoverRiskConfiguration"]
        let path = PropertyPath("accountTakeoverRiskConfiguration")
        var problems: [RuleProblem] = []
        let notifying = (takeover["actions"].map ?? [:]).filter { $0.value["notify"] == true }.keys.min()
        if let notifying, takeover["notifyConfiguration"].isNull {
            problems.append(
                RuleProblem(
                    path: path["actions"][notifying]["notify"],
                    message: "people are to be told by e-mail, and nothing says what sends it",
                    help: "Add `notifyConfiguration` with the `sourceArn` of an SES identity, or write `notify: false`."
                ))
        }
        for email in ["blockEmail", "noActionEmail", "mfaEmail"] {
            let content = takeover["notifyConfiguration"][email]
            guard !content.isNull, content["htmlBody"].isNull, content["textBody"].isNull else { continue }
            problems.append(
                RuleProblem(
                    path: path["notifyConfiguration"][email], message: "the e-mail has a subject and no text",
                    help: "Add `htmlBody`, `textBody` or both."))
        }
        return problems
    }
}
