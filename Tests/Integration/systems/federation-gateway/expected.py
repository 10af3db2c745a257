SITE, DISTRIBUTION = "https://gateway.example.com", "https://d222222abcdef8.cloudfront.net"
LENGTHS = {"MinLength": "1", "MaxLength": "256"}
CLIENT = {
    "ClientSecret": None,
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email", "profile"],
    "SupportedIdentityProviders": ["COGNITO"],
    "PreventUserExistenceErrors": "ENABLED",
    "AccessTokenValidity": 1,
    "IdTokenValidity": 1,
    "RefreshTokenValidity": 30,
    "TokenValidityUnits": {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"},
    "ManagedLoginBranding": {"UseCognitoProvidedValues": True},
}

EXPECTED = {
    "userPools": {
        "fed-gw-dev": {
            "UserPoolTier": "PLUS",
            "MfaConfig": {"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}},
            "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
            "UsernameConfiguration": {"CaseSensitive": False},
            "EmailConfiguration": {
                "EmailSendingAccount": "DEVELOPER", "From": "gateway@example.com",
                "SourceArn": "arn:aws:ses:us-east-1:[[account]]:identity/gateway@example.com"},
            "AutoVerifiedAttributes": ["email"],
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 8, "RequireLowercase": True, "RequireNumbers": True, "RequireSymbols": True, "RequireUppercase": True,
                    "TemporaryPasswordValidityDays": 7}},
            "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
            "SchemaAttributes": {
                "email": {
                    "AttributeDataType": "String", "Required": True, "Mutable": True, "DeveloperOnlyAttribute": False,
                    "StringAttributeConstraints": LENGTHS},
                "custom:tenant_id": {
                    "AttributeDataType": "String", "Required": False, "Mutable": True, "DeveloperOnlyAttribute": False,
                    "StringAttributeConstraints": LENGTHS},
            },
            "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
            "DeletionProtection": "INACTIVE",
            "UserPoolTags": {"Project": "gateway", "Component": "identity"},
            "Domains": {"fed-gw-dev-[[account]]": {"ManagedLoginVersion": 2}},
            "Clients": {
                "fed-gw-dev-spa": CLIENT | {
                    "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
                    "CallbackURLs": ["http://localhost:3000/callback", f"{SITE}/callback", f"{DISTRIBUTION}/callback"],
                    "LogoutURLs": ["http://localhost:3000", SITE, DISTRIBUTION],
                },
                "fed-gw-dev-backend": CLIENT | {
                    "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"],
                    "CallbackURLs": [
                        f"{SITE}/auth/callback", f"{SITE}/t/default/saml/acs", f"{SITE}/t/default/oidc/callback",
                        f"{DISTRIBUTION}/auth/callback"],
                    "LogoutURLs": [f"{SITE}/auth/logout", f"{DISTRIBUTION}/auth/logout"],
                },
            },
            "Groups": {
                "Admins": {"Description": "May do everything", "Precedence": 1},
                "Operators": {"Description": "May configure service providers", "Precedence": 10},
            },
        },
    },
}
