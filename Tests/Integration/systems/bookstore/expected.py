from expectations import allow, pool_users, policy

POOL, IDENTITIES = "mybookstore-user-pool", "mybookstoreIdentity"

EXPECTED = {
    "userPools": {
        POOL: {
            "UsernameAttributes": ["email"],
            "AutoVerifiedAttributes": ["email"],
            "AdminCreateUserConfig": {
                "AllowAdminCreateUserOnly": False,
                "UnusedAccountValidityDays": 7,
                "InviteMessageTemplate": {
                    "EmailMessage": "You are {username}, and {####} is your first password. ",
                    "EmailSubject": "Your first password",
                    "SMSMessage": "You are {username}, and {####} is your first password.",
                },
            },
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 8, "RequireLowercase": False, "RequireNumbers": False, "RequireSymbols": False,
                    "RequireUppercase": False}},
            "EmailVerificationMessage": "The code is {####}",
            "EmailVerificationSubject": "The code",
            "SchemaAttributes": {"email": {"AttributeDataType": "String", "Mutable": False, "Required": True}},
            "Clients": {"mybookstore-client": {"ClientSecret": None}},
        },
    },
    "identityPools": {
        IDENTITIES: {
            "AllowUnauthenticatedIdentities": True,
            "CognitoIdentityProviders": [{
                "ClientId": f"[[userPools/{POOL}/Clients/mybookstore-client/ClientId]]",
                "ProviderName": f"cognito-idp.us-east-1.amazonaws.com/[[userPools/{POOL}/Id]]"}],
            "Roles": {"authenticated": "[[roles/mybookstore-customer/Arn]]", "unauthenticated": "[[roles/mybookstore-guest/Arn]]"},
        },
    },
    "roles": {
        "mybookstore-guest": {
            "AssumeRolePolicyDocument": pool_users(IDENTITIES, "unauthenticated"),
            "Policies": {"CognitoUnauthorizedPolicy": policy(allow(["mobileanalytics:PutEvents", "cognito-sync:*"], "*"))},
        },
        "mybookstore-customer": {
            "AssumeRolePolicyDocument": pool_users(IDENTITIES, "authenticated"),
            "Policies": {
                "CognitoAuthorizedPolicy": policy(
                    allow(["mobileanalytics:PutEvents", "cognito-sync:*", "cognito-identity:*"], "*"),
                    allow("execute-api:Invoke", "arn:aws:execute-api:us-east-1:[[account]]:b1o2o3k4s5/*")),
            },
        },
    },
}
