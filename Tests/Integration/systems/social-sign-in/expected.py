EXPECTED = {
    "userPools": {
        "user-pool": {
            "UsernameAttributes": ["email", "phone_number"],
            "UsernameConfiguration": {"CaseSensitive": False},
            "AutoVerifiedAttributes": ["email"],
            "VerificationMessageTemplate": {
                "DefaultEmailOption": "CONFIRM_WITH_LINK",
                "EmailSubjectByLink": "One step is left",
                "EmailMessageByLink": "Is this your address? {##Yes##}",
            },
            "SchemaAttributes": {
                "email": {
                    "AttributeDataType": "String", "DeveloperOnlyAttribute": False, "Mutable": True, "Required": True,
                    "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"}},
            },
            "UserPoolTags": {"CreatedBy": "terraform", "Component": "cognito", "Name": "cognito_user_pool"},
            "IdentityProviders": {
                "Google": {
                    "ProviderType": "Google",
                    "ProviderDetails": {
                        "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=coverPhotos,photos",
                        "attributes_url_add_attributes": "true",
                        "authorize_scopes": "profile email openid",
                        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
                        "token_request_method": "POST",
                        "token_url": "https://www.googleapis.com/oauth2/v4/token",
                        "client_id": "1234567890-xyz.apps.googleusercontent.com",
                        "client_secret": "google's own secret",
                        "oidc_issuer": "https://accounts.google.com",
                    },
                    "AttributeMapping": {"username": "sub", "email": "email", "name": "name", "picture": "picture"},
                },
                "Facebook": {
                    "ProviderType": "Facebook",
                    "ProviderDetails": {
                        "authorize_scopes": "email, public_profile",
                        "client_id": "102030405060708",
                        "client_secret": "facebook's own secret",
                        "api_version": "v6.0",
                        "attributes_url_add_attributes": "true",
                    },
                    "AttributeMapping": {"email": "email", "profile": "public_profile"},
                },
            },
            "Clients": {
                "user-pool-client": {
                    "ClientSecret": None,
                    "CallbackURLs": ["https://www.example.com/login/callback"],
                    "LogoutURLs": ["https://www.example.com/logout/callback"],
                    "AllowedOAuthFlows": ["implicit", "code"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthScopes": ["aws.cognito.signin.user.admin", "profile", "email", "openid"],
                    "SupportedIdentityProviders": ["Google", "Facebook", "COGNITO"],
                },
            },
            "Domains": {
                "auth.www.example.com": {
                    "CustomDomainConfig": {
                        "CertificateArn": "arn:aws:acm:us-east-1:[[account]]:certificate/3c4d5e6f-7081-4293-a4b5-c6d7e8f90a1b"},
                },
            },
        },
    },
}
