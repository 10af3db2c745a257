from expectations import allow, pool_users, policy

EXPECTED = {
    "identityPools": {
        "shop": {
            "AllowUnauthenticatedIdentities": True,
            "CognitoIdentityProviders": [],
            "Roles": {"unauthenticated": "[[roles/shop-browser/Arn]]", "authenticated": None},
        },
    },
    "roles": {
        "shop-browser": {
            "Path": "/",
            "Description": "Unauthenticated Role for AWS RUM Clients",
            "AssumeRolePolicyDocument": pool_users("shop", "unauthenticated"),
            "Policies": {"AWSRumClientPut": policy(allow("rum:PutRumEvents", "arn:aws:rum:us-east-1:[[account]]:appmonitor/shop"))},
        },
    },
}
