"""What the strict layer plays of Cognito (Tests/Endpoint/played): each operation and each refusal as AWS documents them."""

import base64
import hashlib
import hmac
import io
import json
import time
import zipfile

import pytest

from strict import StrictLayer
from test_strict_layer import LAMBDA, create_function, refused

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-4000-8000-000000000000"
SOCIAL = {"client_id": "1", "client_secret": "s", "authorize_scopes": "openid email"}


@pytest.fixture
def pool(idp):
    return idp.create_user_pool(PoolName="p")["UserPool"]["Id"]


@pytest.fixture
def app(idp, pool):
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", GenerateSecret=True)["UserPoolClient"]
    return {"UserPoolId": pool, "ClientId": client["ClientId"]}


def test_what_is_played_is_signed_and_allowed(account, layer, pool, iam):
    forged = account._client("cognito-idp", layer.url, account.access_key_id, "wrong" + account.secret_access_key)
    with refused("SignatureDoesNotMatch|InvalidSignature"):
        forged.update_group(UserPoolId=pool, GroupName="g")
    iam.create_user(UserName="reader")
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    with refused("AccessDenied"):
        account._client("cognito-idp", layer.url, key["AccessKeyId"], key["SecretAccessKey"]).update_group(UserPoolId=pool, GroupName="g")


# Groups


def test_groups_are_merged_and_know_precedence_zero(idp, pool):
    group = {"UserPoolId": pool, "GroupName": "g"}

    def settings():
        live = idp.get_group(**group)["Group"]
        assert idp.list_groups(UserPoolId=pool)["Groups"] == [live]
        return {name: live[name] for name in ("Description", "Precedence", "RoleArn") if name in live}

    idp.create_group(**group)
    assert settings() == {}
    with refused("GroupExistsException"):
        idp.create_group(**group)
    for given, expected in (
            ({"Precedence": 0}, {"Precedence": 0}), ({"Description": "d"}, {"Precedence": 0, "Description": "d"}),
            ({"Precedence": 3, "Description": ""}, {"Precedence": 3})):
        answered = idp.update_group(**group, **given)["Group"]
        assert settings() == expected and answered == idp.get_group(**group)["Group"]
    idp.delete_group(**group)
    with refused("ResourceNotFoundException"):
        idp.update_group(**group)
    idp.create_group(**group, Precedence=0)
    assert settings() == {"Precedence": 0}


# Domains


def test_a_pool_has_one_prefix_and_one_custom_domain(idp, pool):
    prefix, custom, other = f"d{time.time_ns()}", f"auth{time.time_ns()}.example.com", idp.create_user_pool(PoolName="q")["UserPool"]["Id"]
    assert idp.describe_user_pool_domain(Domain=prefix)["DomainDescription"] == {}
    idp.create_user_pool_domain(UserPoolId=pool, Domain=prefix)
    made = idp.create_user_pool_domain(UserPoolId=pool, Domain=custom, CustomDomainConfig={"CertificateArn": CERTIFICATE})
    assert made["CloudFrontDomain"].endswith(".cloudfront.net")
    live = idp.describe_user_pool(UserPoolId=pool)["UserPool"]
    assert (live["Domain"], live["CustomDomain"]) == (prefix, custom)
    for domain, version in ((prefix, 2), (custom, 1)):
        found = idp.describe_user_pool_domain(Domain=domain)["DomainDescription"]
        assert (found["UserPoolId"], found["Status"], found["ManagedLoginVersion"]) == (pool, "ACTIVE", 1)
        assert found["CloudFrontDistribution"] and found.get("CustomDomainConfig", {}).get("CertificateArn") in (None, CERTIFICATE)
    idp.update_user_pool_domain(UserPoolId=pool, Domain=prefix, ManagedLoginVersion=2)
    assert idp.describe_user_pool_domain(Domain=prefix)["DomainDescription"]["ManagedLoginVersion"] == 2
    far = {"CertificateArn": CERTIFICATE.replace("us-east-1", "eu-west-1")}
    for words, wanted in (
            ("already associated", {"UserPoolId": other, "Domain": prefix}), ("already has a domain", {"UserPoolId": pool, "Domain": "second"}),
            ("already has a domain", {"UserPoolId": pool, "Domain": "b.example.com", "CustomDomainConfig": {"CertificateArn": CERTIFICATE}}),
            ("reserved word: cognito", {"UserPoolId": other, "Domain": "my-cognito"}),
            ("us-east-1", {"UserPoolId": other, "Domain": "c.example.com", "CustomDomainConfig": far})):
        with refused("InvalidParameterException", words):
            idp.create_user_pool_domain(**wanted)
    for wanted in ({"UserPoolId": other, "Domain": prefix}, {"UserPoolId": pool, "Domain": "absent"}):
        with refused("InvalidParameterException", "No such domain"):
            idp.delete_user_pool_domain(**wanted)
    idp.delete_user_pool_domain(UserPoolId=pool, Domain=prefix)
    assert idp.describe_user_pool_domain(Domain=prefix)["DomainDescription"] == {}
    lite = idp.create_user_pool(PoolName="l", UserPoolTier="LITE")["UserPool"]["Id"]
    with refused("FeatureUnavailableInTierException"):
        idp.create_user_pool_domain(UserPoolId=lite, Domain=prefix, ManagedLoginVersion=2)


def test_a_domain_of_another_account_is_taken(endpoint, layer, idp, pool):
    domain, other = f"d{time.time_ns()}", endpoint.account()
    idp.create_user_pool_domain(UserPoolId=pool, Domain=domain)
    theirs = other.client("cognito-idp", layer.url)
    with refused("InvalidParameterException", "already associated"):
        theirs.create_user_pool_domain(UserPoolId=theirs.create_user_pool(PoolName="p")["UserPool"]["Id"], Domain=domain)
    other.close()


def test_a_domain_takes_a_while(endpoint, account):
    clock, domain = [0.0], f"d{time.time_ns()}"
    with StrictLayer(endpoint, domain_delay=60, now=lambda: clock[0]) as layer:
        idp = account.client("cognito-idp", layer.url)
        pool = idp.create_user_pool(PoolName="p")["UserPool"]["Id"]
        status = lambda: idp.describe_user_pool_domain(Domain=domain)["DomainDescription"].get("Status")
        idp.create_user_pool_domain(UserPoolId=pool, Domain=domain)
        seen = [status()]
        clock[0] = 60
        seen.append(status())
        idp.delete_user_pool_domain(UserPoolId=pool, Domain=domain)
        seen.append(status())
        clock[0] = 120
        assert [*seen, status()] == ["CREATING", "ACTIVE", "DELETING", None]


# Resource servers, scopes and what app clients refer to


def test_a_resource_server_is_replaced_whole(layer, idp, pool):
    server = {"UserPoolId": pool, "Identifier": "https://api.example"}
    idp.create_resource_server(**server, Name="one", Scopes=[{"ScopeName": "read", "ScopeDescription": "r"}])
    idp.update_resource_server(**server, Name="two")
    live = idp.describe_resource_server(**server)["ResourceServer"]
    assert live["Name"] == "two" and not live.get("Scopes")


def test_app_clients_take_what_exists(idp, pool, app):
    idp.create_resource_server(UserPoolId=pool, Identifier="api", Name="n", Scopes=[{"ScopeName": "read", "ScopeDescription": "r"}])
    machine = {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["client_credentials"]}
    idp.update_user_pool_client(**app, **machine, AllowedOAuthScopes=["api/read"])
    with refused("ScopeDoesNotExistException", "Invalid scope requested: api/write"):
        idp.update_user_pool_client(**app, **machine, AllowedOAuthScopes=["api/read", "api/write"])
    with refused("ScopeDoesNotExistException", "openid"):
        idp.update_user_pool_client(**app, **machine, AllowedOAuthScopes=["openid"])
    with refused("InvalidOAuthFlowException", "along with"):
        idp.update_user_pool_client(**app, AllowedOAuthFlows=["client_credentials", "code"], AllowedOAuthScopes=["api/read"])
    with refused("InvalidOAuthFlowException", "secret"):
        idp.create_user_pool_client(UserPoolId=pool, ClientName="d", **machine, AllowedOAuthScopes=["api/read"])
    with refused("InvalidParameterException", f"The provider Google does not exist for User Pool {pool}"):
        idp.update_user_pool_client(**app, SupportedIdentityProviders=["COGNITO", "Google"])
    idp.create_identity_provider(UserPoolId=pool, ProviderName="Google", ProviderType="Google", ProviderDetails=SOCIAL)
    idp.update_user_pool_client(**app, SupportedIdentityProviders=["COGNITO", "Google"])


def test_app_clients_may_name_any_provider_where_a_test_says_so(endpoint, account):
    with StrictLayer(endpoint, checks_providers=False) as layer:
        idp = account.client("cognito-idp", layer.url)
        pool = idp.create_user_pool(PoolName="p")["UserPool"]["Id"]
        idp.create_user_pool_client(UserPoolId=pool, ClientName="c", SupportedIdentityProviders=["Google"])


def test_settings_of_app_clients_that_the_endpoint_does_not_keep(idp, pool, app):
    flows = {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}
    with refused("InvalidParameterException", "ALLOW_REFRESH_TOKEN_AUTH"):
        idp.update_user_pool_client(**app, RefreshTokenRotation={"Feature": "ENABLED"})
    analytics = {"ApplicationArn": "arn:aws:mobiletargeting:us-east-1:111122223333:apps/a", "UserDataShared": True}
    idp.update_user_pool_client(
        **app, **flows, RefreshTokenRotation={"Feature": "ENABLED"}, EnablePropagateAdditionalUserContextData=True,
        AnalyticsConfiguration=analytics)
    live = idp.describe_user_pool_client(**app)["UserPoolClient"]
    assert live["RefreshTokenRotation"] == {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
    assert live["EnablePropagateAdditionalUserContextData"] and live["AnalyticsConfiguration"] == analytics
    idp.update_user_pool_client(**app)
    live = idp.describe_user_pool_client(**app)["UserPoolClient"]
    assert not live["EnablePropagateAdditionalUserContextData"]
    assert "RefreshTokenRotation" not in live and "AnalyticsConfiguration" not in live
    with refused("InvalidParameterException", "client secret"):
        idp.create_user_pool_client(UserPoolId=pool, ClientName="d", EnablePropagateAdditionalUserContextData=True)


# Identity providers


@pytest.mark.parametrize("kind, details, derived, mapping", [
    ("Google", SOCIAL, {"oidc_issuer": "https://accounts.google.com", "attributes_url_add_attributes": "true"}, {"username": "sub"}),
    ("Facebook", SOCIAL | {"api_version": "v9.0"}, {"authorize_url": "https://www.facebook.com/v9.0/dialog/oauth"}, {"username": "id"}),
    ("LoginWithAmazon", SOCIAL, {"token_url": "https://api.amazon.com/auth/o2/token"}, {"username": "user_id"}),
    ("SignInWithApple", {"client_id": "1", "team_id": "t", "key_id": "k", "private_key": "p", "authorize_scopes": "email"},
     {"oidc_issuer": "https://appleid.apple.com"}, {"username": "sub"}),
    ("OIDC", {"client_id": "1", "attributes_request_method": "GET", "oidc_issuer": "https://a.example", "authorize_scopes": "openid"},
     {"attributes_url_add_attributes": "false"}, {"username": "sub"}),
    ("SAML", {"MetadataURL": "https://a.example/metadata", "IDPSignout": "true"},
     {"SSORedirectBindingURI": "https://a.example/sso/saml", "SLORedirectBindingURI": "https://a.example/slo/saml"}, {}),
])
def test_providers_are_read_with_what_aws_derives(idp, pool, kind, details, derived, mapping):
    provider = {"UserPoolId": pool, "ProviderName": kind if kind not in ("OIDC", "SAML") else "mine"}
    made = idp.create_identity_provider(**provider, ProviderType=kind, ProviderDetails=details, AttributeMapping={"email": "mail"})
    live = idp.describe_identity_provider(**provider)["IdentityProvider"]
    assert made["IdentityProvider"] == live
    assert live["AttributeMapping"] == mapping | {"email": "mail"}
    expected = derived | {key: value for key, value in details.items() if key != "private_key"}
    assert expected.items() <= live["ProviderDetails"].items() and "private_key" not in live["ProviderDetails"]
    idp.update_identity_provider(**provider, IdpIdentifiers=["a.example"])
    assert idp.describe_identity_provider(**provider)["IdentityProvider"]["ProviderDetails"] == live["ProviderDetails"]
    idp.update_identity_provider(**provider, AttributeMapping={"name": "n"})
    assert idp.describe_identity_provider(**provider)["IdentityProvider"]["AttributeMapping"] == mapping | {"name": "n"}
    with refused("DuplicateProviderException"):
        idp.create_identity_provider(**provider, ProviderType=kind, ProviderDetails=details)


@pytest.mark.parametrize("name, kind, details, words", [
    ("mine", "Google", SOCIAL, "cannot be of type Google"),
    ("Google", "OIDC", SOCIAL, "cannot be of type OIDC"),
    ("Google", "Google", {"client_id": "1"}, "client_secret"),
    ("mine", "SAML", {"IDPInit": "true"}, "MetadataURL"),
    ("mine", "SAML", {"MetadataURL": "https://a.example", "ActiveEncryptionCertificate": "x"}, "ActiveEncryptionCertificate"),
])
def test_providers_that_are_refused(idp, pool, name, kind, details, words):
    with refused("InvalidParameterException", words):
        idp.create_identity_provider(UserPoolId=pool, ProviderName=name, ProviderType=kind, ProviderDetails=details)


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
    add(*({"Name": f"b{number}", "AttributeDataType": "String"} for number in range(23)))


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
MULTI = {"WebAuthnConfiguration": {"FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}}
SINGLE = {"WebAuthnConfiguration": {"RelyingPartyId": "a.example", "UserVerification": "required"}}


def first_factors(*factors):
    return {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", *factors]}}}


@pytest.mark.parametrize("settings, mfa, words", [
    (first_factors("EMAIL_OTP"), {"MfaConfiguration": "ON"} | TOKEN, "Only PASSWORD and WEB_AUTHN"),
    (first_factors("EMAIL_OTP"), {"MfaConfiguration": "OPTIONAL"} | TOKEN, None),
    (first_factors("WEB_AUTHN"), {"MfaConfiguration": "ON"} | TOKEN | SINGLE, "SINGLE_FACTOR"),
    (first_factors("WEB_AUTHN"), {"MfaConfiguration": "ON"} | TOKEN | MULTI, None),
    (first_factors("WEB_AUTHN"), {"MfaConfiguration": "OFF"} | SINGLE, None),
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
    ({}, {"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}}, "SourceArn"),
    ({}, {"KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY"}}, "KmsKeyArn"),
    ({}, {"LambdaConfig": {"CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": "arn:aws:lambda:us-east-1:111122223333:function:f"}}},
     "KMSKeyID"),
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
    ({"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}, "Threat Protection"), (first_factors("EMAIL_OTP"), "Choice-Based"),
    ({"Policies": {"PasswordPolicy": {"PasswordHistorySize": 3}}}, "Password History")])
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
            ({key: by_rules | {"RulesConfiguration": {"Rules": []}}}, "rules")):
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


# Branding


def test_an_app_client_has_one_style(idp, pool, app):
    plain = idp.create_managed_login_branding(**app, UseCognitoProvidedValues=True)["ManagedLoginBranding"]
    assert plain["UserPoolId"] == pool and plain["UseCognitoProvidedValues"] and "Settings" not in plain
    with refused("ManagedLoginBrandingExistsException"):
        idp.create_managed_login_branding(**app, UseCognitoProvidedValues=True)
    style = {"UserPoolId": pool, "ManagedLoginBrandingId": plain["ManagedLoginBrandingId"]}
    image = {"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": b"one"}
    dark = image | {"ColorMode": "DARK"}
    idp.update_managed_login_branding(**style, Settings={"categories": {"form": {"a": 1}, "global": 2}}, Assets=[image, dark])
    with refused("InvalidParameterException", "UseCognitoProvidedValues"):
        idp.update_managed_login_branding(**style, UseCognitoProvidedValues=True, Settings={"a": 1})
    idp.update_managed_login_branding(**style, Settings={"categories": {"form": {"a": 3}}}, Assets=[image | {"Bytes": b"two"}])
    live = idp.describe_managed_login_branding(**style)["ManagedLoginBranding"]
    assert live == idp.describe_managed_login_branding_by_client(**app)["ManagedLoginBranding"]
    assert live["Settings"] == {"categories": {"form": {"a": 3}, "global": 2}} and not live["UseCognitoProvidedValues"]
    assert live["Assets"] == [image | {"Bytes": b"two"}, dark]
    idp.update_managed_login_branding(**style, UseCognitoProvidedValues=True)
    assert "Assets" not in idp.describe_managed_login_branding(**style)["ManagedLoginBranding"]
    idp.delete_managed_login_branding(**style)
    for call in (lambda: idp.describe_managed_login_branding_by_client(**app), lambda: idp.delete_managed_login_branding(**style)):
        with refused("ResourceNotFoundException"):
            call()


def test_what_belongs_to_a_client_goes_with_it(idp, pool, app):
    style = idp.create_managed_login_branding(**app, UseCognitoProvidedValues=True)["ManagedLoginBranding"]["ManagedLoginBrandingId"]
    idp.create_terms(**app, **TERMS)
    idp.delete_user_pool_client(**app)
    assert idp.list_terms(UserPoolId=pool)["Terms"] == []
    with refused("ResourceNotFoundException"):
        idp.describe_managed_login_branding(UserPoolId=pool, ManagedLoginBrandingId=style)


def test_the_classic_hosted_ui(idp, pool, app):
    with refused("InvalidParameterException", "domain"):
        idp.set_ui_customization(UserPoolId=pool, CSS=".a {}")
    assert "CSS" not in idp.get_ui_customization(UserPoolId=pool)["UICustomization"]
    idp.create_user_pool_domain(UserPoolId=pool, Domain=f"d{time.time_ns()}")
    idp.set_ui_customization(UserPoolId=pool, ClientId="ALL", CSS=".all {}", ImageFile=b"image")
    inherited = idp.get_ui_customization(**app)["UICustomization"]
    assert (inherited["ClientId"], inherited["CSS"]) == ("ALL", ".all {}") and inherited["ImageUrl"].startswith("https://")
    idp.set_ui_customization(**app, CSS=".own {}")
    own = idp.get_ui_customization(**app)["UICustomization"]
    assert (own["ClientId"], own["CSS"]) == (app["ClientId"], ".own {}") and "ImageUrl" not in own


# Terms, log delivery, risk, replicas

TERMS = {"TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE", "Links": {"cognito:default": "https://a.example"}}


def test_terms_of_an_app_client(idp, pool, app):
    made = idp.create_terms(**app, **TERMS)["Terms"]
    terms = {"UserPoolId": pool, "TermsId": made["TermsId"]}
    assert idp.describe_terms(**terms)["Terms"] == made and made["Links"] == TERMS["Links"] and made["ClientId"] == app["ClientId"]
    with refused("TermsExistsException"):
        idp.create_terms(**app, **TERMS)
    with refused("InvalidParameterException", "language"):
        idp.create_terms(**app, **TERMS | {"TermsName": "privacy-policy", "Links": {"cognito:klingon": "https://a.example"}})
    other = idp.create_terms(**app, **TERMS | {"TermsName": "privacy-policy"})["Terms"]["TermsId"]
    with refused("TermsExistsException"):
        idp.update_terms(**terms, TermsName="privacy-policy")
    idp.update_terms(**terms, Links={"cognito:german": "https://b.example"})
    live = idp.describe_terms(**terms)["Terms"]
    assert live["Links"] == {"cognito:german": "https://b.example"} and live["TermsName"] == "terms-of-use"
    first = idp.list_terms(UserPoolId=pool, MaxResults=1)
    second = idp.list_terms(UserPoolId=pool, MaxResults=1, NextToken=first["NextToken"])
    assert [each["TermsId"] for each in first["Terms"] + second["Terms"]] == [made["TermsId"], other] and "NextToken" not in second
    idp.delete_terms(**terms)
    for call in (idp.describe_terms, idp.delete_terms):
        with refused("ResourceNotFoundException"):
            call(**terms)


GROUP = {"CloudWatchLogsConfiguration": {"LogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:g"}}
BUCKET = {"S3Configuration": {"BucketArn": "arn:aws:s3:::bucket"}}


def test_log_delivery_is_replaced_whole(idp):
    pool = idp.create_user_pool(PoolName="p", UserPoolTier="PLUS")["UserPool"]["Id"]
    live = lambda: idp.get_log_delivery_configuration(UserPoolId=pool)["LogDeliveryConfiguration"]["LogConfigurations"]
    send = lambda *wanted, of=pool: idp.set_log_delivery_configuration(UserPoolId=of, LogConfigurations=list(wanted))
    notification = {"EventSource": "userNotification", "LogLevel": "ERROR"}
    activity = {"EventSource": "userAuthEvents", "LogLevel": "INFO"}
    assert live() == []
    for wanted in ([notification | GROUP, activity | BUCKET], [activity | GROUP], []):
        assert send(*wanted)["LogDeliveryConfiguration"]["LogConfigurations"] == wanted == live()
    for wanted, words in (
            ([notification | GROUP] * 2, "only one"), ([notification], "one destination"), ([activity | GROUP | BUCKET], "one destination"),
            ([notification | BUCKET], "destination"), ([notification | GROUP | {"LogLevel": "INFO"}], "log level")):
        with refused("InvalidParameterException", words):
            send(*wanted)
    with refused("FeatureUnavailableInTierException"):
        send(activity | GROUP, of=idp.create_user_pool(PoolName="q")["UserPool"]["Id"])


def test_risk_configurations_of_pools_and_clients(idp):
    pool = idp.create_user_pool(PoolName="p", UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"})["UserPool"]["Id"]
    app = {"UserPoolId": pool, "ClientId": idp.create_user_pool_client(UserPoolId=pool, ClientName="c")["UserPoolClient"]["ClientId"]}
    ids = {"UserPoolId": pool}
    live = lambda of: {
        name: value for name, value in idp.describe_risk_configuration(**of)["RiskConfiguration"].items() if name != "LastModifiedDate"}
    exceptions = {"RiskExceptionConfiguration": {"BlockedIPRangeList": ["10.0.0.0/8"]}}
    compromised = {"CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "BLOCK"}}}
    assert (live(ids), live(app)) == (ids, app)
    idp.set_risk_configuration(**ids, **exceptions, **compromised)
    filled = {"EventFilter": ["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"]} | compromised["CompromisedCredentialsRiskConfiguration"]
    assert live(ids) == ids | exceptions | {"CompromisedCredentialsRiskConfiguration": filled} and live(app) == app
    idp.set_risk_configuration(**app, **exceptions)
    idp.set_risk_configuration(**ids)
    assert live(ids) == ids and live(app) == app | exceptions
    takeover = {"Actions": {"LowAction": {"Notify": True, "EventAction": "NO_ACTION"}}}
    with refused("InvalidParameterException", "NotifyConfiguration"):
        idp.set_risk_configuration(**ids, AccountTakeoverRiskConfiguration=takeover)
    with refused("UserPoolAddOnNotEnabledException"):
        idp.set_risk_configuration(UserPoolId=idp.create_user_pool(PoolName="q")["UserPool"]["Id"], **exceptions)
    with refused("ResourceNotFoundException"):
        idp.describe_risk_configuration(UserPoolId=pool, ClientId="absent")


def test_replicas_of_a_pool(idp):
    key = {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:aws:kms:us-east-1:111122223333:key/mrk-1"}
    pool = idp.create_user_pool(PoolName="p", KeyConfiguration=key, IssuerConfiguration={"Type": "UPDATED"})["UserPool"]
    replica = {"UserPoolId": pool["Id"], "RegionName": "eu-west-1"}
    seen = lambda: {each["RegionName"]: (each["Role"], each["Status"]) for each in
                    idp.list_user_pool_replicas(UserPoolId=pool["Id"])["UserPoolReplicas"]}
    assert seen() == {"us-east-1": ("PRIMARY", "ACTIVE")}
    made = idp.create_user_pool_replica(**replica)["UserPoolReplica"]
    assert made["Status"] == "CREATING" and made["UserPoolArn"] == pool["Arn"].replace("us-east-1:", "eu-west-1:")
    assert seen()["eu-west-1"] == ("SECONDARY", "INACTIVE")
    with refused("LimitExceededException"):
        idp.create_user_pool_replica(**replica)
    idp.update_user_pool_replica(**replica, Status="ACTIVE")
    with refused("InvalidParameterException", "ACTIVE"):
        idp.delete_user_pool_replica(**replica)

    domain = {"UserPoolId": pool["Id"], "Domain": f"a{time.time_ns()}.example.com", "CustomDomainConfig": {"CertificateArn": CERTIFICATE}}
    routing = {"Failover": {"SecondaryRegion": "eu-west-1", "PrimaryRoute53HealthCheckId": "h"}}
    with refused("InvalidParameterException", "classic"):
        idp.create_user_pool_domain(**domain, Routing=routing)
    idp.create_user_pool_domain(**domain, Routing=routing, ManagedLoginVersion=2)
    idp.update_user_pool_domain(**domain)
    assert idp.describe_user_pool_domain(Domain=domain["Domain"])["DomainDescription"]["Routing"] == routing
    with refused("InvalidParameterException", "eu-central-1"):
        idp.update_user_pool_domain(**domain, Routing={"Failover": routing["Failover"] | {"SecondaryRegion": "eu-central-1"}})

    idp.update_user_pool_replica(**replica, Status="INACTIVE")
    idp.delete_user_pool_replica(**replica)
    with refused("ResourceNotFoundException"):
        idp.update_user_pool_replica(**replica, Status="ACTIVE")
    for settings, words in (({}, "key"), ({"KeyConfiguration": key}, "issuer"), ({"UserPoolTier": "LITE"}, "tier")):
        other = idp.create_user_pool(PoolName="q", **settings)["UserPool"]["Id"]
        with refused("", words):
            idp.create_user_pool_replica(UserPoolId=other, RegionName="eu-west-1")


# Secrets of app clients


def secret_hash(secret, client, user="u"):
    return base64.b64encode(hmac.new(secret.encode(), (user + client).encode(), hashlib.sha256).digest()).decode()


@pytest.fixture
def people(endpoint, account):
    """A client at a layer that takes requests without a signature, which people make, to be of the account."""
    with StrictLayer(endpoint, unsigned=account) as layer:
        yield account.client("cognito-idp", layer.url)


def test_an_app_client_has_two_secrets(idp, people, pool):
    own = "x" * 24
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", GenerateSecret=True, ExplicitAuthFlows=flows)["UserPoolClient"]
    app = {"UserPoolId": pool, "ClientId": made["ClientId"]}
    idp.admin_create_user(UserPoolId=pool, Username="u", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="u", Password="Password-1", Permanent=True)

    def sign_in(secret, flow="USER_PASSWORD_AUTH", **parameters):
        parameters |= {"SECRET_HASH": secret_hash(secret, made["ClientId"])}
        return people.initiate_auth(ClientId=made["ClientId"], AuthFlow=flow, AuthParameters=parameters)["AuthenticationResult"]

    def with_password(secret):
        return sign_in(secret, USERNAME="u", PASSWORD="Password-1")["RefreshToken"]

    ids = lambda: [each["ClientSecretId"] for each in idp.list_user_pool_client_secrets(**app)["ClientSecrets"]]
    (first,) = ids()
    assert first.startswith(made["ClientId"] + "--")
    with refused("InvalidParameterException"):
        idp.delete_user_pool_client_secret(**app, ClientSecretId=first)
    added = idp.add_user_pool_client_secret(**app, ClientSecret=own)["ClientSecretDescriptor"]
    assert "ClientSecretValue" not in added and ids() == [first, added["ClientSecretId"]]
    with refused("LimitExceededException"):
        idp.add_user_pool_client_secret(**app)
    token = with_password(made["ClientSecret"])
    sign_in(own, "REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token)
    with_password(own)
    with refused("NotAuthorizedException", "secret hash"):
        with_password("y" * 24)
    assert idp.describe_user_pool_client(**app)["UserPoolClient"]["ClientSecret"] == made["ClientSecret"]

    idp.delete_user_pool_client_secret(**app, ClientSecretId=first)
    assert idp.describe_user_pool_client(**app)["UserPoolClient"]["ClientSecret"] == own
    with refused("NotAuthorizedException", "secret hash"):
        with_password(made["ClientSecret"])
    with_password(own)
    generated = idp.add_user_pool_client_secret(**app)["ClientSecretDescriptor"]["ClientSecretValue"]
    assert len(generated) >= 24
    with_password(generated)
    with refused("ResourceNotFoundException"):
        idp.delete_user_pool_client_secret(**app, ClientSecretId=first)


def test_an_app_client_brings_its_secret_along(idp, pool):
    own = "z" * 24
    made = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", ClientSecret=own)["UserPoolClient"]
    assert made["ClientSecret"] == own
    assert idp.describe_user_pool_client(UserPoolId=pool, ClientId=made["ClientId"])["UserPoolClient"]["ClientSecret"] == own
    with refused("InvalidParameterException", "GenerateSecret"):
        idp.create_user_pool_client(UserPoolId=pool, ClientName="c", ClientSecret=own, GenerateSecret=True)
    public = idp.create_user_pool_client(UserPoolId=pool, ClientName="c")["UserPoolClient"]["ClientId"]
    with refused("InvalidParameterException", "client secret"):
        idp.add_user_pool_client_secret(UserPoolId=pool, ClientId=public)


# What Cognito uses


@pytest.fixture
def function(iam, functions):
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)["Role"]["Arn"]
    create_function(functions, role)
    functions.get_waiter("function_active_v2").wait(FunctionName="f", WaiterConfig={"Delay": 0.1})
    return {"FunctionName": "f"}


def test_permissions_name_who_exists(account, iam, functions, function):
    permit = lambda sid, **who: functions.add_permission(**function, StatementId=sid, Action="lambda:InvokeFunction", **who)
    iam.create_user(UserName="u")
    permit("account", Principal="111122223333")
    permit("user", Principal=f"arn:aws:iam::{account.id}:user/u")
    permit("cognito", Principal="cognito-idp.amazonaws.com", SourceArn="arn:aws:cognito-idp:us-east-1:1:userpool/p", SourceAccount=account.id)
    with refused("ResourceConflictException"):
        permit("user", Principal="cognito-idp.amazonaws.com")
    with refused("InvalidParameterValueException", "The provided principal was invalid"):
        permit("ghost", Principal=f"arn:aws:iam::{account.id}:user/ghost")
    statements = {each["Sid"]: each for each in json.loads(functions.get_policy(**function)["Policy"])["Statement"]}
    assert statements["account"]["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"} and "ghost" not in statements
    assert set(statements["cognito"]["Condition"]) == {"ArnLike", "StringEquals"}


def test_aliases_and_addresses_of_functions(iam, functions, function):
    functions.create_alias(**function, Name="live", FunctionVersion="$LATEST", Description="d")
    with refused("ResourceNotFoundException"):
        functions.create_alias(**function, Name="old", FunctionVersion="7")
    version = functions.publish_version(**function)["Version"]
    with refused("InvalidParameterValueException", "LATEST"):
        functions.update_alias(
            **function, Name="live", FunctionVersion="$LATEST", RoutingConfig={"AdditionalVersionWeights": {version: 0.5}})
    functions.update_alias(**function, Name="live", FunctionVersion=version)
    alias = functions.get_alias(**function, Name="live")
    assert (alias["FunctionVersion"], alias["Description"]) == (version, "d")

    for qualifier in ({}, {"Qualifier": "live"}):
        functions.create_function_url_config(**function, **qualifier, AuthType="AWS_IAM", Cors={"AllowOrigins": ["*"]})
        with refused("ResourceConflictException"):
            functions.create_function_url_config(**function, **qualifier, AuthType="NONE")
    functions.update_function_url_config(**function, AuthType="NONE", Cors={})
    live = functions.get_function_url_config(**function)
    assert live["AuthType"] == "NONE" and not live.get("Cors") and live["InvokeMode"] == "BUFFERED"
    functions.delete_function(**function)
    create_function(functions, iam.get_role(RoleName="r")["Role"]["Arn"])
    assert functions.list_function_url_configs(**function)["FunctionUrlConfigs"] == []


def test_a_pool_has_a_web_acl(account, layer, idp, pool):
    waf, arn = account.client("wafv2", layer.url), idp.describe_user_pool(UserPoolId=pool)["UserPool"]["Arn"]
    visible = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}
    acl = waf.create_web_acl(Name="a", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=visible)["Summary"]["ARN"]
    assert "WebACL" not in waf.get_web_acl_for_resource(ResourceArn=arn)
    with refused("WAFNonexistentItemException", "doesn’t exist"):
        waf.associate_web_acl(WebACLArn=acl, ResourceArn=arn.replace(pool, "us-east-1_absent000"))
    waf.associate_web_acl(WebACLArn=acl, ResourceArn=arn)
    assert waf.get_web_acl_for_resource(ResourceArn=arn)["WebACL"]["ARN"] == acl
    waf.disassociate_web_acl(ResourceArn=arn)
    assert "WebACL" not in waf.get_web_acl_for_resource(ResourceArn=arn)
    forged = account._client("wafv2", layer.url, account.access_key_id, "wrong" + account.secret_access_key)
    with refused("Signature"):
        forged.get_web_acl_for_resource(ResourceArn=arn)


MIGRATE = """
def lambda_handler(event, context):
    if event["triggerSource"] == "UserMigration_Authentication" and event["request"]["password"] == "Password-1":
        if event["userName"] == "broken":
            raise ValueError("no such table")
        status = "RESET_REQUIRED" if event["userName"] == "old" else "CONFIRMED"
        event["response"] = {"userAttributes": {"email": "u@a.example", "email_verified": "true"}, "finalUserStatus": status}
    return event
"""


def test_users_are_migrated_when_they_sign_in(idp, people, iam, functions):
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=LAMBDA)["Role"]["Arn"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("lambda_function.py", MIGRATE)
    arn = functions.create_function(
        FunctionName="f", Runtime="python3.13", Role=role, Handler="lambda_function.lambda_handler",
        Code={"ZipFile": packed.getvalue()})["FunctionArn"]
    functions.get_waiter("function_active_v2").wait(FunctionName="f", WaiterConfig={"Delay": 0.1})
    pool = idp.create_user_pool(PoolName="p", LambdaConfig={"UserMigration": arn})["UserPool"]
    app = idp.create_user_pool_client(
        UserPoolId=pool["Id"], ClientName="c", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])["UserPoolClient"]["ClientId"]
    sign_in = lambda name, password: people.initiate_auth(
        ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": name, "PASSWORD": password})
    with refused("UnexpectedLambdaException", "AccessDenied"):
        sign_in("new", "Password-1")
    functions.add_permission(
        FunctionName="f", StatementId="s", Action="lambda:InvokeFunction", Principal="cognito-idp.amazonaws.com", SourceArn=pool["Arn"])
    for name, password, code in (
            ("new", "wrong", "UserNotFoundException|NotAuthorizedException"), ("broken", "Password-1", "UserLambdaValidationException"),
            ("old", "Password-1", "PasswordResetRequiredException")):
        with refused(code):
            sign_in(name, password)
    assert sign_in("new", "Password-1")["AuthenticationResult"]["AccessToken"]
    user = idp.admin_get_user(UserPoolId=pool["Id"], Username="new")
    assert user["UserStatus"] == "CONFIRMED" and {"Name": "email", "Value": "u@a.example"} in user["UserAttributes"]
