from expectations import allow, called_by_pool, function_arn, policy, service

POOL = "acme-dev-passwordless"
TABLE = "arn:aws:dynamodb:us-east-1:[[account]]:table/acme-dev-passwordless-challenges"
TAGS = {"Module": "cognito-passwordless", "ManagedBy": "terraform", "Component": "passwordless-auth"}
COMMON = {
    "CHALLENGE_STORE": "dynamodb", "DELIVERY_MODE": "code", "CODE_LENGTH": "6", "CODE_TTL_SECONDS": "180", "MAX_ATTEMPTS": "3",
    "DDB_TABLE_NAME": "acme-dev-passwordless-challenges", "EMAIL_ENABLED": "true", "SMS_ENABLED": "false",
    "SES_FROM_ADDRESS": "no-reply@example.com", "LOG_LEVEL": "INFO"}


def logs(function):
    group = f"arn:aws:logs:us-east-1:[[account]]:log-group:/aws/lambda/{function}:*"
    return allow(["logs:CreateLogStream", "logs:PutLogEvents"], group)


def function(name, timeout, memory, environment):
    return {
        "Role": f"[[roles/{name}/Arn]]", "Architectures": ["arm64"], "Timeout": timeout, "MemorySize": memory,
        "Environment": {"Variables": environment}, "RetentionInDays": 30, "Tags": TAGS, "Statements": [called_by_pool(POOL)]}


DEFINE, CREATE, VERIFY = (f"acme-dev-{verb}-auth-challenge" for verb in ("define", "create", "verify"))
POLICIES = {
    DEFINE: {"logs": policy(logs(DEFINE))},
    CREATE: {
        "create-auth-challenge": policy(
            logs(CREATE),
            allow("dynamodb:PutItem", TABLE, Sid="ChallengeStoreWrite"),
            allow(
                "ses:SendEmail", "arn:aws:ses:us-east-1:[[account]]:identity/example.com", Sid="SendEmailChallenge",
                Condition={"StringEquals": {"ses:FromAddress": "no-reply@example.com"}}))},
    VERIFY: {
        "verify-auth-challenge": policy(
            logs(VERIFY),
            allow(["dynamodb:GetItem", "dynamodb:DeleteItem", "dynamodb:UpdateItem"], TABLE, Sid="ChallengeStoreReadDelete"))},
}

EXPECTED = {
    "userPools": {
        POOL: {
            "UsernameAttributes": ["email"],
            "AutoVerifiedAttributes": ["email"],
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 12, "RequireLowercase": True, "RequireUppercase": True, "RequireNumbers": True,
                    "RequireSymbols": True, "TemporaryPasswordValidityDays": 1}},
            "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
            "LambdaConfig": {
                "DefineAuthChallenge": function_arn(DEFINE), "CreateAuthChallenge": function_arn(CREATE),
                "VerifyAuthChallengeResponse": function_arn(VERIFY)},
            "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
            "SchemaAttributes": {
                "email": {
                    "AttributeDataType": "String", "Required": True, "Mutable": True, "DeveloperOnlyAttribute": False,
                    "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "256"}},
            },
            "UserPoolTags": TAGS,
            "Clients": {
                "acme-dev-passwordless-client": {
                    "ClientSecret": None,
                    "ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                    "AccessTokenValidity": 60,
                    "IdTokenValidity": 60,
                    "RefreshTokenValidity": 30,
                    "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"},
                    "PreventUserExistenceErrors": "ENABLED",
                },
            },
        },
    },
    "functions": {
        DEFINE: function(DEFINE, 5, 128, {"MAX_ATTEMPTS": "3", "LOG_LEVEL": "INFO"}),
        CREATE: function(CREATE, 10, 256, COMMON),
        VERIFY: function(VERIFY, 10, 256, COMMON),
    },
    "roles": {
        name: {"AssumeRolePolicyDocument": service("lambda.amazonaws.com"), "Tags": TAGS, "Policies": policies}
        for name, policies in POLICIES.items()
    },
}
