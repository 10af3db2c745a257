from expectations import ANY, allow, policy, pool_users

CODE = "The code is {####}"
POOL, IDENTITIES = "earth-auth-dev", "earth-auth-dev IdentityPool"
PROVIDER_CLIENT = "Identity Pool Authentication Provider"
PROVIDER = f"cognito-idp.us-east-1.amazonaws.com/[[userPools/{POOL}/Id]]"
MANAGERS = "arn:aws:iam::[[account]]:role/data-access"
TAGS = {"Project": "earth"}


def client_id(name):
    return f"[[userPools/{POOL}/Clients/{name}/ClientId]]"


def secret(flow, client, **more):
    return {
        "Description": "How this client is set up",
        "Tags": TAGS,
        "Value": {
            "flow": flow, "cognito_domain": "https://earth-auth-dev.auth.us-east-1.amazoncognito.com", "client_id": client_id(client),
            "userpool_id": f"[[userPools/{POOL}/Id]]", "aws_region": "us-east-1"} | more,
    }


PROGRAMMATIC = {
    "ClientSecret": None,
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    "AllowedOAuthFlows": ["implicit", "code"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthScopes": ["profile", "phone", "email", "openid", "aws.cognito.signin.user.admin"],
    "CallbackURLs": ["https://example.com"],
    "SupportedIdentityProviders": ["COGNITO"],
}

EXPECTED = {
    "userPools": {
        POOL: {
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
            "AliasAttributes": ["email"],
            "AutoVerifiedAttributes": ["email"],
            "UsernameConfiguration": {"CaseSensitive": False},
            "SchemaAttributes": {"email": {"Mutable": True, "Required": True}},
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [{"Name": "verified_phone_number", "Priority": 1}, {"Name": "verified_email", "Priority": 2}]},
            "VerificationMessageTemplate": {
                "DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailMessage": CODE, "EmailSubject": "The code", "SmsMessage": CODE},
            "UserPoolTags": TAGS,
            "Domains": {"earth-auth-dev": {}},
            "Groups": {
                "data-store-managers": {"Description": "People who write into the data store", "Precedence": 1, "RoleArn": MANAGERS}},
            "ResourceServers": {
                "ingestion-registry-server": {
                    "Name": "ingestion-registry-server",
                    "Scopes": [
                        {"ScopeName": "stac:register", "ScopeDescription": "Create ingestions"},
                        {"ScopeName": "stac:cancel", "ScopeDescription": "Cancel ingestions"},
                        {"ScopeName": "stac:list", "ScopeDescription": "List ingestions"},
                    ],
                },
            },
            "Clients": {
                PROVIDER_CLIENT: PROGRAMMATIC,
                "programmatic-client": PROGRAMMATIC,
                "workflows-client Service Access": {
                    "ClientSecret": ANY,
                    "AllowedOAuthFlows": ["client_credentials"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthScopes": ["ingestion-registry-server/stac:register"],
                    "CallbackURLs": None,
                    "SupportedIdentityProviders": ["COGNITO"],
                },
            },
        },
    },
    "secrets": {
        "earth-auth-dev/identity-provider": secret("user_password", PROVIDER_CLIENT),
        "earth-auth-dev/programmatic-client": secret("user_password", "programmatic-client"),
        "earth-auth-dev/workflows-client": secret(
            "client_credentials", "workflows-client Service Access",
            client_secret=f"[[userPools/{POOL}/Clients/workflows-client Service Access/ClientSecret]]",
            scope="ingestion-registry-server/stac:register"),
    },
    "identityPools": {
        IDENTITIES: {
            "AllowUnauthenticatedIdentities": False,
            "CognitoIdentityProviders": [
                {"ClientId": client_id(PROVIDER_CLIENT), "ProviderName": PROVIDER, "ServerSideTokenCheck": True}],
            "Roles": {
                "authenticated": "[[roles/earth-auth-dev-authenticated/Arn]]",
                "unauthenticated": "[[roles/earth-auth-dev-unauthenticated/Arn]]"},
            "RoleMappings": {f"{PROVIDER}:{client_id(PROVIDER_CLIENT)}": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}},
        },
    },
    "roles": {
        "earth-auth-dev-authenticated": {
            "AssumeRolePolicyDocument": pool_users(IDENTITIES, "authenticated"),
            "Policies": {"become-manager": policy(allow("sts:AssumeRoleWithWebIdentity", MANAGERS))},
        },
        "earth-auth-dev-unauthenticated": {"AssumeRolePolicyDocument": pool_users(IDENTITIES, "unauthenticated"), "Policies": {}},
    },
}
