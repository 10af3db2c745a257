from expectations import allow, called_by_pool, function_arn, policy, service

POOL = "PasswordlessUsers"
BASIC = ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
FUNCTIONS = {
    "CreateAuthChallenge": "passwordless-create-auth-challenge",
    "DefineAuthChallenge": "passwordless-define-auth-challenge",
    "PreSignUp": "passwordless-pre-sign-up",
    "VerifyAuthChallengeResponse": "passwordless-verify-auth-challenge",
    "PostAuthentication": "passwordless-post-authentication",
}
POLICIES = {
    "passwordless-create-auth-challenge": {"send": policy(allow("ses:SendEmail", "*"))},
    "passwordless-post-authentication": {
        "allow-set-user-attributes": policy(allow("cognito-idp:AdminUpdateUserAttributes", f"[[userPools/{POOL}/Arn]]"))},
}

EXPECTED = {
    "userPools": {
        POOL: {
            "SchemaAttributes": {
                "name": {"AttributeDataType": "String", "Mutable": True, "Required": True},
                "email": {"AttributeDataType": "String", "Mutable": True, "Required": True},
            },
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 8, "RequireLowercase": False, "RequireNumbers": False, "RequireSymbols": False,
                    "RequireUppercase": False}},
            "UsernameAttributes": ["email"],
            "MfaConfig": {"MfaConfiguration": "OFF"},
            "LambdaConfig": {trigger: function_arn(name) for trigger, name in FUNCTIONS.items()},
            "Clients": {"email-auth-client": {"ClientSecret": None, "ExplicitAuthFlows": ["CUSTOM_AUTH_FLOW_ONLY"]}},
        },
    },
    "functions": {
        name: {"Timeout": 3, "Role": f"[[roles/{name}/Arn]]", "Statements": [called_by_pool(POOL)]} for name in FUNCTIONS.values()
    },
    "roles": {
        name: {
            "AssumeRolePolicyDocument": service("lambda.amazonaws.com"), "AttachedPolicies": BASIC, "Policies": POLICIES.get(name, {})}
        for name in FUNCTIONS.values()
    },
}
EXPECTED["functions"]["passwordless-create-auth-challenge"]["Environment"] = {"Variables": {"SES_FROM_ADDRESS": "no-reply@example.com"}}
