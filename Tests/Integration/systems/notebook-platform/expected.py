from expectations import ANY

EXPECTED = {
    "userPools": {
        "platform-users": {
            "SchemaAttributes": {
                "email": {
                    "AttributeDataType": "String", "Mutable": True, "Required": True,
                    "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "2048"}},
            },
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
            "AutoVerifiedAttributes": ["email"],
            "UserPoolTags": {"BusinessUnit": "research"},
            "Clients": {
                "kubeflow": {
                    "ClientSecret": ANY,
                    "CallbackURLs": ["https://kubeflow.platform.example.com/oauth2/idpresponse"],
                    "LogoutURLs": ["https://kubeflow.platform.example.com"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthFlows": ["code"],
                    "AllowedOAuthScopes": ["email", "openid", "profile", "aws.cognito.signin.user.admin"],
                    "SupportedIdentityProviders": ["COGNITO"],
                },
            },
            "Domains": {
                "auth.platform.example.com": {
                    "CustomDomainConfig": {
                        "CertificateArn": "arn:aws:acm:us-east-1:[[account]]:certificate/a1b0c2d3-e4f5-4061-8273-94a5b6c7d8e9"},
                },
            },
        },
    },
}
