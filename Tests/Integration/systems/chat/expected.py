from expectations import allow, called_by_pool, function_arn, policy, service

POOL = "chat-users"
SITE = "https://d333333abcdef8.cloudfront.net"
CODE = "The code is {####}"
BASIC = ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]

EXPECTED = {
    "userPools": {
        POOL: {
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 8, "RequireUppercase": True, "RequireSymbols": True, "RequireNumbers": True,
                    "RequireLowercase": False}},
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
            "UsernameAttributes": ["email"],
            "AutoVerifiedAttributes": ["email"],
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [{"Name": "verified_phone_number", "Priority": 1}, {"Name": "verified_email", "Priority": 2}]},
            "VerificationMessageTemplate": {
                "DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailMessage": CODE, "EmailSubject": "The code", "SmsMessage": CODE},
            "LambdaConfig": {
                "PreSignUp": function_arn("chat-check-email-domain"),
                "PostConfirmation": function_arn("chat-add-user-to-groups"),
                "PostAuthentication": function_arn("chat-add-user-to-groups"),
            },
            "WebACLArn": "[[parameters/webACL]]",
            "IdentityProviders": {
                "Google": {
                    "ProviderType": "Google",
                    "ProviderDetails": {
                        "client_id": "1234567890-chat.apps.googleusercontent.com", "client_secret": "google's own secret",
                        "authorize_scopes": "openid email"},
                    "AttributeMapping": {"email": "email"},
                },
                "CompanyLogin": {
                    "ProviderType": "OIDC",
                    "ProviderDetails": {
                        "client_id": "chat", "client_secret": "the company's own secret", "oidc_issuer": "https://id.example.com",
                        "authorize_scopes": "openid email", "attributes_request_method": "GET"},
                    "AttributeMapping": {"email": "EMAIL"},
                },
            },
            "Clients": {
                "chat-client": {
                    "ClientSecret": None,
                    "IdTokenValidity": 30,
                    "TokenValidityUnits": {"IdToken": "minutes"},
                    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthFlows": ["implicit", "code"],
                    "AllowedOAuthScopes": ["profile", "phone", "email", "openid", "aws.cognito.signin.user.admin"],
                    "CallbackURLs": [SITE],
                    "LogoutURLs": [SITE],
                    "SupportedIdentityProviders": ["Google", "CompanyLogin", "COGNITO"],
                },
            },
            "Domains": {"chat-example-login": {}},
            "Groups": {name: {"RoleArn": None} for name in ("Admin", "CreatingBotAllowed", "PublishAllowed")},
        },
    },
    "functions": {
        "chat-check-email-domain": {
            "Timeout": 60, "RetentionInDays": 90, "Role": "[[roles/chat-check-email-domain/Arn]]",
            "Environment": {"Variables": {"ALLOWED_SIGN_UP_EMAIL_DOMAINS_STR": '["example.com"]'}},
            "Statements": [called_by_pool(POOL)],
        },
        "chat-add-user-to-groups": {
            "Timeout": 60, "RetentionInDays": 90, "Role": "[[roles/chat-add-user-to-groups/Arn]]",
            "Environment": {
                "Variables": {"USER_POOL_ID": f"[[userPools/{POOL}/Id]]", "AUTO_JOIN_USER_GROUPS": '["CreatingBotAllowed"]'}},
            "Statements": [called_by_pool(POOL)],
        },
    },
    "roles": {
        "chat-check-email-domain": {
            "AssumeRolePolicyDocument": service("lambda.amazonaws.com"), "AttachedPolicies": BASIC, "Policies": {}},
        "chat-add-user-to-groups": {
            "AssumeRolePolicyDocument": service("lambda.amazonaws.com"), "AttachedPolicies": BASIC,
            "Policies": {"groups": policy(allow("cognito-idp:AdminAddUserToGroup", f"[[userPools/{POOL}/Arn]]"))}},
    },
}
