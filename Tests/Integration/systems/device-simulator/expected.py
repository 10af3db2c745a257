from expectations import allow, policy, pool_users

CODE = "The code is {####}"
POOL, IDENTITIES = "simulator-user-pool", "simulator-identities"
IOT = "arn:aws:iot:us-east-1:[[account]]"
GEO = "arn:aws:geo:us-east-1:[[account]]"

EXPECTED = {
    "userPools": {
        POOL: {
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 12, "RequireNumbers": True, "RequireLowercase": True, "RequireSymbols": True,
                    "RequireUppercase": True}},
            "AdminCreateUserConfig": {
                "AllowAdminCreateUserOnly": True,
                "InviteMessageTemplate": {
                    "EmailMessage": "<p>https://d444444abcdef8.cloudfront.net<br />{username}<br /><strong>{####}</strong></p>",
                    "EmailSubject": "Simulate devices"},
            },
            "UsernameAttributes": ["email"],
            "AutoVerifiedAttributes": ["email"],
            "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [{"Name": "verified_phone_number", "Priority": 1}, {"Name": "verified_email", "Priority": 2}]},
            "VerificationMessageTemplate": {
                "DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailMessage": CODE, "EmailSubject": "The code", "SmsMessage": CODE},
            "Clients": {
                "simulator-userpool-client": {
                    "ClientSecret": None,
                    "PreventUserExistenceErrors": "ENABLED",
                    "RefreshTokenValidity": 1440,
                    "TokenValidityUnits": {"RefreshToken": "minutes"},
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthFlows": ["implicit", "code"],
                    "AllowedOAuthScopes": ["profile", "phone", "email", "openid", "aws.cognito.signin.user.admin"],
                    "CallbackURLs": ["https://example.com"],
                    "SupportedIdentityProviders": ["COGNITO"],
                },
            },
            "Users": {
                "admin@example.com": {"Attributes": {"email": "admin@example.com", "email_verified": "true"}, "Groups": []}},
        },
    },
    "identityPools": {
        IDENTITIES: {
            "AllowUnauthenticatedIdentities": False,
            "CognitoIdentityProviders": [{
                "ClientId": f"[[userPools/{POOL}/Clients/simulator-userpool-client/ClientId]]",
                "ProviderName": f"cognito-idp.us-east-1.amazonaws.com/[[userPools/{POOL}/Id]]",
                "ServerSideTokenCheck": False}],
            "Roles": {"authenticated": "[[roles/simulator-authenticated/Arn]]", "unauthenticated": None},
        },
    },
    "roles": {
        "simulator-authenticated": {
            "Description": "simulator Identity Pool authenticated role",
            "AssumeRolePolicyDocument": pool_users(IDENTITIES, "authenticated"),
            "Policies": {
                "ExecuteApiPolicy": policy(
                    allow("execute-api:Invoke", "arn:aws:execute-api:us-east-1:[[account]]:s1i2m3u4l5/prod/*")),
                "LocationServicePolicy": policy(
                    allow([
                        "geo:SearchPlaceIndexForText", "geo:GetMapGlyphs", "geo:GetMapSprites", "geo:GetMapStyleDescriptor",
                        "geo:SearchPlaceIndexForPosition", "execute-api:Invoke", "geo:GetMapTile",
                    ], [f"{GEO}:map/simulator", f"{GEO}:place-index/simulator"])),
                "IoTPolicy": policy(
                    allow("iot:AttachPolicy", "*"),
                    allow("iot:Connect", f"{IOT}:client/*"),
                    allow("iot:Subscribe", f"{IOT}:topicfilter/*"),
                    allow("iot:Receive", f"{IOT}:topic/*")),
            },
        },
    },
}
