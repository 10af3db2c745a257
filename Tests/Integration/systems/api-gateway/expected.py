EXPECTED = {
    "userPools": {
        "CognitoPool": {
            "Domains": {"dns-name-[[userPools/CognitoPool/Clients/pets-web/ClientId]]": {}},
            "Groups": {"pet-veterinarian": {}},
            "Users": {"cognitouser": {"Groups": ["pet-veterinarian"]}},
            "Clients": {
                "pets-web": {
                    "ClientSecret": None,
                    "AllowedOAuthFlows": ["implicit"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthScopes": ["email", "openid"],
                    "CallbackURLs": ["http://localhost"],
                    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                    "SupportedIdentityProviders": ["COGNITO"],
                },
            },
        },
    },
}
