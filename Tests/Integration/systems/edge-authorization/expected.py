EXPECTED = {
    "userPools": {
        "edge-site": {
            "UsernameAttributes": ["email"],
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
            "Groups": {"Viewers": {"RoleArn": None}},
            "Users": {"viewer@example.com": {"UserStatus": "FORCE_CHANGE_PASSWORD", "Groups": ["Viewers"]}},
            "Clients": {
                "edge-site-site": {
                    "ClientSecret": None,
                    "PreventUserExistenceErrors": "ENABLED",
                    "AllowedOAuthFlows": ["code"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthScopes": ["phone", "email", "profile", "openid", "aws.cognito.signin.user.admin"],
                    "SupportedIdentityProviders": ["COGNITO"],
                    "CallbackURLs": ["https://d111111abcdef8.cloudfront.net/parseauth"],
                    "LogoutURLs": ["https://d111111abcdef8.cloudfront.net/"],
                },
            },
            "Domains": {"auth-6f1c2a30-0000-11ee-9d1b-0e5c3a8f2b11": {}},
        },
    },
}
