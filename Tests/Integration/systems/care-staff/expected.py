from expectations import allow, called_by_pool, function_arn, policy, pool_users, service

NAME = "notify-main-app"
CLIENT = f"[[userPools/{NAME}/Clients/{NAME}/ClientId]]"
PROVIDER = f"cognito-idp.us-east-1.amazonaws.com/[[userPools/{NAME}/Id]]"
ISSUER = "https://id.staff.example.com:443/openam/oauth2/realms/root/realms/staff"
BACKEND = "https://b1c2k3e4n5.execute-api.us-east-1.amazonaws.com/main"
CUSTOM = {
    "AttributeDataType": "String", "DeveloperOnlyAttribute": False, "Mutable": True, "Required": False,
    "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"}}
FUNCTIONS = [f"{NAME}-pre-token-generation", f"{NAME}-pre-authentication", f"{NAME}-post-confirmation"]
USERS_TABLE = {"USERS_TABLE": f"{NAME}-users"}

ATTRIBUTES = allow("cognito-idp:AdminUpdateUserAttributes", f"[[userPools/{NAME}/Arn]]", Sid="AllowUpdateCognitoUserAttributes")
TABLE = allow("dynamodb:Query", f"arn:aws:dynamodb:us-east-1:[[account]]:table/{NAME}-users", Sid="AllowDynamoAccess")
KEY = allow(
    ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    "arn:aws:kms:us-east-1:[[account]]:key/9a8b7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d", Sid="AllowKMSAccess")
ACCESS = {
    FUNCTIONS[0]: policy(
        allow("ssm:GetParameter", f"arn:aws:ssm:us-east-1:[[account]]:parameter/{NAME}/clients*", Sid="AllowGetClientParameters"), TABLE, KEY),
    FUNCTIONS[1]: policy(
        allow("cognito-idp:AdminListGroupsForUser", f"[[userPools/{NAME}/Arn]]", Sid="AllowListCognitoGroups"), ATTRIBUTES, TABLE, KEY),
    FUNCTIONS[2]: policy(ATTRIBUTES, TABLE, KEY),
}
ENVIRONMENTS = {FUNCTIONS[0]: {"CLIENT_CONFIG_PARAMETER_PATH_PREFIX": f"/{NAME}/clients"}}

EXPECTED = {
    "userPools": {
        NAME: {
            "DeletionProtection": "ACTIVE",
            "UsernameAttributes": ["email"],
            "UserPoolTier": "ESSENTIALS",
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
            "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
            "SchemaAttributes": {
                f"custom:{name}": CUSTOM for name in ("assurancelevel", "organisations", "staff_id", "notify_user_id")},
            "LambdaConfig": {
                "PreTokenGenerationConfig": {"LambdaArn": function_arn(FUNCTIONS[0]), "LambdaVersion": "V2_0"},
                "PreAuthentication": function_arn(FUNCTIONS[1]),
                "PostConfirmation": function_arn(FUNCTIONS[2]),
            },
            "IdentityProviders": {
                "Staff-int": {
                    "ProviderType": "OIDC",
                    "ProviderDetails": {
                        "authorize_scopes": "openid profile email organisations",
                        "client_id": "staff-client",
                        "oidc_issuer": ISSUER,
                        "attributes_url": f"{ISSUER}/userinfo",
                        "authorize_url": f"{BACKEND}/v1/staff-authorize",
                        "token_url": f"{BACKEND}/v1/staff-token",
                        "jwks_uri": f"{ISSUER}/connect/jwk_uri",
                        "attributes_request_method": "GET",
                    },
                    "AttributeMapping": {
                        "email": "email", "username": "sub", "given_name": "given_name", "middle_name": "middle_names",
                        "family_name": "family_name", "preferred_username": "display_name", "custom:assurancelevel": "assurancelevel",
                        "custom:organisations": "organisations", "custom:staff_id": "staff_id"},
                },
            },
            "Clients": {
                NAME: {
                    "ClientSecret": None,
                    "CallbackURLs": [
                        "https://main.notify.example.com/auth/oauth2", "https://d0a1b2c3d4e5f6.amplifyapp.com/auth/oauth2"],
                    "LogoutURLs": ["https://main.notify.example.com/auth", "https://d0a1b2c3d4e5f6.amplifyapp.com/auth"],
                    "SupportedIdentityProviders": ["Staff-int"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthFlows": ["code"],
                    "AllowedOAuthScopes": ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
                    "AccessTokenValidity": 1,
                    "IdTokenValidity": 1,
                    "RefreshTokenValidity": 12,
                    "TokenValidityUnits": {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "hours"},
                },
            },
            "Domains": {
                "notify-main-app-0a1b": {},
                "auth.main.notify.example.com": {
                    "CustomDomainConfig": {
                        "CertificateArn": "arn:aws:acm:us-east-1:[[account]]:certificate/7e6d5c4b-3a29-4180-9f8e-7d6c5b4a3928"},
                },
            },
        },
    },
    "identityPools": {
        NAME: {
            "AllowUnauthenticatedIdentities": False,
            "CognitoIdentityProviders": [{"ClientId": CLIENT, "ProviderName": PROVIDER, "ServerSideTokenCheck": False}],
            "Roles": {
                "authenticated": f"[[roles/{NAME}-identity-pool-authenticated/Arn]]",
                "unauthenticated": f"[[roles/{NAME}-identity-pool-unauthenticated/Arn]]"},
            "RoleMappings": {f"{PROVIDER}:{CLIENT}": {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}},
        },
    },
    "functions": {
        name: {
            "MemorySize": 512, "Timeout": 3, "Role": f"[[roles/{name}/Arn]]",
            "Environment": {"Variables": USERS_TABLE | ENVIRONMENTS.get(name, {})}, "Statements": [called_by_pool(NAME)]}
        for name in FUNCTIONS
    },
    "roles": {
        f"{NAME}-identity-pool-{amr}": {
            "AssumeRolePolicyDocument": pool_users(NAME, amr),
            "Policies": {f"{NAME}-{amr}-policy": policy(allow("cognito-identity:GetCredentialsForIdentity", "*"))}}
        for amr in ("authenticated", "unauthenticated")
    } | {
        name: {"AssumeRolePolicyDocument": service("lambda.amazonaws.com"), "Policies": {"access": ACCESS[name]}} for name in FUNCTIONS
    },
}
