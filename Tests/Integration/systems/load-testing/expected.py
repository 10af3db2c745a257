from expectations import ANY, allow, pool_users, policy

POOL, IDENTITIES = "load-testing-user-pool", "load-testing-identities"
CLIENT = f"[[userPools/{POOL}/Clients/load-testing-userpool-client/ClientId]]"
LOG_GROUP = {"LogGroupArn": "arn:aws:logs:us-east-1:[[account]]:log-group:/load-testing/cognito"}
RESULTS = "arn:aws:s3:::load-testing-results"
IOT = "arn:aws:iot:us-east-1:[[account]]"
CODE = "Your code is {####}"
ADDRESSES = [
    "https://console.example.com", "https://console.example.com/", "http://localhost:3000", "http://localhost:3000/",
    "http://localhost:3000/callback", "http://localhost:7521/callback", "http://localhost:7521", "http://127.0.0.1:7521",
    "cursor://anysphere.cursor-mcp/oauth/callback"]

EXPECTED = {
    "userPools": {
        POOL: {
            "AliasAttributes": ["email"],
            "AutoVerifiedAttributes": ["email"],
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [{"Name": "verified_phone_number", "Priority": 1}, {"Name": "verified_email", "Priority": 2}]},
            "AdminCreateUserConfig": {
                "AllowAdminCreateUserOnly": True,
                "InviteMessageTemplate": {
                    "EmailMessage": (
                        "<p>Sign in at <strong>console.example.com</strong> as <strong>{username}</strong> "
                        "with <strong>{####}</strong>.</p>"),
                    "EmailSubject": "Your account for load tests",
                    "SMSMessage": "Load tests: {username}, {####}",
                },
            },
            "VerificationMessageTemplate": {
                "DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailMessage": CODE, "EmailSubject": "Is this your address?", "SmsMessage": CODE},
            # The definition says them twice, as AWS shows them.
            "EmailVerificationMessage": CODE,
            "EmailVerificationSubject": "Is this your address?",
            "SmsVerificationMessage": CODE,
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 12, "RequireLowercase": True, "RequireNumbers": True, "RequireSymbols": True, "RequireUppercase": True}},
            "SchemaAttributes": {"email": {"Mutable": True, "Required": True}},
            "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
            "Clients": {
                "load-testing-userpool-client": {
                    "ClientSecret": None,
                    "AllowedOAuthFlows": ["code"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthScopes": ["openid", "email", "profile"],
                    "CallbackURLs": ADDRESSES,
                    "LogoutURLs": ADDRESSES,
                    "EnableTokenRevocation": True,
                    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
                    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 60},
                    "RefreshTokenValidity": 1440,
                    "TokenValidityUnits": {"RefreshToken": "minutes"},
                    "SupportedIdentityProviders": ["COGNITO"],
                    "WriteAttributes": ["address", "email", "phone_number"],
                },
            },
            "Domains": {"dlt-2c5e8f10-4a7b-4d7f-8a6c-3b1d0e9f7a52": {}},
            "LogConfigurations": [
                {"LogLevel": "INFO", "EventSource": "userAuthEvents", "CloudWatchLogsConfiguration": LOG_GROUP},
                {"LogLevel": "ERROR", "EventSource": "userNotification", "CloudWatchLogsConfiguration": LOG_GROUP},
            ],
            "UICustomization": {
                "ImageUrl": ANY,
                "CSS": ".banner-customizable { background-color: #203040; } .submitButton-customizable { background-color: #c06010; }",
            },
            "Users": {
                "operator@example.com": {
                    "Username": "operator",
                    "Attributes": {"email": "operator@example.com", "nickname": "operator", "email_verified": "true"},
                    "Groups": [],
                },
            },
        },
    },
    "identityPools": {
        IDENTITIES: {
            "AllowUnauthenticatedIdentities": False,
            "CognitoIdentityProviders": [
                {"ClientId": CLIENT, "ProviderName": f"cognito-idp.us-east-1.amazonaws.com/[[userPools/{POOL}/Id]]"}],
            "Roles": {
                "authenticated": "[[roles/load-testing-authorized/Arn]]", "unauthenticated": "[[roles/load-testing-unauthorized/Arn]]"},
        },
    },
    "roles": {
        "load-testing-authorized": {
            "Description": "load-testing Identity Pool authenticated role",
            "AssumeRolePolicyDocument": pool_users(IDENTITIES, "authenticated"),
            "Policies": {
                "InvokeApiPolicy": policy(
                    allow("execute-api:Invoke", "arn:aws:execute-api:us-east-1:[[account]]:l1o2a3d4t5/prod/*"),
                    allow(["s3:PutObject", "s3:GetObject"], f"{RESULTS}/public/*"),
                    allow("s3:GetObject", f"{RESULTS}/results/*"),
                    allow("s3:GetObject", f"{RESULTS}/regional-template/*"),
                    allow("s3:ListBucket", RESULTS)),
                "IoTPolicy": policy(
                    allow("iot:AttachPolicy", "*"),
                    allow("iot:Connect", f"{IOT}:client/*"),
                    allow("iot:Subscribe", f"{IOT}:topicfilter/dlt/*"),
                    allow("iot:Receive", f"{IOT}:topic/dlt/*")),
            },
        },
        "load-testing-unauthorized": {"AssumeRolePolicyDocument": pool_users(IDENTITIES, "unauthenticated"), "Policies": {}},
    },
}
