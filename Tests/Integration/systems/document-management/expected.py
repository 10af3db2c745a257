from expectations import allow, called_by_pool, function_arn, policy, service

EXPECTED = {
    "userPools": {
        "documents": {
            "DeletionProtection": "INACTIVE",
            "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
            "UserPoolTier": "LITE",
            "EmailConfiguration": {
                "EmailSendingAccount": "DEVELOPER",
                "From": "help@example.com",
                "SourceArn": "arn:aws:ses:us-east-1:[[account]]:identity/example.com",
                "ReplyToEmailAddress": "help@example.com",
            },
            "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
            "UsernameAttributes": ["email"],
            "AutoVerifiedAttributes": ["email"],
            "MfaConfig": {"MfaConfiguration": "OFF"},
            "UsernameConfiguration": {"CaseSensitive": False},
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False},
            "LambdaConfig": {"CustomMessage": function_arn("documents-messages")},
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 8, "RequireLowercase": True, "RequireNumbers": True, "RequireSymbols": True, "RequireUppercase": True}},
            "SchemaAttributes": {"email": {"AttributeDataType": "String", "Mutable": False, "Required": True}},
            "UserPoolTags": {"Application": "Documents", "StackName": "documents"},
            "Clients": {
                "documents-web": {
                    "PreventUserExistenceErrors": "ENABLED",
                    "AccessTokenValidity": 24,
                    "IdTokenValidity": 24,
                    "TokenValidityUnits": {"AccessToken": "hours", "IdToken": "hours"},
                    "ExplicitAuthFlows": [
                        "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
                },
            },
            "Domains": {
                "login.documents.example.com": {
                    "CustomDomainConfig": {
                        "CertificateArn": "arn:aws:acm:us-east-1:[[account]]:certificate/5d7f1c1e-0b8a-4c39-9d51-2f6a8e0c7b41"},
                },
            },
        },
    },
    "functions": {
        "documents-messages": {
            "MemorySize": 512,
            "Description": "Writes the messages that Cognito sends by e-mail",
            "Role": "[[roles/documents-messages/Arn]]",
            "Environment": {
                "Variables": {
                    "REDIRECT_URI": "https://documents.example.com", "DOMAIN": "login.documents.example.com",
                    "S3_BUCKET": "documents-messages", "LOG_LEVEL": "INFO"}},
            "Tags": {"Application": "Documents"},
            "RetentionInDays": 90,
            "Statements": [called_by_pool("documents")],
        },
    },
    "roles": {
        "documents-messages": {
            "Path": "/service-role/",
            "Tags": {"Application": "Documents"},
            "AssumeRolePolicyDocument": service("lambda.amazonaws.com"),
            "Policies": {
                "documents-CognitoCustomMessageRole": policy(
                    allow("logs:*", "arn:aws:logs:*:*:*"),
                    allow("ssm:GetParameters", "arn:aws:ssm:us-east-1:[[account]]:parameter/formkiq/cognito/*"),
                    allow("s3:GetObject", "arn:aws:s3:::documents-messages/*")),
            },
        },
    },
    "identityPools": {
        "documents-identity-pool": {
            "CognitoIdentityProviders": [{
                "ClientId": "[[userPools/documents/Clients/documents-web/ClientId]]",
                "ProviderName": "cognito-idp.us-east-1.amazonaws.com/[[userPools/documents/Id]]"}],
            "AllowUnauthenticatedIdentities": False,
            "Roles": None,
        },
    },
}
