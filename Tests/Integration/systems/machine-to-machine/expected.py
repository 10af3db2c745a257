from expectations import ANY

EXPECTED = {
    "userPools": {
        "MyServerlessLandUserPool": {
            "UsernameAttributes": ["email"],
            "Domains": {"svls-0242ac120002": {}},
            "ResourceServers": {
                "petstore-api.example.com": {
                    "Name": "myapi_resource_server",
                    "Scopes": [{"ScopeName": "domestic.read", "ScopeDescription": "What a machine may read"}],
                },
            },
            "Clients": {
                "MyWebClient": {
                    "ClientSecret": ANY,
                    "AllowedOAuthFlows": ["client_credentials"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthScopes": ["petstore-api.example.com/domestic.read"],
                    "CallbackURLs": ["http://localhost:8080"],
                    "LogoutURLs": ["http://localhost:8080/logout"],
                },
            },
        },
    },
}
