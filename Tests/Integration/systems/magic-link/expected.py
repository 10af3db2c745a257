from expectations import allow, called_by_pool, function_arn, policy, service

POOL = "sandbox-portal-dev-userpool-userpool"
LENGTHS = {"MinLength": "0", "MaxLength": "2048"}
ROLES = {
    "createAuthChallenge": "createAuthChallengeLambdaIamRole",
    "defineAuthChallenge": "defineAuthChallengeLambdaIamRole",
    "preSignup": "PreSignUpLambdaIamRole",
    "postAuthentication": "PostAuthLambdaIamRole",
    "verifyAuthChallenge": "verifyAuthChallengeLambdaIamRole",
}

EXPECTED = {
    "userPools": {
        POOL: {
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 6, "RequireNumbers": False, "RequireSymbols": False, "RequireUppercase": False,
                    "RequireLowercase": False}},
            "UsernameAttributes": ["email"],
            "UsernameConfiguration": {"CaseSensitive": True},
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False},
            "SchemaAttributes": {
                "email": {
                    "AttributeDataType": "String", "DeveloperOnlyAttribute": False, "Required": True, "Mutable": True,
                    "StringAttributeConstraints": LENGTHS},
                "custom:authChallenge": {
                    "AttributeDataType": "String", "DeveloperOnlyAttribute": False, "Required": False, "Mutable": True,
                    "StringAttributeConstraints": LENGTHS},
            },
            "LambdaConfig": {
                "CreateAuthChallenge": function_arn("createAuthChallenge"),
                "DefineAuthChallenge": function_arn("defineAuthChallenge"),
                "PreSignUp": function_arn("preSignup"),
                "PostAuthentication": function_arn("postAuthentication"),
                "VerifyAuthChallengeResponse": function_arn("verifyAuthChallenge"),
            },
            "EmailConfiguration": {
                "EmailSendingAccount": "DEVELOPER", "From": "portal@example.com",
                "SourceArn": "arn:aws:ses:us-east-1:[[account]]:identity/portal@example.com"},
            "Clients": {
                "sandbox-portal-dev-userpool-client": {
                    "ClientSecret": None,
                    "CallbackURLs": ["https://example.com"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "RefreshTokenValidity": 30,
                    "AccessTokenValidity": 1,
                    "IdTokenValidity": 1,
                    "AllowedOAuthFlows": ["code"],
                    "AllowedOAuthScopes": ["phone", "email", "openid"],
                    "SupportedIdentityProviders": ["COGNITO"],
                    "ExplicitAuthFlows": [
                        "ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                    "PreventUserExistenceErrors": "ENABLED",
                },
            },
        },
    },
    "functions": {name: {"Role": f"[[roles/{role}/Arn]]", "Statements": [called_by_pool(POOL)]} for name, role in ROLES.items()},
    "roles": {
        role: {"AssumeRolePolicyDocument": service("lambda.amazonaws.com"), "AttachedPolicies": [], "Policies": {}} for role in ROLES.values()
    },
}
EXPECTED["roles"]["PostAuthLambdaIamRole"]["Policies"] = {
    "LambdaUpdateCognitoPolicy": policy(
        allow("cognito-idp:AdminUpdateUserAttributes", f"[[userPools/{POOL}/Arn]]", Sid="LambdaUpdateCognito"))}
