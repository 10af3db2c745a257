EXPECTED = {
    "userPools": {
        "cognito-user-pool-userpool": {
            "Clients": {
                "cognito-user-pool-client": {
                    "ClientSecret": None,
                    "AllowedOAuthFlows": ["implicit"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthScopes": ["email", "openid", "profile"],
                    "CallbackURLs": ["https://app.example.com/callback"],
                    "SupportedIdentityProviders": ["COGNITO"],
                },
            },
            "ResourceServers": {
                "com.apigw": {
                    "Name": "com.apigw", "Scopes": [{"ScopeName": "scope_name", "ScopeDescription": "scope_description"}]},
            },
            "Domains": {"user-pool-domain-[[account]]": {}},
            "Users": {"ann@example.com": {"Attributes": {"email": "ann@example.com"}, "Groups": []}},
        },
    },
}
