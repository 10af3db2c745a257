CODE = "The code is {####}"
CUSTOM = ["custom:tenantId", "custom:userRole", "custom:apiKey", "custom:tenantTier"]

EXPECTED = {
    "userPools": {
        "tenant-basic-users": {
            "AutoVerifiedAttributes": ["email"],
            "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
            "VerificationMessageTemplate": {
                "DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailMessage": CODE, "EmailSubject": "The code", "SmsMessage": CODE},
            "SchemaAttributes": {"email": {"Required": True, "Mutable": True}} | {
                name: {"AttributeDataType": "String", "Mutable": True} for name in CUSTOM},
            "Clients": {
                "tenant-basic-web": {
                    "ClientSecret": None,
                    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                    "WriteAttributes": ["email", *CUSTOM],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthFlows": ["implicit", "code"],
                    "AllowedOAuthScopes": ["email", "openid", "profile"],
                    "CallbackURLs": ["https://example.com"],
                    "SupportedIdentityProviders": ["COGNITO"],
                },
            },
        },
    },
}
