from expectations import called_by_pool, function_arn, service

CODE = "The code is {####}"
POOL = "pet-shop-users"
APP = "https://pets.example.com"
FUNCTION = "pet-shop-pre-token-generation"

EXPECTED = {
    "userPools": {
        POOL: {
            "UsernameAttributes": ["email"],
            "AutoVerifiedAttributes": ["email"],
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
            "LambdaConfig": {"PreTokenGeneration": function_arn(FUNCTION)},
            "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
            "SchemaAttributes": {
                "custom:groups": {
                    "AttributeDataType": "String", "Mutable": True, "Required": False, "StringAttributeConstraints": {"MaxLength": "2000"}},
            },
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [{"Name": "verified_phone_number", "Priority": 1}, {"Name": "verified_email", "Priority": 2}]},
            "VerificationMessageTemplate": {
                "DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailMessage": CODE, "EmailSubject": "The code", "SmsMessage": CODE},
            "Groups": {"pet-app-admins": {}, "pet-app-users": {}},
            "IdentityProviders": {
                "CompanySAML": {
                    "ProviderType": "SAML",
                    "ProviderDetails": {"MetadataURL": "https://id.example.com/saml/metadata"},
                    "AttributeMapping": {
                        "email": "email", "family_name": "lastName", "given_name": "firstName", "name": "firstName",
                        "custom:groups": "groups"},
                },
                "CompanyOIDC": {
                    "ProviderType": "OIDC",
                    "ProviderDetails": {
                        "client_id": "pets", "client_secret": "the company's own secret", "oidc_issuer": "https://id.example.com",
                        "authorize_scopes": "openid profile email", "attributes_request_method": "GET"},
                    "AttributeMapping": {
                        "email": "email", "given_name": "given_name", "family_name": "family_name", "custom:groups": "groups"},
                },
            },
            "Clients": {
                "Web": {
                    "ClientSecret": None,
                    "SupportedIdentityProviders": ["COGNITO", "CompanySAML", "CompanyOIDC"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthFlows": ["code"],
                    "AllowedOAuthScopes": ["phone", "email", "openid", "profile"],
                    "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],
                    "PreventUserExistenceErrors": "ENABLED",
                    "RefreshTokenValidity": 1,
                    "CallbackURLs": [APP],
                    "LogoutURLs": [APP],
                },
            },
            "Domains": {"pets-example-login": {}},
        },
    },
    "functions": {
        FUNCTION: {
            "Role": f"[[roles/{FUNCTION}/Arn]]",
            "Environment": {"Variables": {"GROUPS_ATTRIBUTE_CLAIM_NAME": "custom:groups"}},
            "Statements": [called_by_pool(POOL)],
        },
    },
    "roles": {
        FUNCTION: {
            "AssumeRolePolicyDocument": service("lambda.amazonaws.com"),
            "AttachedPolicies": ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
            "Policies": {},
        },
    },
}
