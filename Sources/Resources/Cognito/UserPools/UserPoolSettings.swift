import Model
import Schema

// What the objects in a user pool's table consist of: messages, and who sends them; factors; devices.
extension ResourceType {
    /// Text with a place for a code, in a text message.
    static let codeText = AttributeType.string(length: 6...140, pattern: #"(?s).*\{####\}.*"#)
    /// What AWS sends where nothing is said (Cognito Developer Guide, "SMS text message MFA"): to leave it out of an update may as well
    /// leave the old text.
    static let signInText: Value = "Your authentication code is {####}."
    /// The same in an e-mail.
    private static let codeMail = AttributeType.string(length: 6...20000, pattern: #"(?s).*\{####\}.*"#)
    private static let subject = AttributeType.string(length: 1...140)
    private static let roleARN = AttributeType.reference(ReferenceTarget("roles", attribute: "arn"))

    static let verification = [
        Attribute(
            "defaultEmailOption", .oneOf(["CONFIRM_WITH_CODE", "CONFIRM_WITH_LINK"]), default: "CONFIRM_WITH_CODE",
            "Whether an e-mail has a code or a link."),
        Attribute("emailMessage", codeMail, "The e-mail with a code: it stands at `{####}`."),
        Attribute("emailSubject", subject, "Its subject."),
        Attribute(
            "emailMessageByLink", .string(length: 6...20000, pattern: #"(?s).*\{##.*##\}.*"#),
            "The e-mail with a link: `{##Verify your address##}` is its text."),
        Attribute("emailSubjectByLink", subject, "Its subject."),
        Attribute("smsMessage", codeText, "The text message: the code stands at `{####}`."),
    ]

    static let invitation = [
        Attribute(
            "emailMessage",
            .string(length: 6...20000, pattern: #"(?s).*\{username\}.*\{####\}.*|.*\{####\}.*\{username\}.*"#),
            "The e-mail: `{username}` stands for the user name and `{####}` for the first password."),
        Attribute("emailSubject", subject, "Its subject."),
        Attribute(
            "smsMessage",
            .string(length: 6...140, pattern: #"(?s).*\{username\}.*\{####\}.*|.*\{####\}.*\{username\}.*"#),
            wire: "SMSMessage", "The text message, with the same two."),
    ]

    static let email = [
        Attribute(
            "emailSendingAccount", .oneOf(["COGNITO_DEFAULT", "DEVELOPER"]), default: "COGNITO_DEFAULT",
            "DEVELOPER: SES sends, for the account. COGNITO_DEFAULT: Cognito sends, some fifty a day."),
        Attribute(
            "sourceArn", .string(length: 20...2048, pattern: "arn:.+"),
            "The SES identity that sends, an address or a domain."),
        Attribute("from", .string(length: 1...320), "The sender: an address, or a name with one."),
        Attribute(
            "replyToEmailAddress", .string(length: 3...320, pattern: #"[^\s@]+@[^\s@]+"#), "Where answers go."),
        Attribute(
            "configurationSet", .string(length: 1...64, pattern: "[a-zA-Z0-9_-]+"), "A configuration set of SES."),
    ]

    static let sms = [
        Attribute("snsCallerArn", roleARN, "The role with which Cognito sends through SNS."),
        Attribute("externalId", .string(length: 1...1224), "The external id that the role's trust asks for."),
        Attribute("snsRegion", .string(length: 5...32), "The region whose SNS sends, where it is another one."),
        Attribute(
            "eumsSms",
            .object([
                Attribute("callerArn", roleARN, required: true, "The role with which Cognito sends."),
                Attribute("externalId", .string(length: 1...1224), "The external id that the role's trust asks for."),
                Attribute(
                    "originationIdentity", .string(length: 1...2048), "A number, sender id or pool of numbers."),
                Attribute("configurationSetName", .string(length: 1...256), "A configuration set."),
                Attribute("inEntityId", .string(length: 1...256), "The sender as it is registered in India."),
                Attribute("inTemplateId", .string(length: 1...256), "The message as it is registered in India."),
                Attribute("region", .string(length: 5...32), "The pool's region; AWS takes no other one."),
            ]),
            "End User Messaging in place of SNS."),
    ]

    static let smsAdvice =
        "AWS keeps it for as long as the pool exists. Put it back; where no text messages are to be sent, let the role allow nothing."

    /// Whether a factor is on follows from its being there, which an empty map in a file would say less clearly.
    private static let enabled = Attribute(
        "enabled", .boolean, required: true, default: false, "Whether it is a second factor.")

    static let smsMfa = [
        enabled,
        Attribute(
            "smsAuthenticationMessage", codeText, default: signInText,
            "The text message: the code stands at `{####}`."),
    ]

    static let emailMfa = [
        enabled,
        Attribute("message", codeMail, "The e-mail: the code stands at `{####}`."),
        Attribute("subject", subject, "Its subject."),
    ]

    static let webAuthn = [
        Attribute(
            "relyingPartyId", .string(length: 1...127),
            "The domain that passkeys belong to. Passkeys of another one work no more."),
        Attribute(
            "userVerification", .oneOf(["required", "preferred"]), default: "preferred",
            "Whether a passkey must check who uses it."),
        Attribute(
            "factorConfiguration", .oneOf(["SINGLE_FACTOR", "MULTI_FACTOR_WITH_USER_VERIFICATION"]),
            default: "SINGLE_FACTOR", "Whether a passkey counts for two factors."),
    ]

    static let devices = [
        Attribute(
            "challengeRequiredOnNewDevice", .boolean,
            "Whether a remembered device stands for the second factor."),
        Attribute(
            "deviceOnlyRememberedOnUserPrompt", .boolean, "Whether people are asked before a device is remembered."),
    ]
}
