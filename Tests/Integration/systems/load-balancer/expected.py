from expectations import ANY

MESSAGE = "For your first sign-in: {username}, {####}."

EXPECTED = {
    "userPools": {
        "UserPool-ALB-Cognito-Lambda": {
            "AdminCreateUserConfig": {
                "AllowAdminCreateUserOnly": False,
                "InviteMessageTemplate": {
                    "EmailSubject": "balancer: your first password", "EmailMessage": MESSAGE, "SMSMessage": MESSAGE},
            },
            "AutoVerifiedAttributes": ["email"],
            "SchemaAttributes": {
                "email": {"AttributeDataType": "String", "DeveloperOnlyAttribute": False, "Mutable": True, "Required": True}},
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 6, "RequireLowercase": False, "RequireNumbers": False, "RequireSymbols": False,
                    "RequireUppercase": False, "TemporaryPasswordValidityDays": 21}},
            "Domains": {"8d0f7c31-5b6e-11ee-8c99-0242ac120002": {}},
            "Clients": {
                "balancer-balancer": {
                    "ClientSecret": ANY,
                    "AllowedOAuthFlows": ["code"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthScopes": ["email", "openid", "profile", "aws.cognito.signin.user.admin"],
                    "CallbackURLs": ["https://alb.example.com/oauth2/idpresponse"],
                    "SupportedIdentityProviders": ["COGNITO"],
                },
            },
        },
    },
}
