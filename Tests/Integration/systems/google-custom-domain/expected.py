from expectations import ANY

EXPECTED = {
    "userPools": {
        "staff": {
            "AutoVerifiedAttributes": ["email"],
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
            "IdentityProviders": {
                "Google": {
                    "ProviderType": "Google",
                    "ProviderDetails": {
                        "authorize_scopes": "profile email openid",
                        "client_id": "1234567890-abc.apps.googleusercontent.com",
                        "client_secret": "google's own secret",
                        "token_url": "https://www.googleapis.com/oauth2/v4/token",
                        "token_request_method": "POST",
                        "oidc_issuer": "https://accounts.google.com",
                        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
                        "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
                        "attributes_url_add_attributes": "true",
                    },
                    "AttributeMapping": {"email": "email", "username": "sub"},
                },
            },
            "Clients": {
                "client": {
                    "ClientSecret": ANY,
                    "SupportedIdentityProviders": ["Google"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthFlows": ["code"],
                    "AllowedOAuthScopes": ["email", "openid", "profile"],
                    "CallbackURLs": ["https://tools.example.com/oauth2/idpresponse"],
                    "LogoutURLs": None,
                },
            },
            "Domains": {
                "auth.tools.example.com": {
                    "CustomDomainConfig": {
                        "CertificateArn": "arn:aws:acm:us-east-1:[[account]]:certificate/0f2a6b1c-90d4-4bb5-8a43-7c1e2d3f4a5b"},
                },
            },
        },
    },
}
