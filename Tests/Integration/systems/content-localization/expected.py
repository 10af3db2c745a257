from expectations import allow, deny, pool_users, policy

POOL, IDENTITIES = "localization-users", "localization-identities"
CLIENT = f"[[userPools/{POOL}/Clients/localization-web/ClientId]]"
PROVIDER = f"cognito-idp.us-east-1.amazonaws.com/[[userPools/{POOL}/Id]]"

EXPECTED = {
    "userPools": {
        POOL: {
            "AutoVerifiedAttributes": ["email"],
            "AdminCreateUserConfig": {
                "AllowAdminCreateUserOnly": True,
                "InviteMessageTemplate": {
                    "EmailMessage": (
                        "Sign in as {username} with the password {####}. "
                        "Your stack: https://us-east-1.console.aws.amazon.com/cloudformation/home"),
                    "EmailSubject": "Your account for media translation",
                },
            },
            "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
            "Clients": {"localization-web": {"ClientSecret": None}},
            "Groups": {
                "localization-Admins": {
                    "Description": "Administrators of media translation", "RoleArn": "[[roles/localization-admin/Arn]]"},
            },
            "Users": {
                "admin@example.com": {"Attributes": {"email": "admin@example.com"}, "Groups": ["localization-Admins"]},
            },
        },
    },
    "identityPools": {
        IDENTITIES: {
            "AllowUnauthenticatedIdentities": False,
            "CognitoIdentityProviders": [{"ClientId": CLIENT, "ProviderName": PROVIDER}],
            "Roles": {
                "authenticated": "[[roles/localization-without-group/Arn]]", "unauthenticated": "[[roles/localization-guest/Arn]]"},
            "RoleMappings": {f"{PROVIDER}:{CLIENT}": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}},
        },
    },
    "roles": {
        "localization-without-group": {
            "AssumeRolePolicyDocument": pool_users(IDENTITIES, "authenticated", "StringEquals"),
            "Policies": {"localization-AuthNoGroup": policy(deny("*", "*"))},
        },
        "localization-guest": {
            "AssumeRolePolicyDocument": pool_users(IDENTITIES, "unauthenticated", "StringEquals"),
            "Policies": {},
        },
        "localization-admin": {
            "AssumeRolePolicyDocument": pool_users(IDENTITIES, "authenticated", "StringEquals"),
            "Policies": {
                "localization-AdminPolicy": policy(
                    allow("execute-api:Invoke", [
                        "arn:aws:execute-api:us-east-1:[[account]]:w1f2a3p4i5/*", "arn:aws:execute-api:us-east-1:[[account]]:d1a2t3a4p5/*"]),
                    allow("s3:PutObject", "arn:aws:s3:::localization-data/public/*"),
                    allow("s3:ListBucket", "arn:aws:s3:::localization-data"),
                    allow(["es:ESHttpPost", "es:ESHttpGet"], "arn:aws:es:us-east-1:[[account]]:domain/media/*")),
            },
        },
    },
}
