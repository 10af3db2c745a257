"""The strict layer's user pools and identity pools: what is read back, what is refused, and what an update resets."""

import pytest

from cognito_values import FUNCTION, SOCIAL
from strict import StrictLayer
from test_strict_layer import refused


# User pools


def test_a_pool_is_read_with_its_defaults(idp):
    made = idp.create_user_pool(PoolName="p")["UserPool"]
    live = idp.describe_user_pool(UserPoolId=made["Id"])["UserPool"]
    assert {name: made[name] for name in live if name in made} == live
    assert live["KeyConfiguration"] == {"KeyType": "AWS_OWNED_KEY"} and live["IssuerConfiguration"] == {"Type": "ORIGINAL"}
    assert live["Policies"]["SignInPolicy"] == {"AllowedFirstAuthFactors": ["PASSWORD"]}
    assert live["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 7}
    schema = {attribute["Name"]: attribute for attribute in live["SchemaAttributes"]}
    assert len(schema) == 20 and schema["email"]["StringAttributeConstraints"] == {"MinLength": "0", "MaxLength": "2048"}
    idp.create_identity_provider(UserPoolId=made["Id"], ProviderName="Google", ProviderType="Google", ProviderDetails=SOCIAL)
    idp.delete_identity_provider(UserPoolId=made["Id"], ProviderName="Google")
    assert idp.describe_user_pool(UserPoolId=made["Id"])["UserPool"]["SchemaAttributes"][-1]["Name"] == "identities"


def test_the_schema_grows_and_nothing_else(idp):
    schema = [{"Name": "email", "Required": True}, {"Name": "plan", "AttributeDataType": "String"},
              {"Name": "size", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MaxValue": "9"}}]
    pool = idp.create_user_pool(PoolName="p", Schema=schema)["UserPool"]["Id"]
    add = lambda *attributes: idp.add_custom_attributes(UserPoolId=pool, CustomAttributes=list(attributes))
    add(*({"Name": f"a{number}", "AttributeDataType": "String", "Mutable": True} for number in range(25)))
    live = {attribute["Name"]: attribute for attribute in idp.describe_user_pool(UserPoolId=pool)["UserPool"]["SchemaAttributes"]}
    assert live["email"]["Required"] and not live["email"]["Mutable"]
    for name in ("email", "custom:plan", "custom:a24"):
        assert live[name]["StringAttributeConstraints"] == {"MinLength": "0", "MaxLength": "2048"}
    assert live["custom:size"]["NumberAttributeConstraints"] == {"MaxValue": "9"}
    for attributes in ([{"Name": "plan"}], [{"Name": "email"}], [{"Name": "b", "Required": True}], [{"Name": f"b{n}"} for n in range(24)]):
        with refused("InvalidParameterException"):
            add(*({"AttributeDataType": "String"} | attribute for attribute in attributes))
    add(*({"Name": f"b{number}", "AttributeDataType": "String"} for number in range(22)))
    add({"Name": "hidden", "AttributeDataType": "String", "DeveloperOnlyAttribute": True})
    assert idp.describe_user_pool(UserPoolId=pool)["UserPool"]["SchemaAttributes"][-1]["Name"] == "dev:custom:hidden"


@pytest.mark.parametrize("schema, words", [
    ([{"Name": "a"}, {"Name": "a"}], "Duplicate custom attribute names custom:a"),
    ([{"Name": "email", "AttributeDataType": "Number"}], "standard schema attribute email"),
    ([{"Name": "a", "StringAttributeConstraints": {"MinLength": "10", "MaxLength": "9"}}], "max value smaller"),
])
def test_a_schema_is_consistent(idp, schema, words):
    with refused("InvalidParameterException", words):
        idp.create_user_pool(PoolName="p", Schema=schema)


def test_keys_and_issuers_are_kept_and_reset(endpoint, account):
    key = {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:aws:kms:us-east-1:111122223333:key/mrk-1"}
    for resets, after in (("documented", {"KeyType": "AWS_OWNED_KEY"}), ("measured", key)):
        with StrictLayer(endpoint, resets=resets) as layer:
            idp = account.client("cognito-idp", layer.url)
            made = idp.create_user_pool(PoolName="p", KeyConfiguration=key)["UserPool"]
            assert made["KeyConfiguration"] == key
            idp.update_user_pool(UserPoolId=made["Id"], IssuerConfiguration={"Type": "UPDATED"})
            live = idp.describe_user_pool(UserPoolId=made["Id"])["UserPool"]
            assert live["KeyConfiguration"] == after and live["IssuerConfiguration"] == {"Type": "UPDATED"}


def test_sign_in_policies_reset_as_documented_and_stay_where_measured(endpoint, account):
    for resets, after in (("documented", ["PASSWORD"]), ("measured", ["PASSWORD", "EMAIL_OTP"])):
        with StrictLayer(endpoint, resets=resets) as layer:
            idp = account.client("cognito-idp", layer.url)
            policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
            pool = idp.create_user_pool(PoolName="p", Policies=policy)["UserPool"]
            assert pool["Policies"]["PasswordPolicy"]["RequireSymbols"]
            idp.update_user_pool(UserPoolId=pool["Id"], Policies={"PasswordPolicy": {"MinimumLength": 9}})
            live = idp.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]["Policies"]
            assert live["SignInPolicy"]["AllowedFirstAuthFactors"] == after and live["PasswordPolicy"]["MinimumLength"] == 9


def test_a_verification_text_is_in_two_places(idp):
    text = "Your code is {####}"
    pool = idp.create_user_pool(PoolName="p", EmailVerificationMessage=text)["UserPool"]["Id"]
    live = lambda: idp.describe_user_pool(UserPoolId=pool)["UserPool"]
    assert live()["VerificationMessageTemplate"] == {"DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailMessage": text}
    idp.update_user_pool(UserPoolId=pool, VerificationMessageTemplate={"EmailSubject": "Welcome"})
    assert live()["EmailVerificationSubject"] == "Welcome" and "EmailVerificationMessage" not in live()


SMS = {"SnsCallerArn": "arn:aws:iam::111122223333:role/sms", "ExternalId": "e"}
OWN_MAIL = {"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:111122223333:identity/a.example"}
MAIL_FACTOR = {"EmailMfaConfiguration": {"Message": "Code {####}", "Subject": "Code"}}
TOKEN = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
SINGLE = {"WebAuthnConfiguration": {"RelyingPartyId": "a.example", "UserVerification": "required"}}
MULTI = {"WebAuthnConfiguration": {"FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}}


def first_factors(*factors):
    return {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", *factors]}}}


@pytest.mark.parametrize("settings, mfa, words", [
    (first_factors("EMAIL_OTP"), {"MfaConfiguration": "ON"} | TOKEN, "Only PASSWORD and WEB_AUTHN"),
    (first_factors("EMAIL_OTP"), {"MfaConfiguration": "OPTIONAL"} | TOKEN, None),
    (first_factors("WEB_AUTHN"), {"MfaConfiguration": "ON"} | TOKEN | SINGLE, "SINGLE_FACTOR"),
    (first_factors("WEB_AUTHN"), {"MfaConfiguration": "ON"} | TOKEN | MULTI, None),
    (first_factors("WEB_AUTHN"), {"MfaConfiguration": "OFF"} | SINGLE, None),
    ({}, {"MfaConfiguration": "OPTIONAL"}, "must be enabled"),
    ({}, {"MfaConfiguration": "OPTIONAL"} | SINGLE, "must be enabled"),
    ({}, {"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": False}}, None),
    ({}, {"MfaConfiguration": "OPTIONAL"} | MAIL_FACTOR, "COGNITO_DEFAULT"),
    ({"EmailConfiguration": OWN_MAIL}, {"MfaConfiguration": "OPTIONAL"} | MAIL_FACTOR, None),
    ({"UserPoolTier": "LITE", "EmailConfiguration": OWN_MAIL}, {"MfaConfiguration": "OPTIONAL"} | MAIL_FACTOR, "FeatureUnavailableInTier"),
    ({"UserPoolTier": "LITE"}, {"MfaConfiguration": "OFF"} | MULTI, "FeatureUnavailableInTier"),
    ({}, {"MfaConfiguration": "ON", "SmsMfaConfiguration": {"SmsAuthenticationMessage": "Code {####}"}}, "SmsConfiguration is required"),
    ({}, {"MfaConfiguration": "ON", "SmsMfaConfiguration": {"SmsConfiguration": SMS}}, None),
    ({"SmsConfiguration": SMS}, {"MfaConfiguration": "ON", "SmsMfaConfiguration": {"SmsAuthenticationMessage": "Code {####}"}}, None),
])
def test_factors_fit_together(idp, settings, mfa, words):
    pool = idp.create_user_pool(PoolName="p", **settings)["UserPool"]["Id"]
    if words:
        with refused("", words):
            idp.set_user_pool_mfa_config(UserPoolId=pool, **mfa)
        return
    idp.set_user_pool_mfa_config(UserPoolId=pool, **mfa)
    live = idp.get_user_pool_mfa_config(UserPoolId=pool)
    assert all(live[name] == value for name, value in mfa.items() if name != "SmsMfaConfiguration")
    if "SmsMfaConfiguration" in mfa:
        assert live["SmsMfaConfiguration"]["SmsConfiguration"] == SMS
        assert idp.describe_user_pool(UserPoolId=pool)["UserPool"]["SmsConfiguration"] == SMS
    idp.set_user_pool_mfa_config(UserPoolId=pool)
    assert "WebAuthnConfiguration" not in idp.get_user_pool_mfa_config(UserPoolId=pool)


@pytest.mark.parametrize("mfa, update, words", [
    ({"MfaConfiguration": "ON"} | TOKEN, first_factors("SMS_OTP"), "Only PASSWORD"),
    ({"MfaConfiguration": "ON"} | TOKEN, first_factors("WEB_AUTHN"), "not configured for MFA"),
    ({"MfaConfiguration": "ON"} | TOKEN | MULTI, first_factors("WEB_AUTHN"), None),
    ({}, {"MfaConfiguration": "OPTIONAL"}, "SMS configuration"),
    ({"MfaConfiguration": "ON"} | TOKEN, {"MfaConfiguration": "ON"}, None),
    ({"MfaConfiguration": "ON"} | MAIL_FACTOR, {}, "COGNITO_DEFAULT"),
    ({"MfaConfiguration": "ON"} | MAIL_FACTOR, {"EmailConfiguration": OWN_MAIL}, None),
    ({}, {"SmsConfiguration": {}}, "SmsConfiguration"),
    ({}, {"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}}, "Source ARN"),
    ({}, {"KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY"}}, "KmsKeyArn"),
    ({}, {"LambdaConfig": {"CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": FUNCTION}}},
     "KMSKeyId"),
    ({}, {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["EMAIL_OTP"]}}}, "Password should be configured"),
    ({}, {"AccountRecoverySetting": {"RecoveryMechanisms": [
        {"Priority": 1, "Name": "admin_only"}, {"Priority": 2, "Name": "verified_email"}]}}, "admin_only"),
    ({}, {"LambdaConfig": {"PreTokenGeneration": FUNCTION, "PreTokenGenerationConfig": {
        "LambdaVersion": "V2_0", "LambdaArn": FUNCTION + "2"}}}, "different Lambda function"),
    ({}, {"EmailVerificationSubject": "one", "VerificationMessageTemplate": {"EmailSubject": "two"}}, "must be the same"),
])
def test_updates_fit_what_is_live(idp, mfa, update, words):
    pool = idp.create_user_pool(PoolName="p", EmailConfiguration=OWN_MAIL)["UserPool"]["Id"]
    if mfa:
        idp.set_user_pool_mfa_config(UserPoolId=pool, **mfa)
    if words:
        with refused("InvalidParameterException", words):
            idp.update_user_pool(UserPoolId=pool, **update)
    else:
        idp.update_user_pool(UserPoolId=pool, **update)


@pytest.mark.parametrize("settings, feature", [
    ({"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}, "Threat Protection"), (first_factors("EMAIL_OTP"), "Passwordless Sign-In"),
    ({"Policies": {"PasswordPolicy": {"PasswordHistorySize": 3}}}, "Password History"),
    ({"LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": FUNCTION}}}, "Token Customization")])
def test_tiers_lack_features(idp, settings, feature):
    with refused("FeatureUnavailableInTierException", feature):
        idp.create_user_pool(PoolName="p", UserPoolTier="LITE", **settings)
    pool = idp.create_user_pool(PoolName="p", UserPoolTier="PLUS", **settings)["UserPool"]["Id"]
    with refused("TierChangeNotAllowedException", feature):
        idp.update_user_pool(UserPoolId=pool, UserPoolTier="LITE", **settings)


def test_names_and_aliases_exclude_each_other(idp):
    with refused("InvalidParameterException", "Only one of the aliasAttributes or usernameAttributes"):
        idp.create_user_pool(PoolName="p", AliasAttributes=["email"], UsernameAttributes=["email"])


# Identity pools


def test_identity_pools_map_their_own_providers(account, layer, pool, app):
    identity = account.client("cognito-identity", layer.url)
    name = f"cognito-idp.us-east-1.amazonaws.com/{pool}"
    made = identity.create_identity_pool(
        IdentityPoolName="i", AllowUnauthenticatedIdentities=False, DeveloperProviderName="dev",
        CognitoIdentityProviders=[{"ProviderName": name, "ClientId": app["ClientId"]}])
    of = {"IdentityPoolId": made["IdentityPoolId"]}
    role = "arn:aws:iam::111122223333:role/r"
    by_token = {"Type": "Token", "AmbiguousRoleResolution": "Deny"}
    by_rules = {"Type": "Rules", "AmbiguousRoleResolution": "AuthenticatedRole", "RulesConfiguration": {"Rules": [
        {"Claim": "a", "MatchType": "Equals", "Value": "b", "RoleARN": role}]}}
    key = f"{name}:{app['ClientId']}"
    for mapping in (by_token, by_rules):
        identity.set_identity_pool_roles(**of, Roles={"authenticated": role}, RoleMappings={key: mapping})
        assert identity.get_identity_pool_roles(**of)["RoleMappings"] == {key: mapping}
    for mappings, words in (
            ({name: by_token}, "not a configured provider"), ({key: {"Type": "Token"}}, "AmbiguousRoleResolution"),
            ({key: by_rules | {"RulesConfiguration": {"Rules": []}}}, "has rules if"),
            ({key: by_token | {"RulesConfiguration": by_rules["RulesConfiguration"]}}, "has rules if"),
            ({key: by_rules | {"RulesConfiguration": {"Rules": by_rules["RulesConfiguration"]["Rules"] * 26}}}, "exceeded 25")):
        with refused("InvalidParameterException", words):
            account.client("cognito-identity", layer.url, parameter_validation=False).set_identity_pool_roles(
                **of, Roles={}, RoleMappings=mappings)
    identity.set_identity_pool_roles(**of, Roles={})
    assert not identity.get_identity_pool_roles(**of).get("RoleMappings")

    with refused("ResourceNotFoundException", "No Principal Tags"):
        identity.get_principal_tag_attribute_map(**of, IdentityProviderName=name)
    identity.set_principal_tag_attribute_map(**of, IdentityProviderName=name, PrincipalTags={"team": "custom:team"})
    live = identity.get_principal_tag_attribute_map(**of, IdentityProviderName=name)
    assert live["PrincipalTags"] == {"team": "custom:team"} and not live["UseDefaults"]
    with refused("InvalidParameterException", "graph.facebook.com"):
        identity.set_principal_tag_attribute_map(**of, IdentityProviderName="graph.facebook.com", UseDefaults=True)
    with refused("InvalidParameterException", "DeveloperProviderName"):
        identity.update_identity_pool(**made_input(made) | {"DeveloperProviderName": "other"})


def made_input(made):
    return {name: made[name] for name in ("IdentityPoolId", "IdentityPoolName", "AllowUnauthenticatedIdentities")}
