_SES = [f"arn:aws:ses:us-east-1:111122223333:identity/{letter}.example" for letter in "ab"]
_SENDER = {"emailConfiguration": {"emailSendingAccount": "DEVELOPER", "sourceArn": _SES[0]}}
_MAIL_FACTOR = _SENDER | {"mfaConfiguration": "OPTIONAL", "emailMfaConfiguration": {"enabled": True}}
_ROLES = [f"arn:aws:iam::111122223333:role/{letter}" for letter in "ab"]
_SMS = {"smsConfiguration": {"snsCallerArn": _ROLES[0]}}
_TEXTS = [f"{word} {{####}}" for word in ("One", "Another")]
_INVITATIONS = [f"{word} {{username}} {{####}}" for word in ("One", "Another")]
_TEMPLATE = "verificationMessageTemplate"

SAMPLE = {
    "values": {
        "smsMfaConfiguration.smsAuthenticationMessage": _TEXTS,
        "emailMfaConfiguration.message": _TEXTS,
        "signInPolicy.allowedFirstAuthFactors": (["PASSWORD", "EMAIL_OTP"], ["PASSWORD", "WEB_AUTHN"]),
        "adminCreateUserConfig.inviteMessageTemplate.emailMessage": _INVITATIONS,
        "adminCreateUserConfig.inviteMessageTemplate.smsMessage": _INVITATIONS,
        f"{_TEMPLATE}.emailMessage": _TEXTS,
        f"{_TEMPLATE}.smsMessage": _TEXTS,
        f"{_TEMPLATE}.emailMessageByLink": ("{##One##}", "{##Another##}"),
        "smsAuthenticationMessage": _TEXTS,
        "emailConfiguration.sourceArn": _SES,
        "emailConfiguration.replyToEmailAddress": ("a@a.example", "b@a.example"),
        "emailConfiguration.configurationSet": ("one", "another"),
        "smsConfiguration.snsCallerArn": _ROLES,
        "smsConfiguration.snsRegion": ("eu-west-1", "us-west-2"),
        "smsConfiguration.eumsSms.callerArn": _ROLES,
        "smsConfiguration.eumsSms.region": ("us-east-1", "us-west-2"),
    },
    "beside": {
        "passwordPolicy.passwordHistorySize": {"passwordPolicy": {"minimumLength": 9}},
        "smsMfaConfiguration.smsAuthenticationMessage": _SMS | {
            "mfaConfiguration": "OPTIONAL", "smsMfaConfiguration": {"enabled": True}},
        "emailMfaConfiguration.message": _MAIL_FACTOR,
        "emailMfaConfiguration.subject": _MAIL_FACTOR,
        "webAuthnConfiguration.relyingPartyId": {"webAuthnConfiguration": {"userVerification": "required"}},
        "emailConfiguration.emailSendingAccount": {"emailConfiguration": {"sourceArn": _SES[0]}},
        **{f"{_TEMPLATE}.{member}": {_TEMPLATE: {"defaultEmailOption": "CONFIRM_WITH_CODE"}}
           for member in ("emailMessage", "emailSubject", "emailMessageByLink", "emailSubjectByLink", "smsMessage")},
        "smsConfiguration.externalId": _SMS,
        "smsConfiguration.snsRegion": _SMS,
        **{f"smsConfiguration.eumsSms.{member}": {"smsConfiguration": {"eumsSms": {"callerArn": _ROLES[0]}}}
           for member in ("externalId", "originationIdentity", "configurationSetName", "inEntityId", "inTemplateId", "region")},
        "userPoolAddOns.advancedSecurityMode": {"userPoolTier": "PLUS"},
        "userPoolAddOns.advancedSecurityAdditionalFlows.customAuthMode": {
            "userPoolTier": "PLUS", "userPoolAddOns": {"advancedSecurityMode": "AUDIT"}},
    },
    "live": {
        "SignInPolicy": "Policies.SignInPolicy", "PasswordPolicy": "Policies.PasswordPolicy",
        "SmsMfaConfiguration.SmsAuthenticationMessage": ("mfa.SmsMfaConfiguration.SmsAuthenticationMessage", "SmsAuthenticationMessage"),
        "EmailMfaConfiguration": "mfa.EmailMfaConfiguration", "WebAuthnConfiguration": "mfa.WebAuthnConfiguration",
        # Each text stands in two places.
        "VerificationMessageTemplate.EmailMessage": ("VerificationMessageTemplate.EmailMessage", "EmailVerificationMessage"),
        "VerificationMessageTemplate.EmailSubject": ("VerificationMessageTemplate.EmailSubject", "EmailVerificationSubject"),
        "VerificationMessageTemplate.SmsMessage": ("VerificationMessageTemplate.SmsMessage", "SmsVerificationMessage"),
    },
}
