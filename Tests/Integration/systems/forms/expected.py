from expectations import allow, called_by_pool, function_arn, policy, service

POOL = "forms_user_pool"
KEY = "arn:aws:kms:us-east-1:[[account]]:key/2b6c0d51-1f5e-4c77-9a83-6d0e4f3b2a19"
NOTIFY_KEY = "arn:aws:secretsmanager:us-east-1:[[account]]:secret:notify-api-key-a1B2c3"
LOGS = "arn:aws:logs:*:*:*"

EXPECTED = {
    "userPools": {
        POOL: {
            "AutoVerifiedAttributes": ["email"],
            "UsernameAttributes": ["email"],
            "Policies": {
                "PasswordPolicy": {
                    "TemporaryPasswordValidityDays": 7, "MinimumLength": 8, "RequireLowercase": True, "RequireNumbers": True,
                    "RequireSymbols": True, "RequireUppercase": True}},
            "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
            "LambdaConfig": {
                "KMSKeyID": KEY,
                "PreSignUp": function_arn("cognito-pre-sign-up"),
                "CustomEmailSender": {"LambdaArn": function_arn("cognito-email-sender"), "LambdaVersion": "V1_0"},
            },
            "UserPoolTags": {"CostCentre": "forms-staging"},
            "Clients": {
                "forms_client": {
                    "ClientSecret": None,
                    "CallbackURLs": [
                        "https://forms.example.com/api/auth/callback/cognito", "https://localhost:3000/api/auth/callback/cognito"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthFlows": ["code"],
                    "AllowedOAuthScopes": ["email", "openid", "profile"],
                    "SupportedIdentityProviders": ["COGNITO"],
                    "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                },
            },
            "Domains": {"forms-staging": {}},
        },
    },
    "functions": {
        "cognito-email-sender": {
            "Role": "[[roles/iam_for_cognito_lambda/Arn]]",
            "Timeout": 300,
            "Environment": {
                "Variables": {
                    "NOTIFY_API_KEY": NOTIFY_KEY,
                    "TEMPLATE_ID": "3f0c2b1a-7d6e-4f5c-8b9a-0d1e2f3a4b5c",
                    "KEY_ARN": KEY,
                    "KEY_ALIAS": "arn:aws:kms:us-east-1:[[account]]:alias/cognito-encryption-key",
                }},
            "TracingConfig": {"Mode": "PassThrough"},
            "RetentionInDays": 731,
            "Statements": [called_by_pool(POOL)],
        },
        "cognito-pre-sign-up": {
            "Role": "[[roles/iam_for_cognito_lambda/Arn]]",
            "Timeout": 300,
            "TracingConfig": {"Mode": "PassThrough"},
            "RetentionInDays": 731,
            "Statements": [called_by_pool(POOL)],
        },
    },
    "roles": {
        "iam_for_cognito_lambda": {
            "AssumeRolePolicyDocument": service("lambda.amazonaws.com"),
            "Tags": {"CostCentre": "forms-staging"},
            "Policies": {
                "cognito_lambda_logging": policy(allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], LOGS)),
                "cognito_lambda_kms": policy(allow(["kms:GenerateDataKey", "kms:Encrypt", "kms:Decrypt"], KEY)),
                "cognito_lambda_secrets": policy(allow("secretsmanager:GetSecretValue", NOTIFY_KEY)),
            },
        },
        "role_for_cognito_user_pool_import": {
            "AssumeRolePolicyDocument": service("cognito-idp.amazonaws.com"),
            "Tags": {"CostCentre": "forms-staging"},
            "Policies": {
                "cognito_userpool_import_logging": policy(
                    allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], LOGS)),
            },
        },
    },
}
