from expectations import allow, pool_users, policy

ATTACHMENTS = "arn:aws:s3:::portal-dev-attachments/private/${cognito-identity.amazonaws.com:sub}/*"
CLIENT = "[[userPools/dev-user-pool/Clients/dev-user-pool-client/ClientId]]"
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
ADDRESSES = ["https://portal.example.com", "http://localhost:3000/"]

EXPECTED = {
    "userPools": {
        "dev-user-pool": {
            "UsernameAttributes": ["email"],
            "AutoVerifiedAttributes": ["email"],
            "EmailConfiguration": {
                "EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:[[account]]:identity/no-reply@example.com"},
            "SchemaAttributes": {
                "given_name": {"AttributeDataType": "String", "Mutable": True, "Required": True},
                "family_name": {"AttributeDataType": "String", "Mutable": True, "Required": True},
                "phone_number": {"AttributeDataType": "String", "Mutable": True, "Required": False},
            },
            "Clients": {
                "dev-user-pool-client": {
                    "ClientSecret": None,
                    "ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH"],
                    "AllowedOAuthFlows": ["implicit"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthScopes": ["email", "openid", "aws.cognito.signin.user.admin"],
                    "CallbackURLs": ADDRESSES,
                    "DefaultRedirectURI": ADDRESSES[0],
                    "LogoutURLs": ADDRESSES,
                    "SupportedIdentityProviders": ["COGNITO", "Okta"],
                },
            },
            "Domains": {f"dev-login-{CLIENT}": {}},
            "IdentityProviders": {
                "Okta": {
                    "ProviderType": "SAML",
                    "IdpIdentifiers": ["IdpIdentifier"],
                    "ProviderDetails": {"MetadataURL": "https://login.example.com/app/portal/sso/saml/metadata"},
                    "AttributeMapping": {
                        "email": f"{CLAIMS}/emailaddress", "given_name": f"{CLAIMS}/givenname", "family_name": f"{CLAIMS}/surname"},
                },
            },
        },
    },
    "identityPools": {
        "devIdentityPool": {
            "AllowUnauthenticatedIdentities": False,
            "CognitoIdentityProviders": [
                {"ClientId": CLIENT, "ProviderName": "cognito-idp.us-east-1.amazonaws.com/[[userPools/dev-user-pool/Id]]"}],
            "Roles": {"authenticated": "[[roles/dev-auth/Arn]]", "unauthenticated": None},
        },
    },
    "roles": {
        "dev-auth": {
            "AssumeRolePolicyDocument": pool_users("devIdentityPool", "authenticated"),
            "Policies": {
                "CognitoAuthorizedPolicy": policy(
                    allow(["mobileanalytics:PutEvents", "cognito-sync:*", "cognito-identity:*"], "*"),
                    allow("execute-api:Invoke", "arn:aws:execute-api:us-east-1:[[account]]:a1b2c3d4e5/*"),
                    allow("s3:*", ATTACHMENTS)),
            },
        },
    },
}
